//! What the console asks of every system, and of the hub core. Shapes are ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST` to the hub core: [`super::Nothing`] → [`Exchanged`].
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
}
