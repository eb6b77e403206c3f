//! The pages of the staff.

use wire::testing::Failed;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_staff_asks_for_a_session_and_a_right_and_is_whole_in_both_languages() {
    store::testing::both(|rooms| async move {
        let tried =
            office::testing::crawl_alone(rooms, "hub-core.national", hub_core::MIGRATIONS, hub_core::POLICIES, hub_core::open).await?;
        assert!(tried > 8, "{tried}");
        Ok::<_, Failed>(())
    })
    .await;
}
