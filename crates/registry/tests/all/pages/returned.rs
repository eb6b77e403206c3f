//! Letters that came back.

use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring, sealed};
use crate::support::person;

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_5_a_letter_that_came_back_is_recorded_looked_into_and_that_is_undone() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1), person(2)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        assert!(browser.get("/returned").await?.words().contains("返戻の登録"));
        let day = [("day-year", "R8"), ("day-month", "5"), ("day-day", "20")];
        let letter = |number: &'static str, reason: &'static str| [&day[..], &[("number", number), ("reason", reason)]].concat();
        for (wrong, why) in [
            (letter("1", "7"), "理由を選択"),
            (letter("9999", "1"), "この番号の住民はいません"),
            (letter("1234567890123456", "1"), "半角英数字"),
            (vec![("number", "1"), ("reason", "1"), ("day-year", "2999"), ("day-month", "1"), ("day-day", "1")], "今日までの日付"),
        ] {
            let refused = browser.post("/returned", &wrong).await?;
            assert!(refused.status == 422 && refused.words().contains(why), "{why}: {}", refused.words());
        }
        for number in ["1", "2"] {
            let saved = browser.post("/returned", &letter(number, "1")).await?;
            assert!(saved.status == 200 && saved.words().contains("登録しました"), "{}", saved.words());
        }
        // The same letter twice is one; the person's page says why nothing is sent.
        let twice = browser.post("/returned", &letter("1", "1")).await?;
        assert!(twice.status == 422 && twice.words().contains("登録済み"), "{}", twice.words());
        let seen = browser.get("/residents/1").await?.words();
        assert!(seen.contains("送付しません（返戻）") && seen.contains("令和8年5月20日に返戻: あて所に尋ねあたらない"), "{seen}");
        let listed = browser.get("/returned?sort=day").await?;
        assert!(listed.words().contains("あて所に尋ねあたらない") && listed.html.contains("見本　花子2"), "{}", listed.words());
        let rows: Vec<String> =
            listed.html.split("name=\"row\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        let [one, other] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(browser.post("/returned/clear", &[]).await?.status, 422, "nothing was chosen");
        let cleared = browser.post("/returned/clear", &[("row", one), ("row", other)]).await?;
        assert!(cleared.words().contains("2件を確認済みにしました") && cleared.html.contains("action=\"/returned/undo\""));
        assert!(browser.get("/residents/1").await?.words().contains("送付できます"));
        assert!(browser.get("/returned?part=cleared").await?.words().contains("s1001 / s1001"));
        let act = sealed(&cleared.html, "undo");
        let forged = browser.post("/returned/undo", &[("row", other)]).await?;
        assert!(forged.status == 422 && forged.words().contains("元に戻せませんでした"), "{}", forged.words());
        let undone = browser.post("/returned/undo", &[("undo", &act)]).await?;
        assert!(undone.words().contains("2件の発送を停止しました"), "{}", undone.words());
        // One is cleared again: the act of before no longer takes that back, nor anything after an hour.
        clock.advance(jiff::SignedDuration::from_secs(60));
        let anew = sealed(&browser.post("/returned/clear", &[("row", one)]).await?.html, "undo");
        assert!(browser.post("/returned/undo", &[("undo", &act)]).await?.words().contains("0件"), "it was cleared anew");
        assert!(browser.get("/residents/1").await?.words().contains("送付できます"));
        for _ in 0..5 {
            clock.advance(jiff::SignedDuration::from_mins(13));
            browser.get("/returned").await?;
        }
        assert_eq!(browser.post("/returned/undo", &[("undo", &anew)]).await?.status, 422, "an hour later");
        let file = browser.post("/returned/export", &[]).await?.html;
        assert!(file.lines().count() == 2 && file.contains("見本　花子2"), "{file}");
        let entries = city.entries(40).await?;
        for entry in [
            "s1001 registry:returned-mail.export read invitation 1 1 letters",
            "s1001 registry:returned-mail.record written invitation 2 cleared: 2 letters",
            "s1001 registry:returned-mail.record written invitation 2 not cleared: 2 letters",
        ] {
            assert!(entries.iter().any(|one| one == entry), "{entry}: {entries:#?}");
        }
        let mut other = city.officer(&ring, "s1002", "linkage_officer").await?;
        assert_eq!(other.get("/returned").await?.status, 403);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
