//! 雛形: questionnaire, practitioner's part, notices and purpose of use that a city registers with the hub (R-PMH-1).

use serde::Deserialize;

use crate::{AgeRange, Trust};

/// A template of one programme and version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// English identifier.
    pub id: String,
    /// Programme it belongs to.
    pub programme: String,
    /// Version; answers keep the one they were given under.
    pub version: String,
    /// Whose wording it is.
    pub trust: Trust,
    /// 利用目的, shown before consent.
    pub purpose: PurposeText,
    /// Questionnaires by age.
    #[serde(rename = "variant")]
    pub variants: Vec<Variant>,
    /// What the practitioner enters at the facility.
    pub practitioner: Practitioner,
    /// 通知文言.
    #[serde(rename = "notice")]
    pub notices: Vec<Notice>,
}

/// The purpose of use as it is shown before consent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeText {
    /// Version that a consent names.
    pub version: String,
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

/// A questionnaire for some ages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// English identifier.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Ages on 31 March it is for.
    pub ages: Vec<AgeRange>,
    /// The questions, in order.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

/// One question; its kind and codes are those of the item of the programme's result record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Item of the programme's result record.
    pub item: String,
    /// Wording in Japanese.
    pub ja: String,
    /// Wording in English.
    pub en: String,
    /// Must be answered.
    pub required: bool,
}

/// The practitioner's part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practitioner {
    /// The items, in order.
    #[serde(rename = "item")]
    pub items: Vec<PractitionerItem>,
}

/// An item the practitioner enters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PractitionerItem {
    /// Item of the programme's result record.
    pub item: String,
    /// Must be entered.
    pub required: bool,
}

/// A notice; words in braces are filled in by [`Notice::fill`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// English identifier.
    pub id: String,
    /// Subject in Japanese.
    pub subject_ja: String,
    /// Subject in English.
    pub subject_en: String,
    /// Text in Japanese.
    pub body_ja: String,
    /// Text in English.
    pub body_en: String,
}

impl Template {
    /// The words a notice may have filled in. No name and no number is among them: a notice leaves the city's zone.
    pub const PLACEHOLDERS: [&str; 6] = ["fiscal_year", "age", "valid_until", "copay", "examined_on", "judgement"];

    /// The questionnaire for an age on 31 March.
    pub fn variant(&self, age: i16) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.ages.iter().any(|range| range.holds(age)))
    }

    /// The notice of an id.
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == id)
    }
}

impl Notice {
    /// A text of it with its braces filled in; `None` when a word has no value, so that nothing half filled is sent.
    pub fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(value(word)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// The words in braces, of all texts.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.subject_ja, &self.subject_en, &self.body_ja, &self.body_en];
        texts.into_iter().flat_map(|text| in_braces(text))
    }
}

/// The words in braces of a text.
pub(crate) fn in_braces(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).map(|part| part.split('}').next().unwrap_or(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    #[test]
    fn r_pmh_1_a_notice_is_filled_whole_or_not_at_all() {
        let catalogue = Catalogue::built_in().unwrap();
        let reminder = catalogue.template("oral_health").unwrap().notice("reminder").unwrap();
        let filled = Notice::fill(&reminder.body_en, |word| (word == "valid_until").then_some("2027-03-31")).unwrap();
        assert!(filled.contains("until 2027-03-31.") && !filled.contains('{'));
        assert_eq!(Notice::fill(&reminder.body_en, |_| None), None);
        assert_eq!(Notice::fill("a {half", |_| Some("x")), None);
    }

    #[test]
    fn r_pmh_1_twenty_year_olds_get_their_own_questions() {
        let catalogue = Catalogue::built_in().unwrap();
        let template = catalogue.template("oral_health").unwrap();
        assert_eq!(template.variant(20).map(|variant| variant.id.as_str()), Some("age_20"));
        assert_eq!(template.variant(70).map(|variant| variant.id.as_str()), Some("adult"));
        assert!(template.variant(19).is_none());
    }
}
