//! A column that a file does not have says nothing: what is known in it stays as it is.

use std::collections::HashMap;

use diesel::prelude::*;
use ledger::Room;
use number::IndividualNumber;
use store::Tx;
use vocabulary::ResidentNumber;

use super::column::{Column, KeptValue, PlainColumns};
use super::contact::SealedContact;
use super::import::ImportError;
use super::row::{Fault, ResidentRow};
use super::table::resident;

/// What is known of people in the columns that a file lacks; empty when it has them all.
pub(super) struct Before {
    absent: Vec<Column>,
    known: HashMap<i64, StoredColumns>,
}

/// What is known of a person in the absent columns.
struct StoredColumns {
    sealed_number: Option<Box<[u8]>>,
    contact: Option<SealedContact>,
    cells: Box<[(Column, KeptValue)]>,
}

type Stored = (Option<Vec<u8>>, SealedContact, PlainColumns);

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
            let is_absent = |column: &Column| absent.contains(column);
            let is_contact_absent = Column::SEALED.iter().any(is_absent);
            let mut keep = |(sealed, contact, plain): Stored| {
                let sealed_number = sealed.filter(|_| is_absent(&Column::IndividualNumber)).map(Vec::into_boxed_slice);
                let cells = plain.into_values().filter(|(column, _)| is_absent(column)).collect();
                known.insert(contact.id(), StoredColumns { sealed_number, contact: is_contact_absent.then_some(contact), cells });
                Ok::<_, ImportError>(())
            };
            let rows = resident::table.select((resident::sealed_number, SealedContact::NOW, PlainColumns::SELECTED));
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
        if self.absent.contains(&Column::IndividualNumber) {
            row.number = known.sealed_number.as_deref().map(|sealed| opened(room, &row.resident, sealed)).transpose()?;
        }
        row.complete(&known.cells);
        if let Some(contact) = &known.contact {
            let Some(contact) = wire::pass_over(contact.open(room.vault()))? else { return Ok(Err(unread())) };
            row.complete(&contact.values().filter(|(column, _)| self.absent.contains(column)).collect::<Vec<_>>());
        }
        Ok(row.agrees())
    }
}

/// Of whom it is not known what the file leaves out.
fn unread() -> Fault {
    Fault {
        column: Column::ResidentNumber.heading(),
        reason: "登録内容が壊れていて読み取れません。すべての列のあるファイルを、この人を含む2万行以下にして取り込んでください".to_owned(),
        english: "what is known does not open; it is mended by a file of at most 20,000 rows that has every column".to_owned(),
    }
}

fn opened(room: &Room, resident: &ResidentNumber, sealed: &[u8]) -> Result<IndividualNumber, ImportError> {
    let digits = room.vault().open_cell(&super::number_cell(resident), sealed)?;
    let damaged = || wire::Cause::from(wire::Damaged("an individual number"));
    let digits = std::str::from_utf8(&digits).map_err(|_| damaged())?;
    Ok(IndividualNumber::parse(digits).map_err(|_| damaged())?)
}
