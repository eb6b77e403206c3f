//! Who presents a card: the person of its serial, known from the first use of any of their cards.

use diesel::prelude::*;
use ledger::{Act, Seen};
use protocol::Octets;
use protocol::messages::my_key::{IDENTIFIERS, Identifier, IdentifierRequest};
use protocol::messages::online_eligibility::{FIRST_USES, FirstUse, FirstUseAnswer};
use store::Tx;
use vocabulary::Id128;

use super::binding::{self, Unbound};
use super::table::{binding as bindings, bound, id128, person, person_card};
use super::{Portal, PortalError, authority, challenges, person_id};

const IDENTIFY: Act = Act::new("portal:persons.identify");

/// What a card shows.
pub(super) struct Presented<'a> {
    pub(super) challenge: Id128,
    pub(super) certificate: &'a Octets,
    pub(super) signature: &'a Octets,
}

/// The person behind a card that is believed, bound at the hub where a key is there. The challenge is still to be used up.
pub(super) async fn identify(portal: &Portal, card: Presented<'_>) -> Result<Id128, PortalError> {
    let nonce = challenges::given(portal, card.challenge)?;
    let said = authority::current(portal).await?;
    let now = portal.room.clock().now();
    let serial = authority::verify(&said, card.certificate.as_slice(), &nonce, card.signature.as_slice(), now)?;
    let caller = portal.itself();
    let wanted = serial.clone();
    let known = portal.room.see(&caller, IDENTIFY, move |tx, _| {
        let found = known(tx, &wanted)?;
        Ok::<_, PortalError>(Seen::people(found.map(person_id), found))
    });
    if let Some(person) = known.await? {
        return Ok(person);
    }
    let answer: Result<FirstUseAnswer, _> =
        portal.client.ask(&portal.online_eligibility, FIRST_USES, &FirstUse { certificate_serial: serial.clone() }).await;
    let answer = match answer {
        Err(error) if error.is_status(http::StatusCode::NOT_FOUND) => {
            return Err(PortalError::NotYet("online eligibility does not know the card yet; try again later"));
        }
        answer => answer?,
    };
    let identifier = if answer.pmh_keys.is_empty() { None } else { Some(at_the_hub(portal, &serial).await?) };
    let (state, keys) = (portal.clone(), answer.pmh_keys);
    let pseudonym = answer.pseudonym;
    let (person, unbound) = portal
        .room
        .change(&caller, IDENTIFY, move |tx, _| {
            let index = state.room.vault().blind("online-eligibility pseudonym", pseudonym.expose().as_bytes());
            let person = person_of(tx, &state, &index)?;
            let row = (
                person_card::serial.eq(&serial),
                person_card::person.eq(person.as_bytes().as_slice()),
                person_card::first_used_at.eq(state.now()),
            );
            store::insert_ignore!(tx, person_card::table, row, (person_card::serial))?;
            let unbound: Vec<Unbound> = match identifier {
                Some(identifier) => binding::made(tx, &state, person, &keys, identifier)?,
                None => Vec::new(),
            };
            Ok::<_, PortalError>(Seen::person(person_id(person), (person, unbound)))
        })
        .await?;
    binding::bind(portal, &caller, person, unbound).await?;
    Ok(person)
}

/// What the My Key platform makes of the person of a card for the hub (PMH仮名識別子).
async fn at_the_hub(portal: &Portal, serial: &str) -> Result<Id128, PortalError> {
    let request = IdentifierRequest { certificate_serial: serial.to_owned(), linked: portal.edge.clone() };
    let answer: Identifier = portal.client.ask(&portal.my_key, IDENTIFIERS, &request).await?;
    Ok(answer.identifier.into_inner())
}

/// The person of a card that was used before and who is bound; anybody else is asked about (again): keys may have appeared since.
fn known(tx: &mut Tx, serial: &str) -> Result<Option<Id128>, PortalError> {
    let holder: Option<Vec<u8>> = person_card::table.find(serial).select(person_card::person).first(tx).optional()?;
    let Some(holder) = holder else { return Ok(None) };
    let states: Vec<String> = bindings::table.filter(bindings::person.eq(&holder)).select(bindings::state).load(tx)?;
    let settled = !states.is_empty() && states.iter().all(|state| state == bound::BOUND);
    if settled { id128(&holder).map(Some) } else { Ok(None) }
}

fn person_of(tx: &mut Tx, portal: &Portal, index: &[u8]) -> Result<Id128, PortalError> {
    let new = portal.entropy.id128();
    let row = (person::id.eq(new.as_bytes().as_slice()), person::pseudonym_index.eq(index));
    store::insert_ignore!(tx, person::table, row, (person::pseudonym_index))?;
    let id: Vec<u8> = person::table.filter(person::pseudonym_index.eq(index)).select(person::id).first(tx)?;
    id128(&id)
}
