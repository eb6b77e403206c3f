//! What atena is told for the relay: replicas, made when they set out, and inquiries, signed when they were decided.

use diesel::prelude::*;
use ledger::{Act, Record};
use protocol::messages::atena::{INQUIRIES, InquiryReceipt, InquiryRequest, REPLICAS, ReplicasAnswer};
use serde::{Deserialize, Serialize};
use store::Tx;
use vocabulary::{Id128, Party, Purpose};
use wire::Problem;
use work::outbox::{Made, Message, Refused, Sent, Taken};

use super::replicas::{Replicas, compose, settle};
use super::table::{inquiry, replica_sent, state};
use crate::{Registry, RegistryError};

/// An information of a resident tells something else than the relay has of it.
pub(super) struct NewReplica(pub(super) Registry);

impl Message for NewReplica {
    /// Resident and information.
    type Stored = (i64, String);
    type Body = Replicas;
    type Answer = ReplicasAnswer;
    type Error = RegistryError;
    const KIND: &'static str = "replicas";
    const TO: &'static [&'static str] = &["atena"];
    const PATH: &'static str = REPLICAS;
    const ACT: Act = Act::new("registry:replicas.make");
    const PURPOSE: Purpose = Purpose::Provision;
    const MOST: usize = 500;

    /// Signed anew at each try, so each try is a request of its own; the relay keeps the one that was signed last.
    async fn make(&self, _: &Party, _: Id128, wanted: Vec<(i64, String)>) -> Result<Made<Replicas>, RegistryError> {
        let registry = self.0.clone();
        let (key, signer) = (registry.entropy.id128(), registry.room.vault().signer(wire::RING).await?);
        let replicas = crate::work(move || compose(&registry, &signer, wanted)).await?;
        Ok(if replicas.rows.is_empty() { Made::Nothing } else { Made::Request(key, replicas) })
    }

    fn taken(&self, tx: &mut Tx, record: &mut Record<'_>, sent: Sent<'_, Self>, answer: ReplicasAnswer) -> Result<Taken, RegistryError> {
        let waiting = settle(tx, record, self.0.clock.now_ms(), sent.body, answer)?;
        Ok(Taken::Only(sent.stored.iter().map(|wanted| !waiting.contains(wanted)).collect()))
    }

    fn refused(
        &self,
        tx: &mut Tx,
        _: &mut Record<'_>,
        (resident, information): (i64, String),
        why: &Problem,
    ) -> Result<Refused, RegistryError> {
        let changes = (replica_sent::state.eq(state::REFUSED), replica_sent::reason.eq(why.code()));
        diesel::update(replica_sent::table.find((resident, information))).set(changes).execute(tx)?;
        Ok(Refused::Dead)
    }
}

/// An inquiry that was decided.
pub(super) struct NewInquiry;

/// Its name here, which is the key, and what is asked.
#[derive(Serialize, Deserialize)]
pub(super) struct DecidedInquiry {
    pub(super) id: Id128,
    pub(super) request: InquiryRequest,
}

impl Message for NewInquiry {
    type Stored = DecidedInquiry;
    type Body = InquiryRequest;
    type Answer = InquiryReceipt;
    type Error = RegistryError;
    const KIND: &'static str = "inquiries";
    const TO: &'static [&'static str] = &["atena"];
    const PATH: &'static str = INQUIRIES;
    const ACT: Act = Act::new("registry:inquiries.make");
    const PURPOSE: Purpose = Purpose::Inquiry;

    async fn make(&self, _: &Party, key: Id128, inquiries: Vec<DecidedInquiry>) -> Result<Made<InquiryRequest>, RegistryError> {
        Ok(Made::of_one(key, inquiries.into_iter().map(|inquiry| inquiry.request)))
    }

    fn taken(&self, tx: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, receipt: InquiryReceipt) -> Result<Taken, RegistryError> {
        for DecidedInquiry { id, .. } in sent.stored {
            let remote = Some(receipt.inquiry.as_bytes().to_vec());
            let changes = (inquiry::state.eq(state::ASKED), inquiry::reason.eq(""), inquiry::remote.eq(remote));
            diesel::update(inquiry::table.find(id.as_bytes().to_vec())).set(changes).execute(tx)?;
        }
        Ok(Taken::All)
    }

    /// The relay hears of new unified numbers in the background: who is not known yet will be.
    fn refused(&self, tx: &mut Tx, _: &mut Record<'_>, decided: DecidedInquiry, why: &Problem) -> Result<Refused, RegistryError> {
        if why.status == 404 {
            return Ok(Refused::Again);
        }
        let changes = (inquiry::state.eq(state::REFUSED), inquiry::reason.eq(why.status.to_string()));
        diesel::update(inquiry::table.find(decided.id.as_bytes().to_vec())).set(changes).execute(tx)?;
        Ok(Refused::Dead)
    }
}
