//! `POST` from the hub core: questionnaires, notices, past results, and their end, in the order in which they must take effect.

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Accepted;
use protocol::messages::edge::{Deliveries, Delivery};
use store::Tx;
use vocabulary::{Id128, MunicipalityCode};
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::{NewItem, body_cell, ended_item, id128, item, item_former, kind, put, seal};
use crate::{Edge, EdgeError};

/// Takes a portion of one municipality's rows; it touches nothing of another municipality.
pub(crate) async fn take(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Deliveries>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock) = (edge.room.clone(), edge.room.clock().clone());
    let taken = room.change(&caller, crate::routes::DELIVERIES, move |tx, _| {
        let accepted = once.run(tx, clock.as_ref(), |tx| {
            let mut work = Work::of(tx, &edge, request.municipality, &request.rows, clock.now_ms())?;
            request.rows.iter().try_for_each(|row| work.row(tx, row))?;
            Ok::<_, EdgeError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        let people = request.rows.iter().map(|row| Edge::person_id(&edge.person(key_of(row))));
        Ok::<_, EdgeError>(Seen::people(people, accepted))
    });
    Ok(Json(taken.await?))
}

fn key_of(row: &Delivery) -> &Id128 {
    match row {
        Delivery::Questionnaire { pmh_key, .. }
        | Delivery::Notice { pmh_key, .. }
        | Delivery::Result { pmh_key, .. }
        | Delivery::Withdrawal { pmh_key, .. }
        | Delivery::Deletion { pmh_key, .. } => pmh_key.expose(),
    }
}

/// A portion with what is there of its items.
struct Work<'a> {
    edge: &'a Edge,
    municipality: MunicipalityCode,
    text: String,
    now: i64,
    /// Item → person and municipality.
    there: HashMap<Id128, (Id128, String)>,
    /// Items of this municipality that have ended, with their people.
    ended: HashSet<(Id128, Id128)>,
}

impl<'a> Work<'a> {
    fn of(tx: &mut Tx, edge: &'a Edge, municipality: MunicipalityCode, rows: &[Delivery], now: i64) -> Result<Self, EdgeError> {
        let ids: Vec<&[u8]> = rows.iter().filter_map(item_of).map(|(id, ..)| id.as_bytes().as_slice()).collect();
        let those = item::table.filter(item::id.eq_any(ids)).select((item::id, item::person, item::municipality));
        let those: Vec<(Vec<u8>, Vec<u8>, String)> = those.load(tx)?;
        let ids: Vec<&[u8]> = rows.iter().filter_map(item_of).map(|(id, ..)| id.as_bytes().as_slice()).collect();
        let ended = ended_item::municipality.eq(municipality.as_str()).and(ended_item::id.eq_any(ids));
        let ended: Vec<(Vec<u8>, Vec<u8>)> = ended_item::table.filter(ended).select((ended_item::id, ended_item::person)).load(tx)?;
        let ended = ended.iter().map(|(id, person)| Ok((id128(id)?, id128(person)?))).collect::<Result<_, EdgeError>>()?;
        let there = those.into_iter().map(|(id, person, municipality)| Ok((id128(&id)?, (id128(&person)?, municipality))));
        Ok(Self { edge, municipality, text: municipality.to_string(), now, there: there.collect::<Result<_, EdgeError>>()?, ended })
    }

    fn row(&mut self, tx: &mut Tx, row: &Delivery) -> Result<(), EdgeError> {
        let person = self.edge.person(key_of(row));
        match (item_of(row), row) {
            (Some((id, kind, municipality)), _) if municipality == self.municipality => self.keep(tx, row, *id, kind, person),
            (Some(_), _) => Err(wire::Malformed::new(
                "a row is of another municipality than its portion: send each municipality's rows in portions of their own",
            )
            .into()),
            (None, Delivery::Withdrawal { id, .. }) => {
                self.end(tx, person, std::slice::from_ref(id))?;
                self.delete(tx, person, Some(id))
            }
            (None, Delivery::Deletion { ended, .. }) => {
                self.end(tx, person, ended)?;
                self.delete(tx, person, None)
            }
            (None, _) => Ok(()),
        }
    }

