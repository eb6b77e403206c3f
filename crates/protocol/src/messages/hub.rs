//! What the hub core (PMH) receives. The path and the first three fields of the registration task are published (G00G); the rest is ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, Id128, InstitutionCode, MunicipalityCode};

use super::checkups::{Items, Question};
use super::{Private, RowProblem};

pub use super::checkups::BasicFiveInfo;

messages! { "hub": Template, TaskReceipt, Tasks, TaskStatus, HubResults; published RegistrationRow<String> }

/// `PUT` 雛形 from the registry: [`Template`] → [`super::Outcome`].
pub const TEMPLATE: &str = "/hub/v1/templates/{id}";
/// `POST` 自治体検診対象者情報登録 from the registry: array of [`RegistrationRow`] → 202 [`TaskReceipt`].
pub const REGISTRATION_TASKS: &str = "/hub/v1/municipal-checkup-registration-tasks";
/// `GET` from the registry: → [`Tasks`].
pub const TASKS: &str = "/hub/v1/tasks";
/// `GET` from the registry: → [`TaskStatus`].
pub const TASK: &str = "/hub/v1/tasks/{task}";
/// `GET` from the registry, `?after=N`: → [`HubResults`].
pub const RESULTS: &str = "/hub/v1/results";

/// The path of one template.
pub fn template(id: &str) -> String {
    format!("/hub/v1/templates/{id}")
}

/// The path of one task.
pub fn task(task: Id128) -> String {
    format!("{TASKS}/{task}")
}

/// A template (雛形) of a municipality's programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// Programme of the catalogue.
    pub programme: String,
    /// Grows with every change.
    pub version: u32,
    /// The questions, in order.
    pub questionnaire: Vec<Question>,
    /// Wording of the notice.
    pub notice: String,
}

/// What changed since the last transmission (変更区分).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Modification {
    /// Register the person or replace what is registered: the row carries the full current set.
    #[serde(rename = "1")]
    Register,
    /// Delete the registration: moved out, died, or registered by mistake.
    #[serde(rename = "2")]
    Delete,
}

/// One row of a registration task; `N` holds the individual number.
///
/// The published row carries `myNumber`. This crate cannot name the type that may hold it, so that the public side cannot either:
/// registry and hub core put their own in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationRow<N> {
    /// `"1"` or `"2"`.
    pub modification_seg: Modification,
    /// 12 digits.
    #[schema(value_type = String)]
    pub my_number: N,
    /// The municipality's own key of the person (自治体別本人キー), up to 100 characters.
    pub municipality_identity_key: String,
    /// The five data items; absent in a deletion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub basic_five_info: Option<BasicFiveInfo>,
    /// The full current set of checkups.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub checkups: Vec<Checkup>,
    /// Day on which the registration ended (消除の異動日); in a deletion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub deleted_on: Option<Date>,
}

/// One checkup for which a person is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checkup {
    /// Programme of the catalogue.
    pub programme: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// The template that gives questions and notice.
    pub template: String,
    /// Its version.
    pub template_version: u32,
    /// Answers the city already has, by item code.
    #[serde(skip_serializing_if = "no_items", default)]
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
    /// Past results the person may read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub past_results: Vec<PastResult>,
}

fn no_items(items: &Private<Items>) -> bool {
    items.expose().is_empty()
}

/// A past result of a registered person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PastResult {
    /// Name of the result at the registry; the same again is the same result.
    pub key: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// Day of the examination.
    #[schema(value_type = String, format = Date)]
    pub examined_on: Date,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub institution: Option<InstitutionCode>,
    /// Values by item code.
    #[schema(value_type = Object)]
    pub items: Private<Items>,
}

/// The task that was accepted (202).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskReceipt {
    /// Name of the task.
    #[schema(value_type = String)]
    pub task: Id128,
}

/// The tasks of the caller's municipality, the newest first, at most 100: a registry that lost an answer finds its task again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tasks {
    /// Each in counts of its rows.
    pub tasks: Vec<TaskCounts>,
}

/// How far one task is, in rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskCounts {
    /// Name of the task.
    #[schema(value_type = String)]
    pub task: Id128,
    /// When it arrived, in milliseconds since 1970.
    pub at: i64,
    /// Not decided yet.
    pub waiting: i64,
    /// Registered or deleted.
    pub done: i64,
    /// Refused.
    pub refused: i64,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TaskState {
    /// Stored, not yet worked on.
    Accepted,
    /// Being worked on.
    Running,
    /// Every row has its outcome.
    Done,
}

/// Outcome of one row of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RowState {
    /// Waits.
    Waiting,
    /// Registered; a key was minted or known.
    Registered,
    /// Deleted.
    Deleted,
    /// Refused, with errors.
    Refused,
}

/// State of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskStatus {
    /// Of the whole.
    pub state: TaskState,
    /// One a row of the request.
    pub rows: Vec<TaskRow>,
}

/// One row of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskRow {
    /// Its place in the request, from 1.
    pub row: u64,
    /// As sent.
    pub municipality_identity_key: String,
    /// Its outcome.
    pub state: RowState,
    /// Why it was refused.
    pub errors: Vec<RowProblem>,
}

/// Results for the city to import; they carry no individual number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubResults {
    /// By sequence number.
    pub rows: Vec<HubResult>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubResult {
    /// Grows; ask `after` the last one.
    pub sequence: i64,
    /// Name of the result, given by the facility.
    #[schema(value_type = String)]
    pub id: Id128,
    /// 1, and one more with each correction by the facility; a correction comes under a sequence number of its own.
    #[serde(skip_serializing_if = "is_first", default = "first")]
    pub version: u32,
    /// Whose programme.
    #[schema(value_type = String)]
    pub municipality: MunicipalityCode,
    /// The municipality's own key of the person.
    pub municipality_identity_key: String,
    /// Programme of the catalogue.
    pub programme: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// Day of the examination.
    #[schema(value_type = String, format = Date)]
    pub examined_on: Date,
    /// Where.
    #[schema(value_type = String)]
    pub institution: InstitutionCode,
    /// The five data items as registered.
    pub basic_five_info: BasicFiveInfo,
    /// The questionnaire, by item code.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
    /// The result, by item code.
    #[schema(value_type = Object)]
    pub items: Private<Items>,
}

fn first() -> u32 {
    1
}

fn is_first(version: &u32) -> bool {
    *version == 1
}
