//! What people are asked to agree to, in words, by version.

use wire::Octets;

/// A text that says what data are used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeText {
    /// Grows with every change of the text; a consent to an earlier one counts no more.
    pub version: String,
    /// The text that people read.
    pub text: String,
}

impl PurposeText {
    pub(super) fn digest(&self) -> wire::Digest {
        Octets(self.text.clone().into_bytes()).digest()
    }
}

/// The texts in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purposes {
    /// For what a person reads and answers on the phone.
    pub own: PurposeText,
    /// For what a facility reads and enters at a visit.
    pub visit: PurposeText,
}

const OWN: &str =
    "自治体検診の問診票・お知らせ・結果・情報提供等記録を、本人の確認と回答のために、この画面に表示し、回答を自治体に送ります。";
const VISIT: &str = "自治体検診の問診票を、受診する検診施設に表示し、検診施設が登録する結果を自治体に送ります。";

impl Purposes {
    /// Those of today.
    pub fn current() -> Self {
        let text = |text: &str| PurposeText { version: "2026-04".to_owned(), text: text.to_owned() };
        Self { own: text(OWN), visit: text(VISIT) }
    }
}

/// What a consent covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// 情報提供等記録.
    AccessRecords,
    /// Notices.
    Notices,
    /// Questionnaires, to read and to answer.
    Questionnaire,
    /// Results.
    Results,
    /// A visit at a facility.
    Visit,
}

impl Scope {
    /// What a person may agree to on the phone.
    pub const OWN: [Self; 4] = [Self::AccessRecords, Self::Notices, Self::Questionnaire, Self::Results];

    /// The word in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessRecords => "accessRecords",
            Self::Notices => "notices",
            Self::Questionnaire => "questionnaire",
            Self::Results => "results",
            Self::Visit => "visit",
        }
    }

    /// The scope of a word that people may agree to on the phone.
    pub(super) fn own(word: &str) -> Option<Self> {
        Self::OWN.into_iter().find(|scope| scope.as_str() == word)
    }
}
