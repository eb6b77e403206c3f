//! Files that come from and go to the city's other systems.

pub(crate) mod hashing;
mod media;
mod rejects;

pub use media::{Media, MediaError};
pub(crate) use rejects::rejects_csv;
pub use rejects::{Rejected, Rejects};

/// The encodings of files.
pub mod encoding {
    pub use sheets::{Encoding, UnknownEncoding};
}
