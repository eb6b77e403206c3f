//! What the rules look at in one person.

use vocabulary::{Date, FiscalYear, Sex, day};

/// A person: standing in the register, what was examined, and facts such as the smoking index.
#[derive(Clone, Default)]
pub struct Person {
    /// Standing in the register.
    pub standing: Standing,
    /// Examinations, in any order.
    pub examined: Vec<Examined>,
    /// Facts, in any order; the latest of each counts.
    pub facts: Vec<KnownFact>,
}

/// Standing in the register. Days are the rooms' numbers yyyymmdd.
#[derive(Clone, Copy, Default)]
pub struct Standing {
    /// 生年月日; `None` when it is not known, and then no rule of age fits.
    pub birth: Option<i32>,
    /// 性別.
    pub sex: Sex,
    /// 住民区分.
    pub class: ResidentClass,
    /// 住民となった日; `None`: since before the register was kept.
    pub from: Option<i32>,
    /// 住民でなくなった日; `None` while resident.
    pub to: Option<i32>,
    /// 消除事由.
    pub removal: Option<Removal>,
}

/// 住民区分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResidentClass {
    /// 1: 日本人住民.
    #[default]
    Japanese,
    /// 2: 外国人住民.
    Foreign,
    /// 3: 住登外者.
    Outside,
}

/// 消除事由.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// 1: 転出.
    MovedOut,
    /// 2: 死亡.
    Died,
    /// 9: その他.
    Other,
}

/// An examination that was done, in whatever city or workplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Programme.
    pub programme: String,
    /// Examination; `None` when the record does not tell which.
    pub examination: Option<String>,
    /// 年度 it counts in.
    pub fiscal_year: FiscalYear,
    /// 受診日; an examination after the day asked about is not known yet on that day.
    pub on: Option<Date>,
}

/// A fact as it was known on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFact {
    /// Id of the fact in the catalogue.
    pub fact: String,
    /// Its value.
    pub value: i32,
    /// The day it was recorded.
    pub on: Date,
}

impl ResidentClass {
    /// The register's code.
    pub fn from_code(code: i16) -> Option<Self> {
        match code {
            1 => Some(Self::Japanese),
            2 => Some(Self::Foreign),
            3 => Some(Self::Outside),
            _ => None,
        }
    }
}

impl Removal {
    /// The register's code.
    pub fn from_code(code: i16) -> Option<Self> {
        match code {
            1 => Some(Self::MovedOut),
            2 => Some(Self::Died),
            9 => Some(Self::Other),
            _ => None,
        }
    }
}

impl Standing {
    /// The days of residence `from..to` as numbers yyyymmdd, the second not included; empty for those who are not resident at all:
    /// outside the register, or removed on a day nobody knows.
    pub(crate) fn window(&self) -> (i32, i32) {
        let removed_some_day = self.removal.is_some() && self.to.is_none();
        if self.class == ResidentClass::Outside || removed_some_day {
            return (i32::MAX, i32::MIN);
        }
        (self.from.unwrap_or(i32::MIN), self.to.unwrap_or(i32::MAX))
    }

    /// The day of birth.
    pub fn birth_date(&self) -> Option<Date> {
        self.birth.and_then(day::from_number)
    }
}

/// Personal: a birth date and a move.
impl core::fmt::Debug for Standing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Standing(…)")
    }
}

/// Personal: health data.
impl core::fmt::Debug for Person {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Person(…)")
    }
}
