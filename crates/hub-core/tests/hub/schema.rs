//! Every column has its class.

#[test]
fn every_column_is_classed_and_both_databases_have_the_same() {
    let every = [vault::MIGRATIONS, ledger::MIGRATIONS, access::MIGRATIONS, wire::MIGRATIONS];
    let own = [hub_core::MIGRATIONS, hub_core::CITY_MIGRATIONS];
    let schema = store::testing::same_on_both(&[every.as_slice(), own.as_slice()].concat());
    let classed = [store::COLUMNS, vault::COLUMNS, ledger::COLUMNS, access::COLUMNS, wire::COLUMNS, hub_core::COLUMNS];
    assert_eq!(store::columns::compare(&classed, &schema), Vec::<String>::new());
}
