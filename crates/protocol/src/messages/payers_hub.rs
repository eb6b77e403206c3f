//! What the payers' hub (医療保険者等向け中間サーバー) receives. Shapes are ours.

use seal::hpke::Sealed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Id128;

messages! { "payers_hub": Certificates, PmhKeysRequest, PmhKeysAnswer }

/// `POST` from the card authority: [`Certificates`] → [`super::Accepted`].
pub const CERTIFICATES: &str = "/payers-hub/v1/certificates";
/// `POST` PMHキー採番 from the hub core: [`PmhKeysRequest`] → [`PmhKeysAnswer`].
pub const PMH_KEYS: &str = "/payers-hub/v1/pmh-keys";

/// Which certificate belongs to which individual number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificates {
    /// Associated data of `numbers`.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// One card a row.
    pub rows: Vec<CertificateRow>,
    /// The individual numbers of the rows, one a line, sealed to the payers' hub.
    #[schema(value_type = Object)]
    pub numbers: Sealed,
}

/// One card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateRow {
    /// Serial number of the certificate, lower-case hex.
    pub certificate_serial: String,
}

/// Individual numbers for which PMH keys are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PmhKeysRequest {
    /// Associated data of `numbers`; open until it is answered.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// One number a line, sealed to the payers' hub.
    #[schema(value_type = Object)]
    pub numbers: Sealed,
}

/// The keys: nothing but (PMH key, individual number), and only for an open request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PmhKeysAnswer {
    /// Of the request; associated data of `rows`.
    #[schema(value_type = String)]
    pub request_id: Id128,
    /// Lines `pmhKey,number`, sealed to the hub core.
    #[schema(value_type = Object)]
    pub rows: Sealed,
}
