//! Whoever was deleted is forgotten once the edge was told and everything they entered there is here (R-PMH-7): number, key, names, answers.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Seen};

use super::deliver::ToEdge;
use crate::HubError;
use crate::city::City;
use crate::table::{answer, item, person, state};

const FORGET: Act = Act::new("hub-core:people.forget");
const BATCH: i64 = 1_000;

/// The deleted of whom the edge has nothing left to be told.
pub(super) async fn told(city: &City, caller: &Caller) -> Result<Vec<i64>, HubError> {
    let outbox = city.outbox.clone();
    let people = city.room.seek(caller, FORGET, move |tx, _| {
        let untold = outbox.subjects_left::<ToEdge>(tx)?;
        let ended = person::table.filter(person::state.eq(state::DELETED)).order(person::id).limit(BATCH);
        let ended: Vec<(i64, String)> = ended.select((person::id, person::identity_key)).load(tx)?;
        let told = ended.into_iter().filter(|(id, _)| !untold.contains(&outbox.subject(&id.to_string())));
        let (people, names): (Vec<i64>, Vec<String>) = told.unzip();
        Ok::<_, HubError>(Seen::people(names.iter().map(|name| crate::person_id(name)), people))
    });
    people.await
}

/// Forgets them, unless one was registered again meanwhile.
pub(super) async fn forget(city: &City, caller: &Caller, people: Vec<i64>) -> Result<(), HubError> {
    if people.is_empty() {
        return Ok(());
    }
    let forgotten = city.room.change(caller, FORGET, move |tx, _| {
        let those = person::table.filter(person::id.eq_any(&people).and(person::state.eq(state::DELETED)));
        let those: Vec<(i64, String)> = those.select((person::id, person::identity_key)).load(tx)?;
        let (ids, names): (Vec<i64>, Vec<String>) = those.into_iter().unzip();
        diesel::delete(answer::table.filter(answer::person.eq_any(&ids))).execute(tx)?;
        diesel::delete(item::table.filter(item::person.eq_any(&ids))).execute(tx)?;
        diesel::delete(person::table.filter(person::id.eq_any(&ids))).execute(tx)?;
        Ok::<_, HubError>(Seen::people(names.iter().map(|name| crate::person_id(name)), ()))
    });
    forgotten.await
}
