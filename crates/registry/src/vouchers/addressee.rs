//! Who may be written to now: the only door through which a name and an address leave for a letter.
//!
//! Whether somebody is protected (支援措置), dead or gone is read from the current row at the moment of emission, never from what an extraction
//! remembered: the flag may have come in between. To write to people in a new way, take [`Addressee`]s; there is nothing else to take.

use std::collections::HashMap;

use diesel::prelude::*;
use store::Tx;
use vocabulary::{Date, day};

use crate::RegistryError;
use crate::residents::table::resident;

/// A person who may be written to now. Made only by [`Addressee::read`].
#[derive(Clone)]
pub(super) struct Addressee {
    name: String,
    postal_code: String,
    address: String,
    building: String,
}

/// Why a person may not be written to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Withheld {
    Protected,
    Died,
    MovedOut,
    Removed,
    Outside,
    NoAddress,
    Unknown,
}

/// Ids in one statement.
const ROWS: usize = 1_000;

/// protected, removal, until, class, name, postal code, address, building.
type Row = (i64, i16, i16, i32, i16, String, String, String, String);

impl Addressee {
    /// Reads the current rows of these residents; everybody asked for has an answer.
    pub(super) fn read(tx: &mut Tx, residents: &[i64], today: Date) -> Result<HashMap<i64, Result<Addressee, Withheld>>, RegistryError> {
        let mut answers: HashMap<i64, Result<Addressee, Withheld>> = residents.iter().map(|id| (*id, Err(Withheld::Unknown))).collect();
        for ids in residents.chunks(ROWS) {
            let rows = resident::table.filter(resident::id.eq_any(ids.to_vec())).select((
                resident::id,
                resident::protected,
                resident::removal,
                resident::until,
                resident::class,
                resident::name,
                resident::postal_code,
                resident::address,
                resident::building,
            ));
            for row in rows.load::<Row>(tx)? {
                answers.insert(row.0, Addressee::of(row, day::to_number(today)));
            }
        }
        Ok(answers)
    }

    fn of((_, protected, removal, until, class, name, postal_code, address, building): Row, today: i32) -> Result<Addressee, Withheld> {
        match removal {
            _ if protected != 0 => Err(Withheld::Protected),
            2 => Err(Withheld::Died),
            1 => Err(Withheld::MovedOut),
            9 => Err(Withheld::Removed),
            _ if until != 0 && until <= today => Err(Withheld::Removed),
            _ if class == 3 => Err(Withheld::Outside),
            _ if address.trim_matches([' ', '\u{3000}']).is_empty() => Err(Withheld::NoAddress),
            _ => Ok(Addressee { name, postal_code, address, building }),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn postal_code(&self) -> &str {
        &self.postal_code
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn building(&self) -> &str {
        &self.building
    }
}

/// Personal: a name and an address.
impl std::fmt::Debug for Addressee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addressee(…)")
    }
}

impl Withheld {
    /// The word at the desk.
    pub(super) fn ja(self) -> &'static str {
        match self {
            Withheld::Protected => "支援措置",
            Withheld::Died => "死亡",
            Withheld::MovedOut => "転出",
            Withheld::Removed => "消除",
            Withheld::Outside => "住登外",
            Withheld::NoAddress => "住所なし",
            Withheld::Unknown => "該当者なし",
        }
    }
}
