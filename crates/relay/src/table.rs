//! The relay's tables, and the identifiers in their columns.

use vocabulary::Id128;

use crate::RelayError;

diesel::table! {
    person (unified) { unified -> Text, processing_number -> Binary, code_index -> Nullable<Binary>, sealed_code -> Nullable<Binary>, }
}
diesel::table! {
    replica (unified, business, information) {
        unified -> Text, business -> Text, information -> Text, kept -> Binary, digest -> Binary, issued_at -> BigInt, stored_at -> BigInt,
    }
}
diesel::table! {
    withdrawal (request_key) { request_key -> Text, gone -> BigInt, at -> BigInt, }
}
diesel::table! {
    permission_list (id) { id -> BigInt, version -> BigInt, expires_at -> BigInt, body -> Binary, }
}
diesel::table! {
    inquiry (id) {
        id -> Binary, unified -> Text, business -> Text, information -> Text, provider -> Text, body -> Binary, processing_number -> Binary,
        permit -> Nullable<Binary>, answer -> Nullable<Binary>,
        state -> Text, reason -> Nullable<Text>, asked_at -> BigInt, answered_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    provision (permit) {
        permit -> Binary, processing_number -> Binary, asker -> Text, code_index -> Binary, unified -> Text, business -> Text, information -> Text,
        state -> Text, reason -> Nullable<Text>, asked_at -> BigInt, answered_at -> Nullable<BigInt>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(person, replica, inquiry, provision);

/// An identifier from a column.
pub(crate) fn id128(bytes: &[u8]) -> Result<Id128, RelayError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("an identifier").into())
}

/// The words of `state` in both directions.
pub(crate) mod state {
    pub(crate) const ASKED: &str = "asked";
    pub(crate) const SENT: &str = "sent";
    pub(crate) const ANSWERED: &str = "answered";
    pub(crate) const FETCHED: &str = "fetched";
    pub(crate) const ERASED: &str = "erased";
    pub(crate) const REFUSED: &str = "refused";
    pub(crate) const EXPIRED: &str = "expired";
    pub(crate) const AWAITING_PERSON: &str = "awaitingPerson";
}
