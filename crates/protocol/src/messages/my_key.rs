//! What the My Key platform (マイキープラットフォーム) receives. Shapes are ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Id128, Party};

use super::Private;

messages! { "my_key": IdentifierRequest, Identifier }

/// `POST` from the portal: [`IdentifierRequest`] → [`Identifier`].
pub const IDENTIFIERS: &str = "/my-key/v1/identifiers";

/// Asks for the identifier of a card's person for one party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentifierRequest {
    /// Serial number of the certificate, lower-case hex.
    pub certificate_serial: String,
    /// The party that the identifier is for: the one that asks, or one that people are linked to through it.
    #[schema(value_type = String)]
    pub linked: Party,
}

/// The identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identifier {
    /// Of the person for that party alone (for the hub: PMH仮名識別子).
    #[schema(value_type = String)]
    pub identifier: Private<Id128>,
}
