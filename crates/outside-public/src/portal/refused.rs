//! Why the portal refuses.

use protocol::ProblemDocument;
use protocol::messages::portal::{CHALLENGE_REFUSED, VISIT_ENDED};
use wire::{Cause, Problem};

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
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    PortalError {
        Challenge => FORBIDDEN, CHALLENGE_REFUSED;
        Card => FORBIDDEN, "card";
        ConsentMissing => FORBIDDEN, "consent-missing";
        ConsentOutdated => FORBIDDEN, "consent-outdated";
        VisitToken => FORBIDDEN, "visit-token";
        VisitEnded => GONE, VISIT_ENDED;
        Step => CONFLICT, "visit-state";
        Bound => CONFLICT, "bound-otherwise";
        NotYet => SERVICE_UNAVAILABLE, "unavailable";
    }
    through { Outbox(work::outbox::OutboxError) }
    first passed_on
}

/// What the hub refuses of what a person or a facility entered is for them to know; anything else is between the parties.
fn passed_on(error: PortalError) -> Result<Problem, PortalError> {
    match &error {
        PortalError::Cause(Cause::Peer(peer)) => match peer.refusal() {
            Some(problem) if [404, 409, 410, 422].contains(&problem.status) => {
                Ok(ProblemDocument { request_id: None, ..problem.clone() }.into())
            }
            _ => Err(error),
        },
        _ => Err(error),
    }
}
