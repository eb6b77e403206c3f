//! The tables of what the hub was sent and sent back.

diesel::table! {
    /// A template as it was sent last.
    hub_template (id) {
        id -> Text, version -> Integer, digest -> Binary, at -> BigInt,
    }
}

diesel::table! {
    /// A registration task.
    hub_task (id) {
        id -> Binary, programme -> Text, fiscal_year -> Integer, task -> Nullable<Binary>, state -> Text, at -> BigInt,
    }
}

diesel::table! {
    /// A person of a task.
    hub_target (resident, programme, fiscal_year) {
        resident -> BigInt, programme -> Text, fiscal_year -> Integer, task -> Binary, state -> Text, reason -> Text,
    }
}

diesel::table! {
    /// A result that came back.
    hub_result (sequence) {
        sequence -> BigInt, result -> Binary, state -> Text, reason -> Text, resident -> Nullable<BigInt>, row -> Nullable<BigInt>,
        body -> Nullable<Binary>, at -> BigInt,
    }
}

/// Words of the columns `state`.
pub(crate) mod state {
    pub(crate) const PENDING: &str = "pending";
    pub(crate) const SENT: &str = "sent";
    pub(crate) const DONE: &str = "done";
    pub(crate) const WAITING: &str = "waiting";
    pub(crate) const REGISTERED: &str = "registered";
    pub(crate) const REFUSED: &str = "refused";
    pub(crate) const IMPORTED: &str = "imported";
    pub(crate) const REVIEW: &str = "review";
}
