//! Lists that are written into a file of the job: what is asked, and what came of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear};

/// Asks for `list-eligible`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListEligible {
    /// The year.
    #[schema(value_type = i32, format = "fiscal-year")]
    pub fiscal_year: FiscalYear,
    /// Day on which people must be residents.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// One programme of the catalogue; all of them where none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub programme: Option<String>,
}

/// What came of `list-eligible`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListedEligible {
    /// Person, programme and examination.
    pub rows: u64,
    /// Stored facts that could not be read: whoever they are of was looked at without them.
    pub damaged: u64,
    /// The names of the files of the register or of results that were half in, and went on, when the city was looked at: a list made after
    /// their end may say otherwise.
    pub half_imported: Vec<String>,
}

/// Asks for `export-results`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportResults {
    /// Number of a record type of the catalogue: 1 to 15, from 101 the city's own.
    pub record_type: u16,
}

/// What came of `export-results`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportedResults {
    /// Records in the file.
    pub written: u64,
    /// Records that could not be read, and are left out.
    pub damaged: u64,
}
