//! 性別 as the resident register codes it.

use serde::{Deserialize, Serialize};

/// 性別: 0 unknown, 1 male, 2 female.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// 0: not known or not said.
    #[default]
    Unknown = 0,
    /// 1: 男.
    Male = 1,
    /// 2: 女.
    Female = 2,
}

impl Sex {
    /// The register's code; `None` for any other number.
    pub fn from_code(code: i16) -> Option<Self> {
        match code {
            0 => Some(Self::Unknown),
            1 => Some(Self::Male),
            2 => Some(Self::Female),
            _ => None,
        }
    }

    /// The register's code.
    pub fn code(self) -> i16 {
        self as i16
    }

    /// Reads what forms and files carry: 0/1/2 (also full width), 男/女, 男性/女性, M/F; an empty text and 不明 are unknown.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "1" | "１" | "男" | "男性" | "M" | "m" | "male" => Some(Self::Male),
            "2" | "２" | "女" | "女性" | "F" | "f" | "female" => Some(Self::Female),
            "0" | "０" | "" | "不明" | "9" | "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }

    /// The word on a page.
    pub fn ja(self) -> &'static str {
        match self {
            Self::Unknown => "不明",
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_forms_write_it_are_read() {
        for (text, sex) in
            [("1", Sex::Male), ("２", Sex::Female), ("男", Sex::Male), ("女性", Sex::Female), ("", Sex::Unknown), ("0", Sex::Unknown)]
        {
            assert_eq!(Sex::parse(text), Some(sex));
        }
        assert_eq!(Sex::parse("3"), None);
        assert_eq!(Sex::from_code(Sex::Female.code()), Some(Sex::Female));
        assert_eq!(Sex::from_code(9), None);
    }
}
