//! Every column is classed (T-39), and the two databases have the same tables.

use store::testing::same_on_both;

#[test]
fn t_39_every_column_of_the_registry_is_classed_and_both_databases_have_the_same() {
    let all = [vault::MIGRATIONS, ledger::MIGRATIONS, access::MIGRATIONS, wire::MIGRATIONS, registry::MIGRATIONS];
    let classes = [store::COLUMNS, vault::COLUMNS, ledger::COLUMNS, access::COLUMNS, wire::COLUMNS, registry::COLUMNS];
    assert_eq!(store::columns::compare(&classes, &same_on_both(&all)), Vec::<String>::new());
}
