//! Why the registry refuses.

use line::WireError;
use wire::Problem;

use crate::files::MediaError;
use crate::residents::{FileError, ImportError};

/// Why a request, a job or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The folder of the managed media, or a name in it.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// A file is refused whole.
    #[error(transparent)]
    File(#[from] FileError),
    /// The rules of eligibility do not compile, or name something else than is asked for.
    #[error(transparent)]
    Plan(#[from] eligibility::PlanError),
    /// What is asked for cannot be: the message says what to change.
    #[error("{0}")]
    Asked(String),
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// What is stored or was answered cannot be what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// Work ended before it was done; nothing of it was written.
    #[error("the work was interrupted; nothing was written")]
    Interrupted,
    /// A list could not be written out.
    #[error("the list could not be written: {0}")]
    Output(#[from] std::io::Error),
    /// A signature is not believed.
    #[error(transparent)]
    Signed(#[from] protocol::signed::SignedError),
    /// What was sealed does not open, or cannot be sealed.
    #[error(transparent)]
    Hpke(#[from] seal::hpke::HpkeError),
    /// A batch of numbers cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] protocol::sealing::SealingError),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
    /// The job it is part of.
    #[error(transparent)]
    Job(#[from] work::jobs::JobError),
    /// Another party.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

store::driver_errors!(RegistryError);
work::message_error!(RegistryError);

impl RegistryError {
    /// Whether it is what is stored or told of one person: others need not wait for it.
    pub(crate) fn is_of_one_person(&self) -> bool {
        matches!(self, Self::Malformed(_) | Self::Vault(_))
    }
}

impl From<ImportError> for RegistryError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => Self::File(error),
            ImportError::Store(error) => Self::Store(error),
            ImportError::Ledger(error) => Self::Ledger(error),
            ImportError::Vault(error) => Self::Vault(error),
            ImportError::Job(error) => Self::Job(error),
            ImportError::Rejects(error) => Self::Output(error),
            ImportError::Malformed => Self::Malformed("an individual number"),
            ImportError::Interrupted => Self::Interrupted,
        }
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Media(MediaError::NotThere(_)) | RegistryError::Unknown(_) => Problem::not_found(error.to_string()),
            RegistryError::Media(_) => Problem::unprocessable("media", error.to_string()),
            RegistryError::File(_) => Problem::unprocessable("file", error.to_string()),
            RegistryError::Asked(_) | RegistryError::Plan(_) => Problem::unprocessable("asked", error.to_string()),
            RegistryError::Hpke(_) | RegistryError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            RegistryError::Interrupted => Problem::unavailable(error.to_string()),
            RegistryError::Output(error) => Problem::internal(&error),
            RegistryError::Signed(error) => error.into(),
            RegistryError::Sealing(error) => error.into(),
            RegistryError::Once(error) => error.into(),
            RegistryError::Job(error) => error.into(),
            RegistryError::Wire(error) => error.into(),
            RegistryError::Outbox(error) => error.into(),
            RegistryError::Ledger(error) => error.into(),
            RegistryError::Vault(error) => error.into(),
            RegistryError::Store(error) => error.into(),
        }
    }
}
