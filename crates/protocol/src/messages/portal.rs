//! What the portal (マイナポータル) receives from phones, tablets and the network system. Shapes are ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, Id128};

use super::checkups::{Items, QuestionnaireSheet};
use super::{Digest, Octets, Private};

pub use super::access_records::AccessHistory;
pub use super::checkups::{Notices, Questionnaires, Results};
pub use super::relay::Codes;

messages! {
    "portal":
        Challenge, LogIn, Session, ConsentRequest, ConsentReceipt, Questionnaires, AnswersRequest, Notices, Results, VisitRequest,
        Visit, VisitQuestionnaire, VisitResult, VisitClose,
}

/// `POST` from the network system: [`Codes`] → [`super::Accepted`].
pub const CODES: &str = "/portal/v1/codes";
/// `POST` from a phone or tablet: [`super::Nothing`] → [`Challenge`].
pub const CHALLENGES: &str = "/portal/v1/challenges";
/// `POST` from a phone: [`LogIn`] → [`Session`].
pub const SESSIONS: &str = "/portal/v1/sessions";
/// `POST` (session): [`ConsentRequest`] → [`ConsentReceipt`].
pub const CONSENTS: &str = "/portal/v1/consents";
/// `GET` → [`Questionnaires`]; `PUT` [`AnswersRequest`] → [`super::Outcome`] (session).
pub const QUESTIONNAIRES: &str = "/portal/v1/questionnaires";
/// `GET` (session): → [`Notices`].
pub const NOTICES: &str = "/portal/v1/notices";
/// `GET` (session): → [`Results`].
pub const RESULTS: &str = "/portal/v1/results";
/// `GET` (session): → [`AccessHistory`].
pub const ACCESS_RECORDS: &str = "/portal/v1/access-records";
/// `POST` from a tablet: [`VisitRequest`] → [`Visit`].
pub const VISITS: &str = "/portal/v1/visits";
/// `GET` from the visit's tablet: → [`VisitQuestionnaire`].
pub const VISIT_QUESTIONNAIRE: &str = "/portal/v1/visits/{visit}/questionnaire";
/// `POST` from the visit's tablet: [`VisitResult`] → [`super::Outcome`].
pub const VISIT_RESULT: &str = "/portal/v1/visits/{visit}/result";
/// `POST` from the visit's tablet: [`VisitClose`] → [`super::Outcome`].
pub const VISIT_CLOSE: &str = "/portal/v1/visits/{visit}/close";

/// The path of something of a visit: `questionnaire`, `result` or `close`.
pub fn of_visit(visit: Id128, what: &str) -> String {
    format!("{VISITS}/{visit}/{what}")
}

/// What a card signs to log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Challenge {
    /// Name of the challenge; one use.
    #[schema(value_type = String)]
    pub challenge: Id128,
    /// The bytes to sign.
    pub nonce: Octets,
    /// After this it is refused.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
}

/// A card's answer to a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// Name of the challenge.
    #[schema(value_type = String)]
    pub challenge: Id128,
    /// The card's certificate, DER.
    pub certificate: Octets,
    /// The card's signature over the nonce.
    pub signature: Octets,
}

/// A session of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Session {
    /// Bearer token.
    #[schema(value_type = String)]
    pub session: Private<String>,
    /// After this it is refused.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
}

/// A person's consent to a purpose of use as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentRequest {
    /// The text that was read.
    pub purpose_text: String,
    /// Its version.
    pub version: String,
    /// What it covers: `questionnaire`, `notices`, `results`, `accessRecords`.
    pub scope: Vec<String>,
}

/// Receipt of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentReceipt {
    /// Name of the consent.
    #[schema(value_type = String)]
    pub consent: Id128,
}

/// A person's answers to one questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswersRequest {
    /// Of the questionnaire sheet.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Answers by item code; replaces what was there.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
}

/// The consent a person gives on a facility's tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitConsent {
    /// The text that was read.
    pub purpose_text: String,
    /// Its version.
    pub version: String,
}

/// A person presents the card at a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitRequest {
    /// Name of the challenge.
    #[schema(value_type = String)]
    pub challenge: Id128,
    /// The card's certificate, DER.
    pub certificate: Octets,
    /// The card's signature over the nonce.
    pub signature: Octets,
    /// Programme of the catalogue.
    pub programme: String,
    /// What the person agreed to.
    pub consent: VisitConsent,
}

/// A visit; its token is bound to the tablet's certificate (RFC 8705) and dies with the visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Visit {
    /// Name of the visit.
    #[schema(value_type = String)]
    pub visit: Id128,
    /// Bearer token.
    #[schema(value_type = String)]
    pub token: Private<String>,
    /// After this nothing of the person can be read.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
}

/// What the facility's staff read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitQuestionnaire {
    /// Both parts, with the person's answers.
    pub questionnaire: QuestionnaireSheet,
}

/// The practitioner's part and the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitResult {
    /// Name of the result, given by the facility; the same again is the same result.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Day of the examination.
    #[schema(value_type = String, format = Date)]
    pub examined_on: Date,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// The practitioner's part of the questionnaire, by item code.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
    /// The result, by item code.
    #[schema(value_type = Object)]
    pub items: Private<Items>,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum VisitEnd {
    /// Examined, result entered.
    Done,
    /// The person or the practitioner decided against it.
    Declined,
}

/// Ends a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitClose {
    /// How it ended.
    pub outcome: VisitEnd,
}

/// The code of a refused challenge, which another challenge may cure.
pub const CHALLENGE_REFUSED: &str = "challenge";
/// The code of a visit that has ended.
pub const VISIT_ENDED: &str = "visit-ended";

/// A text that says what data are used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeText {
    /// Grows with every change of the text; a consent to an earlier one counts no more.
    pub version: String,
    /// The text that people read.
    pub text: String,
}

impl PurposeText {
    /// What a receipt of consent keeps of the text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

/// What a consent covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// 情報提供等記録.
    AccessRecords,
    /// Notices.
    Notices,
    /// Questionnaires, to read and to answer.
    Questionnaire,
    /// Results.
    Results,
    /// A visit at a facility.
    Visit,
}

impl Scope {
    /// What a person may agree to on the phone.
    pub const OWN: [Self; 4] = [Self::AccessRecords, Self::Notices, Self::Questionnaire, Self::Results];

    /// The word in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessRecords => "accessRecords",
            Self::Notices => "notices",
            Self::Questionnaire => "questionnaire",
            Self::Results => "results",
            Self::Visit => "visit",
        }
    }

    /// The scope of a word that people may agree to on the phone.
    pub fn own(word: &str) -> Option<Self> {
        Self::OWN.into_iter().find(|scope| scope.as_str() == word)
    }
}
