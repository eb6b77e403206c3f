//! Entering results by hand.

use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::support::person;

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_every_record_type_has_a_form_of_all_its_items() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let catalogue = catalogue::Catalogue::built_in()?;
        let kinds = browser.get("/entry").await?;
        for record in catalogue.records() {
            assert!(kinds.words().contains(&record.name), "{}", record.name);
            for language in ["ja", "en"] {
                browser.language = language;
                let form = browser.get(&format!("/entry/{}", record.number)).await?;
                assert_eq!(form.status, 200, "{}", record.name);
                let mut from = 0;
                for item in &record.items {
                    let place = form.html.get(from..).and_then(|rest| rest.find(&format!("name=\"{}\"", item.id)));
                    from += place.ok_or_else(|| format!("{} of {} is not there, or before its place", item.id, record.name))?;
                    let choices = item.code_table().map_or(0, |table| table.codes.len());
                    assert!(choices == 0 || form.html.contains(&format!("<select class=\"input\" id=\"{0}\" name=\"{0}\"", item.id)));
                }
            }
            browser.language = "ja";
        }
        assert_eq!(browser.get("/entry/77").await?.status, 404);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_result_is_entered_confirmed_and_corrected_and_each_is_recorded() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/entry/2").await?;
        let row = [("resident_number", "1"), ("fiscal_year", "2024"), ("examined_on", "R6.5.1"), ("judgement", "1")];
        let with = |changes: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
            row.into_iter().filter(|(item, _)| changes.iter().all(|(other, _)| other != item)).chain(changes.iter().copied()).collect()
        };
        // What an item may not hold, and whom nobody knows, stand beside their fields; nothing was written.
        for (changes, why) in [
            (&[("resident_number", "")][..], "resident_number"),
            (&[("judgement", "99")], "judgement"),
            (&[("examined_on", "R6.13.1")], "examined_on"),
            (&[("resident_number", "777")], "resident_number"),
        ] {
            let refused = browser.post("/entry/2", &with(changes)).await?;
            assert!(refused.status == 422 && refused.html.contains(&format!("id=\"{why}-error\"")), "{why}: {}", refused.words());
        }
        // What only two items tell is asked about at both, and an officer may confirm it.
        let doubted = browser.post("/entry/2", &with(&[("fiscal_year", "2022")])).await?;
        assert!(
            doubted.status == 422 && doubted.html.contains("id=\"fiscal_year-error\"") && doubted.html.contains("id=\"examined_on-error\"")
        );
        assert!(doubted.html.contains("name=\"confirm\""));
        let saved = browser.post("/entry/2", &row).await?;
        assert!(saved.status == 200 && saved.words().contains("登録しました（履歴番号1）"), "{}", saved.words());
        assert!(saved.html.contains("name=\"fiscal_year\" value=\"2024\""), "what seldom differs is kept for the next");
        assert!(!saved.html.contains("name=\"resident_number\" value=\"1\""));
        assert!(browser.post("/entry/2", &row).await?.words().contains("登録済み"), "the same again has no second effect");
        let confirmed = browser.post("/entry/2", &with(&[("fiscal_year", "2022"), ("confirm", "1")])).await?;
        assert!(confirmed.words().contains("履歴番号2"), "{}", confirmed.words());
        // A correction says why.
        let other = with(&[("judgement", "2"), ("history_number", "1")]);
        let refused = browser.post("/entry/2", &other).await?;
        assert!(refused.status == 422 && refused.html.contains("id=\"reason-error\""), "{}", refused.words());
        let other = with(&[("judgement", "2"), ("history_number", "1"), ("reason", "転記の誤り")]);
        assert!(browser.post("/entry/2", &other).await?.words().contains("訂正しました（履歴番号1）"));
        assert!(browser.get("/residents/1").await?.words().contains("要精密検査"));
        let entries = city.entries(12).await?;
        let count = |outcome: &str| {
            entries.iter().filter(|entry| entry.starts_with(&format!("s1001 registry:results.enter {outcome} result-entry 1"))).count()
        };
        assert_eq!((count("written"), count("refused")), (4, 1), "{entries:#?}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
