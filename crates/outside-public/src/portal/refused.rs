//! Why the portal refuses.

use http::StatusCode;
use line::WireError;
use protocol::ProblemDocument;
use protocol::messages::portal::{CHALLENGE_REFUSED, VISIT_ENDED};
use wire::Problem;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The challenge is not ours, past its time, or used.
    #[error("{0}: ask for a new challenge")]
    Challenge(&'static str),
    /// The card is not believed.
    #[error("{0}")]
    Card(&'static str),
    /// No consent to this.
    #[error("the person has not agreed to this: send a consent to version {version} for {scope}")]
    ConsentMissing {
        /// In force.
        version: String,
        /// Which is needed.
        scope: &'static str,
    },
    /// A consent to an earlier text.
    #[error("the text has changed since the person agreed: version {version} has to be read and agreed to")]
    ConsentOutdated {
        /// In force.
        version: String,
    },
    /// Another tablet, or none, or too late.
    #[error("{0}")]
    VisitToken(&'static str),
    /// Nothing can be read or entered after the end.
    #[error("the visit has ended")]
    VisitEnded,
    /// A step that does not follow from where the visit stands.
    #[error("{0}")]
    Step(&'static str),
    /// The edge knows the key under another pseudonym.
    #[error("the person's key is bound to another pseudonym at the hub: the municipality has to look into it")]
    Bound,
    /// Something that takes time has not happened yet.
    #[error("{0}")]
    NotYet(&'static str),
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// Not for this caller.
    #[error("{0}")]
    Forbidden(&'static str),
    /// What was sent is not what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// What is stored is not what it should be.
    #[error("a stored {0} is damaged")]
    Stored(&'static str),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
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

store::driver_errors!(PortalError);
work::message_error!(PortalError);

impl From<PortalError> for Problem {
    fn from(error: PortalError) -> Self {
        let told = |status, code| Problem::new(status, code, error.to_string());
        match error {
            PortalError::Challenge(_) => told(StatusCode::FORBIDDEN, CHALLENGE_REFUSED),
            PortalError::Card(_) => told(StatusCode::FORBIDDEN, "card"),
            PortalError::ConsentMissing { .. } => told(StatusCode::FORBIDDEN, "consent-missing"),
            PortalError::ConsentOutdated { .. } => told(StatusCode::FORBIDDEN, "consent-outdated"),
            PortalError::VisitToken(_) => told(StatusCode::FORBIDDEN, "visit-token"),
            PortalError::VisitEnded => told(StatusCode::GONE, VISIT_ENDED),
            PortalError::Step(_) => told(StatusCode::CONFLICT, "visit-state"),
            PortalError::Bound => told(StatusCode::CONFLICT, "bound-otherwise"),
            PortalError::NotYet(_) => Problem::unavailable(error.to_string()),
            PortalError::Unknown(_) => Problem::not_found(error.to_string()),
            PortalError::Forbidden(_) => Problem::forbidden(error.to_string()),
            PortalError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            PortalError::Stored(_) => Problem::internal(&error),
            PortalError::Once(error) => error.into(),
            PortalError::Wire(error) => passed_on(error),
            PortalError::Outbox(error) => error.into(),
            PortalError::Ledger(error) => error.into(),
            PortalError::Vault(error) => error.into(),
            PortalError::Store(error) => error.into(),
        }
    }
}

/// What the hub refuses of what a person or a facility entered is for them to know; anything else is between the parties.
fn passed_on(error: WireError) -> Problem {
    match error.refusal() {
        Some(problem) if [404, 409, 410, 422].contains(&problem.status) => ProblemDocument { request_id: None, ..problem.clone() }.into(),
        _ => error.into(),
    }
}
