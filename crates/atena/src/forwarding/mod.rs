//! Forwarding without alteration: the number outside the envelope is replaced, the envelope's bytes pass as they came (R-ATN-4).

pub(crate) mod answer;
pub(crate) mod inquire;
pub(crate) mod replicas;

use diesel::prelude::*;
use protocol::Digest;
use store::Tx;

use crate::AtenaError;

diesel::table! {
    forwarded (id) { id -> BigInt, kind -> Text, person -> BigInt, digest_in -> Binary, digest_out -> Binary, at -> BigInt, }
}
diesel::table! {
    inquiry (id) { id -> Binary, person -> BigInt, body -> Binary, relay_inquiry -> Nullable<Binary>, at -> BigInt, }
}

/// Keeps the digests of what came in and of what went out.
fn keep(tx: &mut Tx, kind: &str, rows: &[(i64, Digest, Digest)], now: i64) -> Result<(), AtenaError> {
    let next: i64 = forwarded::table.select(diesel::dsl::max(forwarded::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
    store::load(tx, forwarded::all_columns, |load| {
        rows.iter().zip(next..).try_for_each(|((person, came, went), id)| {
            load.push(|row| row.int(id).text(kind).int(*person).bytes(&came.0).bytes(&went.0).int(now))
        })
    })?;
    Ok(())
}

/// A key made from the key of the request that came: a retry of that is a retry of what is made of it.
fn key(once: &wire::Once, what: &str) -> vocabulary::Id128 {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::new_with_prefix(once.caller()).chain_update([0]).chain_update(once.key()).chain_update([0]).chain_update(what);
    let digest: [u8; 32] = digest.finalize().into();
    let mut key = [0; 16];
    key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    vocabulary::Id128::from_bytes(key)
}
