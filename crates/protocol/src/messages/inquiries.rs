//! Inquiry and provision (情報照会・情報提供): what is asked, permitted and answered, whoever forwards it. Shapes are ours.

use jiff::Timestamp;
use seal::hpke::{ReceivingKey, Sealed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, Id128, MunicipalityCode};

use super::checkups::Items;
use super::{Code, Digest, Octets, Private};

messages! { "inquiries": Inquiry, Replica, PermitRequest, Permit, ProvidedAnswer, PermissionList }

/// What is asked: the part of an inquiry that the asking registry signs and nobody between can alter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inquiry {
    /// The business for which one asks (事務).
    pub business: String,
    /// The procedure within it (事務手続).
    pub procedure: String,
    /// The information asked for (特定個人情報名).
    pub information: String,
    /// First day of the period asked for.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the period asked for.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The municipality asked.
    #[schema(value_type = String)]
    pub provider: MunicipalityCode,
}

/// Where an inquiry stands; both sides keep the same words and survive a kill at any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum InquiryState {
    /// Taken in, not yet permitted.
    Asked,
    /// The network system gave a permit.
    Permitted,
    /// The request went to the provider.
    Sent,
    /// The sealed answer is here and was opened.
    Answered,
    /// The asking registry has fetched the answer.
    Fetched,
    /// The answer was deleted after its period.
    Erased,
    /// Refused, with a reason.
    Refused,
    /// Withdrawn by the asker.
    Cancelled,
    /// Not answered in time.
    Expired,
    /// No automatic answer (自動応答不可): a person at the provider decides.
    AwaitingPerson,
}

/// Where to ask for the answer later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InquiryReceipt {
    /// The receiver's name of this inquiry.
    #[schema(value_type = String)]
    pub inquiry: Id128,
}

/// State of an inquiry, with the answer once there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InquiryStatus {
    /// Where it stands.
    pub state: InquiryState,
    /// Why it was refused, cancelled or waits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The provider's replica, byte for byte: a `Signed<Replica>`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<Octets>,
    /// SHA-256 of `answer`, which every forwarder keeps.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<Digest>,
}

/// One examination in a replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaRecord {
    /// Fiscal year of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// Programme of the catalogue.
    pub programme: String,
    /// Day of the examination.
    #[schema(value_type = String, format = Date)]
    pub examined_on: Date,
    /// Items that the data set provides, by item code.
    #[schema(value_type = Object)]
    pub items: Private<Items>,
}

/// A replica (副本) of what a municipality provides about one person; by itself it identifies nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replica {
    /// The business that provides (事務).
    pub business: String,
    /// What it is (特定個人情報名).
    pub information: String,
    /// The day the registry made it.
    #[schema(value_type = String, format = Date)]
    pub made_on: Date,
    /// A person must confirm before it is provided (自動応答不可).
    pub no_automatic_answer: bool,
    /// Not to be disclosed to the person or to others (不開示).
    pub not_disclosed: bool,
    /// The examinations.
    pub records: Vec<ReplicaRecord>,
}

/// What the asking relay signs for the network system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitRequest {
    /// One use (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// The asker's own code of the person.
    pub code: Code,
    /// What is asked.
    pub inquiry: Inquiry,
    /// The key to which the answer will be sealed.
    #[schema(value_type = Object)]
    pub receiving_key: ReceivingKey,
    /// Version of the permission list the asker checked.
    pub list_version: u64,
}

/// A permit (情報提供許可証): one inquiry, one answer, signed by the network system; its life is that of its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Permit {
    /// Name of the permit; never used twice.
    #[schema(value_type = String)]
    pub permit: Id128,
    /// Of the request.
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Who asks.
    #[schema(value_type = String)]
    pub asker: MunicipalityCode,
    /// What is asked of whom.
    pub inquiry: Inquiry,
    /// The addressee's own code of the person: the provider's in the provider's copy, the asker's in the asker's, so neither learns the other's.
    pub code: Code,
    /// The asking relay's key.
    #[schema(value_type = Object)]
    pub receiving_key: ReceivingKey,
    /// Version of the permission list that allowed it.
    pub list_version: u64,
}

/// A provider's answer: sealed to the key in the permit, with the permit's name as associated data, inside the provider's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvidedAnswer {
    /// The permit it answers.
    #[schema(value_type = String)]
    pub permit: Id128,
    /// The replica's bytes (a `Signed<Replica>`), sealed; absent when the provider refuses.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Object>)]
    pub sealed: Option<Sealed>,
    /// Why there is no answer: `noReplica`, `notDisclosed`, `refusedByPerson`, …
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// One line of the permission list (照会許可照合リスト): who may ask whom for what; `*` stands for every municipality.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Permission {
    /// Municipality code of the asker, or `*`.
    pub asker: String,
    /// Municipality code of the provider, or `*`.
    pub provider: String,
    /// The business of the asker.
    pub business: String,
    /// The information provided.
    pub information: String,
}

/// The permission list as the network system signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermissionList {
    /// Grows with every change; a list with a lower one than the last is refused.
    pub version: u64,
    /// After this nobody may decide by it.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
    /// The lines.
    pub rows: Vec<Permission>,
}

impl PermissionList {
    /// Whether the list lets one municipality ask another for an information in a business.
    pub fn allows(&self, asker: MunicipalityCode, provider: MunicipalityCode, business: &str, information: &str) -> bool {
        let fits = |pattern: &str, party: MunicipalityCode| pattern == "*" || pattern == party.as_str();
        let mut rows = self.rows.iter();
        rows.any(|row| {
            fits(&row.asker, asker) && fits(&row.provider, provider) && row.business == business && row.information == information
        })
    }
}
