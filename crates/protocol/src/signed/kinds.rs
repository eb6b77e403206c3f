//! The kinds of signed message; a body of one kind never passes for another.

use crate::messages::inquiries::{Inquiry, PermissionList, Permit, PermitRequest, ProvidedAnswer, Replica};

/// A body that is signed; its kind is part of what is signed.
pub trait SignedKind {
    /// The word in the signed bytes.
    const KIND: &'static str;
}

/// Names the kind of a body: `signed_kind!(Permit, "permit")`.
#[macro_export]
macro_rules! signed_kind {
    ($body:ty, $kind:literal) => {
        impl $crate::signed::SignedKind for $body {
            const KIND: &'static str = $kind;
        }
    };
}

signed_kind!(Inquiry, "inquiry");
signed_kind!(Replica, "replica");
signed_kind!(PermitRequest, "permit-request");
signed_kind!(Permit, "permit");
signed_kind!(ProvidedAnswer, "provided-answer");
signed_kind!(PermissionList, "permission-list");
