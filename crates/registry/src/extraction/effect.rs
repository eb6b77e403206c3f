//! For how many people something else would hold under other rules.

use std::collections::{BTreeMap, BTreeSet};

use access::Caller;
use catalogue::Catalogue;
use eligibility::Plan;
use ledger::{Room, Seen};
use serde::Serialize;
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
    pub before: u64,
    /// Due then.
    pub after: u64,
    /// Due then and not now.
    pub become_due: u64,
    /// Due now and not then.
    pub cease: u64,
}

/// By programme, whoever is due now or then. Numbers of people leave, and nobody.
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
                before: now.len() as u64,
                after: then.len() as u64,
                become_due: then.difference(now).count() as u64,
                cease: now.difference(then).count() as u64,
            }
        });
        Ok(Seen::nobody(effects.collect()))
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
