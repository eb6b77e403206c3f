//! Stored data that somebody changed behind the system's back, as an officer meets it.

use diesel::RunQueryDsl as _;
use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use super::people::examined;
use crate::support::{Line, person, swap_contacts};

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_damaged_record_is_an_alarm_and_a_page_that_says_what_to_do_in_both_languages() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1), person(2)])?;
        examined(&city, "1")?;
        examined(&city, "2")?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        assert_eq!(browser.get("/residents/1?for=follow-up").await?.status, 200);
        // One person's record is put under another's name.
        let swap = "UPDATE record_row SET content = (SELECT other.content FROM record_row other WHERE other.id <> record_row.id)";
        city.room.raw().write(move |tx| Ok::<_, store::StoreError>(diesel::sql_query(swap).execute(tx)?)).await?;
        let before = wire::testing::damage_met("a sealed value");
        let japanese = browser.get("/residents/1?for=follow-up").await?;
        let words = japanese.words();
        assert!(
            japanese.status == 500 && words.contains("保存されているデータが壊れている") && words.contains("お問い合わせ番号"),
            "{words}"
        );
        let english = browser.get("/residents/1?for=follow-up&lang=en").await?.words();
        assert!(english.contains("What is stored for this is damaged") && english.contains("Request ID"), "{english}");
        assert!(wire::testing::damage_met("a sealed value") >= before + 2, "every time it is met is counted");
        // What is asked wrongly is no alarm of ours.
        let before = wire::testing::damage_met("a sealed value");
        let elsewhere = browser.get("/residents/77?for=follow-up&lang=ja").await?;
        assert!(elsewhere.status == 404 && elsewhere.words().contains("ページが見つかりません"));
        assert_eq!(wire::testing::damage_met("a sealed value"), before);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn protection_that_was_moved_to_another_row_opens_neither_page_and_no_list() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[Line { protected: "1", ..person(1) }, person(2)])?;
        examined(&city, "1")?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        assert!(!browser.get("/residents/1?for=follow-up").await?.words().contains("中央一丁目1番"), "the address is withheld");
        assert_eq!(city.room.raw().write(|tx| swap_contacts(tx, "resident")).await?, 2);
        for page in ["/residents/1?for=follow-up", "/residents/2?for=follow-up", "/records"] {
            let shown = browser.get(page).await?;
            assert!(shown.status == 500 && !shown.words().contains("中央一丁目"), "{page}: {}", shown.words());
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
