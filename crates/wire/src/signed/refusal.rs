//! Why a signed message is refused.

use http::StatusCode;
use store::StoreError;

use crate::problem::Problem;

/// Why a signed message was not made or not believed.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// The body cannot be written in CBOR.
    #[error("the body cannot be written")]
    Unwritable,
    /// Not a COSE_Sign1 of ours, not in its one spelling, or its content is not what the kind says.
    #[error("not a signed message of the ring")]
    Malformed,
    /// The signature does not fit the sender's key.
    #[error("the signature does not fit the sender's key")]
    Signature,
    /// Another kind of message.
    #[error("a message of another kind")]
    OtherKind,
    /// Signed by another party.
    #[error("signed by another party than expected")]
    OtherSender,
    /// Addressed to another party.
    #[error("addressed to another party")]
    OtherReceiver,
    /// Its time of issue lies ahead of the receiver's clock.
    #[error("issued in the future: the clocks stand more than a minute apart")]
    NotYetIssued,
    /// Its time has passed.
    #[error("expired")]
    Expired,
    /// Seen before.
    #[error("seen before")]
    Replayed,
    /// Whether it was seen before could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignedError {
    /// One word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unwritable => "unwritable",
            Self::Malformed => "malformed",
            Self::Signature => "signature",
            Self::OtherKind => "other-kind",
            Self::OtherSender => "other-sender",
            Self::OtherReceiver => "other-receiver",
            Self::NotYetIssued => "not-yet-issued",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
            Self::Store(_) => "store",
        }
    }
}

impl From<SignedError> for Problem {
    fn from(error: SignedError) -> Self {
        match &error {
            SignedError::Unwritable | SignedError::Store(_) => Problem::internal(&error),
            SignedError::Replayed => Problem::conflict("replayed", "this signed message was seen before; sign a new one"),
            refused => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refused.code(), format!("the signed message is refused: {refused}")),
        }
    }
}
