//! A column that a file does not have says nothing: what is known in it stays as it is.

use std::collections::HashMap;

use diesel::prelude::*;
use ledger::Room;
use number::IndividualNumber;
use store::Tx;
use vocabulary::ResidentNumber;

use super::column::Column;
use super::import::ImportError;
use super::row::{Fault, ResidentRow};
use super::table::resident;

/// Columns that are texts and need not be in a file, in the order in which they are kept here.
const TEXTS: [Column; 6] = [Column::PostalCode, Column::Building, Column::District, Column::Branch, Column::Phone, Column::Event];

/// What is known of people in the columns that a file lacks; empty when it has them all.
pub(super) struct Before {
    absent: Vec<Column>,
    known: HashMap<i64, StoredColumns>,
}

struct StoredColumns {
    sealed_number: Option<Box<[u8]>>,
    /// Those of absent columns; the others are empty.
    texts: [Box<str>; TEXTS.len()],
    days: Days,
    codes: Codes,
}

/// event_date, since, until.
type Days = (i32, i32, i32);
/// removal, protected, tax, household_tax, welfare, disaster.
type Codes = (i16, i16, i16, i16, i16, i16);
type Stored = (i64, Option<Vec<u8>>, (String, String, String, String, String, String), Days, Codes);

impl Before {
    /// Of nobody yet.
    pub(super) fn of_nobody(absent: Vec<Column>) -> Before {
        Before { absent, known: HashMap::new() }
    }

    /// Takes in what is known of others.
    pub(super) fn join(&mut self, others: Before) {
        self.known.extend(others.known);
    }

    /// Reads it of these people, or of everybody, when there is something that the file lacks.
    pub(super) fn read(tx: &mut Tx, absent: Vec<Column>, of: Option<Vec<i64>>) -> Result<Before, ImportError> {
        let mut known = HashMap::new();
        if !absent.is_empty() {
            let columns = (
                resident::id,
                resident::sealed_number,
                (resident::postal_code, resident::building, resident::district, resident::branch, resident::phone, resident::event),
                (resident::event_date, resident::since, resident::until),
                (resident::removal, resident::protected, resident::tax, resident::household_tax, resident::welfare, resident::disaster),
            );
            let is_absent = |column: &Column| absent.contains(column);
            let mut keep = |(id, sealed, texts, days, codes): Stored| {
                let sealed_number = sealed.filter(|_| is_absent(&Column::IndividualNumber)).map(Vec::into_boxed_slice);
                let texts = [texts.0, texts.1, texts.2, texts.3, texts.4, texts.5].into_iter().zip(&TEXTS);
                let mut kept = texts.map(|(text, column)| if is_absent(column) { text.into_boxed_str() } else { Box::default() });
                let texts = std::array::from_fn(|_| kept.next().unwrap_or_default());
                known.insert(id, StoredColumns { sealed_number, texts, days, codes });
                Ok::<_, ImportError>(())
            };
            let rows = resident::table.select(columns);
            match of {
                Some(ids) => store::stream!(tx, rows.filter(resident::id.eq_any(ids)), Stored, &mut keep)?,
                None => store::stream!(tx, rows, Stored, &mut keep)?,
            };
        }
        Ok(Before { absent, known })
    }

    /// Completes a person's row with it → whether the row agrees with what is known.
    pub(super) fn complete(&self, room: &Room, id: i64, row: &mut ResidentRow) -> Result<Result<(), Fault>, ImportError> {
        let Some(known) = self.known.get(&id) else { return Ok(Ok(())) };
        for column in &self.absent {
            match column {
                Column::IndividualNumber => {
                    row.number = known.sealed_number.as_deref().map(|sealed| opened(room, &row.resident, sealed)).transpose()?;
                }
                Column::EventDate => row.event_date = known.days.0,
                Column::From => row.from = known.days.1,
                Column::Until => row.until = known.days.2,
                Column::Removal => row.removal = known.codes.0,
                Column::Protected => row.protected = known.codes.1,
                Column::Tax => row.tax = known.codes.2,
                Column::HouseholdTax => row.household_tax = known.codes.3,
                Column::Welfare => row.welfare = known.codes.4,
                Column::Disaster => row.disaster = known.codes.5,
                // Texts come below; the others are required.
                _ => {}
            }
        }
        row.replace_texts(|column| {
            let place = TEXTS.iter().position(|one| *one == column && self.absent.contains(&column))?;
            known.texts.get(place).map(AsRef::as_ref)
        });
        Ok(row.agrees())
    }
}

fn opened(room: &Room, resident: &ResidentNumber, sealed: &[u8]) -> Result<IndividualNumber, ImportError> {
    let digits = room.vault().open_cell(&super::number_cell(resident), sealed)?;
    let digits = std::str::from_utf8(&digits).map_err(|_| ImportError::Malformed)?;
    IndividualNumber::parse(digits).map_err(|_| ImportError::Malformed)
}
