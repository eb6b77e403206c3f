//! What the resident network and card authority (住基ネット, 公的個人認証) receives. Shapes are ours.

use seal::hpke::Sealed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Id128, Party};

use super::{Octets, RowProblem};

messages! { "resident_network": CodeRequests, Cards, CardsAnswer, PortalCodeRequest, CardAuthority, Revocations }

/// `POST` from atena: [`CodeRequests`] → [`super::Accepted`].
pub const CODE_REQUESTS: &str = "/resident-network/v1/code-requests";
/// `POST` from a resident register: [`Cards`] → [`CardsAnswer`].
pub const CARDS: &str = "/resident-network/v1/cards";
/// `POST` from the portal: [`PortalCodeRequest`] → [`super::Accepted`].
pub const PORTAL_CODES: &str = "/resident-network/v1/portal-codes";

/// `POST` 失効 from a resident register: [`Revocations`] → [`super::Accepted`].
pub const REVOCATIONS: &str = "/resident-network/v1/revocations";
/// `GET` from the portal and resident registers: → [`CardAuthority`].
pub const AUTHORITY: &str = "/resident-network/v1/authority";

/// What a card's certificate is checked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardAuthority {
    /// X.509, DER.
    pub certificate: Octets,
    /// Serial numbers of revoked certificates, lower-case hex.
    pub revoked: Vec<String>,
}

/// People for whom an organisation wants a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRequests {
    /// Associated data of `numbers`.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// The party the codes are for, such as `relay.991015`.
    #[schema(value_type = String)]
    pub organisation: Party,
    /// One person a row.
    pub rows: Vec<CodeRequest>,
    /// The individual numbers of the rows, one a line, sealed to the resident network.
    #[schema(value_type = Object)]
    pub numbers: Sealed,
}

/// One person, named by the number beside it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRequest {
    /// The organisation's (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
}

/// People who apply for a card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cards {
    /// Associated data of `numbers`.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// One card a row.
    pub rows: Vec<CardRequest>,
    /// The individual numbers of the rows, one a line, sealed to the resident network.
    #[schema(value_type = Object)]
    pub numbers: Sealed,
}

/// The request that the card's own key signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardRequest {
    /// PKCS#10, DER.
    pub certificate_request: Octets,
}

/// The certificates of the rows, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardsAnswer {
    /// One a row of the request.
    pub rows: Vec<CardAnswer>,
}

/// One certificate, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardAnswer {
    /// X.509 for user authentication (利用者証明用電子証明書), DER; names nobody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<Octets>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<RowProblem>,
}

/// The portal's wish for its own code of the person whose card this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortalCodeRequest {
    /// One use (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// Serial number of the card's certificate, lower-case hex.
    pub certificate_serial: String,
}

/// Cards that were lost, given back, or whose holders moved abroad or died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revocations {
    /// Serial numbers of their certificates, lower-case hex.
    pub certificate_serials: Vec<String>,
}
