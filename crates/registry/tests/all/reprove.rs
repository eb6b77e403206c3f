//! What records prove follows the rules of the catalogue, when somebody asks for it and after it was shown.

use std::fs;

use catalogue::Catalogue;
use diesel::prelude::*;
use protocol::messages::registry::{ProofCounts as Counts, Reproved};
use registry::Desk;
use registry::files::encoding::Encoding;
use registry::results::{Change, Difference, ProofKind, import, reprove};
use store::testing::both_blocking;

use crate::results::{Items, sheet};
use crate::support::{desk, look, officer, person, taken};

fn programme(id: &str, from: &str, to: &str) -> (String, String) {
    let name = format!("programmes/{id}.toml");
    let text = fs::read_to_string(format!("{}/../../catalogue/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(text.contains(from), "{id} holds {from}");
    (name, text.replacen(from, to, 1))
}

/// Other judgements need a detailed examination, years are a fact of their own, and an X-ray is told by the other method.
fn with_other_rules() -> Catalogue {
    let years = "[[fact]]\nid = \"smoking_years\"\nname = \"喫煙年数\"\nenglish = \"Smoking years\"\nrecord = 3\nitem = \"smoking_years\"\n\n[[fact]]";
    Catalogue::from_texts([
        programme("colorectal", "needs_detailed = [\"2\"]", "needs_detailed = [\"1\", \"2\"]"),
        programme("lung", "[[fact]]", years),
        programme("stomach", "is = [\"1\"]", "is = [\"2\"]"),
    ])
    .unwrap()
}

/// All proofs as texts, the values of facts aside: those are sealed.
fn proofs(desk: &Desk) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Proof {
        #[diesel(sql_type = diesel::sql_types::Text)]
        proof: String,
    }
    let sql = "SELECT programme || ' ' || examination || ' ' || needs_detailed || ' ' || row AS proof FROM examination \
               UNION ALL SELECT fact || ' ' || known_on || ' ' || row FROM fact \
               UNION ALL SELECT 'detailed ' || history || ' ' || row FROM detailed_examination ORDER BY proof";
    look(desk, |tx| diesel::sql_query(sql).load::<Proof>(tx)).into_iter().map(|row| row.proof).collect()
}

fn run(desk: &Desk, catalogue: &Catalogue, apply: bool) -> (Reproved, Vec<Difference>) {
    let mut told = Vec::new();
    let reproved = reprove(desk.room(), &officer(), catalogue, !apply, &mut |difference| told.push(difference.clone())).unwrap();
    (reproved, told)
}

fn brought(desk: &Desk, record: u16, rows: &[Items<'_>]) {
    let text = sheet(record, rows);
    let imported = import(desk.room(), &officer(), &desk.catalogue(), record, text.as_bytes(), "x.csv", Encoding::Utf8, &mut |_| {});
    assert_eq!(imported.unwrap().added, rows.len() as u64);
}

#[test]
fn r_reg_2_changed_rules_are_shown_before_they_hold_and_hold_for_every_record_there_is() {
    both_blocking(|rooms| {
        let (desk, rules) = (desk(&rooms), with_other_rules());
        taken(&desk, &[person(1), person(2)]);
        let of = |number: &'static str, more: Items<'static>| {
            let day = [("resident_number", number), ("fiscal_year", "2025"), ("examined_on", "2025-05-01")];
            day.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
        };
        brought(&desk, 4, &[&of("1", &[("judgement", "1")]), &of("2", &[("judgement", "2")])]);
        brought(&desk, 3, &[&of("1", &[("smoking_years", "20"), ("cigarettes_per_day", "40")])]);
        brought(&desk, 2, &[&of("2", &[("method", "1")])]);
        brought(&desk, 12, &[&[("resident_number", "2"), ("attendance", "1")]]);
        // More than one portion.
        let histories: Vec<String> = (1..=2_100).map(|history| history.to_string()).collect();
        let many: Vec<[(&str, &str); 4]> = histories
            .iter()
            .map(|history| {
                [("resident_number", "1"), ("history_number", history.as_str()), ("fiscal_year", "2024"), ("examined_on", "2024-05-01")]
            })
            .collect();
        brought(&desk, 6, &many.iter().map(|row| row.as_slice()).collect::<Vec<_>>());
        let before = proofs(&desk);
        assert_eq!(
            run(&desk, &desk.catalogue(), false).0,
            Reproved { records: 2_105, ..Reproved::default() },
            "the rules are as they were"
        );
        // First it is shown, and nothing has changed.
        let shown = run(&desk, &rules, false);
        assert_eq!(proofs(&desk), before);
        let (reproved, told) = &shown;
        assert_eq!((reproved.records, reproved.differing, reproved.people), (2_105, 3, 2));
        let counts = |added, removed, changed| Counts { added, removed, changed };
        assert_eq!(
            reproved.examinations.iter().map(|(programme, counts)| (programme.as_str(), *counts)).collect::<Vec<_>>(),
            [("colorectal", counts(0, 0, 1)), ("stomach", counts(1, 1, 0))]
        );
        assert_eq!(
            reproved.facts.iter().map(|(fact, counts)| (fact.as_str(), *counts)).collect::<Vec<_>>(),
            [("smoking_years", counts(1, 0, 0))]
        );
        let gone = |one: &&Difference| one.change == Change::Removed;
        let gone: Vec<&Difference> = told.iter().filter(gone).collect();
        assert_eq!((gone[0].resident.as_str(), gone[0].kind, gone[0].examination.as_str()), ("2", ProofKind::Examination, "xray"));
        // Then it holds; asked again nothing is left to do, and the former rules give the former proofs.
        assert_eq!(run(&desk, &rules, true), shown);
        assert_ne!(proofs(&desk), before);
        assert_eq!(run(&desk, &rules, true).0, Reproved { records: 2_105, ..Reproved::default() });
        assert_eq!(run(&desk, &desk.catalogue(), true).0.differing, 3);
        assert_eq!(proofs(&desk), before);
    });
}
