//! A city's folder alone adds a programme and its record types: no Rust and no build.

use catalogue::Catalogue;
use store::testing::both;
use vocabulary::ResidentNumber;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use super::start::ended;
use crate::results::{Items, brought, out, sheet_of};
use crate::support::{city_folder, desk_with, listed, look, officer, person, taken};

const HEARD: Items<'_> = &[
    ("resident_number", "1"),
    ("history_number", "1"),
    ("fiscal_year", "2026"),
    ("examined_on", "2026-05-01"),
    ("institution", "M-0001"),
    ("setting", "1"),
    ("level_right", "45"),
    ("level_left", "30"),
    ("aid", "1"),
    ("judgement", "2"),
];

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_2_a_programme_and_a_record_type_of_a_folder_go_through_rules_import_and_export() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let folder = city_folder();
            let desk = desk_with(&rooms, crate::support::clock(), Catalogue::from_dir(&folder).unwrap());
            let (mut old, mut older, young) = (person(1), person(2), person(3));
            (old.birth, older.birth) = ("1950-05-05", "1940-05-05");
            taken(&desk, &[old, older, young]);
            let due = |year: i16, on: &str| listed(&desk, year, Some("hearing"), on).1;
            assert_eq!(due(2026, "2026-04-10"), "住民番号,事業,検査,年齢\n1,hearing,audiometry,76\n2,hearing,audiometry,86\n");
            let text = sheet_of(&desk.catalogue(), 101, &[HEARD]);
            let (imported, rejected) = brought(&desk, 101, text.as_bytes());
            assert_eq!((imported.added, rejected), (1, Vec::new()));
            assert_eq!(out(&desk, 101), text);
            // Done in the year, and in the year before.
            let on = "2026-06-01".parse().unwrap();
            assert_eq!(due(2026, "2026-06-01"), "住民番号,事業,検査,年齢\n2,hearing,audiometry,86\n");
            assert_eq!(due(2027, "2027-04-10"), "住民番号,事業,検査,年齢\n2,hearing,audiometry,87\n");
            let why = desk.explain(&officer(), &ResidentNumber::parse("3").unwrap(), "hearing", on).unwrap();
            assert!(why.ja().contains("聴力検査") && why.verdicts.iter().all(|verdict| !verdict.is_due()), "{}", why.ja());
            // A level that the folder does not allow, and a code that its table does not have.
            let wrong = |item: &'static str, value: &'static str| {
                let row: Vec<_> = HEARD.iter().map(|(id, was)| (*id, if *id == item { value } else { was })).collect();
                let (imported, rejected) = brought(&desk, 101, sheet_of(&desk.catalogue(), 101, &[&row]).as_bytes());
                assert_eq!(imported.rejected, 1);
                rejected.into_iter().next().unwrap().column.into_owned()
            };
            assert_eq!([wrong("level_right", "131"), wrong("aid", "3")], ["聴力（右）", "補聴器"]);
            let rows: Vec<Count> = look(&desk, |tx| {
                diesel::RunQueryDsl::load(
                    diesel::sql_query("SELECT count(*) AS count FROM examination WHERE programme = 'hearing' AND needs_detailed = 1"),
                    tx,
                )
            });
            assert_eq!(rows.first().map(|row| row.count), Some(1));
            std::fs::remove_dir_all(folder).unwrap();
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_2_the_staff_see_records_of_a_folder_s_type_and_institutions_and_offices_by_name() {
    both(|rooms| async move {
        let (clock, folder) = (clock(), city_folder());
        let ring = ring(rooms, &clock)?;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        city.people(&[person(1)])?;
        let catalogue = Catalogue::from_dir(&folder)?;
        let text = sheet_of(&catalogue, 101, &[HEARD]);
        tokio::task::block_in_place(|| {
            let encoding = registry::files::encoding::Encoding::Utf8;
            registry::results::import(&city.room, &officer(), &catalogue, 101, text.as_bytes(), "101.csv", encoding, &mut |_| {})
        })?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        let words = browser.get("/residents/1?for=consultation").await?.words();
        for what in ["聴力検診", "聴力検査", "みほん耳鼻科", "M-0001", "要精密検査", "聴力（右）", "45dB", "片耳", "担当の支所 本庁"]
        {
            assert!(words.contains(what), "{what}: {words}");
        }
        let english = browser.get("/residents/1?for=consultation&lang=en").await?.words();
        assert!(english.contains("Audiometry") && english.contains("One ear"), "{english}");
        city.running.stop().await;
        std::fs::remove_dir_all(folder)?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_the_entry_form_of_a_folder_s_record_type_enters_what_a_file_of_it_exports_and_imports() {
    both(|rooms| async move {
        let (clock, folder) = (clock(), city_folder());
        let ring = ring(rooms, &clock)?;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        city.people(&[person(1)])?;
        let catalogue = Catalogue::from_dir(&folder)?;
        let record = catalogue.record(101).ok_or("no record type 101")?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        assert!(browser.get("/entry").await?.words().contains("聴力検診"));
        browser.get("/entry/101").await?;
        let form = browser.post("/entry/101", &[("resident_number", "1")]).await?;
        for item in record.items.iter().filter(|item| item.id != "history_number") {
            assert!(form.html.contains(&format!("name=\"{}\"", item.id)), "{}", item.id);
        }
        assert!(form.words().contains("片耳"), "the choices are the folder's codes");
        let fields = |changes: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
            let new = HEARD.iter().copied().filter(|(item, _)| *item != "history_number");
            new.chain([("person", "1")])
                .filter(|(item, _)| changes.iter().all(|(other, _)| other != item))
                .chain(changes.iter().copied())
                .collect()
        };
        for (item, wrong) in [("level_right", "131"), ("aid", "3")] {
            let refused = browser.post("/entry/101", &fields(&[(item, wrong)])).await?;
            assert!(refused.status == 422 && refused.html.contains(&format!("id=\"{item}-error\"")), "{item}: {}", refused.words());
        }
        let saved = browser.post("/entry/101", &fields(&[])).await?;
        assert!(saved.words().contains("登録しました（履歴番号1）"), "{}", saved.words());
        let words = browser.get("/residents/1").await?.words();
        assert!(words.contains("聴力（右）") && words.contains("45dB") && words.contains("要精密検査"), "{words}");
        // What was entered goes out as a file would have brought it, and comes in again without an effect.
        let text = sheet_of(&catalogue, 101, &[HEARD]);
        // It tells where people under protective measures were examined, and is for those who know that.
        let refused = [("kind", "export-results"), ("for", "result-entry"), ("recordType", "101")];
        assert_eq!(browser.post("/work", &refused).await?.status, 403);
        let mut browser = city.officer(&ring, "s1002", "protection_officer").await?;
        let form = browser.get("/work?kind=export-results").await?;
        assert!(form.words().contains("検診結果の出力") && form.words().contains("聴力検診"), "{}", form.words());
        let asked = browser.post("/work", &[("kind", "export-results"), ("for", "result-entry"), ("recordType", "101")]).await?;
        let told = ended(&mut browser, &asked.to).await?.words();
        assert!(told.contains("書き出した記録") && told.contains("results.csvを取得する"), "{told}");
        let taking = [("name", "results.csv"), ("reason-0", "医療機関との突合せ")];
        let exported = browser.post(&format!("{}/file", asked.to), &taking).await?.html;
        assert_eq!(exported, text);
        let again = tokio::task::block_in_place(|| {
            let encoding = registry::files::encoding::Encoding::Utf8;
            registry::results::import(&city.room, &officer(), &catalogue, 101, exported.as_bytes(), "out.csv", encoding, &mut |_| {})
        })?;
        assert_eq!((again.read, again.unchanged), (1, 1));
        city.running.stop().await;
        std::fs::remove_dir_all(folder)?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_with_a_folder_that_does_not_fit_does_not_start_and_says_where() {
    both(|rooms| async move {
        let (clock, folder) = (clock(), city_folder());
        std::fs::write(folder.join("programmes/hearing.toml"), "id = \"hearing\"\n")?;
        let ring = ring(rooms, &clock)?;
        let refused = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await.err().ok_or("it started")?;
        assert!(refused.to_string().contains("programmes/hearing.toml:1: business_number: is missing"), "{refused}");
        std::fs::remove_dir_all(folder)?;
        Ok::<_, Failed>(())
    })
    .await;
}
