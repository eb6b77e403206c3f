//! The portal's tables, and the identifiers in their columns.

use vocabulary::Id128;

use super::PortalError;

diesel::table! {
    person (id) { id -> Binary, pseudonym_index -> Binary, logged_in_at -> Nullable<BigInt>, }
}
diesel::table! {
    person_card (serial) { serial -> Text, person -> Binary, first_used_at -> BigInt, }
}
diesel::table! {
    binding (key_index) { key_index -> Binary, person -> Binary, sealed_pseudonym -> Binary, state -> Text, made_at -> BigInt, }
}
diesel::table! {
    used_challenge (challenge) { challenge -> Binary, expires_at -> BigInt, }
}
diesel::table! {
    person_session (token_hash) { token_hash -> Binary, person -> Binary, seen_at -> BigInt, expires_at -> BigInt, }
}
diesel::table! {
    consent (id) {
        id -> Binary, person -> Binary, party -> Text, version -> Text, text_digest -> Binary, scope -> Text, given_at -> BigInt,
    }
}
diesel::table! {
    answered_sheet (sheet, person) { sheet -> Binary, person -> Binary, answered_at -> BigInt, }
}
diesel::table! {
    portal_code (person) {
        person -> Binary, processing_number -> Binary, sealed_code -> Nullable<Binary>,
    }
}
diesel::table! {
    visit (id) {
        id -> Binary, person -> Binary, facility -> Text, programme -> Text, sheet -> Binary, key_index -> Binary, consent -> Binary,
        state -> Text, day -> Integer, token_hash -> Binary, tablet -> Binary, token_expires_at -> BigInt, result -> Nullable<Binary>,
        result_digest -> Nullable<Binary>, revision -> Integer, ended_at -> Nullable<BigInt>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(person, person_card, binding, consent, visit);

/// The words of `binding.state`.
pub(super) mod bound {
    pub(crate) const MADE: &str = "made";
    pub(crate) const BOUND: &str = "bound";
    pub(crate) const REFUSED: &str = "refused";
}

/// An identifier from a column.
pub(super) fn id128(bytes: &[u8]) -> Result<Id128, PortalError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("an identifier").into())
}
