//! Records of inquiries and provisions (情報提供等記録): what a person may read about who asked for what. Shapes are ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Id128, MunicipalityCode};

use super::Code;

/// Asks one organisation for its records about the person it knows by this code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRecordsRequest {
    /// The organisation's own code.
    pub code: Code,
}

/// One record of one side of one inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRecord {
    /// Of the inquiry (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Who asked.
    #[schema(value_type = String)]
    pub asker: MunicipalityCode,
    /// Who was asked.
    #[schema(value_type = String)]
    pub provider: MunicipalityCode,
    /// For which business.
    pub business: String,
    /// For which information.
    pub information: String,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// How it ended: `answered`, `refused`, `expired`, `cancelled`, `open`.
    pub outcome: String,
}

/// One organisation's records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRecords {
    /// In the order of asking.
    pub rows: Vec<AccessRecord>,
}

/// Asks the network system for the records of every organisation about the person the portal knows by this code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessHistoryRequest {
    /// The portal's own code of the person.
    pub portal_code: Code,
}

/// A record and the organisation that keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessHistoryRow {
    /// Whose record it is: the asker's or the provider's.
    #[schema(value_type = String)]
    pub organisation: MunicipalityCode,
    /// The record.
    pub record: AccessRecord,
}

/// The records of both sides of every organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessHistory {
    /// In the order of asking; organisations that did not answer are absent.
    pub rows: Vec<AccessHistoryRow>,
    /// Organisations that could not be asked just now: the list is not complete while this is not empty.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<MunicipalityCode>,
}
