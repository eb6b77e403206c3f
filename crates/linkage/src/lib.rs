//! Who is this: people identified by the five data items (5情報: name, kana, sex, birth date, address) and the telephone.
//!
//! [`Register::build`] folds every resident into columns and indexes them; [`Incoming::normalise`] folds a record as a facility wrote it;
//! [`Register::identify`] finds candidates under keys that each survive another slip, adds up what each item says in bits, and judges:
//! 一致 (safe without a person), 要確認 (a person decides, with the evidence item by item) or 該当なし. A wrong 一致 is harm, so rules
//! stand above the weights: without agreement of the given name nothing is automatic, and two residents who fit alike never are.
//!
//! Pure functions: no database, no clock, no chance; the same register and record give the same verdict on any number of cores.
//!
//! To add a key for another slip: a variant in `index/key.rs` and a line in `identify.rs`. To weigh something differently:
//! `judge/weights.rs`. To forbid something: `judge/rules.rs`. Then look at what `cargo bench -p linkage` says.

mod identify;
mod incoming;
mod index;
mod judge;
mod normal;
mod register;
mod resident;

pub use identify::compare_with;
pub use incoming::{Incoming, Written};
pub use judge::{Agreement, Candidate, Doubt, Evidence, Item, Verdict};
pub use register::Register;
pub use resident::Resident;
