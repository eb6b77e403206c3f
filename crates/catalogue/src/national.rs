//! The national items of municipal screening results (自治体検診項目), by report category (報告区分).

use serde::Deserialize;

use crate::Trust;

/// The items of one report category.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalCategory {
    /// 報告区分, two digits.
    pub category: String,
    /// Japanese name.
    pub name: String,
    /// Where it comes from.
    pub trust: Trust,
    /// The items, in the table's order.
    #[serde(rename = "item")]
    pub items: Vec<NationalItem>,
}

/// One national item.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalItem {
    /// JLAC10, 17 digits and letters.
    pub code: String,
    /// Japanese name.
    pub name: String,
    /// 1 screening (一次検診), 2 detailed examination (精密検査).
    pub stage: u8,
    /// Type in the XML form.
    pub kind: NationalKind,
    /// Longest value in the XML form, in bytes.
    pub bytes: u16,
    /// Code table of a coded item.
    #[serde(default)]
    pub codes: Option<String>,
    /// Section of the document.
    pub section: Section,
    /// FHIR observation category.
    pub category: String,
    /// FHIR value type.
    pub value: NationalValue,
    /// UCUM unit of a quantity.
    #[serde(default)]
    pub unit: Option<String>,
    /// Observation group (a code of table `observation_group`).
    #[serde(default)]
    pub group: Option<String>,
    /// May be left out even when the stage was done.
    pub optional: bool,
}

/// Type of an item in the XML form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum NationalKind {
    /// Coded.
    #[serde(rename = "CD")]
    Coded,
    /// Text.
    #[serde(rename = "ST")]
    Text,
    /// Physical quantity.
    #[serde(rename = "PQ")]
    Quantity,
}

/// Section of the document an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 問診.
    Questionnaire,
    /// 検査結果.
    Result,
}

/// FHIR type of an item's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum NationalValue {
    /// A code.
    CodeableConcept,
    /// A number with a unit.
    Quantity,
    /// Text.
    #[serde(rename = "string")]
    Text,
    /// A whole number.
    #[serde(rename = "integer")]
    Integer,
    /// A date.
    #[serde(rename = "dateTime")]
    DateTime,
}