    fn keep(&mut self, tx: &mut Tx, row: &Delivery, id: Id128, kind: &'static str, person: Id128) -> Result<(), EdgeError> {
        if self.ended.contains(&(id, person)) {
            tracing::warn!(kind, "something that has ended was delivered late; it is not stored");
            return Ok(());
        }
        let vault = self.edge.room.vault();
        match self.there.get(&id) {
            None => {
                put(tx, vault, &NewItem { id, kind, person, municipality: &self.text, body: row, entered: None, at: self.now })?;
                self.there.insert(id, (person, self.text.clone()));
            }
            // The wording changes; what the person answered stays.
            Some((owner, municipality)) if *owner == person && *municipality == self.text => {
                let changes = (item::body.eq(seal(vault, &body_cell(&id), row)?), item::stored_at.eq(self.now));
                diesel::update(item::table.find(id.as_bytes().as_slice()).filter(item::kind.eq(kind))).set(changes).execute(tx)?;
            }
            Some(_) => return Err(EdgeError::Conflict("a row has the name of another person's or another municipality's")),
        }
        Ok(())
    }

    /// Remembers that these are over: the queue lets what was refused there be sent again, after what came behind it.
    fn end(&mut self, tx: &mut Tx, person: Id128, items: &[Id128]) -> Result<(), EdgeError> {
        for items in items.chunks(200) {
            let row = |id: &Id128| {
                (
                    ended_item::person.eq(person.as_bytes().to_vec()),
                    ended_item::municipality.eq(self.text.clone()),
                    ended_item::id.eq(id.as_bytes().to_vec()),
                    ended_item::at.eq(self.now),
                )
            };
            store::insert_ignore!(tx, ended_item::table, items.iter().map(row).collect::<Vec<_>>())?;
        }
        self.ended.extend(items.iter().map(|id| (*id, person)));
        Ok(())
    }

    /// One item, or everything, of this municipality about the person goes; what another municipality has stays, and so does the binding.
    /// What waits for the core was entered before and still goes there.
    fn delete(&mut self, tx: &mut Tx, person: Id128, one: Option<&Id128>) -> Result<(), EdgeError> {
        let mine = item::table.filter(item::person.eq(person.as_bytes().as_slice()).and(item::municipality.eq(&self.text)));
        let former = item_former::person.eq(person.as_bytes().as_slice()).and(item_former::municipality.eq(&self.text));
        let former = item_former::table.filter(former);
        match one {
            Some(id) => {
                diesel::delete(mine.filter(item::id.eq(id.as_bytes().as_slice()))).execute(tx)?;
                diesel::delete(former.filter(item_former::id.eq(id.as_bytes().as_slice()))).execute(tx)?;
            }
            None => {
                diesel::delete(mine).execute(tx)?;
                diesel::delete(former).execute(tx)?;
            }
        };
        let text = &self.text;
        let goes = |id: &Id128, owner: &Id128, of: &String| *owner == person && of == text && one.is_none_or(|one| one == id);
        self.there.retain(|id, (owner, of)| !goes(id, owner, of));
        Ok(())
    }
}

fn item_of(row: &Delivery) -> Option<(&Id128, &'static str, MunicipalityCode)> {
    match row {
        Delivery::Questionnaire { id, body, .. } => Some((id, kind::QUESTIONNAIRE, body.municipality)),
        Delivery::Notice { id, body, .. } => Some((id, kind::NOTICE, body.municipality)),
        Delivery::Result { id, body, .. } => Some((id, kind::RESULT, body.municipality)),
        Delivery::Withdrawal { .. } | Delivery::Deletion { .. } => None,
    }
}
