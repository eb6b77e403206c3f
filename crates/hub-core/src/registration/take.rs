//! `POST` of a registration task: durable when it is answered, worked on afterwards.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::hub::TaskReceipt;
use store::Tx;
use vocabulary::Id128;
use wire::{Json, Later, Once, Problem, RequestCaller};

use super::apply::{RegistrationOutcome, Work};
use super::row::{RegistrationLine, Rows};
use crate::city::City;
use crate::exchange::mint;
use crate::table::{row_state, task, task_row};
use crate::{Hub, HubError};

/// Takes the rows in: what can be decided without another party is decided here, row by row.
pub(crate) async fn take(
    State(hub): State<Hub>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(Rows(rows)): Json<Rows>,
) -> Result<Later<TaskReceipt>, Problem> {
    wire::limit_rows(rows.len())?;
    let city = hub.city_of(&caller).await?;
    let once = once.kept_by(city.room.vault());
    let (room, clock, entropy) = (city.room.clone(), city.room.clock().clone(), hub.house.entropy.clone());
    let outbox = city.outbox.clone();
    let receipt = room.change(&caller, crate::routes::REGISTER, move |tx, _| {
        let receipt = once.run(tx, clock.as_ref(), |tx| {
            // A sender may come again long after its request and answer are forgotten: what it asked for then is not done over what came since.
            let name = name_of(&city, &once);
            let before: Option<i64> = task::table.find(name.as_bytes().as_slice()).select(task::at).first(tx).optional()?;
            if before.is_some() {
                return Ok(TaskReceipt { task: name });
            }
            let mut work = Work::of(tx, &city, entropy.as_ref(), &rows, clock.now_ms())?;
            let outcomes: Vec<RegistrationOutcome> =
                (1..).zip(&rows).map(|(place, row)| work.row(tx, place, row)).collect::<Result<_, _>>()?;
            keep(tx, name, clock.now_ms(), &rows, &outcomes)?;
            let waiting = rows.iter().zip(&outcomes).filter_map(|(row, outcome)| Some((outcome.waits()?, row.identity_key())));
            mint::ask(tx, &city, waiting)?;
            Ok::<_, HubError>(TaskReceipt { task: name })
        })?;
        Ok::<_, HubError>(Seen::people(rows.iter().map(|row| crate::person_id(row.identity_key())), receipt))
    });
    let receipt = receipt.await?;
    outbox.ring();
    hub.bell.ring();
    Ok(Later(receipt))
}

/// What a task is called: of one request always the same, for as long as tasks are kept.
fn name_of(city: &City, once: &Once) -> Id128 {
    Id128::from_bytes(city.room.vault().blind("registration task", format!("{}\n{}", once.caller(), once.key()).as_bytes()))
}

/// The municipality's key as it is kept with the task; one that is too long is cut, the row being refused for it.
fn shortened(key: &str) -> String {
    key.chars().filter(|character| *character != '\0').take(100).collect()
}

fn keep(tx: &mut Tx, name: Id128, now: i64, rows: &[RegistrationLine], outcomes: &[RegistrationOutcome]) -> Result<(), HubError> {
    diesel::insert_into(task::table).values((task::id.eq(name.as_bytes().as_slice()), task::at.eq(now))).execute(tx)?;
    store::load(tx, task_row::all_columns, |load| {
        for ((row, outcome), place) in rows.iter().zip(outcomes).zip(1_i64..) {
            let (person, state, problem) = match outcome {
                RegistrationOutcome::Waiting(person) => (Some(*person), row_state::WAITING, None),
                RegistrationOutcome::Registered(person) => (Some(*person), row_state::REGISTERED, None),
                RegistrationOutcome::Deleted => (None, row_state::DELETED, None),
                RegistrationOutcome::Refused(problem) => (None, row_state::REFUSED, Some(problem)),
            };
            let errors = problem.map(|problem| serde_json::to_string(&[problem])).transpose();
            let errors = errors.map_err(|_| wire::Defect("a refusal that cannot be written"))?;
            let key = shortened(row.identity_key());
            load.push(|cells| {
                cells.bytes(name.as_bytes()).int(place).text(&key).maybe_int(person).text(state).maybe_text(errors.as_deref())
            })?;
        }
        Ok::<_, HubError>(())
    })?;
    Ok(())
}
