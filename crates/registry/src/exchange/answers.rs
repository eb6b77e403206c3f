//! Answers: asked for until they settle, believed only when the provider's registry signed them, kept sealed with their digest.

use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use protocol::Signed;
use protocol::messages::atena;
use protocol::messages::inquiries::{InquiryState, InquiryStatus, Replica};
use protocol::messages::registry::FetchedAnswers;
use protocol::signed::Expected;
use vault::Cell;
use vocabulary::{Id128, MunicipalityCode, Party, day};

use super::table::{inquiry, received_replica, state};
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// How often the job looks for answers that are on their way, and how long between two looks: half a minute.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(300);

#[derive(Clone)]
struct Open {
    id: Vec<u8>,
    resident: i64,
    number: String,
    provider: String,
    information: String,
    remote: Vec<u8>,
}

/// What one look at an inquiry came to.
enum Settled {
    Answered {
        replica: Replica,
        envelope: Vec<u8>,
        digest: [u8; 32],
    },
    Refused(String),
    /// A person at the provider decides: no use to wait for it now.
    Person,
    Underway,
}

/// Looks at open inquiries until all are settled or patience ends; counts all there ever were.
pub(super) async fn fetch(registry: &Registry, caller: &Caller) -> Result<FetchedAnswers, RegistryError> {
    for _ in 0..LOOKS {
        let unsent = super::inquire::send(registry, caller).await?;
        if look(registry, caller).await? + unsent == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let counts = registry.room.raw().read(|tx| {
        let states: Vec<String> = inquiry::table.select(inquiry::state).load(tx)?;
        let of = |word: &str| states.iter().filter(|state| *state == word).count() as u64;
        let (answered, refused) = (of(state::ANSWERED), of(state::REFUSED));
        Ok::<_, RegistryError>(FetchedAnswers { answered, refused, pending: states.len() as u64 - answered - refused })
    });
    counts.await
}

async fn look(registry: &Registry, caller: &Caller) -> Result<u64, RegistryError> {
    let open = registry.room.read_recorded(caller, super::FETCH, |tx, record| {
        let columns = (inquiry::id, inquiry::resident, inquiry::provider, inquiry::information, inquiry::remote.assume_not_null());
        let asked = inquiry::table.filter(inquiry::state.eq(state::ASKED).and(inquiry::remote.is_not_null())).order(inquiry::at);
        let rows: Vec<(Vec<u8>, i64, String, String, Vec<u8>)> = asked.select(columns).load(tx)?;
        let mut open = Vec::with_capacity(rows.len());
        for (id, person, provider, information, remote) in rows {
            let number: String = resident::table.find(person).select(resident::number).first(tx)?;
            record.subject(&number);
            open.push(Open { id, resident: person, number, provider, information, remote });
        }
        Ok::<_, RegistryError>(open)
    });
    let mut underway = 0;
    for row in open.await? {
        match settle(registry, &row).await? {
            Settled::Underway => underway += 1,
            Settled::Person => {}
            settled => keep(registry, caller, row, settled).await?,
        }
    }
    Ok(underway)
}

async fn settle(registry: &Registry, row: &Open) -> Result<Settled, RegistryError> {
    let remote = Id128::from_bytes(row.remote.clone().try_into().map_err(|_| RegistryError::Malformed("a stored inquiry"))?);
    let status: InquiryStatus = registry.client.get(&registry.atena, &atena::inquiry(remote)).await?;
    let refused = |word: &str| Ok(Settled::Refused(status.reason.clone().unwrap_or_else(|| word.to_owned())));
    match (status.state, &status.answer) {
        (InquiryState::Answered | InquiryState::Fetched, Some(answer)) => {
            let digest = answer.digest();
            if status.digest.is_some_and(|told| told != digest) {
                return Ok(Settled::Refused("digest: what came is not what the relay had".to_owned()));
            }
            match open(registry, row, answer.as_slice()).await {
                Ok(replica) => Ok(Settled::Answered { replica, envelope: answer.as_slice().to_vec(), digest: digest.0 }),
                Err(RegistryError::Signed(error)) => Ok(Settled::Refused(format!("signature: {error}"))),
                Err(RegistryError::Malformed(what)) => Ok(Settled::Refused(what.to_owned())),
                Err(error) => Err(error),
            }
        }
        (InquiryState::Answered | InquiryState::Fetched, None) => refused("noReplica"),
        (InquiryState::Refused, _) => refused("refused"),
        (InquiryState::Erased, _) => refused("erased"),
        (InquiryState::Cancelled, _) => refused("cancelled"),
        (InquiryState::Expired, _) => refused("expired"),
        (InquiryState::AwaitingPerson, _) => Ok(Settled::Person),
        (InquiryState::Asked | InquiryState::Permitted | InquiryState::Sent, _) => Ok(Settled::Underway),
    }
}

/// Whoever forwarded it: the provider's registry signed it for the provider's relay, and it is about what was asked.
async fn open(registry: &Registry, row: &Open, bytes: &[u8]) -> Result<Replica, RegistryError> {
    let malformed = RegistryError::Malformed;
    let provider = MunicipalityCode::parse(&row.provider).map_err(|_| malformed("a stored municipality"))?;
    let party = |system| Party::of(system, provider).map_err(|_| malformed("a stored municipality"));
    let (sender, receiver) = (party("registry")?, party("relay")?);
    let key = registry.client.keys(&sender).await?.verifying_key().ok_or(malformed("the provider's verifying key"))?;
    let signed = Signed::<Replica>::from_bytes(bytes.to_vec());
    let replica = signed.open_archived(&Expected { sender: &sender, receiver: &receiver, key: &key })?.body;
    if replica.information != row.information || replica.business != registry.catalogue.permission_list().business.id {
        return Err(malformed("the answer is about something else than was asked"));
    }
    Ok(replica)
}

async fn keep(registry: &Registry, caller: &Caller, row: Open, settled: Settled) -> Result<(), RegistryError> {
    let (vault, now) = (registry.room.vault().clone(), registry.clock.now_ms());
    let write = registry.room.write(caller, super::FETCH, move |tx, record| {
        record.subject(&row.number);
        let (now_in, reason) = match settled {
            Settled::Answered { replica, envelope, digest } => {
                let sealed = vault.seal(&Cell::new("received_replica", &row.id, "envelope"), &envelope)?;
                let values = (
                    received_replica::inquiry.eq(&row.id),
                    received_replica::resident.eq(row.resident),
                    received_replica::provider.eq(&row.provider),
                    received_replica::information.eq(&row.information),
                    received_replica::made_on.eq(day::to_number(replica.made_on)),
                    received_replica::records.eq(i32::try_from(replica.records.len()).unwrap_or(i32::MAX)),
                    received_replica::envelope.eq(sealed),
                    received_replica::digest.eq(digest.to_vec()),
                    received_replica::at.eq(now),
                );
                store::insert_ignore!(tx, received_replica::table, values)?;
                (state::ANSWERED, String::new())
            }
            Settled::Refused(reason) => (state::REFUSED, reason),
            Settled::Person | Settled::Underway => return Ok(()),
        };
        record.note(format!("inquiry {now_in}"));
        diesel::update(inquiry::table.find(&row.id)).set((inquiry::state.eq(now_in), inquiry::reason.eq(reason))).execute(tx)?;
        Ok::<_, RegistryError>(())
    });
    write.await
}
