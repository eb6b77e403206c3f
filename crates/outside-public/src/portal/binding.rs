//! Tying the portal's pseudonym of a person to the PMH key, at the hub's public side alone.
//!
//! The key passes through: it comes with the answer of online eligibility, goes to the edge, and is never written down, not even while that
//! is under way. A binding that a crash cut off is made whole at the person's next log-in, when the key is asked for again; until then the
//! row says `made`. What stays is a keyed hash, by which the key is known again.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Outcome as Recorded, Seen, Subject};
use protocol::messages::Outcome;
use protocol::messages::edge::{BINDINGS, Binding};
use protocol::{Private, id_of};
use store::Tx;
use vault::Cell;
use vocabulary::Id128;

use super::table::{binding, bound, id128};
use super::{Portal, PortalError, person_id};

const BIND: Act = Act::new("portal:pseudonyms.bind");

/// A key that came, and the pseudonym it is to be bound to.
pub(super) struct Unbound {
    key: Private<Id128>,
    index: [u8; 16],
    pseudonym: Id128,
}

fn cell(index: &[u8]) -> Cell<'_> {
    Cell::new("binding", index, "sealed_pseudonym")
}

/// A pseudonym for each key, set once: the identifier that the My Key platform made of the person for the hub. A pseudonym is bound to one
/// key alone, so a further key of the same person has one derived from both. Those not bound yet are given back.
pub(super) fn made(
    tx: &mut Tx,
    portal: &Portal,
    person: Id128,
    keys: &[Private<Id128>],
    identifier: Id128,
) -> Result<Vec<Unbound>, PortalError> {
    let mut unbound = Vec::new();
    for key in keys {
        let index = portal.room.vault().blind("pmh key", key.expose().as_bytes());
        let others = binding::table.filter(binding::person.eq(person.as_bytes().as_slice()).and(binding::key_index.ne(index.as_slice())));
        let new = match others.count().get_result::<i64>(tx)? {
            0 => identifier,
            _ => id_of("further pmh pseudonym", &[identifier.as_bytes(), &index]),
        };
        let row = (
            binding::key_index.eq(index.as_slice()),
            binding::person.eq(person.as_bytes().as_slice()),
            binding::sealed_pseudonym.eq(portal.room.vault().seal(&cell(&index), new.as_bytes())?),
            binding::state.eq(bound::MADE),
            binding::made_at.eq(portal.now()),
        );
        store::insert_ignore!(tx, binding::table, row, (binding::key_index))?;
        let (holder, sealed, state): (Vec<u8>, Vec<u8>, String) =
            binding::table.find(index.as_slice()).select((binding::person, binding::sealed_pseudonym, binding::state)).first(tx)?;
        if holder != person.as_bytes() {
            return Err(PortalError::Bound);
        }
        if state != bound::BOUND {
            let pseudonym = id128(&portal.room.vault().open_cell(&cell(&index), &sealed)?)?;
            unbound.push(Unbound { key: *key, index, pseudonym });
        }
    }
    Ok(unbound)
}

/// Tells the edge; the key is dropped with the message.
pub(super) async fn bind(portal: &Portal, caller: &Caller, person: Id128, unbound: Vec<Unbound>) -> Result<(), PortalError> {
    let subject = person.to_string();
    for Unbound { key, index, pseudonym } in unbound {
        let message = Binding { pmh_key: key, pmh_pseudonym: Private::new(pseudonym) };
        let once = id_of("binding", &[pseudonym.as_bytes()]);
        let told: Result<Outcome, _> = portal.client.post(&portal.edge, BINDINGS, once, &message).await;
        let state = match told {
            Ok(_) => bound::BOUND,
            Err(error) if error.is_status(http::StatusCode::CONFLICT) => bound::REFUSED,
            Err(error) => return Err(error.into()),
        };
        let write = portal.room.change(caller, BIND, move |tx, _| {
            diesel::update(binding::table.find(index.as_slice())).set(binding::state.eq(state)).execute(tx)?;
            Ok::<_, PortalError>(Seen::person(person_id(person), ()))
        });
        write.await?;
        if state == bound::REFUSED {
            // somebody else answers for this key: people have to look
            tracing::error!("the edge knows a PMH key under another pseudonym");
            portal.room.event(caller, BIND, Recorded::Refused, Subject::One(&subject), "bound otherwise").await?;
            return Err(PortalError::Bound);
        }
    }
    Ok(())
}

/// A person's pseudonyms at the edge, each with the index of its key.
pub(super) fn pseudonyms(tx: &mut Tx, portal: &Portal, person: &[u8]) -> Result<Vec<([u8; 16], Id128)>, PortalError> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = binding::table
        .filter(binding::person.eq(person).and(binding::state.eq(bound::BOUND)))
        .order((binding::made_at, binding::key_index))
        .select((binding::key_index, binding::sealed_pseudonym))
        .load(tx)?;
    rows.iter().map(|(index, sealed)| Ok((*id128(index)?.as_bytes(), opened(portal, index, sealed)?))).collect()
}

/// The pseudonym of one binding.
pub(super) fn pseudonym(tx: &mut Tx, portal: &Portal, index: &[u8]) -> Result<Id128, PortalError> {
    let sealed: Vec<u8> = binding::table.find(index).select(binding::sealed_pseudonym).first(tx)?;
    opened(portal, index, &sealed)
}

fn opened(portal: &Portal, index: &[u8], sealed: &[u8]) -> Result<Id128, PortalError> {
    id128(&portal.room.vault().open_cell(&cell(index), sealed)?)
}
