//! Every column is classed (T-39), and the two databases have the same tables.

#[test]
fn t_39_every_column_of_the_government_parties_is_classed_and_both_databases_have_the_same() {
    use outside::{network, online_eligibility, payers_hub, resident_network};
    let common = [vault::MIGRATIONS, ledger::MIGRATIONS, access::MIGRATIONS, wire::MIGRATIONS];
    let own = [network::MIGRATIONS, online_eligibility::MIGRATIONS, payers_hub::MIGRATIONS, resident_network::MIGRATIONS];
    let schema = store::testing::same_on_both(&[common, own].concat());
    let classed = [store::COLUMNS, vault::COLUMNS, ledger::COLUMNS, access::COLUMNS, wire::COLUMNS, outside::COLUMNS];
    assert_eq!(store::columns::compare(&classed, &schema), Vec::<String>::new());
}
