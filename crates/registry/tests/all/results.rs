//! Files of the record types: in, out, corrected; who is it.

use std::io::Write;

use catalogue::Catalogue;
use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::{ExportResults, ImportedResults, Matched};
use registry::files::Rejected;
use registry::files::encoding::Encoding;
use registry::identification::identify;
use registry::results::{EXPORT_JOB, EnteredRow, Event, RESULTS, Refusal, RefusedItem, enter, import};
use registry::{Desk, RegistryError};
use store::testing::both;
use vocabulary::ResidentNumber;
use wire::testing::Failed;

use crate::support::{ask, desk, exported, file, listed, look, officer, person, reason, runtime, taken};

/// A row of a record type: the items that are not empty.
pub(crate) type Items<'a> = &'a [(&'a str, &'a str)];

/// A file of a record type.
pub(crate) fn sheet(record: u16, rows: &[Items<'_>]) -> String {
    sheet_of(&Catalogue::built_in().unwrap(), record, rows)
}

/// The same of a catalogue; items that it does not have are left out.
pub(crate) fn sheet_of(catalogue: &Catalogue, record: u16, rows: &[Items<'_>]) -> String {
    let record = catalogue.record(record).unwrap();
    let header: Vec<&str> = record.header().map(|name| if name == "整理番号" { "住民番号" } else { name }).collect();
    let mut text = header.join(",") + "\n";
    for row in rows {
        let cells: Vec<&str> =
            record.items.iter().map(|item| row.iter().find(|(id, _)| *id == item.id).map_or("", |(_, value)| *value)).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

pub(crate) fn brought(desk: &Desk, record: u16, text: &[u8]) -> (ImportedResults, Vec<Rejected>) {
    let mut rejected = Vec::new();
    let imported = import(desk.room(), &officer(), &desk.catalogue(), record, text, "results.csv", Encoding::Auto, &mut |event| {
        if let Event::Rejected(row) = event {
            rejected.push(row);
        }
    });
    (imported.unwrap(), rejected)
}

pub(crate) fn out(desk: &Desk, record: u16) -> String {
    exported(desk, record).1
}

pub(crate) const XRAY: Items<'_> = &[
    ("resident_number", "1"),
    ("history_number", "1"),
    ("fiscal_year", "2026"),
    ("examined_on", "2026-05-01"),
    ("institution", "0110113719"),
    ("method", "1"),
    ("judgement", "2"),
    ("payment_excluded", "0"),
    ("claim_month", "2026-06"),
];

#[derive(QueryableByName, Debug, PartialEq)]
struct Examined {
    #[diesel(sql_type = diesel::sql_types::Text)]
    examination: String,
    #[diesel(sql_type = diesel::sql_types::SmallInt)]
    needs_detailed: i16,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    claim_month: i32,
}

fn examined(desk: &Desk) -> Vec<Examined> {
    look(desk, |tx| diesel::sql_query("SELECT examination, needs_detailed, claim_month FROM examination ORDER BY id").load(tx))
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_file_goes_in_once_and_comes_out_as_it_was() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            taken(&desk, &[person(1), person(2)]);
            let mut other = XRAY.to_vec();
            other[0] = ("resident_number", "2");
            other[5] = ("method", "2");
            let text = sheet(2, &[XRAY, &other]);
            let (first, rejected) = brought(&desk, 2, text.as_bytes());
            assert_eq!((first.read, first.added, rejected.len()), (2, 2, 0));
            assert_eq!(examined(&desk).iter().map(|row| row.examination.as_str()).collect::<Vec<_>>(), ["xray", "endoscopy"]);
            let (again, _) = brought(&desk, 2, text.as_bytes());
            assert_eq!((again.added, again.corrected, again.unchanged), (0, 0, 2));
            assert_eq!(out(&desk, 2), text, "export gives the file back");
            let (exported, _) = brought(&desk, 2, out(&desk, 2).as_bytes());
            assert_eq!((exported.added, exported.unchanged), (0, 2));
            assert_eq!(out(&desk, 2), text, "and again after a round");
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_3_whoever_was_examined_is_not_due_again_though_nobody_wrote_how() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            taken(&desk, &[person(1), person(2)]);
            let day = [("resident_number", "1"), ("fiscal_year", "2026"), ("examined_on", "2026-05-01")];
            let with = |more: &[(&'static str, &'static str)]| day.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
            // The stomach without its method, the lung by its judgement alone, the breast by palpation alone.
            for (record, row) in [
                (2, with(&[("judgement", "2")])),
                (3, with(&[("judgement", "1")])),
                (5, with(&[("palpation_right", "1"), ("judgement", "1")])),
            ] {
                let (imported, rejected) = brought(&desk, record, sheet(record, &[&row]).as_bytes());
                assert_eq!((imported.added, rejected), (1, Vec::new()), "{record}");
            }
            assert!(examined(&desk).iter().all(|row| row.examination.is_empty()));
            let list = listed(&desk, 2026, None, "2026-06-01").1;
            for programme in ["stomach", "lung", "breast"] {
                assert!(!list.contains(&format!("\n1,{programme},")), "{list}");
                assert!(list.contains(&format!("\n2,{programme},")), "{list}");
                let on = "2026-06-01".parse().unwrap();
                let told = desk.explain(&officer(), &ResidentNumber::parse("1").unwrap(), programme, on).unwrap();
                assert!(told.verdicts.iter().all(|verdict| !verdict.is_due()), "{}", told.ja());
            }
            // Next year she is asked to an endoscopy: nobody knows of one.
            let next = desk.explain(&officer(), &ResidentNumber::parse("1").unwrap(), "stomach", "2027-06-01".parse().unwrap()).unwrap();
            assert!(next.verdicts.iter().all(|verdict| verdict.is_due()), "{}", next.ja());
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_correction_keeps_the_old_value_with_who_and_why() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            taken(&desk, &[person(1)]);
            brought(&desk, 2, sheet(2, &[XRAY]).as_bytes());
            let mut mended = XRAY.to_vec();
            mended[6] = ("judgement", "1");
            let (imported, _) = brought(&desk, 2, sheet(2, &[&mended]).as_bytes());
            assert_eq!((imported.added, imported.corrected), (0, 1));
            assert_eq!(examined(&desk), [Examined { examination: "xray".to_owned(), needs_detailed: 0, claim_month: 202_606 }]);
            #[derive(QueryableByName)]
            struct Former {
                #[diesel(sql_type = diesel::sql_types::Integer)]
                version: i32,
                #[diesel(sql_type = diesel::sql_types::Text)]
                replaced_by: String,
                #[diesel(sql_type = diesel::sql_types::Binary)]
                reason: Vec<u8>,
            }
            let former: Vec<Former> =
                look(&desk, |tx| diesel::sql_query("SELECT version, replaced_by, reason FROM record_former").load(tx));
            assert_eq!(former.len(), 1);
            let why = reason(desk.room().vault(), 1, 1, &former[0].reason);
            assert_eq!((former[0].version, former[0].replaced_by.as_str(), why.as_str()), (1, "s1001", "file results.csv"));
            // A row without 履歴番号 is known by what it says, and else is the person's next.
            let mut plain = mended.clone();
            plain[1] = ("history_number", "");
            let (imported, _) = brought(&desk, 2, sheet(2, &[&plain]).as_bytes());
            assert_eq!((imported.added, imported.unchanged), (0, 1));
            plain[3] = ("examined_on", "2026-05-02");
            let (imported, _) = brought(&desk, 2, sheet(2, &[&plain]).as_bytes());
            assert_eq!(imported.added, 1);
            assert!(out(&desk, 2).lines().nth(2).is_some_and(|line| line.starts_with("1,2,")));
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_a_bad_row_is_rejected_with_line_column_and_reason_and_the_rest_goes_in() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            taken(&desk, &[person(1)]);
            let (mut code, mut nobody) = (XRAY.to_vec(), XRAY.to_vec());
            code[6] = ("judgement", "7");
            nobody[0] = ("resident_number", "404");
            let (imported, rejected) = brought(&desk, 2, sheet(2, &[&code, XRAY, &nobody]).as_bytes());
            assert_eq!((imported.read, imported.added, imported.rejected), (3, 1, 2));
            let places: Vec<(u64, &str)> = rejected.iter().map(|row| (row.line, row.column.as_ref())).collect();
            assert_eq!(places, [(2, "総合判定"), (4, "住民番号")]);
            assert!(rejected.iter().all(|row| !row.reason.contains('7') && !row.reason.contains("404")), "no value of the row is told");
            let wrong =
                import(desk.room(), &officer(), &desk.catalogue(), 3, sheet(2, &[XRAY]).as_bytes(), "x.csv", Encoding::Auto, &mut |_| {});
            assert!(wrong.is_err(), "a file of another record type is refused whole");
            let text = sheet(2, &[XRAY]);
            let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
            let (imported, _) = brought(&desk, 2, &cp932);
            assert_eq!(imported.unchanged, 1, "CP932 says the same");
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_every_record_type_goes_in_and_comes_out_unchanged() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            taken(&desk, &[person(1)]);
            let catalogue = Catalogue::built_in().unwrap();
            for record in 1..=15 {
                let mut row = vec![("resident_number", "1"), ("history_number", "3")];
                let items = &catalogue.record(record).unwrap().items;
                row.extend(items.iter().filter(|item| item.id == "remarks").map(|item| (item.id.as_str(), "見本、備考")));
                let text = sheet(record, &[&row]);
                let (imported, rejected) = brought(&desk, record, text.as_bytes());
                assert_eq!((imported.added, rejected), (1, Vec::new()), "{record}");
                assert_eq!(out(&desk, record), text, "{record}");
            }
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[test]
fn r_reg_6_a_row_from_a_form_goes_through_the_gate_of_files_item_by_item() {
    store::testing::both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1)]);
        let entered = |items: Items<'_>| {
            let items = items.iter().map(|(item, value)| ((*item).to_owned(), (*value).to_owned())).collect();
            enter(desk.room(), &officer(), &desk.catalogue(), 2, &items, "a slip of the pen").unwrap()
        };
        let plain: Vec<(&str, &str)> = XRAY.iter().copied().filter(|(item, _)| *item != "history_number").collect();
        assert_eq!(entered(&plain), EnteredRow::Added(1));
        assert_eq!((entered(&plain), entered(XRAY)), (EnteredRow::Unchanged(1), EnteredRow::Unchanged(1)));
        assert_eq!(out(&desk, 2), sheet(2, &[XRAY]), "as from a file");
        let mut mended = XRAY.to_vec();
        mended[6] = ("judgement", "１");
        assert_eq!(entered(&mended), EnteredRow::Corrected(1));
        assert_eq!(examined(&desk), [Examined { examination: "xray".to_owned(), needs_detailed: 0, claim_month: 202_606 }]);
        let reasons = look(&desk, |tx| diesel::sql_query("SELECT reason AS note FROM record_former").load::<Note>(tx));
        assert_eq!(reason(desk.room().vault(), 1, 1, &reasons[0].note), "a slip of the pen");
        // Every item that is wrong is named, each with what to do, and nothing is written.
        mended[3] = ("examined_on", "2026-02-30");
        mended[6] = ("judgement", "7");
        mended.push(("teeth", "32"));
        let EnteredRow::Refused(refused) = entered(&mended) else { panic!("it was taken") };
        assert_eq!(refused.iter().map(|refused| refused.item.as_str()).collect::<Vec<_>>(), ["examined_on", "judgement", "teeth"]);
        assert!(refused.iter().all(|refused| !refused.ja().is_empty() && !refused.ja().contains('7') && !refused.en().contains('7')));
        mended = XRAY.to_vec();
        mended[0] = ("resident_number", "404");
        let unknown = RefusedItem { item: "resident_number".to_owned(), refusal: Refusal::UnknownPerson };
        assert_eq!(entered(&mended), EnteredRow::Refused(vec![unknown]));
        assert_eq!(out(&desk, 2).lines().count(), 2);
    });
}

