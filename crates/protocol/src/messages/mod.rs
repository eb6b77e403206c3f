//! Every message of the ring, one file per receiver, as `docs/protocol.md` lists them.
//!
//! Add a message: a struct in its receiver's file (`lowerCamelCase`, unknown fields refused, personal values in [`Private`]),
//! its name in the file's `messages!` line, a path constant that `docs/protocol.md` explains, and a golden text in `golden/<receiver>.md`;
//! `tests/protocol/golden.rs` fails until all agree. The fuzzer takes messages and seeds from the same lines.

#[macro_use]
mod form;

pub mod access_records;
pub mod atena;
pub mod checkups;
pub mod console;
pub mod edge;
pub mod hub;
pub mod inquiries;
pub mod jobs;
pub mod keys;
pub mod my_key;
pub mod network;
pub mod online_eligibility;
pub mod payers_hub;
pub mod portal;
pub mod registry;
pub mod relay;
pub mod resident_network;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::ProblemDocument;

pub use self::form::{MessageForm, MessageVisitor};
pub use self::keys::Keys;
pub use crate::octets::{Code, Digest, Octets};
pub use crate::private::Private;
pub use crate::problem::RowProblem;

messages! { "shared": Accepted, Nothing, Outcome, Keys; published ProblemDocument }

/// Shows every message of every receiver to `visitor`.
pub fn visit_every_message(visitor: &mut impl MessageVisitor) {
    visit_messages(visitor);
    atena::visit_messages(visitor);
    console::visit_messages(visitor);
    edge::visit_messages(visitor);
    hub::visit_messages(visitor);
    inquiries::visit_messages(visitor);
    jobs::visit_messages(visitor);
    my_key::visit_messages(visitor);
    network::visit_messages(visitor);
    online_eligibility::visit_messages(visitor);
    payers_hub::visit_messages(visitor);
    portal::visit_messages(visitor);
    registry::visit_messages(visitor);
    relay::visit_messages(visitor);
    resident_network::visit_messages(visitor);
}

/// How many rows of a request were taken in; acknowledged means durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Accepted {
    /// Rows that are now the receiver's to finish.
    pub accepted: u64,
}

/// A body with nothing in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What the receiver made of a single thing it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// One word: `accepted`, `refused`, `awaitingPerson`, `bound`, … as the route documents.
    pub state: String,
    /// Why, where the state needs a reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

impl Outcome {
    /// An outcome without a reason.
    pub fn of(state: &str) -> Self {
        Self { state: state.to_owned(), reason: None }
    }

    /// An outcome that says why.
    pub fn because(state: &str, reason: impl Into<String>) -> Self {
        Self { state: state.to_owned(), reason: Some(reason.into()) }
    }
}

/// The query of a list read in portions: rows whose sequence number is greater than this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// The last sequence number the caller has; 0 for all.
    #[serde(default)]
    pub after: i64,
}
