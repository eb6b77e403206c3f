//! The registry: the adult-screening part of 母子保健・市民健診及び予防接種システム (R-REG).

pub mod files;
pub mod residents;

/// The registry's tables.
pub const MIGRATIONS: store::Migrations = store::migrations!("registry", "0001_residents");
