//! Why the registry refuses.

use std::fmt;

use wire::Cause;

use crate::files::MediaError;
use crate::files::encoding::UnknownEncoding;
use crate::residents::{FileError, ImportError};

/// Why something that is asked for cannot be, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// For officers.
    pub japanese: String,
    /// For those who read English.
    pub english: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.japanese, self.english)
    }
}

impl RegistryError {
    /// What is asked for cannot be, for this reason.
    pub(crate) fn asked(japanese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::Asked(Reason { japanese: japanese.into(), english: english.into() })
    }
}

/// Why a request, a job or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// There is no such file among the managed media.
    #[error(transparent)]
    NoFile(MediaError),
    /// The folder of the managed media, or a name in it.
    #[error(transparent)]
    Media(MediaError),
    /// A file is refused whole.
    #[error(transparent)]
    File(#[from] FileError),
    /// The rules of eligibility do not compile, or name something else than is asked for.
    #[error(transparent)]
    Plan(#[from] eligibility::PlanError),
    /// What is asked for cannot be: it says what to change.
    #[error("{0}")]
    Asked(Reason),
    /// A file in an encoding that none comes in.
    #[error(transparent)]
    Encoding(#[from] UnknownEncoding),
    /// What was looked at is no longer what there is.
    #[error("the city's folder, or what holds of it, is not what was looked at: look at it again")]
    Stale,
    /// Work ended before it was done; nothing of it was written.
    #[error("the work was interrupted; nothing was written")]
    Interrupted,
    /// A list could not be written out.
    #[error("the list could not be written: {0}")]
    Output(#[from] std::io::Error),
    /// The job it is part of.
    #[error(transparent)]
    Job(#[from] work::jobs::JobError),
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    RegistryError {
        NoFile => NOT_FOUND, "not-found";
        Media => UNPROCESSABLE_ENTITY, "media";
        File => UNPROCESSABLE_ENTITY, "file";
        Plan => UNPROCESSABLE_ENTITY, "asked";
        Asked => UNPROCESSABLE_ENTITY, "asked";
        Encoding => UNPROCESSABLE_ENTITY, "asked";
        Stale => CONFLICT, "stale";
        Interrupted => SERVICE_UNAVAILABLE, "unavailable";
        Output => INTERNAL_SERVER_ERROR, "internal";
    }
    through { Job(work::jobs::JobError), Outbox(work::outbox::OutboxError) }
    first unwritten
}

/// What the disk said goes to the log and not over the line.
fn unwritten(error: RegistryError) -> Result<wire::Problem, RegistryError> {
    if matches!(error, RegistryError::Output(_)) { Ok(wire::Problem::internal(&error)) } else { Err(error) }
}

impl From<MediaError> for RegistryError {
    fn from(error: MediaError) -> Self {
        if matches!(error, MediaError::NotThere(_)) { Self::NoFile(error) } else { Self::Media(error) }
    }
}

impl From<ImportError> for RegistryError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => Self::File(error),
            ImportError::Store(error) => error.into(),
            ImportError::Ledger(error) => error.into(),
            ImportError::Vault(error) => error.into(),
            ImportError::Job(error) => Self::Job(error),
            ImportError::Rejects(error) => Self::Output(error),
            ImportError::Cause(cause) => cause.into(),
            ImportError::Overtaken => Self::asked(
                "確認の後に、ほかの住民情報のファイルが取り込まれました。もう一度、確認からやり直してください",
                "another file of the register was taken in since this one was looked at: ask for it anew",
            ),
            ImportError::FirstHalfIn => Self::asked(
                "最初の住民情報の取込みが終わっていません。終わってから、もう一度依頼してください",
                "the first file of the register is half in: let its job come to its end, then ask again",
            ),
            ImportError::Changed => Self::asked(
                "取込みの開始後にファイルまたは外字の設定が変わったため、取り込んだ分を取り消します。もう一度、はじめから取り込んでください",
                "the file, or how its characters are read, has changed since its import began: whom it had brought is taken away again, and the import is to be asked for anew",
            ),
            ImportError::Interrupted => Self::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::Refusal as _;

    use super::*;

    #[test]
    fn every_refusal_that_an_officer_can_meet_has_words() {
        let unsaid: Vec<&str> = RegistryError::codes().into_iter().filter(|code| !office::is_told(code)).collect();
        assert_eq!(unsaid, Vec::<&str>::new());
    }
}
