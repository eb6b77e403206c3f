//! What the relay (中間サーバー) receives. Shapes are ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, Id128, MunicipalityCode, UnifiedNumber};

use super::inquiries::{Inquiry, Permit, ProvidedAnswer, Replica};
use super::{Code, Digest, RowProblem};
use crate::Signed;

pub use super::access_records::{AccessRecords, AccessRecordsRequest};
pub use super::inquiries::{InquiryReceipt, InquiryStatus};

messages! {
    "relay":
        UnifiedNumbers, Withdrawals, Codes, ReplicasRequest, ReplicasAnswer, InquiryRequest, PermitDelivery, AnswerDelivery,
        PermitRefusal, AccessRecordsRequest, AccessRecords,
}

/// `POST` from atena: [`UnifiedNumbers`] → [`super::Accepted`].
pub const UNIFIED_NUMBERS: &str = "/relay/v1/unified-numbers";
/// `POST` from atena: [`Withdrawals`] → [`super::Accepted`].
pub const WITHDRAWALS: &str = "/relay/v1/withdrawals";
/// `POST` 符号 from the network system: [`Codes`] → [`super::Accepted`].
pub const CODES: &str = "/relay/v1/codes";
/// The code of a row that is to be sent again later: the relay does not know the person yet, or has yet to withdraw what was another's.
pub const NOT_YET: &str = "unknown";
/// `POST` 副本 from atena: [`ReplicasRequest`] → [`ReplicasAnswer`].
pub const REPLICAS: &str = "/relay/v1/replicas";
/// `POST` 情報照会 from atena: [`InquiryRequest`] → [`InquiryReceipt`].
pub const INQUIRIES: &str = "/relay/v1/inquiries";
/// `GET` from atena: → [`InquiryStatus`].
pub const INQUIRY: &str = "/relay/v1/inquiries/{inquiry}";
/// `POST` 情報提供許可証 from the network system: [`PermitDelivery`] → [`super::Outcome`].
pub const PERMITS: &str = "/relay/v1/permits";
/// `POST` from the network system: [`AnswerDelivery`] → [`super::Outcome`].
pub const ANSWERS: &str = "/relay/v1/answers";
/// `POST` from the network system: [`PermitRefusal`] → [`super::Outcome`].
pub const PERMIT_REFUSALS: &str = "/relay/v1/permit-refusals";
/// `POST` 情報提供等記録 from the network system: [`AccessRecordsRequest`] → [`AccessRecords`].
pub const ACCESS_RECORDS: &str = "/relay/v1/access-records";

/// The path of one inquiry.
pub fn inquiry(inquiry: Id128) -> String {
    format!("{INQUIRIES}/{inquiry}")
}

/// New unified numbers: the relay obtains a code for each it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnifiedNumbers {
    /// The numbers.
    #[schema(value_type = Vec<String>)]
    pub unified_numbers: Vec<UnifiedNumber>,
}

/// People whose replicas go, because they were stored under a number that was tied to the wrong person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Withdrawals {
    /// Whose; replicas that are sent after this are stored again.
    #[schema(value_type = Vec<String>)]
    pub unified_numbers: Vec<UnifiedNumber>,
}

/// Codes that the network system hands to one organisation (a relay, or the portal).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Codes {
    /// One person a row.
    pub rows: Vec<CodeRow>,
}

/// The code of the person for whom the organisation used this processing number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRow {
    /// The organisation's own (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// The organisation's own code of the person.
    pub code: Code,
}

/// Replicas to be stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicasRequest {
    /// One replica a row.
    pub rows: Vec<ReplicaRow>,
}

/// One replica under the person's unified number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaRow {
    /// Whose.
    #[schema(value_type = String)]
    pub unified_number: UnifiedNumber,
    /// The business that provides.
    pub business: String,
    /// What it is.
    pub information: String,
    /// The registry's bytes as atena received them.
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

/// The digest of what was stored, or why it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaAnswer {
    /// As sent.
    #[schema(value_type = String)]
    pub unified_number: UnifiedNumber,
    /// SHA-256 of the stored envelope.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<Digest>,
    /// Why it is not stored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<RowProblem>,
}

/// An inquiry about a person the relay knows by unified number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InquiryRequest {
    /// About whom.
    #[schema(value_type = String)]
    pub unified_number: UnifiedNumber,
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
    /// The registry's bytes as atena received them; the relay goes by these.
    #[schema(value_type = String)]
    pub envelope: Signed<Inquiry>,
}

/// The provider's copy of a permit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitDelivery {
    /// Signed by the network system, addressed to this relay.
    #[schema(value_type = String)]
    pub permit: Signed<Permit>,
}

/// Nothing will come under a permit any more: told to the asker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitRefusal {
    /// Of the asker's request.
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Which side did not take its part, with the status and the code of its refusal; nothing about a person.
    pub reason: String,
}

/// A provider's answer on its way to the asker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerDelivery {
    /// Of the asker's request.
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Signed by the providing relay, addressed to the asking one.
    #[schema(value_type = String)]
    pub answer: Signed<ProvidedAnswer>,
}
