//! Why the public side refuses.

use wire::Cause;

/// Why a request ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// The pseudonym or the key is bound to another, or the pseudonym was revoked.
    #[error("the pseudonym or the key is bound otherwise: a pseudonym binds to one key, once")]
    BoundOtherwise,
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    EdgeError {
        BoundOtherwise => CONFLICT, "bound-otherwise";
        Conflict => CONFLICT, "taken";
    }
}
