//! What atena (統合宛名管理システム) receives. Shapes are ours; the published common-functions names are cited where they exist.

use seal::hpke::Sealed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, Id128, MunicipalityCode, ResidentNumber, Sex, UnifiedNumber};

use super::inquiries::{Inquiry, Replica};
use super::{Digest, Private, RowProblem};
use crate::Signed;

pub use super::inquiries::{InquiryReceipt, InquiryStatus};

messages! {
    "atena":
        PersonsRequest, PersonsAnswer, CodeRequests, ReplicasRequest, ReplicasAnswer, InquiryRequest, InquiryReceipt,
        InquiryStatus,
}

/// `POST` 付番依頼 (function 0320001): [`PersonsRequest`] → [`PersonsAnswer`].
pub const PERSONS: &str = "/atena/v1/persons";
/// `POST` from the relay: [`CodeRequests`] → [`super::Accepted`].
pub const CODE_REQUESTS: &str = "/atena/v1/code-requests";
/// `POST` 副本: [`ReplicasRequest`] → [`ReplicasAnswer`].
pub const REPLICAS: &str = "/atena/v1/replicas";
/// `POST` 情報照会: [`InquiryRequest`] → [`InquiryReceipt`].
pub const INQUIRIES: &str = "/atena/v1/inquiries";
/// `GET`: → [`InquiryStatus`].
pub const INQUIRY: &str = "/atena/v1/inquiries/{inquiry}";

/// The path of one inquiry.
pub fn inquiry(inquiry: Id128) -> String {
    format!("{INQUIRIES}/{inquiry}")
}

/// People for whom a unified number (統合宛名番号) is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonsRequest {
    /// Associated data of `numbers`.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// One person a row.
    pub rows: Vec<PersonRow>,
    /// The individual numbers of the rows, one a line, sealed to atena's key.
    #[schema(value_type = Object)]
    pub numbers: Sealed,
}

/// One person with the four basic items (基本4情報) and kana.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonRow {
    /// The business system's own number (宛名番号).
    #[schema(value_type = String)]
    pub resident_number: ResidentNumber,
    /// Name as in the register.
    #[schema(value_type = String)]
    pub name: Private<String>,
    /// Name in kana.
    #[schema(value_type = String)]
    pub kana: Private<String>,
    /// `"1"`, `"2"` or `"0"`.
    #[serde(with = "crate::private::sex")]
    #[schema(value_type = String)]
    pub sex: Private<Sex>,
    /// Date of birth.
    #[schema(value_type = String, format = Date)]
    pub birth_date: Private<Date>,
    /// Address in one string.
    #[schema(value_type = String)]
    pub address: Private<String>,
    /// The number that was sent for this person before was another's (紐付け誤り): the own code is tied anew, and what the relay keeps for
    /// the person it was tied to is withdrawn.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub number_corrected: bool,
}

/// The unified numbers of the rows, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonsAnswer {
    /// One a row of the request.
    pub rows: Vec<PersonAnswer>,
}

/// One person's unified number, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonAnswer {
    /// As asked.
    #[schema(value_type = String)]
    pub resident_number: ResidentNumber,
    /// The number, minted or already known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub unified_number: Option<UnifiedNumber>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<RowProblem>,
}

/// The relay's wish for codes: atena adds the individual numbers and sends them to the resident network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRequests {
    /// Name of the request.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// One person a row.
    pub rows: Vec<CodeRequest>,
}

/// One person for whom the relay wants a code (符号).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRequest {
    /// One use (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Of the person.
    #[schema(value_type = String)]
    pub unified_number: UnifiedNumber,
}

/// Replicas to be forwarded to the relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicasRequest {
    /// One replica a row.
    pub rows: Vec<ReplicaRow>,
}

/// One replica: atena replaces the number and forwards the envelope unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaRow {
    /// Whose.
    #[schema(value_type = String)]
    pub resident_number: ResidentNumber,
    /// The business that provides.
    pub business: String,
    /// What it is.
    pub information: String,
    /// The registry's signature over the replica, addressed to the relay.
    #[schema(value_type = String)]
    pub envelope: Signed<Replica>,
}

/// What became of the replicas, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicasAnswer {
    /// One a row of the request.
    pub rows: Vec<ReplicaAnswer>,
}

/// The digest of what the relay stored, or why it did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaAnswer {
    /// As sent.
    #[schema(value_type = String)]
    pub resident_number: ResidentNumber,
    /// SHA-256 of the envelope as the relay stored it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<Digest>,
    /// Why it is not stored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<RowProblem>,
}

/// An inquiry about a person the registry knows by its own number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InquiryRequest {
    /// About whom.
    #[schema(value_type = String)]
    pub resident_number: ResidentNumber,
    /// The business for which one asks.
    pub business: String,
    /// The procedure within it.
    pub procedure: String,
    /// What is asked for.
    pub information: String,
    /// First day of the period.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the period.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The municipality asked.
    #[schema(value_type = String)]
    pub provider: MunicipalityCode,
    /// The registry's signature over the same, addressed to the relay; the relay goes by this and not by the fields beside it.
    #[schema(value_type = String)]
    pub envelope: Signed<Inquiry>,
}
