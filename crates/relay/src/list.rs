//! The local copy of the permission list (照会許可照合リスト): signed by the network system, kept, and used until it expires and no longer.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Seen};
use protocol::messages::inquiries::PermissionList;
use protocol::messages::network::{PERMISSION_LIST, PermissionListAnswer};
use protocol::signed::{Expected, Opened};
use store::Tx;

use crate::table::permission_list;
use crate::{Relay, RelayError};

const FETCH: Act = Act::new("relay:permission-list.fetch");
/// Fetched again so long before it ends.
const RENEW_MS: i64 = 60 * 60 * 1000;

/// Sees to it that a list is here and will hold for a while.
pub(crate) async fn refresh(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let until = relay.room.count(|tx| {
        Ok::<Option<i64>, RelayError>(permission_list::table.find(1).select(permission_list::expires_at).first(tx).optional()?)
    });
    if until.await?.is_some_and(|until| until - relay.room.clock().now_ms() > RENEW_MS) {
        return Ok(());
    }
    fetch(relay, caller).await
}

/// Fetches the list: one with a lower version than the last is none.
pub(crate) async fn fetch(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let answer: PermissionListAnswer = relay.client.get(&relay.network, PERMISSION_LIST).await?;
    let keys = relay.client.verifying_keys(&relay.network, [&answer.list]).await?;
    let expected = Expected { sender: &relay.network, receiver: &relay.party, keys: &keys };
    let Opened { body, .. } = answer.list.open(&expected, relay.room.clock().now())?;
    let version = i64::try_from(body.version).map_err(|_| wire::BadAnswer("the list's version"))?;
    let text = serde_json::to_vec(&body).map_err(|_| wire::Defect("a list that cannot be written"))?;
    let write = relay.room.change(caller, FETCH, move |tx, record| {
        let last: Option<i64> = permission_list::table.find(1).select(permission_list::version).first(tx).optional()?;
        if last.is_some_and(|last| last > version) {
            tracing::error!(last, version, "the permission list that was fetched has a lower version than the last one");
            return Err(RelayError::NoList);
        }
        record.note(format!("permission list {version}"));
        let expires = body.expires.as_millisecond();
        let values = (
            permission_list::id.eq(1),
            permission_list::version.eq(version),
            permission_list::expires_at.eq(expires),
            permission_list::body.eq(&text),
        );
        let changes = (permission_list::version.eq(version), permission_list::expires_at.eq(expires), permission_list::body.eq(&text));
        store::upsert!(tx, permission_list::table, values, (permission_list::id), changes)?;
        Ok(Seen::nobody(()))
    });
    write.await
}

/// The list that holds now, read in the transaction that decides by it; a stale one refuses.
pub(crate) fn current(tx: &mut Tx, now: i64) -> Result<PermissionList, RelayError> {
    let row: Option<(i64, Vec<u8>)> =
        permission_list::table.find(1).select((permission_list::expires_at, permission_list::body)).first(tx).optional()?;
    match row {
        Some((until, body)) if until > now => serde_json::from_slice(&body).map_err(|_| wire::Damaged("the permission list").into()),
        Some(_) | None => Err(RelayError::NoList),
    }
}
