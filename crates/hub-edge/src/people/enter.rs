//! `POST` of a result that a facility entered at a visit: visible to the person at once, and waiting for the hub core (R-PMH-5).

use axum::extract::State;
use wire::messages::Outcome;
use wire::messages::checkups::ResultSheet;
use wire::messages::edge::{Collection, Delivery, EnteredResult, ResultEntry};
use wire::{Asked, Json, Once, Private, Problem};

use diesel::prelude::*;
use vocabulary::Id128;

use super::known;
use super::read::Item;
use crate::queue::collect;
use crate::table::{self, NewItem, item, kind};
use crate::{Edge, EdgeError};

/// Takes a result for a questionnaire of the person's; the same again is the same result, another under its name is refused.
pub(crate) async fn enter(
    State(edge): State<Edge>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<ResultEntry>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock) = (edge.room.clone(), edge.room.clock().clone());
    let entered = room.write(&caller, crate::ENTER, move |tx, record| {
        once.run(tx, clock.as_ref(), |tx| {
            let person = known(tx, &edge, request.pmh_pseudonym.expose())?;
            record.subject(&person.to_string());
            let result = request.result;
            let sheet = Item::of(tx, &edge, &person, &result.questionnaire)?.map(|item| item.body);
            let Some(Delivery::Questionnaire { pmh_key, body: sheet, .. }) = sheet else {
                return Err(EdgeError::Unknown("this questionnaire"));
            };
            if sheet.programme != result.programme || sheet.fiscal_year != result.fiscal_year {
                return Err(EdgeError::Malformed("the result is of another programme or year than its questionnaire"));
            }
            let body = Delivery::Result { pmh_key, id: result.id, body: as_sheet(&result, sheet.municipality) };
            if let Some(there) = Item::of(tx, &edge, &person, &result.id)? {
                let again = there.body == body;
                return if again { Ok(Outcome::of("accepted")) } else { Err(EdgeError::Conflict("another result has this name")) };
            }
            if taken(tx, &result.id)? {
                return Err(EdgeError::Conflict("another result has this name"));
            }
            let at = clock.now();
            let municipality = sheet.municipality;
            let (id, text) = (result.id, municipality.to_string());
            let new = NewItem { id, kind: kind::RESULT, person, municipality: &text, body: &body, at: at.as_millisecond() };
            table::put(tx, edge.room.vault(), &new)?;
            collect::put(tx, &edge, &person, |sequence| Collection::Result { sequence, pmh_key, municipality, id, body: result, at })?;
            Ok::<_, EdgeError>(Outcome::of("accepted"))
        })
    });
    Ok(Json(entered.await?))
}

fn taken(tx: &mut store::Tx, id: &Id128) -> Result<bool, EdgeError> {
    Ok(item::table.find(id.as_bytes().as_slice()).select(item::kind).first::<String>(tx).optional()?.is_some())
}

fn as_sheet(result: &EnteredResult, municipality: vocabulary::MunicipalityCode) -> ResultSheet {
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
