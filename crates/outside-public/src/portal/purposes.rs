//! What people are asked to agree to, in words, by version.

use protocol::messages::portal::PurposeText;

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
