//! A record type as rows are read by it: cells brought into their one form, and what a row proves.

use catalogue::{Catalogue, FollowUp, Programme, Record};
use vocabulary::{Date, FiscalYear, day};

use crate::RegistryError;

/// Between the cells of a stored row; no cell can hold it, because control characters are refused.
pub(crate) const BETWEEN: char = '\u{1f}';
/// What the first heading is called in files: the resident number stands for 整理番号.
const RESIDENT: &str = "住民番号";

/// A record type with the columns that are looked at.
pub(crate) struct Form<'c> {
    pub(crate) record: &'c Record,
    pub(crate) number: i16,
    pub(crate) resident: usize,
    pub(crate) history: usize,
    fiscal_year: Option<usize>,
    claim_month: Option<usize>,
    excluded: Option<usize>,
    setting: Option<usize>,
    screening_history: Option<usize>,
    programmes: Vec<Screening<'c>>,
    detailed: Option<Detailed>,
}

struct Screening<'c> {
    programme: &'c Programme,
    fiscal_year: usize,
    examined_on: usize,
    institution: usize,
    judgement: usize,
}

struct Detailed {
    attendance: usize,
    examined_on: usize,
    institution: usize,
    judgement: usize,
}

/// What one row proves of one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) programme: String,
    /// Empty when the row does not tell which one was done, or, without a day, tells no more than a fact.
    pub(crate) examination: String,
    pub(crate) fiscal_year: i32,
    pub(crate) examined_on: i32,
    pub(crate) institution: String,
    pub(crate) judgement: String,
    pub(crate) needs_detailed: bool,
    pub(crate) smoking_index: Option<i32>,
    pub(crate) setting: String,
    pub(crate) claim_month: i32,
    pub(crate) excluded: bool,
}

/// What one row tells of a detailed examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DetailedProof {
    pub(crate) history: i32,
    pub(crate) attendance: String,
    pub(crate) examined_on: i32,
    pub(crate) institution: String,
    pub(crate) judgement: String,
}

impl<'c> Form<'c> {
    /// The form of a record type.
    pub(crate) fn of(catalogue: &'c Catalogue, number: u16) -> Result<Form<'c>, RegistryError> {
        let unknown = || RegistryError::Asked(format!("there is no record type {number}: the PIA's are 1 to 15"));
        let record = catalogue.record(number).ok_or_else(unknown)?;
        let column = |item: &str| record.place(item).ok_or(RegistryError::Malformed("a record type without one of its key items"));
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
        let follow_up = catalogue.programmes().iter().map(|programme| &programme.follow_up).find(|follow_up| follow_up.record == number);
        let detailed = |follow_up: &FollowUp| {
            Ok::<_, RegistryError>(Detailed {
                attendance: column(&follow_up.attendance)?,
                examined_on: column(&follow_up.examined_on)?,
                institution: column(&follow_up.institution)?,
                judgement: column(&follow_up.judgement)?,
            })
        };
        Ok(Form {
            record,
            number: i16::try_from(number).map_err(|_| unknown())?,
            resident: column("resident_number")?,
            history: column("history_number")?,
            fiscal_year: record.place("fiscal_year"),
            claim_month: record.place("claim_month"),
            excluded: record.place("payment_excluded"),
            setting: record.place("setting"),
            screening_history: record.place("screening_history_number"),
            programmes: catalogue.programmes_of(number).map(screening).collect::<Result<_, RegistryError>>()?,
            detailed: follow_up.map(detailed).transpose()?,
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

    /// What is stored as one text.
    pub(crate) fn join<'t>(cells: impl IntoIterator<Item = &'t str>) -> String {
        let mut text = String::with_capacity(256);
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                text.push(BETWEEN);
            }
            text.push_str(cell);
        }
        text
    }

    /// The cells of what is stored.
    pub(crate) fn split(text: &str) -> Vec<&str> {
        text.split(BETWEEN).collect()
    }

    /// The fiscal year that a row names, or that its day of examination lies in; 0 for none.
    pub(crate) fn year_of(&self, row: &[&str]) -> i32 {
        let named = number_at(row, self.fiscal_year);
        if named != 0 {
            return named;
        }
        let on =
            self.programmes.first().map(|screening| screening.examined_on).or(self.detailed.as_ref().map(|detailed| detailed.examined_on));
        date_at(row, on).map_or(0, |date| i32::from(FiscalYear::of(date).0))
    }

    /// What the row proves, by programme and examination.
    pub(crate) fn proofs(&self, row: &[&str]) -> Vec<Proof> {
        let mut proofs = Vec::new();
        for screening in &self.programmes {
            let programme = screening.programme;
            let smoking_index =
                programme.facts.iter().filter(|fact| i16::try_from(fact.record) == Ok(self.number)).find_map(|fact| fact.read(row));
            let judgement = text_at(row, Some(screening.judgement));
            let on = date_at(row, Some(screening.examined_on));
            let named = number_at(row, Some(screening.fiscal_year));
            let proof = |examination: &str| Proof {
                programme: programme.id.clone(),
                examination: examination.to_owned(),
                fiscal_year: if named == 0 { on.map_or(0, |date| i32::from(FiscalYear::of(date).0)) } else { named },
                examined_on: on.map_or(0, day::to_number),
                institution: text_at(row, Some(screening.institution)).to_owned(),
                judgement: judgement.to_owned(),
                needs_detailed: programme.needs_detailed(judgement),
                smoking_index,
                setting: text_at(row, self.setting).to_owned(),
                claim_month: text_at(row, self.claim_month).replace('-', "").parse().unwrap_or(0),
                excluded: text_at(row, self.excluded) == "1",
            };
            let before = proofs.len();
            proofs.extend(programme.done_in(row).map(|examination| proof(&examination.id)));
            // Somebody who was examined is not lost because nobody wrote how.
            if proofs.len() == before && (on.is_some() || smoking_index.is_some()) {
                proofs.push(proof(""));
            }
        }
        proofs
    }

    /// What the row tells of a detailed examination.
    pub(crate) fn detailed(&self, row: &[&str], history: i32) -> Option<DetailedProof> {
        let detailed = self.detailed.as_ref()?;
        let named = number_at(row, self.screening_history);
        Some(DetailedProof {
            history: if named == 0 { history } else { named },
            attendance: text_at(row, Some(detailed.attendance)).to_owned(),
            examined_on: date_at(row, Some(detailed.examined_on)).map_or(0, day::to_number),
            institution: text_at(row, Some(detailed.institution)).to_owned(),
            judgement: text_at(row, Some(detailed.judgement)).to_owned(),
        })
    }
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
