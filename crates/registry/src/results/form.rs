//! A record type as rows are read by it: its columns, what tells one row from another, and what a row proves.

use std::sync::Arc;

use catalogue::{Catalogue, Fact, FollowUp, Programme, Record};
use sheets::Gaiji;
use vault::Vault;
use vocabulary::{Date, FiscalYear, day};
use zeroize::Zeroizing;

use super::layout::Layout;
use crate::RegistryError;

/// What the first heading is called in files: the resident number stands for 整理番号.
const RESIDENT: &str = "住民番号";

/// A record type with the columns that are looked at.
pub(crate) struct Form<'c> {
    pub(crate) record: &'c Record,
    pub(crate) number: i16,
    pub(crate) resident: usize,
    pub(crate) history: usize,
    pub(super) layout: Arc<Layout>,
    /// What the city's own characters in its files stand for.
    pub(super) gaiji: Arc<Gaiji>,
    fiscal_year: Option<usize>,
    examined_on: Option<usize>,
    claim_month: Option<usize>,
    excluded: Option<usize>,
    screening_history: Option<usize>,
    programmes: Vec<Screening<'c>>,
    facts: Vec<&'c Fact>,
    is_detailed: bool,
    /// Every column but 履歴番号, in the order of the ids of their items.
    by_id: Vec<(usize, &'c str)>,
}

struct Screening<'c> {
    programme: &'c Programme,
    fiscal_year: usize,
    examined_on: usize,
    institution: usize,
    judgement: usize,
}

/// What one row proves: derived from its items by the rules of the catalogue, and derived anew when they change.
#[derive(Debug, Default)]
pub(crate) struct Proofs<'r> {
    pub(crate) examinations: Vec<ProvenExamination<'r>>,
    pub(crate) facts: Vec<ProvenFact<'r>>,
    /// 履歴番号 of the screening, of a record of a detailed examination (精検).
    pub(crate) screening_history: Option<i32>,
}

/// An examination that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProvenExamination<'r> {
    pub(crate) programme: &'r str,
    /// Empty when the row does not tell which one was done.
    pub(crate) examination: &'r str,
    pub(crate) fiscal_year: i32,
    pub(crate) examined_on: i32,
    pub(crate) institution: &'r str,
    pub(crate) needs_detailed: bool,
    pub(crate) claim_month: i32,
    pub(crate) excluded: bool,
}

/// A number that rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProvenFact<'r> {
    /// Id in the catalogue.
    pub(crate) fact: &'r str,
    pub(crate) value: i32,
    /// yyyymmdd, 0 where the row has no day.
    pub(crate) known_on: i32,
}

impl<'c> Form<'c> {
    /// The form of a record type.
    pub(crate) fn of(catalogue: &'c Catalogue, number: u16) -> Result<Form<'c>, RegistryError> {
        let unknown = || {
            let known: Vec<String> = catalogue.records().iter().map(|record| record.number.to_string()).collect();
            RegistryError::asked(
                format!("結果の種類{number}はありません。あるのは{}です", known.join("、")),
                format!("there is no record type {number}: the catalogue has {}", known.join(", ")),
            )
        };
        let record = catalogue.record(number).ok_or_else(unknown)?;
        let column = |item: &str| record.place(item).ok_or(wire::Defect("a record type without one of its key items"));
        let screening = |programme: &'c Programme| {
            let result = &programme.result;
            Ok(Screening {
                programme,
                fiscal_year: column(&result.fiscal_year)?,
                examined_on: column(&result.examined_on)?,
                institution: column(&result.institution)?,
                judgement: column(&result.judgement)?,
            })
        };
        let programmes = catalogue.programmes_of(number).map(screening).collect::<Result<Vec<_>, RegistryError>>()?;
        let follow_up = catalogue.programmes().iter().map(|programme| &programme.follow_up).find(|follow_up| follow_up.record == number);
        let followed_on = |follow_up: &FollowUp| record.place(&follow_up.examined_on);
        let examined_on = programmes.first().map(|screening| screening.examined_on).or_else(|| follow_up.and_then(followed_on));
        let history = column("history_number")?;
        let columns = record.items.iter().enumerate().filter(|(place, _)| *place != history);
        let mut by_id: Vec<(usize, &str)> = columns.map(|(place, item)| (place, item.id.as_str())).collect();
        by_id.sort_unstable_by_key(|(_, id)| *id);
        Ok(Form {
            record,
            number: i16::try_from(number).map_err(|_| unknown())?,
            resident: column("resident_number")?,
            history,
            layout: Arc::new(Layout::of(record)),
            gaiji: Arc::clone(catalogue.gaiji()),
            fiscal_year: record.place("fiscal_year"),
            examined_on: examined_on.or_else(|| record.place("examined_on")),
            claim_month: record.place("claim_month"),
            excluded: record.place("payment_excluded"),
            screening_history: record.place("screening_history_number"),
            programmes,
            facts: catalogue.facts().filter(|fact| fact.record == number).collect(),
            is_detailed: follow_up.is_some(),
            by_id,
        })
    }

