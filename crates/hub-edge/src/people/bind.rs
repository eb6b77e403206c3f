//! A pseudonym binds to one key, once; at the person's wish it dies and the key stays (R-PMH-4).

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Seen, Subject};
use protocol::messages::Outcome;
use protocol::messages::edge::{Binding, OfPerson};
use store::Tx;
use vocabulary::Id128;
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::binding;
use crate::{Edge, EdgeError};

/// Binds; the same binding again is no other. Another one is refused, and the refusal is an alarm in the record of use.
pub(crate) async fn bind(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Binding>,
) -> Result<Json<Outcome>, Problem> {
    let (person, pseudonym) = (edge.person(request.pmh_key.expose()), edge.pseudonym(request.pmh_pseudonym.expose()));
    let clock = edge.room.clock().clone();
    let bound = edge.room.change(&caller, crate::routes::BIND, move |tx, _| {
        let bound = once.run(tx, clock.as_ref(), |tx| put(tx, &person, &pseudonym, clock.now_ms()).map(|()| Outcome::of("bound")));
        Ok(Seen::person(Edge::person_id(&person), bound?))
    });
    let bound = bound.await;
    if let Err(EdgeError::BoundOtherwise) = &bound {
        tracing::error!(alarm = "binding", "a pseudonym or a key was to be bound a second time, to another");
        let subject = person.to_string();
        let note = "alarm: a second, different binding";
        edge.room.event(&caller, crate::routes::BIND, ledger::Outcome::Refused, Subject::One(&subject), note).await?;
    }
    Ok(Json(bound?))
}

fn put(tx: &mut Tx, person: &Id128, pseudonym: &Id128, now: i64) -> Result<(), EdgeError> {
    let (person, pseudonym) = (person.as_bytes().as_slice(), pseudonym.as_bytes().as_slice());
    let those = binding::table.filter(binding::pseudonym.eq(pseudonym).or(binding::live.eq(person)));
    let there: Vec<(Vec<u8>, Option<Vec<u8>>)> = those.select((binding::pseudonym, binding::live)).load(tx)?;
    match there.as_slice() {
        [] => {
            let values =
                (binding::pseudonym.eq(pseudonym), binding::person.eq(person), binding::live.eq(person), binding::bound_at.eq(now));
            diesel::insert_into(binding::table).values(values).execute(tx)?;
            Ok(())
        }
        [(bound, Some(live))] if bound == pseudonym && live == person => Ok(()),
        _ => Err(EdgeError::BoundOtherwise),
    }
}

/// The pseudonym dies; what is there of the person stays for the next pseudonym of the same key.
pub(crate) async fn revoke(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<OfPerson>,
) -> Result<Json<Outcome>, Problem> {
    let pseudonym = edge.pseudonym(request.pmh_pseudonym.expose());
    let clock = edge.room.clock().clone();
    let revoked = edge.room.change(&caller, crate::routes::REVOKE, move |tx, _| {
        let row = binding::table.find(pseudonym.as_bytes().as_slice());
        let person: Vec<u8> = row.select(binding::person).first(tx).optional()?.ok_or(wire::Unknown("this pseudonym"))?;
        let revoked = once.run(tx, clock.as_ref(), |tx| {
            let row = binding::table.find(pseudonym.as_bytes().as_slice());
            let dead = (binding::live.eq(None::<Vec<u8>>), binding::revoked_at.eq(clock.now_ms()));
            diesel::update(row.filter(binding::live.is_not_null())).set(dead).execute(tx)?;
            Ok::<_, EdgeError>(Outcome::of("revoked"))
        })?;
        Ok::<_, EdgeError>(Seen::person(Edge::person_id(&crate::table::id128(&person)?), revoked))
    });
    Ok(Json(revoked.await?))
}
