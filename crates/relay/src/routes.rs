//! The routes for programs, and what they do.

use protocol::messages::{console, relay as messages};
use wire::{Routes, peer};
use work::outbox::OutboxActions;

use crate::{Relay, RelayError, codes, counts, inquiries, provision, records, replicas};

access::actions! {
    PERSONS = personal "relay:persons.take" for Numbering, "本人の登録", "Registration of people";
    CODES = personal "relay:codes.take" for Numbering, "符号の受取り", "Receipt of codes";
    REPLICAS = personal "relay:replicas.store" for Provision, "副本の登録", "Storage of replicas";
    WITHDRAW = personal "relay:replicas.withdraw" for Provision, "副本の取消し", "Withdrawal of replicas";
    INQUIRIES = personal "relay:inquiries.take" for Inquiry, "情報照会の受付", "Receipt of inquiries";
    READ_INQUIRY = personal "relay:inquiries.read" for Inquiry, "照会結果の取得", "Look at an inquiry";
    PERMITS = personal "relay:permits.take" for Provision, "許可証の受取り", "Receipt of permits";
    ANSWERS = personal "relay:answers.take" for Inquiry, "回答の受取り", "Receipt of answers";
    REFUSALS = personal "relay:permit-refusals.take" for Inquiry, "許可証の不受理の通知", "Notices that a permit was not taken";
    RECORDS = personal "relay:access-records.read" for OwnAccess, "情報提供等記録の開示", "Disclosure of access records";
    COUNTS = plain "relay:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
pub(crate) const OUTBOX: OutboxActions = work::outbox_actions!("relay");

/// The routes.
pub(crate) fn routes(state: Relay) -> Routes<Relay> {
    Routes::of(state)
        .refusing::<RelayError>()
        .post(messages::UNIFIED_NUMBERS, peer(PERSONS), codes::persons::take)
        .post(messages::CODES, peer(CODES), codes::take::take)
        .post(messages::REPLICAS, peer(REPLICAS), replicas::store)
        .post(messages::WITHDRAWALS, peer(WITHDRAW), replicas::withdraw::withdraw)
        .post(messages::INQUIRIES, peer(INQUIRIES), inquiries::take::take)
        .get(messages::INQUIRY, peer(READ_INQUIRY), inquiries::read::read)
        .post(messages::ANSWERS, peer(ANSWERS), inquiries::answer::take)
        .post(messages::PERMITS, peer(PERMITS), provision::take)
        .post(messages::PERMIT_REFUSALS, peer(REFUSALS), inquiries::refusal::take)
        .post(messages::ACCESS_RECORDS, peer(RECORDS).unkeyed(), records::read)
        .get(&console::counts("relay"), peer(COUNTS), counts::counts)
}
