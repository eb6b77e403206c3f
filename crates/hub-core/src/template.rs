//! `PUT` 雛形: the questions and the notice of a programme, a version each (R-PMH-1).

use std::collections::HashMap;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{Outcome, hub::Template};
use store::Tx;
use wire::{Json, Once, Path, Problem, RequestCaller};

use crate::table::template;
use crate::{Hub, HubError};

const LONGEST_NAME: usize = 100;

/// Keeps a version; it never changes once it is there, because people have it before them.
pub(crate) async fn put(
    State(hub): State<Hub>,
    RequestCaller(caller): RequestCaller,
    Path(id): Path<String>,
    once: Once,
    Json(body): Json<Template>,
) -> Result<Json<Outcome>, Problem> {
    if id.chars().count() > LONGEST_NAME {
        return Err(wire::Malformed::field("name", "is too long: a template's name has up to 100 characters").into());
    }
    let city = hub.city_of(&caller).await?;
    let once = once.kept_by(city.room.vault());
    let clock = city.room.clock().clone();
    let stored = city.room.change(&caller, crate::routes::TEMPLATES, move |tx, record| {
        record.note(format!("version {}", body.version));
        let outcome = once.run(tx, clock.as_ref(), |tx| {
            let version = i64::from(body.version);
            let text = serde_json::to_string(&body).map_err(|_| wire::Defect("a template that cannot be written"))?;
            let there: Option<String> = template::table.find((&id, version)).select(template::body).first(tx).optional()?;
            match there {
                Some(there) if there != text => {
                    return Err(HubError::Conflict("this version is there with other words: give the change a new version"));
                }
                Some(_) => {}
                None => {
                    let values = (
                        template::id.eq(&id),
                        template::version.eq(version),
                        template::programme.eq(&body.programme),
                        template::body.eq(&text),
                        template::stored_at.eq(clock.now_ms()),
                    );
                    diesel::insert_into(template::table).values(values).execute(tx)?;
                }
            }
            Ok::<_, HubError>(Outcome::of("stored"))
        })?;
        Ok::<_, HubError>(Seen::unnamed(outcome))
    });
    Ok(Json(stored.await?))
}

/// Every template of the city, by name and version.
pub(crate) fn all(tx: &mut Tx) -> Result<HashMap<(String, u32), Template>, HubError> {
    let rows: Vec<(String, i64, String)> = template::table.select((template::id, template::version, template::body)).load(tx)?;
    let rows = rows.into_iter().map(|(id, version, body)| {
        let version = u32::try_from(version).map_err(|_| wire::Damaged("a version"))?;
        Ok(((id, version), serde_json::from_str(&body).map_err(|_| wire::Damaged("a template"))?))
    });
    rows.collect()
}
