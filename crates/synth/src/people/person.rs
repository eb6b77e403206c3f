//! One row of the resident register.

use number::IndividualNumber;
use vocabulary::{Date, Personal, Sex};

use crate::place::Home;

/// 住民区分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 1: Japanese resident.
    Japanese,
    /// 2: foreign resident.
    Foreign,
    /// 3: outside the register (住登外).
    Outside,
}

/// 異動事由.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// 転入.
    MovedIn,
    /// 転居.
    MovedWithin,
    /// 出生.
    Born,
    /// 転出.
    MovedOut,
    /// 死亡.
    Died,
    /// 職権.
    ByOffice,
    /// 婚姻.
    Married,
}

impl Reason {
    /// The word in the file.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::MovedIn => "転入",
            Self::MovedWithin => "転居",
            Self::Born => "出生",
            Self::MovedOut => "転出",
            Self::Died => "死亡",
            Self::ByOffice => "職権",
            Self::Married => "婚姻",
        }
    }
}

/// 消除事由.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Removal {
    /// 1: moved out.
    MovedOut,
    /// 2: died.
    Died,
    /// 9: other.
    Other,
}

/// 課税区分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Taxation {
    /// 0: not taxed.
    Untaxed,
    /// 1: taxed.
    Taxed,
    /// 9: unknown (moved in after 1 January).
    Unknown,
}

/// The latest 異動 and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// 異動事由.
    pub reason: Reason,
    /// 異動日.
    pub on: Date,
}

/// A synthetic person as the register of one city has them.
#[derive(Debug)]
pub struct Person {
    /// Place in the city's file, from 0; people who appear in a weekly file first come after all others.
    pub serial: u32,
    /// 世帯番号 as a serial.
    pub household: u32,
    /// 個人番号; people outside the register have none.
    pub number: Option<IndividualNumber>,
    /// Family name and given name as written.
    pub family: Personal<String>,
    /// Given name; empty when a name has one part only.
    pub given: Personal<String>,
    /// Family name in katakana.
    pub family_kana: Personal<String>,
    /// Given name in katakana.
    pub given_kana: Personal<String>,
    /// 性別.
    pub sex: Sex,
    /// 生年月日.
    pub birth: Date,
    /// Where they live (or lived, when removed).
    pub home: Personal<Home>,
    /// 電話番号; may be empty.
    pub phone: Personal<String>,
    /// 住民区分.
    pub class: Class,
    /// The latest 異動.
    pub event: Option<Event>,
    /// 住民となった日.
    pub became: Option<Date>,
    /// 住民でなくなった日 and 消除事由.
    pub ceased: Option<(Date, Removal)>,
    /// 支援措置.
    pub protected: bool,
    /// 個人課税区分.
    pub taxation: Taxation,
    /// 世帯課税区分.
    pub household_taxation: Taxation,
    /// 生活保護.
    pub welfare: bool,
    /// 被災者.
    pub disaster_victim: bool,
}

impl Person {
    /// 住民番号: ten digits.
    pub fn resident_number(&self) -> String {
        resident_number(self.serial)
    }

    /// 世帯番号: ten digits.
    pub fn household_number(&self) -> String {
        format!("{:010}", 5_000_000_000_u64 + u64::from(self.household))
    }

    /// 氏名: family and given name with a full-width blank between (Latin letters: a plain one).
    pub fn name(&self) -> String {
        let (family, given) = (self.family.expose(), self.given.expose());
        let blank = if family.is_ascii() { ' ' } else { '\u{3000}' };
        format!("{family}{blank}{given}")
    }

    /// 氏名カナ.
    pub fn kana(&self) -> String {
        format!("{}\u{3000}{}", self.family_kana.expose(), self.given_kana.expose())
    }

    /// Whether the register has them as living in the city on that day.
    pub fn lives_here(&self, on: Date) -> bool {
        self.class != Class::Outside && self.became.is_some_and(|day| day <= on) && self.ceased.is_none_or(|(day, _)| day > on)
    }
}

/// 住民番号 of a place in the file.
pub(crate) fn resident_number(serial: u32) -> String {
    format!("{:010}", 1_000_000_001_u64 + u64::from(serial))
}
