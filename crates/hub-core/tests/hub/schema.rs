//! Every column has its class.

#[test]
fn every_column_is_classed_and_both_databases_have_the_same() {
    let schema = store::testing::same_on_both(&work::every_migration(hub_core::MIGRATIONS));
    assert_eq!(store::columns::compare(&work::columns(hub_core::COLUMNS), &schema), Vec::<String>::new());
}
