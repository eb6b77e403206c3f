//! What the console asks of every system, and of the hub core. Shapes are ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Id128, MunicipalityCode, Timestamp};

messages! { "console": Counts, Exchanged, OutboxMessages, OutboxDrop }

/// `POST` to the hub core, a job: [`super::Nothing`] → [`Exchanged`].
pub const EXCHANGE: &str = "/hub/v1/work/exchange";

/// The path of a system's counts (`GET` → [`Counts`]), e.g. `/relay/v1/counts`.
pub fn counts(system: &str) -> String {
    format!("/{system}/v1/counts")
}

/// How much a system holds, by name; no personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Counts {
    /// Numbers by name.
    pub counts: BTreeMap<String, u64>,
}

impl Counts {
    /// Of rows as they were counted.
    pub fn of<const N: usize>(rows: [(&'static str, i64); N]) -> Self {
        Self { counts: rows.into_iter().map(|(name, count)| (name.to_owned(), u64::try_from(count).unwrap_or(0))).collect() }
    }
}

/// One round of what the hub core's background task does anyway; totals since the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exchanged {
    /// Individual numbers that have a PMH key.
    pub keys: u64,
    /// Rows delivered to the edge.
    pub delivered: u64,
    /// Rows collected from the edge.
    pub collected: u64,
    /// Cities of which something still waits: the background goes on with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub behind: Vec<MunicipalityCode>,
}

/// The path of what a system has to tell others and has not told yet (`GET` → [`OutboxMessages`]).
pub fn outbox(system: &str) -> String {
    format!("/{system}/v1/outbox")
}

/// The path under which a dead letter is run again (`POST` [`super::Nothing`] → [`super::Nothing`]).
pub fn outbox_retry(system: &str) -> String {
    format!("/{system}/v1/outbox/{{key}}/retry")
}

/// The path under which a dead letter is given up (`POST` [`OutboxDrop`] → [`super::Nothing`]).
pub fn outbox_drop(system: &str) -> String {
    format!("/{system}/v1/outbox/{{key}}/drop")
}

/// Messages that wait to be sent or are dead letters, without a word of what they say; dead letters first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutboxMessages {
    /// One each.
    pub messages: Vec<OutboxMessage>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutboxMessage {
    /// Its name.
    #[schema(value_type = String)]
    pub key: Id128,
    /// To whom.
    pub peer: String,
    /// Which message.
    pub kind: String,
    /// Whether it was refused for good.
    pub dead: bool,
    /// How often it was not taken.
    pub attempts: u32,
    /// Status and code of the last refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_error: Option<String>,
    /// Since when it is there.
    #[schema(value_type = String)]
    pub enqueued_at: Timestamp,
}

/// Gives a dead letter up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutboxDrop {
    /// Why, for the record of use: up to 200 bytes, nothing about a person.
    pub reason: String,
}
