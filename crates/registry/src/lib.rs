//! The registry: the adult-screening part of 母子保健・市民健診及び予防接種システム (R-REG).

pub mod files;
mod residents;
