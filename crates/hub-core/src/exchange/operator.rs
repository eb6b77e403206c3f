//! What is held for cities, for operators: listed without a word of what it says, returned to the city whose it is, dropped.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Room, Seen};
use serde::Serialize;
use store::Tx;
use vault::Vault;
use vocabulary::MunicipalityCode;

use super::cursor::{ALL, Cursor};
use super::held::{self as rows, NO, YES};
use crate::HubError;
use crate::table::held;

const READ: Act = Act::new("hub-core:held.read");
const RETURN: Act = Act::new("hub-core:held.return");
const DROP: Act = Act::new("hub-core:held.drop");
const SETTLE: Act = Act::new("hub-core:held.settle");

/// What is held in the nation's room for cities that do not take it. For threads that may block.
#[derive(Clone, Debug)]
pub struct HeldRows {
    room: Room,
    /// Those whose rooms there are.
    cities: Vec<MunicipalityCode>,
}

/// How it is with what is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldList {
    /// What was put aside, because it does not open for the city that it lies there for.
    pub put_aside: Vec<HeldRow>,
    /// What waits for its city, by city.
    pub waiting: Vec<HeldFor>,
    /// What is wrong with the whole: rows that were taken away.
    pub wrong: Option<String>,
}

/// A row that was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldRow {
    /// The public side's number of it.
    pub sequence: i64,
    /// For whom it lies there.
    pub lies_for: i64,
    /// Whose it is, by what is sealed; none when it opens for no city: it is damaged.
    pub opens_for: Option<MunicipalityCode>,
}

/// How many rows wait for a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldFor {
    /// Its code, as it stands there.
    pub municipality: i64,
    /// How many.
    pub rows: i64,
}

impl HeldRows {
    /// Of the nation's room; `cities` are those that have rooms.
    pub fn of(room: &Room, cities: Vec<MunicipalityCode>) -> Self {
        Self { room: room.clone(), cities }
    }

    /// What there is.
    pub fn list(&self, caller: &Caller) -> Result<HeldList, HubError> {
        self.room.see_blocking(caller, READ, |tx, record| {
            record.note("held rows");
            let waiting = held::table.filter(held::damaged.eq(NO)).group_by(held::municipality).order(held::municipality);
            let waiting: Vec<(i64, i64)> = waiting.select((held::municipality, diesel::dsl::count_star())).load(tx)?;
            Ok(Seen::unnamed(HeldList {
                put_aside: self.put_aside(tx)?,
                waiting: waiting.into_iter().map(|(municipality, rows)| HeldFor { municipality, rows }).collect(),
                wrong: Cursor::check(tx, self.vault(), ALL)?.some().map(|wrong| wrong.to_string()),
            }))
        })
    }

    /// Gives rows that were put aside back to the cities whose they are, which take them in the next round → how many. Without a number, each that
    /// opens for a city.
    pub fn give_back(&self, caller: &Caller, sequence: Option<i64>) -> Result<u64, HubError> {
        self.room.change_blocking(caller, RETURN, |tx, record| {
            let those = self.put_aside(tx)?.into_iter().filter(|row| sequence.is_none_or(|wanted| wanted == row.sequence));
            let those: Vec<HeldRow> = those.collect();
            if sequence.is_some() && those.is_empty() {
                return Err(wire::Unknown("this row among those that were put aside").into());
            }
            let mut given = 0;
            for HeldRow { sequence: number, opens_for, .. } in those {
                match opens_for {
                    Some(city) => {
                        let change = (held::municipality.eq(rows::number(city)), held::damaged.eq(NO));
                        diesel::update(held::table.find(number)).set(change).execute(tx)?;
                        given += 1;
                    }
                    None if sequence.is_some() => return Err(HubError::Conflict("it opens for no city: what is stored of it is damaged")),
                    None => {}
                }
            }
            match sequence {
                Some(sequence) => record.note(format!("held row {sequence}")),
                None => record.note(format!("{given} held rows")),
            }
            Ok(Seen::nobody(given))
        })
    }

    /// Gives up a row that was put aside. The reason is kept in the record of use: up to 200 bytes, nothing about a person. What it says may open
    /// for nobody, so that nobody can be named.
    pub fn drop_row(&self, caller: &Caller, sequence: i64, reason: &str) -> Result<(), HubError> {
        self.room.change_blocking(caller, DROP, |tx, record| {
            let aside = held::table.filter(held::sequence.eq(sequence).and(held::damaged.eq(YES))).select(held::sequence);
            if aside.first::<i64>(tx).optional()?.is_none() {
                return Err(wire::Unknown("this row among those that were put aside").into());
            }
            rows::take_out(tx, self.vault(), &[sequence])?;
            record.note(format!("held row {sequence}: {reason}"));
            Ok(Seen::nobody(()))
        })
    }

    /// Says that what is missing was looked into: what is there now is what there is. The reason is kept as that of [`HeldRows::drop_row`].
    pub fn settle_missing(&self, caller: &Caller, reason: &str) -> Result<(), HubError> {
        self.room.change_blocking(caller, SETTLE, |tx, record| {
            let wrong = Cursor::check(tx, self.vault(), ALL)?.some().ok_or(HubError::Conflict("nothing is missing of what is held"))?;
            record.note(format!("{wrong}: {reason}"));
            Cursor::settle(tx, self.vault())?;
            Ok(Seen::nobody(()))
        })
    }

    fn put_aside(&self, tx: &mut Tx) -> Result<Vec<HeldRow>, HubError> {
        let aside = held::table.filter(held::damaged.eq(YES)).order(held::sequence);
        let aside: Vec<(i64, i64, Vec<u8>)> = aside.select((held::sequence, held::municipality, held::body)).load(tx)?;
        let row = |(sequence, lies_for, body): (i64, i64, Vec<u8>)| {
            let there = u64::try_from(lies_for).ok().and_then(|number| rows::municipality(number.into()));
            let mut cities = there.iter().chain(&self.cities);
            let opens_for = cities.find(|city| rows::opened(self.vault(), sequence, **city, &body).is_ok()).copied();
            HeldRow { sequence, lies_for, opens_for }
        };
        Ok(aside.into_iter().map(row).collect())
    }

    fn vault(&self) -> &Vault {
        self.room.vault()
    }
}
