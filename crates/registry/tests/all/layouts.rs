//! Records are stored by item: what the catalogue's files say later changes no stored meaning.

use std::fs;

use catalogue::Catalogue;
use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::{ExportResults, ExportedResults, ImportedResults};
use registry::Desk;
use registry::files::encoding::Encoding;
use registry::results::{EXPORT_JOB, Event, import};
use store::testing::both_blocking;
use vocabulary::ResidentNumber;

use crate::results::{Items, sheet_of};
use crate::support::{attempted, desk, exported, folder, listed, look, officer, person, taken};

/// The built-in catalogue with one file of record types changed: its items as lines.
pub(crate) fn changed(file: &str, edit: impl FnOnce(&mut Vec<String>)) -> Catalogue {
    let name = format!("records/{file}.toml");
    let text = fs::read_to_string(format!("{}/../../catalogue/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (head, items) = text.split_once("item = [\n").unwrap();
    let mut items: Vec<String> =
        items.lines().filter(|line| *line != "]").map(|line| line.split_once("{ ").unwrap().1.to_owned()).collect();
    edit(&mut items);
    let items: String = items.iter().map(|item| format!("    {{ {item}\n")).collect();
    let directory = folder("catalogue");
    fs::create_dir(directory.join("records")).unwrap();
    fs::write(directory.join(&name), format!("{head}item = [\n{items}]\n")).unwrap();
    let catalogue = Catalogue::from_dir(&directory).unwrap();
    fs::remove_dir_all(directory).unwrap();
    catalogue
}

/// A new item of up to 50 characters.
pub(crate) fn item(id: &str, name: &str, kind: &str) -> String {
    format!("name = \"{name}\", id = \"{id}\", kind = \"{kind}\", length = 50 }},")
}

/// Where an item stands in the lines.
fn place(items: &[String], id: &str) -> usize {
    items.iter().position(|item| item.contains(&format!(" id = \"{id}\","))).unwrap()
}

/// Record type 3 with an item added in the middle, one moved to the front, one renamed and one removed.
pub(crate) fn rearranged() -> Catalogue {
    changed("03_lung", |items| {
        items.insert(20, item("interpreter", "通訳", "text"));
        let at = place(items, "smoking_index");
        let moved = items.remove(at);
        items.insert(3, moved);
        items.iter_mut().filter(|item| item.contains(" id = \"remarks\",")).for_each(|item| *item = item.replace("備考", "特記事項"));
        items.remove(place(items, "venue_other"));
    })
}

fn brought(desk: &Desk, catalogue: &Catalogue, text: &str) -> (u64, u64, u64) {
    let mut hear = |event| assert!(!matches!(event, Event::Rejected(_)), "{event:?}");
    let imported = import(desk.room(), &officer(), catalogue, 3, text.as_bytes(), "03.csv", Encoding::Utf8, &mut hear).unwrap();
    let ImportedResults { added, corrected, unchanged, .. } = imported;
    (added, corrected, unchanged)
}

fn out(desk: &Desk, catalogue: &Catalogue) -> String {
    exported(&desk.clone().with_catalogue(catalogue.clone()), 3).1
}

const SMOKER: Items<'_> = &[
    ("resident_number", "1"),
    ("history_number", "1"),
    ("fiscal_year", "2024"),
    ("examined_on", "2024-05-01"),
    ("institution", "0110113719"),
    ("venue_other", "公民館"),
    ("remarks", "見本、備考"),
    ("film_number", "A-1"),
    ("smoking_index", "700"),
];
const OTHER: Items<'_> = &[("resident_number", "2"), ("history_number", "1"), ("fiscal_year", "2025"), ("remarks", "別の備考")];

#[test]
fn r_reg_6_adding_moving_renaming_and_removing_items_changes_no_stored_meaning() {
    both_blocking(|rooms| {
        let (desk, before, after) = (desk(&rooms), Catalogue::built_in().unwrap(), rearranged());
        taken(&desk, &[person(1), person(2), person(3)]);
        assert_eq!(brought(&desk, &before, &sheet_of(&before, 3, &[SMOKER, OTHER])), (2, 0, 0));
        let heading = out(&desk, &after);
        let heading = heading.lines().next().unwrap();
        assert!(
            heading.starts_with("住民番号,履歴番号,セット事業番号,喫煙指数,")
                && heading.contains(",通訳,")
                && heading.contains(",特記事項,")
        );
        // The old records, every value under its item's heading; and what was exported says nothing new, with 履歴番号 or without.
        assert_eq!(out(&desk, &after), sheet_of(&after, 3, &[SMOKER, OTHER]));
        assert_eq!(brought(&desk, &after, &out(&desk, &after)), (0, 0, 2));
        let without: Vec<(&str, &str)> = SMOKER.iter().copied().filter(|(item, _)| *item != "history_number").collect();
        assert_eq!(brought(&desk, &after, &sheet_of(&after, 3, &[&without])), (0, 0, 1));
        // The fact is the item's, wherever it stands.
        let due = desk.explain(&officer(), &ResidentNumber::parse("1").unwrap(), "lung", "2026-06-01".parse().unwrap()).unwrap();
        assert!(due.verdicts.iter().all(|verdict| verdict.is_due()), "{}", due.ja());
        // Records of both layouts beside each other, and one that was corrected under the later.
        let mut mended = OTHER.to_vec();
        mended.push(("interpreter", "手話"));
        let third: Items<'_> = &[("resident_number", "3"), ("history_number", "1"), ("smoking_index", "20"), ("interpreter", "英語")];
        assert_eq!(brought(&desk, &after, &sheet_of(&after, 3, &[&mended, third])), (1, 1, 0));
        let of = |catalogue: &Catalogue| sheet_of(catalogue, 3, &[SMOKER, &mended, third]);
        assert_eq!((out(&desk, &after), out(&desk, &before)), (of(&after), of(&before)));
        assert_eq!(brought(&desk, &before, &of(&before)), (0, 0, 3), "the former form says nothing new either");
        let layouts: i64 = look(&desk, |tx| tx_count(tx, "record_layout"));
        assert_eq!(layouts, 2);
        assert!(listed(&desk, 2026, Some("lung"), "2026-06-01").1.contains("\n1,lung,sputum,"));
    });
}

#[test]
fn t_39_what_a_record_says_lies_sealed_and_opens_in_its_own_row_alone() {
    #[derive(QueryableByName)]
    struct Content {
        #[diesel(sql_type = diesel::sql_types::Binary)]
        content: Vec<u8>,
    }
    both_blocking(|rooms| {
        let (desk, catalogue) = (desk(&rooms), Catalogue::built_in().unwrap());
        taken(&desk, &[person(1), person(2)]);
        brought(&desk, &catalogue, &sheet_of(&catalogue, 3, &[SMOKER, OTHER]));
        let mut mended = SMOKER.to_vec();
        mended[8] = ("smoking_index", "710");
        assert_eq!(brought(&desk, &catalogue, &sheet_of(&catalogue, 3, &[&mended])), (0, 1, 0));
        let sealed: Vec<Content> = look(&desk, |tx| {
            diesel::sql_query("SELECT content FROM record_row UNION ALL SELECT content FROM record_former UNION ALL SELECT value FROM fact")
                .load(tx)
        });
        assert_eq!(sealed.len(), 4);
        for text in ["公民館", "見本、備考", "0110113719", "2024-05-01"] {
            assert!(sealed.iter().all(|row| !row.content.windows(text.len()).any(|part| part == text.as_bytes())), "{text}");
        }
        // Somebody with the database's file gives one person the record of another.
        let put = "UPDATE record_row SET content = (SELECT other.content FROM record_row other WHERE other.id = 2) WHERE id = 1";
        desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(diesel::sql_query(put).execute(tx)?)).unwrap();
        let (came, text) = exported(&desk, 3);
        assert_eq!((came, text.lines().count()), (ExportedResults { written: 1, damaged: 1 }, 2));
    });
}

#[test]
fn r_reg_6_a_layout_that_was_tampered_with_is_refused() {
    both_blocking(|rooms| {
        let (desk, catalogue) = (desk(&rooms), Catalogue::built_in().unwrap());
        taken(&desk, &[person(1)]);
        brought(&desk, &catalogue, &sheet_of(&catalogue, 3, &[SMOKER]));
        let change = "UPDATE record_layout SET items = replace(items, 'smoking_index', 'smoking_years_')";
        desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(diesel::sql_query(change).execute(tx)?)).unwrap();
        let job = attempted(&desk, EXPORT_JOB, &ExportResults { record_type: 3 });
        assert_eq!((job.state, job.problem.unwrap().code()), (JobState::Waiting, "damaged"));
    });
}

fn tx_count(tx: &mut store::Tx, table: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    Ok(diesel::sql_query(format!("SELECT COUNT(*) AS count FROM {table}")).get_result::<Count>(tx)?.count)
}
