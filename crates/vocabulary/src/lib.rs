//! The words every other crate speaks: codes and numbers with their check digits, names, kana, addresses, eras, fiscal years, ages,
//! money, purposes, and the two things that are never ambient here: time ([`Clock`]) and chance ([`Entropy`]).
//!
//! Nothing in this crate does I/O beyond reading the clock and the entropy of the machine, and nothing knows a database.
//!
//! To add a code: one file in `codes/` with its length, its check digit (algorithms live in `check/`) and its specimens as tests, one line
//! in `codes/mod.rs`. To add a character variant: one line in `data/variants.txt`.

pub mod address;
pub mod age;
pub mod check;
mod clock;
mod codes;
pub mod day;
mod entropy;
pub mod era;
mod fiscal_year;
mod id128;
mod party;
mod personal;
mod purpose;
mod sex;
pub mod text;
mod yen;

pub use age::age_on;
pub use clock::{Clock, ManualClock, SystemClock};
pub use codes::{
    CodeError, CorporateNumber, HouseholdNumber, InstitutionCode, MunicipalityCode, ResidentNumber, ResidentRecordCode, UnifiedNumber,
};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use fiscal_year::{FiscalYear, NoFiscalYear};
pub use id128::Id128;
/// An instant.
pub use jiff::Timestamp;
/// A civil date: no time, no zone.
pub use jiff::civil::Date;
pub use party::{Party, PartyNameError, PartyPlace, Reach, SYSTEMS, System};
pub use personal::Personal;
pub use purpose::Purpose;
pub use sex::Sex;
pub use yen::Yen;
