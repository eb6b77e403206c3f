//! `GET` 照会許可照合リスト: who may ask whom for what, signed for the relay that asks.

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use protocol::Signed;
use protocol::messages::inquiries::{Permission, PermissionList};
use protocol::messages::network::PermissionListAnswer;
use protocol::signed::Head;
use wire::{Json, Peer, Problem, RequestCaller};

use super::Network;
use crate::RefusedError;

/// How long a relay may decide by a list: beyond this it must fetch a new one.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The list for the relay that asks.
pub(super) async fn show(
    State(network): State<Network>,
    RequestCaller(_): RequestCaller,
    peer: Peer,
) -> Result<Json<PermissionListAnswer>, Problem> {
    let issued = network.room.clock().now();
    let list = current(&network, issued);
    let head = Head {
        sender: network.party.clone(),
        receiver: peer.party.clone(),
        number: network.entropy.id128(),
        issued,
        expires: list.expires,
    };
    let list = Signed::seal(&head, &list, &network.room.vault().signer_blocking(wire::RING)?).map_err(RefusedError::from)?;
    Ok(Json(PermissionListAnswer { list }))
}

/// The list as the catalogue has it; kinds of organisations stand for all of them.
pub(super) fn current(network: &Network, now: Timestamp) -> PermissionList {
    let list = network.catalogue.permission_list();
    let party = |kind: &str| if kind == "municipality" { "*".to_owned() } else { kind.to_owned() };
    let rows = list.rows.iter().flat_map(|row| {
        row.information.iter().map(move |information| Permission {
            asker: party(&row.asker_kind),
            provider: party(&row.provider_kind),
            business: row.business.clone(),
            information: information.clone(),
        })
    });
    PermissionList { version: version(&list.version), expires: now + LIFE, rows: rows.collect() }
}

/// `2026-04` as 202604: a number that grows.
fn version(text: &str) -> u64 {
    text.bytes().filter(u8::is_ascii_digit).fold(0, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

/// Whether the list lets this municipality ask that one for this.
pub(super) fn allows(list: &PermissionList, asker: &str, provider: &str, business: &str, information: &str) -> bool {
    let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
    let mut rows = list.rows.iter();
    rows.any(|row| fits(&row.asker, asker) && fits(&row.provider, provider) && row.business == business && row.information == information)
}