#[derive(QueryableByName)]
struct Note {
    #[diesel(sql_type = diesel::sql_types::Binary)]
    note: Vec<u8>,
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_7_records_without_a_number_are_matched_by_the_five_items() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            let desk = desk(&rooms);
            let people: Vec<_> = (1..=30)
                .map(|number| {
                    let mut line = person(number);
                    line.name = format!("{}　{}子", ["見本", "隣町", "山里"][number as usize % 3], ["春", "夏", "秋", "冬", "雪"][number as usize % 5]);
                    line.birth = ["1976-05-05", "1980-01-02", "1961-12-30", "1950-07-07"][number as usize % 4];
                    line
                })
                .collect();
            brought_residents(&desk, &file(&people));
            let incoming = "受付番号,氏名,氏名カナ,性別,生年月日,郵便番号,住所,電話番号\nA1,見本春子,ミホン ハナコ,女,S25.7.7,,みほん市中央1-15,\nA2,誰茂 知蘭,ダレモ シラン,男,1933-03-03,,遠い町9-9,\n";
            let mut out = Vec::new();
            let matched = identified(&desk, incoming.as_bytes(), &mut out).unwrap().0;
            let out = String::from_utf8(out).unwrap();
            let lines: Vec<&str> = out.lines().collect();
            assert_eq!(lines[0], "受付番号,判定,住民番号,確率");
            assert!(lines[1].starts_with("A1,") && lines[1].split(',').nth(2) == Some("15"), "{out}");
            assert_eq!(lines[2], "A2,該当なし,,");
            assert_eq!((matched.matched + matched.review, matched.unmatched), (1, 1));
            assert!(identified(&desk, b"a,b\n", Vec::new()).is_err());
            // A row that cannot be read is answered and told; nobody is guessed from what is left of it.
            let (heading, rest) = incoming.split_once('\n').unwrap();
            let mut bytes = format!("{heading}\n").into_bytes();
            bytes.extend_from_slice("A0,見本春子,ミホン ハナコ,女,S25.7.7,,みほん市中央1-15".as_bytes());
            bytes.extend_from_slice(b"\xff,\n");
            bytes.extend_from_slice("A3,見本春子\u{fffd},ミホン ハナコ,女,S25.7.7,,みほん市中央1-15,\n".as_bytes());
            bytes.extend_from_slice(rest.as_bytes());
            let mut again = Vec::new();
            let (matched, told) = identified(&desk, &bytes, &mut again).unwrap();
            let again = String::from_utf8(again).unwrap();
            let expected: Vec<&str> = [lines[0], "A0,該当なし,,", "A3,該当なし,,"].into_iter().chain(lines[1..].iter().copied()).collect();
            assert_eq!(again.lines().collect::<Vec<_>>(), expected);
            assert_eq!((matched.unmatched, matched.unreadable, told), (3, 2, vec![2, 3]));
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_04_while_the_record_cannot_be_written_no_verdict_and_no_record_leaves() {
    both(|rooms| async move {
        tokio::task::spawn_blocking(move || {
            use diesel::connection::SimpleConnection as _;
            let desk = desk(&rooms);
            taken(&desk, &[person(1)]);
            brought(&desk, 2, sheet(2, &[XRAY]).as_bytes());
            let rename = |from: &str, to: &str| {
                let rename =
                    |tx: &mut store::Tx| Ok::<_, store::StoreError>(tx.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?);
                desk.room().raw().write_blocking(rename).unwrap();
            };
            let incoming =
                "受付番号,氏名,氏名カナ,性別,生年月日,住所\nA1,見本　花子1,ミホン ハナコ,女,1976-05-05,みほん市中央一丁目1番\n".as_bytes();
            let runtime = runtime();
            let export = runtime.block_on(ask(&desk, EXPORT_JOB, ExportResults { record_type: 2 })).unwrap().id;
            let attempt = || runtime.block_on(desk.runner().run_by_hand(export, &mut |_| {})).unwrap().job;
            rename("ledger_batch", "gone");
            let mut verdicts = Vec::new();
            assert!(identified(&desk, incoming, &mut verdicts).is_err());
            let job = attempt();
            assert_eq!((verdicts.is_empty(), job.state, job.files.len()), (true, JobState::Waiting, 0));
            rename("gone", "ledger_batch");
            identified(&desk, incoming, &mut verdicts).unwrap();
            assert_eq!((verdicts.is_empty(), attempt().state), (false, JobState::Done));
            // Nor does what was written leave.
            let taken = || desk.file_of_job(&officer(), export, RESULTS);
            rename("ledger_batch", "gone");
            assert!(taken().is_err());
            rename("gone", "ledger_batch");
            assert_eq!(taken().unwrap().iter().filter(|byte| **byte == b'\n').count(), 2);
        })
        .await?;
        Ok::<_, Failed>(())
    })
    .await;
}

/// What came of a file, and the lines of rows that cannot be read.
fn identified(desk: &Desk, incoming: &[u8], out: impl Write) -> Result<(Matched, Vec<u64>), RegistryError> {
    let mut lines = Vec::new();
    let matched = identify(desk.room(), &officer(), incoming, Encoding::Utf8, out, &mut |rejected| lines.push(rejected.line))?;
    Ok((matched, lines))
}

fn brought_residents(desk: &Desk, text: &str) {
    crate::support::take(desk, text.as_bytes(), Encoding::Auto).0.unwrap();
}
