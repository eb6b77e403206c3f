//! Entering results by hand.

use office::testing::Browser;
use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::support::person;

/// Fields of a form, by name.
type Sent<'t> = Vec<(&'t str, &'t str)>;

/// The number of the room's own that the form of person 1 carries, and what seldom changes in these tests.
const ROW: [(&str, &str); 9] = [
    ("resident_number", "1"),
    ("person", "1"),
    ("fiscal_year", "2024"),
    ("examined_on", "R6.5.1"),
    ("institution", "0110113719"),
    ("venue_other", "駅前の会場"),
    ("claim_month", "2024-06"),
    ("method", "1"),
    ("judgement", "2"),
];

fn with<'t>(changes: &[(&'t str, &'t str)]) -> Sent<'t> {
    ROW.into_iter().filter(|(item, _)| changes.iter().all(|(other, _)| other != item)).chain(changes.iter().copied()).collect()
}

/// A record of person 1, entered by hand.
async fn entered(browser: &mut Browser) -> Result<(), Failed> {
    browser.get("/entry/2").await?;
    let saved = browser.post("/entry/2", &ROW).await?;
    assert!(saved.status == 200 && saved.words().contains("登録しました（履歴番号1）"), "{}", saved.words());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_every_record_type_has_a_form_of_all_its_items() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let catalogue = catalogue::Catalogue::built_in()?;
        city.people(&[person(1)])?;
        let kinds = browser.get("/entry").await?;
        for record in catalogue.records() {
            assert!(kinds.words().contains(&record.name), "{}", record.name);
            for language in ["ja", "en"] {
                browser.language = language;
                let path = format!("/entry/{}", record.number);
                let question = browser.get(&path).await?;
                assert!(question.status == 200 && question.html.contains("name=\"resident_number\""), "{}", record.name);
                let form = browser.post(&path, &[("resident_number", "1")]).await?;
                assert_eq!(form.status, 200, "{}", record.name);
                let mut from = 0;
                for item in record.items.iter().filter(|item| item.id != "history_number") {
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
async fn r_reg_6_a_person_is_shown_before_a_result_is_entered_which_is_confirmed_and_recorded() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1), person(2)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/entry/2").await?;
        // A number is looked up and nothing else: whose it is stands above the form.
        let shown = browser.post("/entry/2", &[("resident_number", "1")]).await?;
        for what in ["見本　花子1", "昭和51年5月5日（1976-05-05）", "女"] {
            assert!(shown.status == 200 && shown.words().contains(what), "{what}: {}", shown.words());
        }
        // The number of one with the form of another stores nothing for either.
        let other = browser.post("/entry/2", &with(&[("resident_number", "2")])).await?;
        assert!(other.status == 200 && other.words().contains("見本　花子2") && other.html.contains("name=\"person\" value=\"2\""));
        // Enter twice asks for year and day; nothing was written.
        let empty = browser.post("/entry/2", &[("resident_number", "1"), ("person", "1")]).await?;
        for item in ["fiscal_year", "examined_on"] {
            assert!(empty.status == 422 && empty.html.contains(&format!("id=\"{item}-error\"")), "{item}: {}", empty.words());
        }
        assert!(browser.get("/residents/1").await?.words().contains("記録はありません"));
        // What an item may not hold, and whom nobody knows, stand beside their fields.
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
        entered(&mut browser).await?;
        let again = browser.post("/entry/2", &ROW).await?;
        assert!(again.status == 422 && again.words().contains("同じ受診日の記録が登録済みです（履歴番号1）"), "{}", again.words());
        let again = browser.post("/entry/2", &with(&[("confirm", "1")])).await?;
        assert!(again.words().contains("見本　花子1さん（1）の同じ内容の結果が登録済みです"), "{}", again.words());
        assert!(again.html.contains("name=\"fiscal_year\" value=\"2024\""), "what seldom differs is kept for the next");
        assert!(!again.html.contains("name=\"resident_number\" value=\"1\""));
        let confirmed = browser.post("/entry/2", &with(&[("fiscal_year", "2022"), ("confirm", "1")])).await?;
        assert!(confirmed.words().contains("見本　花子1さん（1）の結果を登録しました（履歴番号2）"), "{}", confirmed.words());
        let entries = city.entries(40).await?;
        let count = |outcome: &str| {
            entries.iter().filter(|entry| entry.starts_with(&format!("s1001 registry:results.enter {outcome} result-entry 1"))).count()
        };
        assert_eq!((count("written"), count("refused")), (3, 1), "{entries:#?}");
        assert!(count("read") > 5, "whom the form showed");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_correction_shows_old_and_new_and_keeps_what_was_not_on_the_form() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        entered(&mut browser).await?;
        // It is reached from the person and from the list, and filled with what is stored.
        assert!(browser.get("/residents/1").await?.html.contains("href=\"/entry/2/1\""));
        assert!(browser.get("/records").await?.html.contains("href=\"/entry/2/1\""));
        let form = browser.get("/entry/2/1").await?;
        for what in
            ["name=\"institution\" value=\"0110113719\"", "name=\"examined_on\" value=\"2024-05-01\"", "name=\"version\" value=\"1\""]
        {
            assert!(form.html.contains(what), "{what}");
        }
        assert!(form.words().contains("見本　花子1") && !form.html.contains("name=\"history_number\""));
        let unsaid = browser.post("/entry/2/1", &[("version", "1"), ("remarks", "再検査済み")]).await?;
        assert!(unsaid.status == 422 && unsaid.html.contains("id=\"reason-error\""), "{}", unsaid.words());
        let same = browser.post("/entry/2/1", &[("version", "1"), ("judgement", "2"), ("reason", "転記の誤り")]).await?;
        assert!(same.words().contains("変更された項目はありません"), "{}", same.words());
        // Old and new are shown, and nothing is stored before that.
        let sent = [("version", "1"), ("remarks", "再検査済み"), ("reason", "転記の誤り")];
        let review = browser.post("/entry/2/1", &sent).await?;
        for what in ["訂正前", "訂正後", "備考", "（空欄）", "再検査済み", "転記の誤り"] {
            assert!(review.status == 200 && review.words().contains(what), "{what}: {}", review.words());
        }
        assert!(!review.html.contains("name=\"confirm\"") && !browser.get("/residents/1").await?.words().contains("再検査済み"));
        let seen = [&sent[..], &[("seen", "1")]].concat();
        let back = browser.post("/entry/2/1", &[&sent[..], &[("back", "1")]].concat()).await?;
        assert!(back.html.contains("再検査済み") && back.html.contains("name=\"reason\" value=\"転記の誤り\""), "{}", back.words());
        let done = browser.post("/entry/2/1", &seen).await?;
        assert!(done.words().contains("見本　花子1さん（1）の記録を訂正しました（履歴番号1）"), "{}", done.words());
        let person = browser.get("/residents/1").await?.words();
        for what in ["再検査済み", "要精密検査", "0110113719", "駅前の会場", "2024-06"] {
            assert!(person.contains(what), "{what}: {person}");
        }
        // Whoever began before that looks again.
        let late = browser.post("/entry/2/1", &seen).await?;
        assert!(late.status == 409 && late.words().contains("この記録が訂正されました"), "{}", late.words());
        // An item that had a value becomes empty only when it is asked about.
        let empties = [("version", "2"), ("institution", ""), ("reason", "別の人の結果"), ("seen", "1")];
        let asked = browser.post("/entry/2/1", &empties).await?;
        assert!(
            asked.status == 422 && asked.words().contains("空欄になります") && asked.html.contains("name=\"confirm\""),
            "{}",
            asked.words()
        );
        assert!(browser.get("/residents/1").await?.words().contains("0110113719"));
        let done = browser.post("/entry/2/1", &[&empties[..], &[("confirm", "1")]].concat()).await?;
        assert!(done.words().contains("訂正しました"), "{}", done.words());
        let person = browser.get("/residents/1").await?.words();
        assert!(!person.contains("0110113719") && person.contains("要精密検査"), "{person}");
        for nothing in ["/entry/2/9", "/entry/3/1", "/entry/77/1"] {
            assert_eq!(browser.get(nothing).await?.status, 404, "{nothing}");
        }
        let entries = city.entries(40).await?;
        let written = entries.iter().filter(|entry| entry.starts_with("s1001 registry:results.enter written result-entry 1")).count();
        assert_eq!(written, 3, "{entries:#?}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_protected_person_is_examined_is_neither_shown_nor_emptied_by_a_correction() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut protected = person(1);
        protected.protected = "1";
        city.people(&[protected])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        entered(&mut browser).await?;
        let form = browser.get("/entry/2/1").await?;
        assert!(form.words().contains("支援措置の対象者のため") && form.html.contains("name=\"judgement\""), "{}", form.words());
        assert!(!form.html.contains("0110113719") && !form.html.contains("駅前の会場"));
        // What is sent for such an item all the same is not taken.
        let sent = [("version", "1"), ("judgement", "1"), ("institution", ""), ("reason", "転記の誤り"), ("seen", "1")];
        let done = browser.post("/entry/2/1", &sent).await?;
        assert!(done.words().contains("訂正しました"), "{}", done.words());
        let mut keeper = city.officer(&ring, "s1002", "protection_officer").await?;
        let person = keeper.get("/residents/1").await?.words();
        assert!(person.contains("0110113719") && person.contains("駅前の会場"), "{person}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
