//! What the network system (情報提供ネットワークシステム) receives. Shapes are ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Id128, Party, ResidentRecordCode};

use super::inquiries::{PermissionList, Permit, PermitRequest};
use crate::Signed;

pub use super::access_records::{AccessHistory, AccessHistoryRequest};
pub use super::relay::AnswerDelivery;

messages! { "network": Links, PermissionListAnswer, PermitAsk, PermitAnswer, AccessHistoryRequest, AccessHistory }

/// `POST` from the resident network: [`Links`] → [`super::Accepted`].
pub const LINKS: &str = "/network/v1/links";
/// `GET` 照会許可照合リスト from a relay: → [`PermissionListAnswer`].
pub const PERMISSION_LIST: &str = "/network/v1/permission-list";
/// The code of the refusal of a request that was checked against a permission list which is no longer the current one.
pub const LIST_CHANGED: &str = "list-changed";
/// `POST` from the asking relay: [`PermitAsk`] → [`PermitAnswer`], or 409 [`LIST_CHANGED`].
pub const PERMIT_REQUESTS: &str = "/network/v1/permit-requests";
/// `POST` from the providing relay: [`AnswerDelivery`] → [`super::Outcome`].
pub const ANSWERS: &str = "/network/v1/answers";
/// `POST` from the portal: [`AccessHistoryRequest`] → [`AccessHistory`].
pub const ACCESS_RECORDS: &str = "/network/v1/access-records";

/// People for whom organisations want codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Links {
    /// One person a row.
    pub rows: Vec<LinkRow>,
}

/// One person: the asker's processing number beside the resident-record code (住民票コード), and never the individual number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkRow {
    /// The organisation's (処理通番).
    #[schema(value_type = String)]
    pub processing_number: Id128,
    /// The party the code is for: a municipality's relay, or the portal.
    #[schema(value_type = String)]
    pub organisation: Party,
    /// From which the network system derives its own link id.
    #[schema(value_type = String)]
    pub resident_record_code: ResidentRecordCode,
}

/// The current permission list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermissionListAnswer {
    /// Signed by the network system for the relay that asks.
    #[schema(value_type = String)]
    pub list: Signed<PermissionList>,
}

/// A relay's wish for a permit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitAsk {
    /// Signed by the asking relay.
    #[schema(value_type = String)]
    pub request: Signed<PermitRequest>,
}

/// The asker's copy of the permit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitAnswer {
    /// Signed by the network system, addressed to the asking relay.
    #[schema(value_type = String)]
    pub permit: Signed<Permit>,
}
