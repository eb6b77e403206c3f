//! Files that are taken in: what is asked, and what came of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks for `import-residents`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportResidents {
    /// Name of a file under the setting's media folder; never a path out of it.
    pub file: String,
    /// `auto` (default), `utf-8`, `cp932`, `utf-16le`, `utf-16be`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encoding: Option<String>,
    /// The file is read and compared and the job stops, previewed; resumed, it goes in without being read again.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub preview: bool,
    /// The preview counts who is missing: the file is of everybody.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub preview_of_all: bool,
}

/// What came of `import-residents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedResidents {
    /// These bytes had been taken in before: nothing was written, and what is not refused is unchanged.
    pub already_imported: bool,
    /// Rows of the file.
    pub read: u64,
    /// People who were not known.
    pub added: u64,
    /// People of whom something changed.
    pub changed: u64,
    /// People of whom nothing changed.
    pub unchanged: u64,
    /// Refused rows.
    pub rejected: u64,
    /// Columns of the file that are not known here and were ignored.
    pub unknown_columns: Vec<String>,
    /// What came of these bytes when they were taken in before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first: Option<FirstImported>,
    /// Of a preview: who would be concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub concerned: Option<ResidentsConcerned>,
}

/// Whom a file would concern, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResidentsConcerned {
    /// Of the new and the changed, those who moved in (転入).
    pub moved_in: u64,
    /// Who moves out by the file.
    pub moved_out: u64,
    /// Who dies by the file.
    pub died: u64,
    /// Who comes under protective measures (支援措置) by the file.
    pub protected: u64,
    /// Whose protective measures end by the file.
    pub unprotected: u64,
    /// Who is known, has neither moved out nor died, and is not in the file; counted where the file is said to be of everybody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing: Option<u64>,
    /// Changes whose 異動日 is older than the one that is known.
    pub older: u64,
    /// Changes of two or more of name, sex and birth date at once.
    pub confused: u64,
    /// Changes of people of whom what is known does not open (an alarm): whether they were protected nobody knows, and they are counted as if
    /// they had been.
    #[serde(default)]
    pub damaged: u64,
}

/// What a file brought when it was taken in first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstImported {
    /// People who were not known.
    pub added: u64,
    /// People of whom something changed.
    pub changed: u64,
    /// People of whom nothing changed.
    pub unchanged: u64,
}

/// Asks for `import-results`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportResults {
    /// Number of a record type of the catalogue: 1 to 15, from 101 the city's own.
    pub record_type: u16,
    /// Name of a file under the setting's media folder.
    pub file: String,
    /// The file is read and compared and the job stops, previewed; resumed, it goes in without being read again.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub preview: bool,
}

/// What came of `import-results`, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedResults {
    /// Rows of the file.
    pub read: u64,
    /// Records that were not known.
    pub added: u64,
    /// Records that say something else than before; what they said stays in the history.
    pub corrected: u64,
    /// Records that were known as they are.
    pub unchanged: u64,
    /// Refused rows.
    pub rejected: u64,
    /// Of the corrected ones, those of which could not be read what they said before.
    pub damaged: u64,
}
