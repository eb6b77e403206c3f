//! Files that come from and go to the city's other systems.

pub(crate) mod hashing;
mod media;
mod rejects;

pub use media::{Media, MediaError};
pub(crate) use rejects::rejects_csv;
pub use rejects::{Rejected, Rejects};

use crate::RegistryError;

/// The file that a job goes on with is not the one with which it began.
pub(crate) fn changed_since() -> RegistryError {
    RegistryError::asked(
        "処理の開始後にファイルが変わりました。元のファイルに戻すか、処理を取り消してください",
        "the file has changed since this job began: put the former one back, or cancel the job",
    )
}

/// The encodings of files.
pub mod encoding {
    pub use sheets::{Encoding, UnknownEncoding};
}
