//! Every column is classed (T-39), and the two databases have the same tables.

#[test]
fn t_39_every_column_of_the_government_parties_is_classed_and_both_databases_have_the_same() {
    for party in outside::PARTIES {
        let schema = store::testing::same_on_both(&work::every_migration(party.migrations));
        assert_eq!(store::columns::compare(&work::columns(party.columns), &schema), Vec::<String>::new(), "{}", party.system());
    }
}
