//! Why personal data are looked at: named in every read and kept in the record of use.

use core::str::FromStr;

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $ja:literal;)+) => {
        /// The reason a caller states; the record of use keeps its word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Purpose {
            $($(#[$doc])* $name,)+
        }

        impl Purpose {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in the record of use, in tokens and in policies.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The word on a page.
            pub const fn ja(self) -> &'static str {
                match self {
                    $(Self::$name => $ja,)+
                }
            }
        }
    };
}

purposes! {
    /// The resident register's files are taken in.
    ResidentImport = "resident-import", "住民情報の取込";
    /// Who is due for which examination.
    Eligibility = "eligibility", "対象者の抽出";
    /// Vouchers, notices and reminders.
    Invitation = "invitation", "受診券・勧奨";
    /// Applications and venues.
    Application = "application", "申込・割振";
    /// Results are taken in, entered or corrected.
    ResultEntry = "result-entry", "検診結果の登録";
    /// Whose result is this.
    Identification = "identification", "本人の突合";
    /// Detailed examinations are chased until their result is known.
    FollowUp = "follow-up", "精密検査の追跡";
    /// Replicas and answers for other organisations (情報提供).
    Provision = "provision", "情報提供";
    /// Questions to other organisations (情報照会).
    Inquiry = "inquiry", "情報照会";
    /// Unified numbers and codes are minted and tied.
    Numbering = "numbering", "付番";
    /// Targets, templates and keys at the hub.
    HubRegistration = "hub-registration", "PMHへの登録";
    /// The resident looks at their own.
    OwnAccess = "own-access", "本人の閲覧";
    /// A facility examines the person.
    Examination = "examination", "検診の実施";
    /// Staff answer a person at the counter or on the phone.
    Consultation = "consultation", "窓口・電話の対応";
    /// Claims of institutions are reviewed and paid.
    Payment = "payment", "委託料の支払";
    /// Annual reports and indicators.
    Statistics = "statistics", "統計・報告";
    /// Disclosure, correction and suspension requests.
    Disclosure = "disclosure", "開示・訂正・利用停止";
    /// The operator keeps the system running.
    Operation = "operation", "運用";
    /// The record of use is reviewed.
    Audit = "audit", "監査";
}

/// The word is not one of the purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such purpose")]
pub struct PurposeError;

impl FromStr for Purpose {
    type Err = PurposeError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == word).ok_or(PurposeError)
    }
}

impl core::fmt::Display for Purpose {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Purpose {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Purpose {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_its_own_word() {
        for &purpose in Purpose::ALL {
            assert_eq!(purpose.as_str().parse(), Ok(purpose));
            assert!(!purpose.ja().is_empty());
        }
        let mut words: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Purpose::ALL.len());
        assert_eq!("curiosity".parse::<Purpose>(), Err(PurposeError));
    }
}
