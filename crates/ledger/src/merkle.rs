//! The Merkle tree of RFC 6962, section 2.1: hashes, the growing right edge, and proofs.

mod frontier;
mod hash;
mod proof;

pub use frontier::Frontier;
pub(crate) use hash::HASH;
pub use hash::{EMPTY_ROOT, Hash, leaf, node};
pub use proof::{Consistency, Inclusion, ProofError};
pub(crate) use proof::{consistency_path, inclusion_path, range_root};
