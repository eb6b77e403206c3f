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
    /// Whether a party of one kind may ask a party of another for an information in a business.
    pub fn permits(&self, asker_kind: &str, provider_kind: &str, business: &str, information: &str) -> bool {
        self.rows.iter().any(|row| {
            row.asker_kind == asker_kind
                && row.provider_kind == provider_kind
                && row.business == business
                && row.information.iter().any(|id| id == information)
        })
    }

    /// The information of an id.
    pub fn information(&self, id: &str) -> Option<&Information> {
        self.information.iter().find(|information| information.id == id)
    }
}

fn date<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vocabulary::{Entropy as _, SeededEntropy};

    use crate::Catalogue;

    #[test]
    fn r_rly_2_only_what_the_list_names_may_be_asked_for() {
        let catalogue = Catalogue::built_in().unwrap();
        let list = catalogue.permission_list();
        assert!(list.permits("municipality", "municipality", "health_promotion", "stomach_screening"));
        assert!(!list.permits("municipality", "municipality", "health_promotion", "hepatitis"));
        assert!(!list.permits("municipality", "municipality", "tax", "stomach_screening"));
        assert!(!list.permits("insurer", "municipality", "health_promotion", "stomach_screening"));
    }

    #[test]
    fn c_iii_6_r1_rel_2_of_a_million_inquiries_those_alone_that_the_list_names_are_permitted() {
        let catalogue = Catalogue::built_in().unwrap();
        let list = catalogue.permission_list();
        let rows = list.rows.iter().flat_map(|row| row.information.iter().map(move |information| (row, information)));
        let listed: BTreeSet<[&str; 4]> =
            rows.map(|(row, information)| [&row.asker_kind, &row.provider_kind, &row.business, information].map(String::as_str)).collect();
        let permits = |[asker, provider, business, information]: [&str; 4]| list.permits(asker, provider, business, information);
        assert!(!listed.is_empty() && listed.iter().all(|named| permits(*named)), "everything that the list names");
        // The list's own words at every place, spelt otherwise, and words that it does not have.
        let own: BTreeSet<&str> = listed.iter().flatten().copied().collect();
        let spelt = own.iter().flat_map(|word| [word.to_uppercase(), format!("{word} "), word.chars().skip(1).collect()]);
        let foreign = ["", "tax", "insurer", "hepatitis"].map(str::to_owned);
        let words: Vec<String> = own.iter().map(|word| (*word).to_owned()).chain(spelt).chain(foreign).collect();
        let chance = SeededEntropy::new(612);
        let mut permitted = 0;
        for _ in 0..1_000_000 {
            let mut bytes = [0; 4];
            chance.fill(&mut bytes);
            let drawn = bytes.map(|byte| words[usize::from(byte) % words.len()].as_str());
            assert_eq!(permits(drawn), listed.contains(&drawn), "{drawn:?}");
            permitted += usize::from(listed.contains(&drawn));
        }
        assert!(permitted > 0, "some of them were the list's");
    }
}
