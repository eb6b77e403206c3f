//! `POST` of a result that a facility entered at a visit: visible to the person at once, and waiting for the hub core (R-PMH-5).
//!
//! The facility that entered it may correct it, before the core has it and after: the correction is the result as it stands now, what it said
//! before stays, and the core gets one after the other.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Private;
use protocol::messages::Outcome;
use protocol::messages::checkups::ResultSheet;
use protocol::messages::edge::{Collection, Delivery, EnteredResult, ResultEntry};
use store::Tx;
use vault::Cell;
use vocabulary::{Id128, MunicipalityCode};
use wire::{Json, Once, Problem, RequestCaller};

use super::known;
use super::read::Item;
use crate::queue::collect;
use crate::table::{self, NewItem, body_cell, entered_cell, item, item_former, kind, seal, unseal};
use crate::{Edge, EdgeError};

/// Takes a result for a questionnaire of the person's. The same again is the same result, another under its name corrects it.
pub(crate) async fn enter(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<ResultEntry>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock) = (edge.room.clone(), edge.room.clock().clone());
    let entered = room.change(&caller, crate::routes::ENTER, move |tx, record| {
        let found = known(tx, &edge, request.pmh_pseudonym.expose());
        // What was answered once is answered again, whoever the pseudonym is now.
        let who = found.as_ref().ok().map(Edge::person_id);
        let entered = once.run(tx, clock.as_ref(), |tx| {
            let person = found?;
            let result = request.result;
            let sheet = Item::of(tx, &edge, &person, &result.questionnaire)?.map(|item| item.body);
            let Some(Delivery::Questionnaire { pmh_key, body: sheet, .. }) = sheet else {
                return Err(wire::Unknown("this questionnaire").into());
            };
            if sheet.programme != result.programme || sheet.fiscal_year != result.fiscal_year {
                return Err(wire::Malformed::new(
                    "programme, fiscalYear: are not those of the questionnaire: send the result under the questionnaire that it answers",
                )
                .into());
            }
            let (at, id, municipality) = (clock.now(), result.id, sheet.municipality);
            let body = Delivery::Result { pmh_key, id, body: as_sheet(&result, municipality) };
            let entry = Entry { edge: &edge, person, municipality: municipality.to_string(), result: &result, body: &body };
            match there(tx, &edge, &person, &id)? {
                None => entry.put(tx, at.as_millisecond())?,
                Some((_, before)) if before == result => return Ok(Outcome::of("accepted")),
                Some((version, before)) => {
                    entry.correct(tx, version, &before, at.as_millisecond())?;
                    record.note(format!("correction {version} of a result"));
                }
            }
            collect::put(tx, &edge, &person, |sequence| Collection::Result { sequence, pmh_key, municipality, id, body: result, at })?;
            Ok::<_, EdgeError>(Outcome::of("accepted"))
        })?;
        Ok::<_, EdgeError>(Seen::people(who, entered))
    });
    Ok(Json(entered.await?))
}

/// Version and content of the entered result of this name. A name that is anything else's, or another person's, is taken.
fn there(tx: &mut Tx, edge: &Edge, person: &Id128, id: &Id128) -> Result<Option<(i32, EnteredResult)>, EdgeError> {
    let row = item::table.find(id.as_bytes().as_slice()).select((item::person, item::version, item::entered));
    let stored: Option<(Vec<u8>, i32, Option<Vec<u8>>)> = row.first(tx).optional()?;
    match stored {
        None => Ok(None),
        Some((owner, version, Some(entered))) if owner == person.as_bytes() => {
            Ok(Some((version, unseal(edge.room.vault(), &entered_cell(id), &entered)?)))
        }
        Some(_) => Err(TAKEN),
    }
}

const TAKEN: EdgeError = EdgeError::Conflict("something else has this name");

/// A result on its way in.
struct Entry<'a> {
    edge: &'a Edge,
    person: Id128,
    municipality: String,
    result: &'a EnteredResult,
    body: &'a Delivery,
}

impl Entry<'_> {
    fn put(&self, tx: &mut Tx, at: i64) -> Result<(), EdgeError> {
        let (id, person, municipality) = (self.result.id, self.person, self.municipality.as_str());
        let new = NewItem { id, kind: kind::RESULT, person, municipality, body: self.body, entered: Some(self.result), at };
        table::put(tx, self.edge.room.vault(), &new)
    }

    /// The same facility says something else of the same visit's questionnaire; what it said before is kept.
    fn correct(&self, tx: &mut Tx, version: i32, before: &EnteredResult, at: i64) -> Result<(), EdgeError> {
        if before.institution != self.result.institution || before.questionnaire != self.result.questionnaire {
            return Err(TAKEN);
        }
        let (id, vault) = (&self.result.id, self.edge.room.vault());
        let name = format!("{id} {version}");
        let former = (
            item_former::id.eq(id.as_bytes().as_slice()),
            item_former::version.eq(version),
            item_former::person.eq(self.person.as_bytes().as_slice()),
            item_former::municipality.eq(&self.municipality),
            item_former::entered.eq(seal(vault, &Cell::new("item_former", &name, "entered"), before)?),
            item_former::replaced_at.eq(at),
        );
        diesel::insert_into(item_former::table).values(former).execute(tx)?;
        let now = (
            item::body.eq(seal(vault, &body_cell(id), self.body)?),
            item::entered.eq(seal(vault, &entered_cell(id), self.result)?),
            item::version.eq(version.saturating_add(1)),
            item::stored_at.eq(at),
        );
        diesel::update(item::table.find(id.as_bytes().as_slice())).set(now).execute(tx)?;
        Ok(())
    }
}

fn as_sheet(result: &EnteredResult, municipality: MunicipalityCode) -> ResultSheet {
    ResultSheet {
        id: result.id,
        municipality,
        programme: result.programme.clone(),
        fiscal_year: result.fiscal_year,
        examined_on: result.examined_on,
        institution: Some(result.institution),
        items: Private::new(result.items.expose().clone()),
    }
}
