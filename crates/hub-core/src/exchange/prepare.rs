//! From what is registered to what the edge must have: the difference becomes deliveries, so that a row sent again makes none.

use protocol::Private;
use std::collections::{HashMap, HashSet};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Seen};
use protocol::messages::checkups::{NoticeSheet, QuestionnaireSheet, ResultSheet};
use protocol::messages::edge::Delivery;
use protocol::messages::hub::{Checkup, Template};
use store::Tx;
use vault::Cell;
use vocabulary::{Entropy, Id128};

use super::queue;
use crate::city::City;
use crate::table::{due, id128, item, kind, person, state, unseal};
use crate::{Hub, HubError, template};

const PREPARE: Act = Act::new("hub-core:deliveries.prepare");
const BATCH: i64 = 500;

/// Whether a person has something to be delivered, and a key to deliver it under.
macro_rules! due {
    () => {
        person::due.eq(due::YES).and(person::state.eq(state::REGISTERED)).and(person::pmh_key.is_not_null())
    };
}

/// Everybody of a city who is due and has a key.
pub(super) async fn all(hub: &Hub, city: &City, caller: &Caller) -> Result<(), HubError> {
    while anybody(city).await? {
        let (inside, entropy) = (city.clone(), hub.house.entropy.clone());
        let prepared = city.room.change(caller, PREPARE, move |tx, _| {
            let next = person::table.filter(due!()).order(person::id).limit(BATCH).select(person::id);
            let next: Vec<i64> = next.load(tx)?;
            let names = these(tx, &inside, entropy.as_ref(), &next)?;
            Ok::<_, HubError>(Seen::people(names.iter().map(|name| crate::person_id(name)), ()))
        });
        prepared.await?;
    }
    city.outbox.ring();
    Ok(())
}

/// Those of these people who are due and have a key → the municipality's names of them. Of whom something that is stored cannot be read, nobody
/// else waits for.
pub(super) fn these(tx: &mut Tx, city: &City, entropy: &dyn Entropy, people: &[i64]) -> Result<Vec<String>, HubError> {
    let those = person::table.filter(due!().and(person::id.eq_any(people))).order(person::id);
    let columns = (person::id, person::identity_key, person::checkups, person::pmh_key.assume_not_null());
    let people: Vec<(i64, String, Vec<u8>, Vec<u8>)> = those.select(columns).load(tx)?;
    let ids: Vec<i64> = people.iter().map(|(id, ..)| *id).collect();
    let templates = template::all(tx)?;
    let mut there = items(tx, &ids)?;
    let (mut changes, mut names) = (Changes::default(), Vec::with_capacity(ids.len()));
    let mut damaged = Vec::new();
    for (id, name, checkups, key) in people {
        names.push(name.clone());
        let stored = checkups_of(city, id, &checkups, &templates).and_then(|checkups| Ok((checkups, queue::key(city, id, &key)?)));
        let Some((checkups, pmh_key)) = wire::pass_over(stored)? else {
            damaged.push(id);
            continue;
        };
        let (pmh_key, now, there) = (Private::new(pmh_key), city.room.clock().now(), there.remove(&id).unwrap_or_default());
        let mut made = Making { city, person: id, name, pmh_key, now, there, changes: &mut changes };
        let mut name = || entropy.id128();
        for (checkup, template) in &checkups {
            made.checkup(checkup, template, &mut name)?;
        }
        made.withdraw();
    }
    changes.write(tx, city)?;
    diesel::update(person::table.filter(person::id.eq_any(&ids))).set(person::due.eq(due::NO)).execute(tx)?;
    diesel::update(person::table.filter(person::id.eq_any(&damaged))).set(person::due.eq(due::DAMAGED)).execute(tx)?;
    Ok(names)
}

/// What is registered of a person, each with its template.
fn checkups_of<'t>(
    city: &City,
    person: i64,
    sealed: &[u8],
    templates: &'t HashMap<(String, u32), Template>,
) -> Result<Vec<(Checkup, &'t Template)>, HubError> {
    let checkups: Vec<Checkup> = unseal(city.room.vault(), &Cell::new("person", &person.to_be_bytes(), "checkups"), sealed)?;
    let with_template = |checkup: Checkup| {
        let template = templates.get(&(checkup.template.clone(), checkup.template_version));
        Ok((checkup, template.ok_or(wire::Damaged("a registered template"))?))
    };
    checkups.into_iter().map(with_template).collect()
}

/// Whether there is work says nothing about a person.
async fn anybody(city: &City) -> Result<bool, HubError> {
    let first = city.room.count(|tx| {
        let first: Option<i64> = person::table.filter(due!()).select(person::id).first(tx).optional()?;
        Ok::<_, HubError>(first.is_some())
    });
    first.await
}

/// What the edge was given, by person, then by kind and name.
type There = HashMap<(String, String), (Id128, Vec<u8>)>;

/// Item, person, kind, name, mark.
type Stored = (Vec<u8>, i64, String, String, Vec<u8>);

