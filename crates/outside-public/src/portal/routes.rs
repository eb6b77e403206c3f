//! The routes for programs, and what they do.

use protocol::messages::{console, portal as messages};
use wire::{Routes, anyone, peer, session};
use work::outbox::OutboxActions;

use super::{Portal, PortalError, challenges, codes, consents, counts, log_in, own, records, visits};

access::actions! {
    CHALLENGES = plain "portal:challenges.give", "認証用データの発行", "Challenge for a log-in";
    SESSIONS = plain "portal:sessions.open", "ログイン", "Log-in";
    CONSENTS = personal "portal:consents.give" for OwnAccess, "同意", "Consent";
    QUESTIONNAIRES = personal "portal:questionnaires.read" for OwnAccess, "問診票の閲覧", "Look at questionnaires";
    ANSWER = personal "portal:questionnaires.answer" for OwnAccess, "問診票への回答", "Answer to a questionnaire";
    NOTICES = personal "portal:notices.read" for OwnAccess, "お知らせの閲覧", "Look at notices";
    RESULTS = personal "portal:results.read" for OwnAccess, "結果の閲覧", "Look at results";
    RECORDS = personal "portal:access-records.read" for OwnAccess, "情報提供等記録の閲覧", "Look at access records";
    CODES = personal "portal:codes.take" for Numbering, "符号の受取り", "Receipt of codes";
    VISIT_START = personal "portal:visits.start" for Examination, "受診の開始", "Start of a visit";
    VISIT_READ = personal "portal:visits.read" for Examination, "受診者の問診票の閲覧", "Look at a visitor's questionnaire";
    VISIT_ENTER = personal "portal:visits.enter" for ResultEntry, "受診結果の入力", "Entry of the result of a visit";
    VISIT_CLOSE = personal "portal:visits.close" for Examination, "受診の終了", "End of a visit";
    COUNTS = plain "portal:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
pub(crate) const OUTBOX: OutboxActions = work::outbox_actions!("portal");

/// Bytes of one person's questionnaire or result.
const LARGEST: usize = 64 << 10;

/// The routes.
pub(crate) fn routes(state: Portal) -> Routes<Portal> {
    Routes::of(state)
        .refusing::<PortalError>()
        .post(messages::CODES, peer(CODES), codes::take)
        .post(messages::CHALLENGES, anyone(CHALLENGES), challenges::give)
        // the answer is a token, which must not be kept to be given again: who lost it logs in again
        .post(messages::SESSIONS, anyone(SESSIONS), log_in::open)
        .post(messages::CONSENTS, session(CONSENTS).keyed(), consents::give)
        .get(messages::QUESTIONNAIRES, session(QUESTIONNAIRES), own::questionnaires)
        .put(messages::QUESTIONNAIRES, session(ANSWER).keyed().limit_body(LARGEST), own::answer)
        .get(messages::NOTICES, session(NOTICES), own::notices)
        .get(messages::RESULTS, session(RESULTS), own::results)
        .get(messages::ACCESS_RECORDS, session(RECORDS), records::read)
        .post(messages::VISITS, peer(VISIT_START).unkeyed().limit_body(LARGEST), visits::start::start)
        .get(messages::VISIT_QUESTIONNAIRE, peer(VISIT_READ), visits::questionnaire::read)
        .post(messages::VISIT_RESULT, peer(VISIT_ENTER).limit_body(LARGEST), visits::result::enter)
        .post(messages::VISIT_CLOSE, peer(VISIT_CLOSE).limit_body(LARGEST), visits::close::close)
        .get(&console::counts("portal"), peer(COUNTS), counts::counts)
}
