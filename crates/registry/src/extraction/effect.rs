//! For how many people something else would hold under other rules.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use access::Caller;
use catalogue::Catalogue;
use eligibility::Plan;
use ledger::{Room, Seen};
use serde::{Serialize, Serializer};
use store::Tx;
use vocabulary::{Date, FiscalYear};

use super::city::City;
use crate::RegistryError;

/// People of one programme who are due under the rules as they are and as they would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The programme.
    pub programme: String,
    /// Due now.
    pub before: Headcount,
    /// Due then.
    pub after: Headcount,
    /// Due then and not now.
    pub become_due: Headcount,
    /// Due now and not then.
    pub cease: Headcount,
}

/// How many people, in tens: by a folder that concerns one person alone nobody is told about that one, nor by the difference of two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headcount(u64);

impl Headcount {
    fn of(people: usize) -> Headcount {
        Headcount(people as u64 / 10 * 10)
    }

    /// Fewer than ten, or nobody.
    pub fn is_few(self) -> bool {
        self.0 == 0
    }

    /// From and to how many; none of [few](Headcount::is_few).
    pub fn tens(self) -> Option<(u64, u64)> {
        (!self.is_few()).then_some((self.0, self.0 + 9))
    }
}

impl fmt::Display for Headcount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tens() {
            Some((from, to)) => write!(f, "{from}–{to}"),
            None => f.write_str("fewer than 10"),
        }
    }
}

impl Serialize for Headcount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// By programme, how many are due now and then. Numbers of people leave, and nobody.
pub(crate) fn effects(
    room: &Room,
    caller: &Caller,
    (now, then): (&Catalogue, &Catalogue),
    year: FiscalYear,
    on: Date,
) -> Result<Vec<Effect>, RegistryError> {
    room.see_blocking(caller, crate::folder::READ, |tx, record| {
        let (now, then) = (due(tx, room, now, year, on)?, due(tx, room, then, year, on)?);
        record.note(format!("who would be due in {year} by the folder that waits, in numbers"));
        let programmes: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
        let nobody = BTreeSet::new();
        let effects = programmes.into_iter().map(|programme| {
            let [now, then] = [&now, &then].map(|due| due.get(programme).unwrap_or(&nobody));
            Effect {
                programme: programme.clone(),
                before: Headcount::of(now.len()),
                after: Headcount::of(then.len()),
                become_due: Headcount::of(then.difference(now).count()),
                cease: Headcount::of(now.difference(then).count()),
            }
        });
        Ok(Seen::unnamed(effects.collect()))
    })
}

/// The residents who are due, by programme.
fn due(
    tx: &mut Tx,
    room: &Room,
    catalogue: &Catalogue,
    year: FiscalYear,
    on: Date,
) -> Result<BTreeMap<String, BTreeSet<i64>>, RegistryError> {
    let plan = Plan::compile(catalogue, year, on);
    let city = City::read(tx, room.vault(), catalogue, on)?;
    let mut due: BTreeMap<String, BTreeSet<i64>> = catalogue.programmes().iter().map(|one| (one.id.clone(), BTreeSet::new())).collect();
    plan.list(&city.population, &city.history, |one| {
        if let (Some(people), Some((id, _))) = (due.get_mut(one.programme), city.rows.get(one.row)) {
            people.insert(*id);
        }
    })?;
    Ok(due)
}
