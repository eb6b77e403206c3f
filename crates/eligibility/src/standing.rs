//! Who is a resident on a day, and why not: the one place that decides it. Lists, letters, counts and pages ask here.
//!
//! Residence runs from 住民となった日, never before the day of birth, up to the day before 住民でなくなった日: on the day of leaving a person
//! belongs to the next city, on the day of death to none. Who came back after moving out has former periods besides the current one.

use vocabulary::{Date, Sex, day};

/// Standing in the register. Days are the rooms' numbers yyyymmdd.
#[derive(Clone, Default)]
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
    /// Periods of residence before this one, the earliest first.
    pub former: Vec<FormerPeriod>,
}

/// A period of residence that ended before the person came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerPeriod {
    /// Its first day; `None`: since before the register was kept.
    pub from: Option<i32>,
    /// The first day after it.
    pub to: i32,
    /// Why it ended.
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

/// Residence on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residency {
    /// Resident.
    Resident,
    /// Is born or becomes a resident on a later day.
    NotYet(Option<Date>),
    /// Moved out; the day, when it is known.
    MovedOut(Option<Date>),
    /// Died; the day, when it is known.
    Died(Option<Date>),
    /// Removed from the register for another reason.
    Removed(Option<Date>),
    /// Not in the resident register (住登外者).
    Outside,
}

impl ResidentClass {
    /// The register's code of [`ResidentClass::Outside`], for filters.
    pub const OUTSIDE: i16 = 3;

    /// The register's code.
    pub fn from_code(code: i16) -> Option<Self> {
        match code {
            1 => Some(Self::Japanese),
            2 => Some(Self::Foreign),
            Self::OUTSIDE => Some(Self::Outside),
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

/// Days of residence, from the first up to the day before the second.
pub(crate) type Window = (i32, i32);

impl Standing {
    /// Whether the person is a resident on a day, or why not.
    pub fn on(&self, on: Date) -> Residency {
        let on = day::to_number(on);
        if self.class == ResidentClass::Outside {
            return Residency::Outside;
        }
        let holds = |(from, to): Window| from <= on && on < to;
        if holds(self.current()) || self.former().any(holds) {
            return Residency::Resident;
        }
        let (to, removal) = if self.first_day(self.from) <= on {
            (self.to, self.removal)
        } else if let Some(last) = self.former.iter().rev().find(|period| self.first_day(period.from) <= on) {
            (Some(last.to), last.removal)
        } else {
            let first = self.former.first().map_or(self.from, |first| first.from);
            return Residency::NotYet(day::from_number(self.first_day(first)));
        };
        let when = to.and_then(day::from_number);
        match removal {
            Some(Removal::Died) => Residency::Died(when),
            Some(Removal::MovedOut) => Residency::MovedOut(when),
            Some(Removal::Other) | None => Residency::Removed(when),
        }
    }

    /// Whether the person died, whenever that was.
    pub fn is_dead(&self) -> bool {
        self.removal == Some(Removal::Died)
    }

    /// The current or last window; empty for those who are in none: outside the register, or removed on a day nobody knows.
    pub(crate) fn current(&self) -> Window {
        let removed_some_day = self.removal.is_some() && self.to.is_none();
        if self.class == ResidentClass::Outside || removed_some_day {
            return (i32::MAX, i32::MIN);
        }
        (self.first_day(self.from), self.to.unwrap_or(i32::MAX))
    }

    /// The windows before the current one.
    pub(crate) fn former(&self) -> impl Iterator<Item = Window> {
        let periods = if self.class == ResidentClass::Outside { &[] } else { self.former.as_slice() };
        periods.iter().map(|period| (self.first_day(period.from), period.to))
    }

    /// Nobody lives anywhere before they are born.
    fn first_day(&self, from: Option<i32>) -> i32 {
        from.unwrap_or(i32::MIN).max(self.birth.unwrap_or(i32::MIN))
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
