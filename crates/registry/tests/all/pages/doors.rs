//! Which door leads where.

use access::Policies;
use office::testing::{Crawl, session_elsewhere};
use store::testing::both;
use vocabulary::{ManualClock, Purpose};
use wire::testing::Failed;

use super::city::{City, GOOD, clock, ring};
use crate::support::{officer, person};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_asks_for_a_session_and_a_right_and_is_whole_in_both_languages() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut one = person(1);
        // English pages that are about nobody in particular are to have no word of Japanese, and the list of records names her.
        one.name = "Mihon Hanako".to_owned();
        city.people(&[one])?;
        let pages = city.running.pages.ok_or("it has no pages")?;
        let job = city.staff.ask_for_job(&city.room, "extract", Purpose::Eligibility).await?.to_string();
        let places = [("id", "1"), ("job", job.as_str()), ("record", "2"), ("row", "1")];
        let row = [("resident_number", "1"), ("examined_on", "2024-05-01")].map(|(item, value)| (item.to_owned(), value.to_owned()));
        let catalogue = catalogue::Catalogue::built_in()?;
        let enter = || registry::results::enter(&city.room, &officer(), &catalogue, 2, &row.into(), "");
        tokio::task::block_in_place(enter)?;
        let policies = Policies::load(&[registry::POLICIES])?;
        let (party, staff, routes) = (&city.running.party, &city.staff, city.routes.as_slice());
        let elsewhere = session_elsewhere(&ring, party, registry::MIGRATIONS).await?;
        let tried = Crawl { ring: &ring, party, pages, routes, policies: &policies, staff, places: &places, elsewhere }.run().await?;
        assert!(tried > 10, "{tried}");
        let mut browser = city.browser(&ring)?;
        let switched = browser.get("/login?lang=en").await?;
        assert!(switched.set_cookies.iter().any(|cookie| cookie.starts_with("__Host-lang=en;")), "{:?}", switched.set_cookies);
        assert!(browser.get("/login").await?.words().contains("Mihon City"), "the language is kept");
        assert_eq!(browser.get("/nothing").await?.status, 404);
        assert_eq!(city.officer(&ring, "s2001", "health_officer").await?.get("/residents/77").await?.status, 404);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_programs_have_doors_of_their_own() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        for program in ["/registry/v1/residents/import", "/metrics", "/keys", "/openapi.json", "/oauth/token"] {
            assert_eq!(browser.get(program).await?.status, 404, "{program}");
        }
        let console = ring.house("console.991015")?.client;
        let refused = console.get::<serde_json::Value>(&city.running.party, "/login").await;
        assert!(refused.is_err_and(|error| error.is_status(axum::http::StatusCode::NOT_FOUND)), "no page at the door of the ring");
        // Who shows no certificate does not pass the other door.
        let phone = ring.phone()?.within(std::time::Duration::from_millis(300));
        let refused = phone.get::<serde_json::Value>(&city.running.party, "/openapi.json").await;
        assert!(matches!(refused, Err(line::WireError::NotReached { .. })));
        // A house that names no address for pages has none.
        let mut house = ring.house("registry.992020")?;
        house.setting.pages = None;
        let without = wire::serve(&house, registry::open(house.clone()).await?).await?;
        assert_eq!(without.pages, None);
        without.stop().await;
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_04_while_nothing_can_be_recorded_no_page_about_anybody_is_shown_and_nobody_logs_in() {
    both(|rooms| async move {
        let clock: std::sync::Arc<ManualClock> = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let asked = [("number", "1"), ("for", "consultation")];
        browser.get("/residents").await?;
        assert!(browser.post("/residents", &asked).await?.words().contains("見本"));
        city.rename("ledger_batch", "gone").await?;
        for page in ["/", "/residents/1", "/residents/1/uses"] {
            let refused = browser.get(page).await?;
            assert!(refused.status >= 500 && !refused.html.contains("見本"), "{page}: {}", refused.status);
        }
        let refused = browser.post("/residents", &asked).await?;
        assert!(refused.status >= 500 && !refused.html.contains("見本"));
        let mut other = city.browser(&ring)?;
        let refused = other.log_in("s1001", GOOD).await?;
        assert!(refused.status >= 500 && other.cookies.is_empty(), "{}", refused.status);
        assert!(other.log_in("s1001", "guess").await?.status >= 500);
        city.rename("gone", "ledger_batch").await?;
        assert_eq!(browser.get("/").await?.leads_to(), (303, "/login"), "the log-in that was undone ended the session before it");
        assert_eq!(other.log_in("s1001", GOOD).await?.leads_to(), (303, "/"));
        assert!(other.get("/residents/1").await?.words().contains("見本"));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
