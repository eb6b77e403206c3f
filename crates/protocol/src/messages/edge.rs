//! What the public side of the hub receives: PMH pseudonyms in bodies, never in a URL; never an individual number. Shapes are ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, Id128, InstitutionCode, MunicipalityCode};

use super::Private;
use super::checkups::{Items, NoticeSheet, QuestionnaireSheet, ResultSheet};

pub use super::checkups::{Notices, Questionnaires, Results};

messages! { "edge": Binding, OfPerson, AnswersEntry, ResultEntry, Deliveries, Collections }

/// `POST` from the portal: [`Binding`] → [`super::Outcome`] `bound`, or 409.
pub const BINDINGS: &str = "/edge/v1/bindings";
/// `POST` from the portal: [`OfPerson`] → [`Questionnaires`].
pub const QUESTIONNAIRES_READ: &str = "/edge/v1/questionnaires/read";
/// `PUT` from the portal: [`AnswersEntry`] → [`super::Outcome`].
pub const QUESTIONNAIRES: &str = "/edge/v1/questionnaires";
/// `POST` from the portal: [`OfPerson`] → [`Notices`].
pub const NOTICES_READ: &str = "/edge/v1/notices/read";
/// `POST` from the portal: [`OfPerson`] → [`Results`].
pub const RESULTS_READ: &str = "/edge/v1/results/read";
/// `POST` from the portal: [`ResultEntry`] → [`super::Outcome`].
pub const RESULTS: &str = "/edge/v1/results";
/// `POST` from the portal: [`OfPerson`] → [`super::Outcome`] `revoked`.
pub const REVOCATIONS: &str = "/edge/v1/revocations";
/// `POST` from the hub core: [`Deliveries`] → [`super::Accepted`].
pub const DELIVERIES: &str = "/edge/v1/deliveries";
/// `GET` from the hub core, `?after=N`: → [`Collections`].
pub const COLLECTIONS: &str = "/edge/v1/collections";

/// Binds a pseudonym to a key, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Binding {
    /// The key, which the portal forgets when this is answered.
    #[schema(value_type = String)]
    pub pmh_key: Private<Id128>,
    /// The portal's pseudonym of the person (PMH仮名識別子).
    #[schema(value_type = String)]
    pub pmh_pseudonym: Private<Id128>,
}

/// Asks for what is kept of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfPerson {
    /// The person.
    #[schema(value_type = String)]
    pub pmh_pseudonym: Private<Id128>,
}

/// Answers of a person, or the practitioner's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswersEntry {
    /// The person.
    #[schema(value_type = String)]
    pub pmh_pseudonym: Private<Id128>,
    /// Of the questionnaire sheet.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Answers by item code; replaces what was there.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
}

/// A result entered at a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResultEntry {
    /// The person.
    #[schema(value_type = String)]
    pub pmh_pseudonym: Private<Id128>,
    /// The result, named by the facility.
    pub result: EnteredResult,
}

/// What a facility found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnteredResult {
    /// Name of the result; the same again is the same result, another under the same name corrects it.
    #[schema(value_type = String)]
    pub id: Id128,
    /// The questionnaire sheet of the visit, which says municipality and template.
    #[schema(value_type = String)]
    pub questionnaire: Id128,
    /// Programme of the catalogue.
    pub programme: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// Day of the examination.
    #[schema(value_type = String, format = Date)]
    pub examined_on: Date,
    /// Where: the facility of the tablet's certificate.
    #[schema(value_type = String)]
    pub institution: InstitutionCode,
    /// The practitioner's part of the questionnaire, by item code.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
    /// The result, by item code.
    #[schema(value_type = Object)]
    pub items: Private<Items>,
}

/// A portion of the one-way queue from the core.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deliveries {
    /// Name of the portion; the same again has no second effect.
    #[schema(value_type = String)]
    pub delivery: Id128,
    /// Whose rows.
    #[schema(value_type = String)]
    pub municipality: MunicipalityCode,
    /// In the order they must take effect.
    pub rows: Vec<Delivery>,
}

/// One thing for the person of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Delivery {
    /// A questionnaire to fill in.
    Questionnaire {
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Name of the sheet.
        #[schema(value_type = String)]
        id: Id128,
        /// The sheet.
        body: QuestionnaireSheet,
    },
    /// A notice to read.
    Notice {
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Name of the notice.
        #[schema(value_type = String)]
        id: Id128,
        /// The notice.
        body: NoticeSheet,
    },
    /// A past result to read.
    Result {
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Name of the result.
        #[schema(value_type = String)]
        id: Id128,
        /// The result.
        body: ResultSheet,
    },
    /// One thing that was delivered goes: it is registered no longer.
    Withdrawal {
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Name of what goes.
        #[schema(value_type = String)]
        id: Id128,
    },
    /// Everything of this municipality about the person goes.
    Deletion {
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Name of the deletion.
        #[schema(value_type = String)]
        id: Id128,
        /// Names of what was delivered or is on its way: it has ended, and is not stored when it comes late.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(value_type = Vec<String>)]
        ended: Vec<Id128>,
    },
}

/// What people and facilities entered, for the core to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Collections {
    /// By sequence number.
    pub rows: Vec<Collection>,
}

/// One thing of the person of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Collection {
    /// A questionnaire was answered.
    Answer {
        /// Grows; ask `after` the last one.
        sequence: i64,
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Whose programme.
        #[schema(value_type = String)]
        municipality: MunicipalityCode,
        /// Of the questionnaire sheet.
        #[schema(value_type = String)]
        id: Id128,
        /// Answers by item code.
        #[schema(value_type = Object)]
        body: Private<Items>,
        /// When.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
    /// A result was entered.
    Result {
        /// Grows; ask `after` the last one.
        sequence: i64,
        /// Of the person.
        #[schema(value_type = String)]
        pmh_key: Private<Id128>,
        /// Whose programme.
        #[schema(value_type = String)]
        municipality: MunicipalityCode,
        /// Name of the result.
        #[schema(value_type = String)]
        id: Id128,
        /// The result.
        body: EnteredResult,
        /// When.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
}
