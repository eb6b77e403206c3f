//! What the online-eligibility system (オンライン資格確認等システム) receives. Shapes are ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Id128;

use super::Private;

messages! { "online_eligibility": LinkNumbers, PmhKeys, FirstUse, FirstUseAnswer }

/// `POST` from the payers' hub: [`LinkNumbers`] → [`super::Accepted`].
pub const LINK_NUMBERS: &str = "/online-eligibility/v1/link-numbers";
/// `POST` from the payers' hub: [`PmhKeys`] → [`super::Accepted`].
pub const PMH_KEYS: &str = "/online-eligibility/v1/pmh-keys";
/// `POST` from the portal: [`FirstUse`] → [`FirstUseAnswer`], or 404 where the certificate is unknown.
pub const FIRST_USES: &str = "/online-eligibility/v1/first-uses";

/// Which card belongs to which link number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkNumbers {
    /// One card a row.
    pub rows: Vec<LinkNumberRow>,
}

/// One card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkNumberRow {
    /// The payers' hub's own number of the person (紐付番号); not the individual number.
    #[schema(value_type = String)]
    pub link_number: Private<Id128>,
    /// Serial number of the certificate, lower-case hex.
    pub certificate_serial: String,
}

/// PMH keys for people known by link number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PmhKeys {
    /// One person a row.
    pub rows: Vec<PmhKeyRow>,
}

/// One person's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PmhKeyRow {
    /// The key.
    #[schema(value_type = String)]
    pub pmh_key: Private<Id128>,
    /// Of the person.
    #[schema(value_type = String)]
    pub link_number: Private<Id128>,
}

/// The portal sees this card for the first time, or again for new keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstUse {
    /// Serial number of the certificate, lower-case hex.
    pub certificate_serial: String,
}

/// What the portal may know of the person; no link number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstUseAnswer {
    /// Stable over renewed cards, for the portal alone.
    #[schema(value_type = String)]
    pub pseudonym: Private<Id128>,
    /// The person's PMH keys; none while no municipality registered the person.
    #[schema(value_type = Vec<String>)]
    pub pmh_keys: Vec<Private<Id128>>,
}
