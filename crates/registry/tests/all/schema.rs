//! Every column is classed (T-39), and the two databases have the same tables.

use store::testing::same_on_both;

#[test]
fn t_39_every_column_of_the_registry_is_classed_and_both_databases_have_the_same() {
    let schema = same_on_both(&work::every_migration(registry::MIGRATIONS));
    assert_eq!(store::columns::compare(&work::columns(registry::COLUMNS), &schema), Vec::<String>::new());
}
