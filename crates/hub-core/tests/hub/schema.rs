//! Every column has its class.

#[test]
fn every_column_is_classed_and_both_databases_have_the_same() {
    let schema =
        store::testing::same_on_both(&[vault::MIGRATIONS, ledger::MIGRATIONS, access::MIGRATIONS, wire::MIGRATIONS, hub_core::MIGRATIONS]);
    let classed = [store::COLUMNS, vault::COLUMNS, ledger::COLUMNS, access::COLUMNS, wire::COLUMNS, hub_core::COLUMNS];
    assert_eq!(store::columns::compare(&classed, &schema), Vec::<String>::new());
}
