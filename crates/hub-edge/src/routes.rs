//! The routes for programs, and what they do.

use protocol::messages::{console, edge as messages};
use wire::{Routes, peer};

use crate::{Edge, EdgeError, counts, people, queue};

access::actions! {
    BIND = personal "hub-edge:bindings.bind" for OwnAccess, "本人との紐付け", "Binding of a person";
    REVOKE = personal "hub-edge:bindings.revoke" for OwnAccess, "紐付けの解除", "Revocation of a binding";
    QUESTIONNAIRES = personal "hub-edge:questionnaires.read" for OwnAccess, "問診票の閲覧", "Look at questionnaires";
    ANSWER = personal "hub-edge:questionnaires.answer" for OwnAccess, "問診票への回答", "Answer to a questionnaire";
    NOTICES = personal "hub-edge:notices.read" for OwnAccess, "お知らせの閲覧", "Look at notices";
    RESULTS = personal "hub-edge:results.read" for OwnAccess, "結果の閲覧", "Look at results";
    ENTER = personal "hub-edge:results.enter" for Examination, "結果の入力", "Entry of a result";
    DELIVERIES = personal "hub-edge:deliveries.take" for HubRegistration, "中核からの受取り", "Receipt from the hub core";
    COLLECTIONS = personal "hub-edge:collections.give" for HubRegistration, "中核への引渡し", "Handing over to the hub core";
    COUNTS = plain "hub-edge:counts.read", "件数の照会", "Counts";
}

/// The routes.
pub(crate) fn routes(state: Edge) -> Routes<Edge> {
    Routes::of(state)
        .refusing::<EdgeError>()
        .post(messages::BINDINGS, peer(BIND), people::bind::bind)
        .post(messages::REVOCATIONS, peer(REVOKE), people::bind::revoke)
        .post(messages::QUESTIONNAIRES_READ, peer(QUESTIONNAIRES).unkeyed(), people::read::questionnaires)
        .put(messages::QUESTIONNAIRES, peer(ANSWER), people::answer::answer)
        .post(messages::NOTICES_READ, peer(NOTICES).unkeyed(), people::read::notices)
        .post(messages::RESULTS_READ, peer(RESULTS).unkeyed(), people::read::results)
        .post(messages::RESULTS, peer(ENTER), people::enter::enter)
        .post(messages::DELIVERIES, peer(DELIVERIES), queue::deliver::take)
        .get(messages::COLLECTIONS, peer(COLLECTIONS), queue::collect::give)
        .get(&console::counts("hub-edge"), peer(COUNTS), counts::counts)
}
