//! Why a signed message is refused.

/// Why a signed message was not made or not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
        }
    }
}
