//! What the console asks of the registry: the work of an officer that is not yet a page. Shapes are ours.
//!
//! Every job may be asked for again: what is done stays done and is counted the same.

mod imports;
mod lists;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, MunicipalityCode, ResidentNumber};

pub use self::imports::{FirstImported, ImportResidents, ImportResults, ImportedResidents, ImportedResults, ResidentsConcerned};
pub use self::lists::{ExportResults, ExportedResults, ListEligible, ListedEligible};

messages! {
    "registry":
        ImportResidents, ImportedResidents, ResidentsConcerned, ImportResults, ImportedResults, ExportResults, ExportedResults,
        ListEligible, ListedEligible, Extract, Extracted, IssueVouchers, IssuedVouchers, PrintVouchers, PrintedVouchers, Reprove, Reproved, ProofCounts, UnifiedNumbersObtained, RegisteredTemplates,
        RegisterTargets, RegisteredTargets, DownloadedResults, Match, Matched, FollowUp, FollowedUp, MadeReplicas, Inquire,
        Inquired, FetchedAnswers, ExaminationCount,
}

/// `POST`: [`ImportResidents`] → [`ImportedResidents`].
pub const IMPORT_RESIDENTS: &str = "/registry/v1/work/import-residents";
/// `POST`: [`ImportResults`] → [`ImportedResults`].
pub const IMPORT_RESULTS: &str = "/registry/v1/work/import-results";
/// `POST`: [`ExportResults`] → [`ExportedResults`], and the job's file `results.csv`.
pub const EXPORT_RESULTS: &str = "/registry/v1/work/export-results";
/// `POST`: [`ListEligible`] → [`ListedEligible`], and the job's file `eligible.csv`.
pub const LIST_ELIGIBLE: &str = "/registry/v1/work/list-eligible";
/// `POST`: [`Extract`] → [`Extracted`].
pub const EXTRACT: &str = "/registry/v1/work/extract";
/// `POST`: [`IssueVouchers`] → [`IssuedVouchers`].
pub const ISSUE_VOUCHERS: &str = "/registry/v1/work/issue-vouchers";
/// `POST`: [`PrintVouchers`] → [`PrintedVouchers`], and the job's file `vouchers.csv`.
pub const PRINT_VOUCHERS: &str = "/registry/v1/work/print-vouchers";
/// `POST`: [`Reprove`] → [`Reproved`], and the job's file `differences.csv`.
pub const REPROVE: &str = "/registry/v1/work/reprove";
/// `POST`: [`super::Nothing`] → [`UnifiedNumbersObtained`].
pub const UNIFIED_NUMBERS: &str = "/registry/v1/work/unified-numbers";
/// `POST`: [`super::Nothing`] → [`RegisteredTemplates`].
pub const REGISTER_TEMPLATES: &str = "/registry/v1/work/register-templates";
/// `POST`: [`RegisterTargets`] → [`RegisteredTargets`].
pub const REGISTER_TARGETS: &str = "/registry/v1/work/register-targets";
/// `POST`: [`super::Nothing`] → [`DownloadedResults`].
pub const DOWNLOAD_RESULTS: &str = "/registry/v1/work/download-results";
/// `POST`: [`Match`] → [`Matched`].
pub const MATCH: &str = "/registry/v1/work/match";
/// `POST`: [`FollowUp`] → [`FollowedUp`].
pub const FOLLOW_UP: &str = "/registry/v1/work/follow-up";
/// `POST`: [`super::Nothing`] → [`MadeReplicas`].
pub const MAKE_REPLICAS: &str = "/registry/v1/work/make-replicas";
/// `POST`: [`Inquire`] → [`Inquired`].
pub const INQUIRE: &str = "/registry/v1/work/inquire";
/// `POST`: [`super::Nothing`] → [`FetchedAnswers`].
pub const FETCH_ANSWERS: &str = "/registry/v1/work/fetch-answers";

/// Asks for `extract`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extract {
    /// The year.
    #[schema(value_type = i32, format = "fiscal-year")]
    pub fiscal_year: FiscalYear,
    /// Day of extraction.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
}

/// What came of `extract`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extracted {
    /// Name of the extraction.
    pub extraction: i64,
    /// Person, programme and examination.
    pub rows: u64,
    /// Stored facts that could not be read: whoever they are of was looked at without them.
    pub damaged: u64,
    /// The names of the files of the register or of results that were half in, and went on, when the city was looked at: an extraction made after
    /// their end may say otherwise.
    pub half_imported: Vec<String>,
    /// By programme and examination.
    pub counts: Vec<ExaminationCount>,
}

/// Asks for `issue-vouchers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueVouchers {
    /// Of which extraction.
    pub extraction: i64,
}

