//! Questionnaires, notices and results as they travel between city, hub, portal and facility. Shapes are ours unless said otherwise.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Date, FiscalYear, Id128, InstitutionCode, MunicipalityCode, Sex};

use super::Private;

/// Values by item code of the catalogue, each as its text (numbers in digits, dates `YYYY-MM-DD`, choices by code).
pub type Items = BTreeMap<String, String>;

/// The five data items (基本5情報) in the published shape of the sibling API (PMH1: `basicFiveInfoForResister`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BasicFiveInfo {
    /// Name without a space.
    #[schema(value_type = String)]
    pub name: Private<String>,
    /// Name in full-width kana without a space.
    #[schema(value_type = String)]
    pub name_kana: Private<String>,
    /// Address in one string, building and room included.
    #[schema(value_type = String)]
    pub address: Private<String>,
    /// Date of birth.
    #[schema(value_type = String, format = Date)]
    pub date_of_birth: Private<Date>,
    /// `"1"`, `"2"` or `"0"`.
    #[serde(with = "crate::private::sex")]
    #[schema(value_type = String)]
    pub sex: Private<Sex>,
}

/// Who fills in a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// The person, before the visit.
    Resident,
    /// The practitioner, at the visit.
    Practitioner,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AnswerKind {
    /// One of the choices, by code.
    Choice,
    /// Any of the choices, codes joined by `;`.
    Choices,
    /// A number.
    Number,
    /// A date.
    Date,
    /// Free text.
    Text,
}

/// One question of a template (雛形).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// Item code of the catalogue.
    pub item: String,
    /// The wording.
    pub text: String,
    /// How it is answered.
    pub kind: AnswerKind,
    /// Whose it is.
    pub part: Part,
    /// Whether an answer may be missing.
    pub required: bool,
    /// Code and wording of each choice.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<Choice>,
}

/// One choice of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// What is read.
    pub text: String,
}

/// A person's questionnaire for one programme of one municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionnaireSheet {
    /// Name of the sheet, given by the hub core.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Whose programme.
    #[schema(value_type = String)]
    pub municipality: MunicipalityCode,
    /// Programme of the catalogue.
    pub programme: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// Version of the template.
    pub version: u32,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// Answers so far, by item code.
    #[schema(value_type = Object)]
    pub answers: Private<Items>,
    /// When the person last answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}

/// A notice to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeSheet {
    /// Name of the notice, given by the hub core.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Who writes.
    #[schema(value_type = String)]
    pub municipality: MunicipalityCode,
    /// Programme of the catalogue.
    pub programme: String,
    /// Of the programme.
    #[schema(value_type = i32)]
    pub fiscal_year: FiscalYear,
    /// The wording.
    #[schema(value_type = String)]
    pub text: Private<String>,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

/// A result, past or new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResultSheet {
    /// Name of the result, given by who made it.
    #[schema(value_type = String)]
    pub id: Id128,
    /// Whose programme.
    #[schema(value_type = String)]
    pub municipality: MunicipalityCode,
    /// Programme of the catalogue.
    pub programme: String,
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

/// A person's questionnaires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Questionnaires {
    /// Newest last.
    pub rows: Vec<QuestionnaireSheet>,
}

/// A person's notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notices {
    /// Newest last.
    pub rows: Vec<NoticeSheet>,
}

/// A person's results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Results {
    /// Newest last.
    pub rows: Vec<ResultSheet>,
}
