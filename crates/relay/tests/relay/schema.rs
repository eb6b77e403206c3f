//! Every column is classed (T-39), and the two databases have the same tables.

#[test]
fn t_39_every_column_of_the_relay_is_classed_and_both_databases_have_the_same() {
    let schema = store::testing::same_on_both(&work::every_migration(relay::MIGRATIONS));
    assert_eq!(store::columns::compare(&work::columns(relay::COLUMNS), &schema), Vec::<String>::new());
}
