//! The tables of the exchange with other municipalities.

diesel::table! {
    /// A replica that the relay has to hold.
    replica_sent (resident, information) {
        resident -> BigInt, information -> Text, content -> Binary, state -> Text, reason -> Text, digest -> Nullable<Binary>, at -> BigInt,
    }
}

diesel::table! {
    /// An inquiry about a resident.
    inquiry (id) {
        id -> Binary, resident -> BigInt, provider -> Text, information -> Text, from_day -> Integer, to_day -> Integer,
        state -> Text, reason -> Text, remote -> Nullable<Binary>, at -> BigInt,
    }
}

diesel::table! {
    /// What came back.
    received_replica (inquiry) {
        inquiry -> Binary, resident -> BigInt, provider -> Text, information -> Text, made_on -> Integer, records -> Integer,
        envelope -> Binary, digest -> Binary, at -> BigInt,
    }
}

/// Words of the columns `state`.
pub(crate) mod state {
    pub(crate) const PENDING: &str = "pending";
    pub(crate) const ACCEPTED: &str = "accepted";
    pub(crate) const ASKED: &str = "asked";
    pub(crate) const ANSWERED: &str = "answered";
    pub(crate) const REFUSED: &str = "refused";
    /// Of an inquiry that nobody answered in time: the person may be asked about again.
    pub(crate) const EXPIRED: &str = "expired";
}
