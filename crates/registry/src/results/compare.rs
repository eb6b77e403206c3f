//! What records are said to prove beside what they prove by the rules as they are now.

use std::collections::HashMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use store::Tx;
use vault::Vault;

use super::form::Proofs;
use super::prove::open_fact;
use super::table::{detailed_examination, examination, fact};
use crate::RegistryError;

/// A proof that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// 住民番号.
    pub resident: String,
    /// Number of the record type.
    pub record: i16,
    /// 履歴番号.
    pub history: i32,
    /// What is proven.
    pub kind: ProofKind,
    /// The programme, the fact, or the record type.
    pub what: String,
    /// Of an examination, which one; empty where the record does not tell.
    pub examination: String,
    /// How it differs.
    pub change: Change,
}

/// The headings of differences as a file.
pub(super) const HEADING: [&str; 7] = ["住民番号", "記録", "履歴番号", "種類", "事業・事実・記録", "検査", "変更"];

impl Difference {
    /// As a row of a file, by the names of the catalogue; what that does not have is told by its id.
    pub(super) fn cells(&self, catalogue: &Catalogue) -> [String; 7] {
        let Difference { resident, record, history, kind, what, examination, change } = self;
        let programme = catalogue.programme(what);
        let name = match kind {
            ProofKind::Examination => programme.map(|programme| &programme.name),
            ProofKind::Fact => catalogue.facts().find(|fact| fact.id == *what).map(|fact| &fact.name),
            ProofKind::Detailed => catalogue.record_of(what).map(|record| &record.name),
        };
        let of_programme = programme.and_then(|programme| programme.examination(examination));
        let record = u16::try_from(*record).ok().and_then(|number| catalogue.record(number)).map(|record| &record.name);
        let kind = match kind {
            ProofKind::Examination => "受診",
            ProofKind::Fact => "事実",
            ProofKind::Detailed => "精検",
        };
        let change = match change {
            Change::Added => "追加",
            Change::Removed => "削除",
            Change::Changed => "変更",
        };
        let texts = [name.unwrap_or(what), of_programme.map_or(examination, |one| &one.name)];
        let [what, examination] = texts.map(String::clone);
        let record = record.map_or_else(|| self.record.to_string(), String::clone);
        [resident.clone(), record, history.to_string(), kind.to_owned(), what, examination, change.to_owned()]
    }
}

/// What a record can prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofKind {
    /// An examination of a programme.
    Examination,
    /// A number that rules look at.
    Fact,
    /// A detailed examination (精検), and of which screening.
    Detailed,
}

/// How a proof differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It no longer holds.
    Removed,
    /// It says something else.
    Changed,
}

/// What some records are said to prove, by record row.
#[derive(Default)]
pub(super) struct StoredProofs(HashMap<i64, StoredProof>);

/// What a record is said to prove.
#[derive(Default)]
pub(super) struct StoredProof {
    examinations: Vec<StoredExamination>,
    /// Fact, value, day; no value where what is stored cannot be read.
    facts: Vec<(String, Option<i32>, i32)>,
    screening_history: Option<i32>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = examination)]
struct StoredExamination {
    row: i64,
    programme: String,
    examination_id: String,
    fiscal_year: i32,
    examined_on: i32,
    institution: String,
    needs_detailed: i16,
    claim_month: i32,
    excluded: i16,
}

impl StoredProofs {
    pub(super) fn load(tx: &mut Tx, vault: &Vault, rows: &[i64]) -> Result<Self, RegistryError> {
        let mut proofs = Self::default();
        let examinations = examination::table.filter(examination::row.eq_any(rows)).order(examination::id);
        for stored in examinations.select(StoredExamination::as_select()).load(tx)? {
            proofs.0.entry(stored.row).or_default().examinations.push(stored);
        }
        let facts = fact::table.filter(fact::row.eq_any(rows)).order((fact::row, fact::fact_id));
        let facts: Vec<(i64, String, i32, Vec<u8>)> = facts.select((fact::row, fact::fact_id, fact::known_on, fact::value)).load(tx)?;
        for (row, fact, known_on, sealed) in facts {
            let value = wire::pass_over(open_fact(vault, row, &fact, &sealed))?;
            proofs.0.entry(row).or_default().facts.push((fact, value, known_on));
        }
        let detailed = detailed_examination::table.filter(detailed_examination::row.eq_any(rows));
        for (row, history) in detailed.select((detailed_examination::row, detailed_examination::history)).load::<(i64, i32)>(tx)? {
            proofs.0.entry(row).or_default().screening_history = Some(history);
        }
        Ok(proofs)
    }

    pub(super) fn of(&self, row: i64) -> Option<&StoredProof> {
        self.0.get(&row)
    }
}

/// Tells every difference: what is proven, programme or fact, examination, how it differs.
pub(super) fn differences(stored: Option<&StoredProof>, now: &Proofs<'_>, tell: &mut dyn FnMut(ProofKind, &str, &str, Change)) {
    let nothing = StoredProof::default();
    let stored = stored.unwrap_or(&nothing);
    let same =
        |one: &StoredExamination, programme: &str, examination: &str| one.programme == programme && one.examination_id == examination;
    for proof in &now.examinations {
        let change = match stored.examinations.iter().find(|one| same(one, proof.programme, proof.examination)) {
            None => Change::Added,
            Some(one) => {
                let flags = (one.needs_detailed != 0, one.excluded != 0) == (proof.needs_detailed, proof.excluded);
                let days = (one.fiscal_year, one.examined_on, one.claim_month) == (proof.fiscal_year, proof.examined_on, proof.claim_month);
                if flags && days && one.institution == proof.institution {
                    continue;
                }
                Change::Changed
            }
        };
        tell(ProofKind::Examination, proof.programme, proof.examination, change);
    }
    for one in &stored.examinations {
        if !now.examinations.iter().any(|proof| same(one, proof.programme, proof.examination)) {
            tell(ProofKind::Examination, &one.programme, &one.examination_id, Change::Removed);
        }
    }
    for proof in &now.facts {
        match stored.facts.iter().find(|(fact, ..)| fact == proof.fact) {
            None => tell(ProofKind::Fact, proof.fact, "", Change::Added),
            Some((_, value, on)) if (*value, *on) != (Some(proof.value), proof.known_on) => {
                tell(ProofKind::Fact, proof.fact, "", Change::Changed)
            }
            Some(_) => {}
        }
    }
    for (fact, ..) in stored.facts.iter().filter(|(fact, ..)| !now.facts.iter().any(|proof| proof.fact == fact)) {
        tell(ProofKind::Fact, fact, "", Change::Removed);
    }
    match (stored.screening_history, now.screening_history) {
        (None, Some(_)) => tell(ProofKind::Detailed, "", "", Change::Added),
        (Some(_), None) => tell(ProofKind::Detailed, "", "", Change::Removed),
        (one, other) if one != other => tell(ProofKind::Detailed, "", "", Change::Changed),
        _ => {}
    }
}