    /// The headings of its file.
    pub(crate) fn header(&self) -> impl Iterator<Item = &str> {
        self.record.header().enumerate().map(|(at, name)| if at == self.resident { RESIDENT } else { name })
    }

    /// The heading of a column in files.
    pub(crate) fn heading(&self, at: usize) -> &str {
        if at == self.resident { RESIDENT } else { self.record.items.get(at).map_or("", |item| item.header()) }
    }

    /// The fiscal year that a row names, or that its day of examination lies in; 0 for none.
    pub(crate) fn year_of(&self, row: &[&str]) -> i32 {
        let named = number_at(row, self.fiscal_year);
        if named != 0 { named } else { date_at(row, self.examined_on).map_or(0, year_number) }
    }

    /// The item of the day of examination.
    pub(crate) fn examined_item(&self) -> Option<&'c str> {
        self.record.items.get(self.examined_on?).map(|item| item.id.as_str())
    }

    /// The item of the fiscal year.
    pub(crate) fn year_item(&self) -> Option<&'c str> {
        self.record.items.get(self.fiscal_year?).map(|item| item.id.as_str())
    }

    /// What tells whether two rows say the same, 履歴番号 aside: keyed, of the items that have a value, however their columns are arranged.
    pub(super) fn digest(&self, vault: &Vault, row: &[&str]) -> [u8; 16] {
        let mut said = Zeroizing::new(Vec::with_capacity(512));
        for (place, id) in &self.by_id {
            let value = text_at(row, Some(*place));
            if !value.is_empty() {
                for part in [id, value] {
                    said.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
                    said.extend_from_slice(part.as_bytes());
                }
            }
        }
        vault.blind("record row", &said)
    }

    /// What a row proves, by programme and examination; `history` is its 履歴番号.
    pub(crate) fn proofs<'r>(&'r self, row: &'r [&'r str], history: i32) -> Proofs<'r> {
        let screening_history = self.is_detailed.then(|| match number_at(row, self.screening_history) {
            0 => history,
            named => named,
        });
        let known_on = date_at(row, self.examined_on).map_or(0, day::to_number);
        let fact = |fact: &&'r Fact| Some(ProvenFact { fact: &fact.id, value: fact.read(row)?, known_on });
        let facts = self.facts.iter().filter_map(fact).collect();
        let mut examinations = Vec::new();
        for screening in &self.programmes {
            // A row without a day proves nothing: somebody was invited, or told a fact.
            let Some(on) = date_at(row, Some(screening.examined_on)) else { continue };
            let programme = screening.programme;
            let named = number_at(row, Some(screening.fiscal_year));
            let proof = |examination: &'r str| ProvenExamination {
                programme: &programme.id,
                examination,
                fiscal_year: if named == 0 { year_number(on) } else { named },
                examined_on: day::to_number(on),
                institution: text_at(row, Some(screening.institution)),
                needs_detailed: programme.needs_detailed(text_at(row, Some(screening.judgement))),
                claim_month: text_at(row, self.claim_month).replace('-', "").parse().unwrap_or(0),
                excluded: text_at(row, self.excluded) == "1",
            };
            let before = examinations.len();
            examinations.extend(programme.done_in(row).map(|examination| proof(&examination.id)));
            // Somebody who was examined is not lost because nobody wrote how.
            if examinations.len() == before {
                examinations.push(proof(""));
            }
        }
        Proofs { examinations, facts, screening_history }
    }
}

fn year_number(date: Date) -> i32 {
    i32::from(FiscalYear::of(date).0)
}

fn text_at<'t>(row: &[&'t str], place: Option<usize>) -> &'t str {
    place.and_then(|at| row.get(at)).copied().unwrap_or_default()
}

fn number_at(row: &[&str], place: Option<usize>) -> i32 {
    text_at(row, place).parse().unwrap_or(0)
}

fn date_at(row: &[&str], place: Option<usize>) -> Option<Date> {
    text_at(row, place).parse().ok()
}
