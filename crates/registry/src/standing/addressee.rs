//! Who may be told something now: the only door through which a name and an address leave for a letter or a message.
//!
//! Whether somebody is protected (支援措置), dead or gone is read from the current row at the moment of emission, never from what an extraction
//! remembered: it may have changed in between. To write to people in a new way, take [`Addressee`]s; there is nothing else to take.

use std::collections::HashMap;
use std::fmt;

use diesel::prelude::*;
use eligibility::{Residency, Standing};
use store::Tx;
use vault::Vault;
use vocabulary::Date;

use super::{StandingRow, former_periods};
use crate::RegistryError;
use crate::residents::contact::{Contact, SealedContact};
use crate::residents::table::resident;
use crate::returned;
use crate::unnamed::is_unnamed;

/// By what somebody is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// On paper: letters, labels, vouchers.
    Letter,
    /// A registration with the hub, which shows it in the resident's portal.
    Hub,
}

/// A person who may be told something now. Made only by [`Addressee::read`].
pub(crate) struct Addressee {
    row: Row,
    contact: Contact,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
struct Row {
    id: i64,
    number: String,
    name: String,
    kana: String,
    sex: i16,
    birth: i32,
    sealed_number: Option<Vec<u8>>,
    #[diesel(embed)]
    contact: SealedContact,
    #[diesel(embed)]
    standing: StandingRow,
}

/// Why a person may not be told now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Withheld {
    Protected,
    Died,
    MovedOut,
    Removed,
    Outside,
    NotYet,
    NoAddress,
    NoNumber,
    Returned,
    Doubtful,
    /// Whether they are protected, or where they live, cannot be read.
    Damaged,
    Unknown,
}

/// Ids in one statement.
const ROWS: usize = 1_000;

impl Addressee {
    /// Reads these residents as they are now; everybody asked for has an answer.
    pub(crate) fn read(tx: &mut Tx, vault: &Vault, residents: &[i64], by: Means, today: Date) -> Result<Addressees, RegistryError> {
        let mut answers: Addressees = residents.iter().map(|id| (*id, Err(Withheld::Unknown))).collect();
        for ids in residents.chunks(ROWS) {
            let mut former = former_periods(tx, Some(ids))?;
            let came_back = returned::came_back(tx, vault, ids)?;
            let rows: Vec<Row> = resident::table.filter(resident::id.eq_any(ids.to_vec())).select(Row::as_select()).load(tx)?;
            for row in rows {
                let standing = row.standing.standing(former.remove(&row.id).unwrap_or_default());
                let (id, came_back) = (row.id, came_back.contains(&row.id));
                let answer = match wire::pass_over(row.contact.open(vault))? {
                    None => Err(Withheld::Damaged),
                    Some(contact) => {
                        withheld(&row, &contact, &standing, by, today, came_back).map_or_else(|| Ok(Addressee { row, contact }), Err)
                    }
                };
                answers.insert(id, answer);
            }
        }
        Ok(answers)
    }

    pub(crate) fn id(&self) -> i64 {
        self.row.id
    }

    /// 住民番号.
    pub(crate) fn number(&self) -> &str {
        &self.row.number
    }

    pub(crate) fn name(&self) -> &str {
        &self.row.name
    }

    pub(crate) fn kana(&self) -> &str {
        &self.row.kana
    }

    /// The register's code.
    pub(crate) fn sex(&self) -> i16 {
        self.row.sex
    }

    /// yyyymmdd.
    pub(crate) fn birth(&self) -> i32 {
        self.row.birth
    }

    pub(crate) fn postal_code(&self) -> &str {
        self.contact.postal_code()
    }

    pub(crate) fn address(&self) -> &str {
        self.contact.address()
    }

    pub(crate) fn building(&self) -> &str {
        self.contact.building()
    }

    /// 個人番号, sealed; there is one for everybody who is told by [`Means::Hub`].
    pub(crate) fn sealed_number(&self) -> Option<&[u8]> {
        self.row.sealed_number.as_deref()
    }
}

/// What came of each resident who was asked for.
pub(crate) type Addressees = HashMap<i64, Result<Addressee, Withheld>>;

/// Why somebody may not be told on a day; of several reasons the one that weighs most. Death weighs without its day, and before its day: a
/// day to come is a slip of the pen, and the family is not to be written to. `came_back` says that a letter to the address did.
fn withheld(row: &Row, contact: &Contact, standing: &Standing, by: Means, today: Date, came_back: bool) -> Option<Withheld> {
    if contact.is_protected() {
        return Some(Withheld::Protected);
    }
    if standing.is_dead() {
        return Some(Withheld::Died);
    }
    match standing.on(today) {
        Residency::Resident => {}
        Residency::Died(_) => return Some(Withheld::Died),
        Residency::MovedOut(_) => return Some(Withheld::MovedOut),
        Residency::Removed(_) => return Some(Withheld::Removed),
        Residency::Outside => return Some(Withheld::Outside),
        Residency::NotYet(_) => return Some(Withheld::NotYet),
    }
    if contact.address().trim_matches([' ', '\u{3000}']).is_empty() {
        return Some(Withheld::NoAddress);
    }
    match by {
        Means::Hub if row.sealed_number.is_none() => Some(Withheld::NoNumber),
        Means::Letter if came_back => Some(Withheld::Returned),
        // Nobody can print a character that the city has not named in its gaiji.csv, or that is not seen, and a name without it is another's.
        Means::Hub if unnamed(&[&row.name, &row.kana]) => Some(Withheld::Doubtful),
        Means::Letter if unnamed(&[&row.name, contact.address(), contact.building()]) => Some(Withheld::Doubtful),
        Means::Hub | Means::Letter => None,
    }
}

fn unnamed(texts: &[&str]) -> bool {
    texts.iter().any(|text| text.contains(is_unnamed))
}

/// Personal: a name and an address.
impl fmt::Debug for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addressee(…)")
    }
}

impl Withheld {
    /// The word at the desk.
    pub(crate) fn ja(self) -> &'static str {
        match self {
            Withheld::Protected => "支援措置",
            Withheld::Died => "死亡",
            Withheld::MovedOut => "転出",
            Withheld::Removed => "消除",
            Withheld::Outside => "住登外",
            Withheld::NotYet => "転入・出生前",
            Withheld::NoAddress => "住所なし",
            Withheld::NoNumber => "個人番号なし",
            Withheld::Returned => "返戻",
            Withheld::Doubtful => "外字未確認",
            Withheld::Damaged => "記録の破損",
            Withheld::Unknown => "該当者なし",
        }
    }

    /// The same in English.
    pub(crate) fn en(self) -> &'static str {
        match self {
            Withheld::Protected => "protected",
            Withheld::Died => "died",
            Withheld::MovedOut => "moved out",
            Withheld::Removed => "removed from the register",
            Withheld::Outside => "outside the register",
            Withheld::NotYet => "not yet a resident",
            Withheld::NoAddress => "no address",
            Withheld::NoNumber => "no individual number",
            Withheld::Returned => "a letter came back",
            Withheld::Doubtful => "a character not named yet",
            Withheld::Damaged => "a damaged record",
            Withheld::Unknown => "not known",
        }
    }
}
