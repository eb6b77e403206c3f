//! 照会許可照合リスト: who may ask whom for what, in which business.

use serde::Deserialize;
use vocabulary::Date;

use crate::Trust;

/// The permission list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionList {
    /// Version that permits name.
    pub version: String,
    /// First day it holds.
    #[serde(deserialize_with = "date")]
    pub valid_from: Date,
    /// Last day it holds.
    #[serde(deserialize_with = "date")]
    pub expires: Date,
    /// The business.
    pub business: Business,
    /// What is provided of every programme.
    pub contents: Contents,
    /// Kinds of information.
    pub information: Vec<Information>,
    /// Who may ask whom for which information.
    #[serde(rename = "row")]
    pub rows: Vec<PermissionRow>,
}

/// 事務: a business and the procedure in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// English identifier.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Identifier of the procedure.
    pub procedure: String,
    /// Japanese name of the procedure.
    pub procedure_name: String,
    /// English name of the procedure.
    pub procedure_english: String,
    /// Legal basis.
    pub basis: String,
    /// How far the basis may be relied on.
    pub trust: Trust,
}

/// The parts of every provided information.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Whose list it is.
    pub trust: Trust,
    /// The parts, in order.
    #[serde(rename = "item")]
    pub items: Vec<Content>,
}

/// A part of a provided information.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// English identifier.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Which record it comes from.
    pub from: ContentSource,
}

/// Which record a part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentSource {
    /// The programme's result record.
    Screening,
    /// The programme's follow-up record.
    FollowUp,
}

/// 特定個人情報名: a kind of information that may be asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Information {
    /// English identifier.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Programme it is about.
    pub programme: String,
    /// Whose cut it is.
    pub trust: Trust,
}

/// A row of the list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionRow {
    /// Kind of the asking party (情報照会者).
    pub asker_kind: String,
    /// Its Japanese name in the law.
    pub asker_name: String,
    /// Kind of the providing party (情報提供者).
    pub provider_kind: String,
    /// Its Japanese name in the law.
    pub provider_name: String,
    /// Business.
    pub business: String,
    /// Information that may be asked for.
    pub information: Vec<String>,
    /// Whose row it is.
    pub trust: Trust,
}

impl PermissionList {
    /// The information of an id.
    pub fn information(&self, id: &str) -> Option<&Information> {
        self.information.iter().find(|information| information.id == id)
    }
}

fn date<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
