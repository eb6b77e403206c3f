//! Every column is classed (T-39), and the two databases have the same tables.

#[test]
fn t_39_every_column_of_the_government_parties_is_classed_and_both_databases_have_the_same() {
    use outside::{network, online_eligibility, payers_hub, resident_network};
    let others = [online_eligibility::MIGRATIONS, payers_hub::MIGRATIONS, resident_network::MIGRATIONS];
    let all: Vec<store::Migrations> = work::every_migration(network::MIGRATIONS).into_iter().chain(others).collect();
    let schema = store::testing::same_on_both(&all);
    assert_eq!(store::columns::compare(&work::columns(outside::COLUMNS), &schema), Vec::<String>::new());
}
