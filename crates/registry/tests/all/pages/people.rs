//! Finding people and looking at them.

use registry::files::encoding::Encoding;
use registry::results::import;
use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::layouts::item;
use crate::results::{sheet, sheet_of};
use crate::support::{individual, officer, person};

const LUNG: &[(&str, &str)] = &[
    ("resident_number", "1"),
    ("history_number", "1"),
    ("fiscal_year", "2024"),
    ("examined_on", "2024-05-01"),
    ("institution", "0110113719"),
    ("method", "1"),
    ("judgement", "2"),
    ("remarks", "駅前の会場"),
];

/// Results of person 1 or 2: a screening of the stomach that asks for a detailed examination.
pub(super) fn examined(city: &City, number: &str) -> Result<(), Failed> {
    let mut row = LUNG.to_vec();
    row.iter_mut().filter(|(item, _)| *item == "resident_number").for_each(|pair| pair.1 = number);
    // Only what the record type has.
    let catalogue = catalogue::Catalogue::built_in()?;
    let record = catalogue.record(2).ok_or("no record type 2")?;
    row.retain(|(item, _)| record.place(item).is_some());
    let text = sheet(2, &[&row]);
    let mut refused = 0;
    let imported = tokio::task::block_in_place(|| {
        import(&city.room, &officer(), &catalogue, 2, text.as_bytes(), "02.csv", Encoding::Utf8, &mut |event| {
            refused += usize::from(matches!(event, registry::results::Event::Rejected(_)));
        })
    })?;
    assert_eq!((imported.added, refused), (1, 0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2e_reg_3_a_person_is_found_and_looked_at_and_both_are_recorded_first() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut man = person(3);
        (man.sex, man.until, man.removal) = ("1", "2026-01-10", "1");
        city.people(&[person(1), person(2), man])?;
        examined(&city, "1")?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let form = browser.get("/residents").await?;
        assert!(
            form.html.contains("value=\"consultation\" selected")
                && form.html.contains("value=\"follow-up\"")
                && !form.html.contains("value=\"audit\"")
        );
        // By number, however its digits are typed; by kana and birth; and what is not enough.
        let found = browser.post("/residents", &[("number", "１"), ("for", "follow-up")]).await?;
        assert!(found.words().contains("検索結果 1件") && found.html.contains("/residents/1?for=follow-up"), "{}", found.words());
        let born = |year, month, day| [("born-year", year), ("born-month", month), ("born-day", day)];
        for (kana, year) in [("ミホン　ハナコ", "1976"), ("みほんはなこ", "S51"), ("ﾐﾎﾝ ﾊﾅｺ", "昭和51")] {
            let [year, month, day] = born(year, "5", "05");
            let found = browser.post("/residents", &[("kana", kana), year, month, day, ("for", "consultation")]).await?;
            assert!(found.words().contains("検索結果 3件") && found.words().contains("転出"), "{kana}: {}", found.words());
        }
        let [year, month, day] = born("1976", "5", "6");
        let found = browser.post("/residents", &[("kana", "ミホン"), year, month, day, ("for", "consultation")]).await?;
        assert!(found.words().contains("検索結果 0件"));
        let wrong: [(&[(&str, &str)], &str); 6] = [
            (&[("for", "consultation")], "住民番号、または"),
            (&[("kana", "ミホン"), ("for", "consultation")], "生年月日を入力"),
            (&[("born-year", "1976"), ("for", "consultation")], "氏名（カナ）を入力"),
            (
                &[("kana", "ミホン"), ("born-year", "1976"), ("born-month", "2"), ("born-day", "30"), ("for", "consultation")],
                "存在しない日付",
            ),
            (&[("number", "1234567890123456"), ("for", "consultation")], "15文字"),
            (&[("number", "1"), ("for", "audit")], "この目的では"),
        ];
        for (fields, why) in wrong {
            let refused = browser.post("/residents", fields).await?;
            assert!(
                refused.status == 422 && refused.words().contains(why) && !refused.words().contains("検索結果"),
                "{why}: {}",
                refused.words()
            );
        }
        let entries = city.entries(6).await?;
        for what in [
            "s1001 registry:residents.find read follow-up 1 by number: 1 found",
            "s1001 registry:residents.find read consultation 3 by kana and birth: 3 found",
            "s1001 registry:residents.find read consultation 0 by kana and birth: 0 found",
        ] {
            assert!(entries.iter().any(|entry| entry == what), "{what}: {entries:#?}");
        }
        // The person, with nothing of their individual number anywhere.
        let seen = browser.get("/residents/1?for=follow-up").await?;
        let words = seen.words();
        for what in [
            "見本　花子1",
            "ミホン　ハナコ",
            "昭和51年5月5日（1976-05-05）",
            "女",
            "みほん市中央一丁目1番",
            "子宮頸がん検診",
            "○ 満たす",
            "要精密検査",
            "0110113719",
        ] {
            assert!(words.contains(what), "{what}: {words}");
        }
        assert!(!seen.html.contains(&individual(1)) && !seen.html.contains("<title>見本"));
        assert_eq!(city.entries(1).await?, ["s1001 registry:residents.read read follow-up 1 "]);
        let english = browser.get("/residents/1?lang=en").await?.words();
        for what in ["Cervical cancer screening", "Detailed examination needed", "Due", "female"] {
            assert!(english.contains(what), "{what}: {english}");
        }
        assert!(browser.get("/residents/3?lang=ja").await?.words().contains("転出しています"));
        // Who has looked: the officer reads it, and stands in it.
        let uses = browser.get("/residents/1/uses").await?.words();
        for what in ["s1001", "住民の検索", "住民の情報の閲覧", "精密検査の追跡", "番号による検索：1人", "利用の記録の閲覧"]
        {
            assert!(uses.contains(what), "{what}: {uses}");
        }
        assert!(!browser.get("/residents/2/uses").await?.words().contains("番号による検索"), "of this person alone");
        // An auditor finds people to read who has looked, and does not look.
        let mut auditor = city.officer(&ring, "s1002", "auditor").await?;
        auditor.get("/residents").await?;
        let found = auditor.post("/residents", &[("number", "1"), ("for", "audit")]).await?;
        assert!(found.html.contains("/residents/1/uses?for=audit") && !found.html.contains("/residents/1?for"));
        assert!(auditor.get("/residents/1/uses?for=audit").await?.words().contains("住民の情報の閲覧"));
        assert_eq!(auditor.get("/residents/1?for=audit").await?.status, 403);
        assert_eq!(auditor.get("/residents/1?for=consultation").await?.status, 403);
        // Somebody with the database's account alone puts another's name to it: nobody is told that it was the other.
        let looks = ledger::newest(city.room.raw(), 1_000).await?;
        let first = |found: &&ledger::Found| {
            let entry = found.entry();
            entry.is_ok_and(|entry| entry.action == "registry:residents.read" && matches!(entry.actor, ledger::Actor::Named(_, "s1001")))
        };
        let look = looks.iter().rev().find(first).ok_or("no look")?;
        ledger::testing::alter_entry(&city.room, look.position, "s1001", "s1009").await?;
        for page in ["/residents/1/uses?for=audit", "/uses"] {
            let words = auditor.get(page).await?.words();
            let told = format!("{}番の記録は、記録したときのままであることを確認できない", look.position);
            assert!(words.contains(&told) && words.contains("確認不能") && !words.contains("s1009"), "{page}: {words}");
        }
        let file = auditor.post("/uses/export", &[]).await?.html;
        assert!(file.contains("確認不能") && !file.contains("s1009"), "{file}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_protected_person_lives_is_told_to_those_who_carry_the_measures_out_alone() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut protected = person(2);
        protected.protected = "1";
        city.people(&[person(1), protected])?;
        examined(&city, "2")?;
        // Written when the record type had another item: nobody knows whether it tells of a place.
        let former = crate::layouts::changed("02_stomach", |items| items.push(item("shuttle", "送迎", "text")));
        let row = [("resident_number", "2"), ("shuttle", "北口乗車"), ("reading", "1")];
        let text = sheet_of(&former, 2, &[&row]);
        tokio::task::block_in_place(|| {
            import(&city.room, &officer(), &former, 2, text.as_bytes(), "former.csv", Encoding::Utf8, &mut |_| {})
        })?;
        let told = ["中央一丁目", "0110113719", "駅前の会場", "北口乗車"];
        let mut officer = city.officer(&ring, "s1001", "health_officer").await?;
        officer.get("/residents").await?;
        let found = officer.post("/residents", &[("number", "2"), ("for", "consultation")]).await?;
        assert!(found.words().contains("支援措置") && !found.html.contains("中央一丁目"));
        let seen = officer.get("/residents/2").await?;
        assert!(seen.words().contains("支援措置の対象者です") && seen.words().contains("非表示") && seen.words().contains("要精密検査"));
        for what in told {
            assert!(!seen.html.contains(what), "{what}");
        }
        assert_eq!(city.entries(1).await?, ["s1001 registry:residents.read read consultation 1 protected: address withheld"]);
        let mut keeper = city.officer(&ring, "s1002", "protection_officer").await?;
        let seen = keeper.get("/residents/2").await?;
        assert!(
            seen.words().contains("支援措置の対象者です") && seen.words().contains("中央一丁目") && seen.words().contains("0110113719")
        );
        assert!(seen.words().contains("送迎（現在は使われていない項目）") && seen.words().contains("北口乗車"));
        assert_eq!(city.entries(1).await?, ["s1002 registry:residents.read read consultation 1 protected: address shown"]);
        assert!(!keeper.get("/residents/2?for=follow-up").await?.html.contains("中央一丁目"), "not for every purpose");
        assert!(officer.get("/residents/1").await?.words().contains("中央一丁目1番"), "others live where they live");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