fn items(tx: &mut Tx, people: &[i64]) -> Result<HashMap<i64, There>, HubError> {
    let rows: Vec<Stored> = item::table.filter(item::person.eq_any(people)).load(tx)?;
    let mut there: HashMap<i64, There> = HashMap::new();
    for (id, person, kind, name, mark) in rows {
        there.entry(person).or_default().insert((kind, name), (id128(&id)?, mark));
    }
    Ok(there)
}

/// What a batch changes.
#[derive(Default)]
struct Changes {
    rows: Vec<(i64, String, Delivery)>,
    new: Vec<(Id128, i64, &'static str, String, [u8; 16])>,
    changed: Vec<(Id128, [u8; 16])>,
    gone: Vec<Id128>,
}

impl Changes {
    fn write(self, tx: &mut Tx, city: &City) -> Result<(), HubError> {
        queue::add(tx, city, self.rows)?;
        store::load(tx, item::all_columns, |load| {
            self.new.iter().try_for_each(|(id, person, kind, name, mark)| {
                load.push(|row| row.bytes(id.as_bytes()).int(*person).text(kind).text(name).bytes(mark))
            })
        })?;
        for (id, mark) in self.changed {
            diesel::update(item::table.find(id.as_bytes().as_slice())).set(item::mark.eq(mark.as_slice())).execute(tx)?;
        }
        let gone: Vec<&[u8]> = self.gone.iter().map(|id| id.as_bytes().as_slice()).collect();
        diesel::delete(item::table.filter(item::id.eq_any(gone))).execute(tx)?;
        Ok(())
    }
}

/// One person's difference.
struct Making<'a> {
    city: &'a City,
    person: i64,
    /// As the municipality calls them.
    name: String,
    pmh_key: Private<Id128>,
    now: jiff::Timestamp,
    there: There,
    changes: &'a mut Changes,
}

impl Making<'_> {
    fn checkup(&mut self, checkup: &Checkup, template: &Template, new_name: &mut impl FnMut() -> Id128) -> Result<(), HubError> {
        let (pmh_key, municipality, now) = (self.pmh_key, self.city.municipality, self.now);
        let name = format!("{} {}", checkup.programme, checkup.fiscal_year.0);
        let (programme, fiscal_year) = (&checkup.programme, checkup.fiscal_year);
        if !template.questionnaire.is_empty() {
            let content = (&template.questionnaire, template.version, &checkup.answers);
            self.item(kind::QUESTIONNAIRE, &name, &content, new_name, |id| {
                let (questions, answers) = (template.questionnaire.clone(), checkup.answers.clone());
                let (programme, version) = (programme.clone(), template.version);
                let body = QuestionnaireSheet { id, municipality, programme, fiscal_year, version, questions, answers, answered_at: None };
                Delivery::Questionnaire { pmh_key, id, body }
            })?;
        }
        if !template.notice.is_empty() {
            self.item(kind::NOTICE, &name, &template.notice, new_name, |id| {
                let (programme, text) = (programme.clone(), Private::new(template.notice.clone()));
                let body = NoticeSheet { id, municipality, programme, fiscal_year, text, published_at: now };
                Delivery::Notice { pmh_key, id, body }
            })?;
        }
        for past in &checkup.past_results {
            self.item(kind::RESULT, &past.key, &(programme, past), new_name, |id| {
                let (programme, items) = (programme.clone(), past.items.clone());
                let (fiscal_year, examined_on, institution) = (past.fiscal_year, past.examined_on, past.institution);
                let body = ResultSheet { id, municipality, programme, fiscal_year, examined_on, institution, items };
                Delivery::Result { pmh_key, id, body }
            })?;
        }
        Ok(())
    }

    /// Delivers an item that is new or says something else than what was delivered.
    fn item<T: serde::Serialize>(
        &mut self,
        kind: &'static str,
        name: &str,
        content: &T,
        new_name: &mut impl FnMut() -> Id128,
        row: impl FnOnce(Id128) -> Delivery,
    ) -> Result<(), HubError> {
        let content = serde_json::to_vec(content).map(zeroize::Zeroizing::new);
        let content = content.map_err(|_| wire::Defect("a message that cannot be written"))?;
        let mark = self.city.room.vault().blind("delivered", &content);
        let id = match self.there.remove(&(kind.to_owned(), name.to_owned())) {
            Some((_, before)) if before == mark => return Ok(()),
            Some((id, _)) => {
                self.changes.changed.push((id, mark));
                id
            }
            None => {
                let id = new_name();
                self.changes.new.push((id, self.person, kind, name.to_owned(), mark));
                id
            }
        };
        self.changes.rows.push((self.person, self.name.clone(), row(id)));
        Ok(())
    }

    /// What is no longer registered is withdrawn.
    fn withdraw(self) {
        let gone: HashSet<Id128> = self.there.into_values().map(|(id, _)| id).collect();
        for id in gone {
            self.changes.gone.push(id);
            self.changes.rows.push((self.person, self.name.clone(), Delivery::Withdrawal { pmh_key: self.pmh_key, id }));
        }
    }
}