/// What came of `issue-vouchers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssuedVouchers {
    /// One per person and programme, issued for this extraction: `print-vouchers` of it prints them.
    pub vouchers: u64,
    /// Person and programme with a voucher of the year that an earlier extraction issued.
    pub earlier: u64,
    /// Person and programme that may not be written to now.
    pub withheld: u64,
}

/// Asks for `print-vouchers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrintVouchers {
    /// Of which extraction.
    pub extraction: i64,
}

/// What came of `print-vouchers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrintedVouchers {
    /// Lines of the list.
    pub printed: u64,
    /// Vouchers whose person may no longer be written to.
    pub withheld: u64,
}

/// Asks for `reprove`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reprove {
    /// Whether the job stops once it can show what differs; resumed, it changes that.
    pub preview: bool,
}

/// What came of `reprove`: what the rules make of all records that there are.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reproved {
    /// Records that were looked at.
    pub records: u64,
    /// Of these, records that could not be read: what they are said to prove stays as it is.
    pub damaged: u64,
    /// Of these, records that prove something else than before.
    pub differing: u64,
    /// People whose records those are.
    pub people: u64,
    /// Examinations by programme.
    pub examinations: BTreeMap<String, ProofCounts>,
    /// Facts by their id.
    pub facts: BTreeMap<String, ProofCounts>,
    /// Detailed examinations (精検) and the screenings they belong to, by record type.
    pub detailed: BTreeMap<String, ProofCounts>,
}

/// How many proofs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofCounts {
    /// That are new.
    pub added: u64,
    /// That no longer hold.
    pub removed: u64,
    /// That say something else.
    pub changed: u64,
}

/// What came of `unified-numbers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnifiedNumbersObtained {
    /// People who have one now.
    pub unified_numbers: u64,
    /// People for whom atena refused.
    pub refused: u64,
    /// People of whom something that is stored could not be read: nothing was asked for them.
    pub damaged: u64,
}

/// What came of `register-templates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredTemplates {
    /// Templates the hub holds now.
    pub templates: u64,
}

/// Asks for `register-targets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterTargets {
    /// Of which extraction.
    pub extraction: i64,
    /// Of which programme.
    pub programme: String,
}

/// What came of `register-targets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredTargets {
    /// Tasks of the hub.
    pub tasks: u64,
    /// People registered.
    pub registered: u64,
    /// People refused.
    pub refused: u64,
}

/// What came of `download-results`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DownloadedResults {
    /// Results the hub had, ever.
    pub downloaded: u64,
    /// Of these, registered.
    pub imported: u64,
    /// Of these, waiting for a person.
    pub review: u64,
    /// Of these, refused.
    pub refused: u64,
}

/// Asks for `match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// Name of a file under the setting's media folder.
    pub file: String,
    /// Name of a file to write there; without one the verdicts are the job's file alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
}

/// What came of `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Matched {
    /// 一致: safe to register without a person.
    pub matched: u64,
    /// 要確認: a person decides.
    pub review: u64,
    /// 該当なし.
    pub unmatched: u64,
    /// Of these, rows that cannot be read.
    pub unreadable: u64,
}

/// Asks for `follow-up`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FollowUp {
    /// The year.
    #[schema(value_type = i32, format = "fiscal-year")]
    pub fiscal_year: FiscalYear,
}

/// What came of `follow-up`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FollowedUp {
    /// People and programmes that need a detailed examination (精検).
    pub needs_detailed: u64,
    /// Claim lines: institution, programme, month.
    pub claims: u64,
    /// Sum of the claims.
    pub amount_yen: i64,
    /// Examinations of the year.
    pub examined: u64,
    /// Records of detailed examinations that could not be read: the state of their cases is unknown.
    pub damaged: u64,
}

/// What came of `make-replicas`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MadeReplicas {
    /// Replicas made.
    pub replicas: u64,
    /// Stored by the relay with an equal digest.
    pub accepted: u64,
    /// Refused on the way.
    pub refused: u64,
}

/// Asks for `inquire`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inquire {
    /// Whom to ask.
    #[schema(value_type = String)]
    pub provider: MunicipalityCode,
    /// What to ask for.
    pub information: String,
    /// About whom: 住民番号, one at least. Each is asked about at this one municipality.
    #[schema(value_type = Vec<String>, min_items = 1)]
    pub residents: Vec<ResidentNumber>,
}

/// What came of `inquire`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inquired {
    /// Inquiries made, ever.
    pub inquiries: u64,
}

/// What came of `fetch-answers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FetchedAnswers {
    /// Inquiries with an answer.
    pub answered: u64,
    /// Inquiries refused.
    pub refused: u64,
    /// Inquiries still on their way.
    pub pending: u64,
}

/// How many people are due for an examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExaminationCount {
    /// Of the catalogue.
    pub programme: String,
    /// Of the programme.
    pub examination: String,
    /// How many.
    pub people: u64,
}
