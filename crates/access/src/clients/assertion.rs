//! Each assertion is good once (RFC 7523 3, `jti`): remembered, durably, until it expires.

use diesel::prelude::*;

use super::{ClientError, Clients, oauth_assertion as u, oauth_client as c};
use crate::sessions::hash;

impl Clients {
    /// Remembers the id of an assertion whose signature was verified. False when it was used before, or has expired.
    pub async fn use_assertion(&self, client_id: &str, jti: &str, expires_at_ms: i64) -> Result<bool, ClientError> {
        let now = self.clock.now_ms();
        if expires_at_ms <= now {
            return Ok(false);
        }
        let (id, jti) = (client_id.to_owned(), hash(b"kenshin assertion", jti.as_bytes()));
        self.room
            .write(move |tx| {
                if c::table.find(&id).filter(c::enabled.eq(1)).count().get_result::<i64>(tx)? == 0 {
                    return Err(ClientError::NoSuchClient);
                }
                let row = (u::client.eq(&id), u::id_hash.eq(jti.as_slice()), u::expires_at.eq(expires_at_ms));
                Ok(store::insert_ignore!(tx, u::table, row, (u::client, u::id_hash))? == 1)
            })
            .await
    }

    /// Forgets tokens and assertions that expired more than a minute ago; a background task of the hour. Tells how many.
    pub async fn forget_expired(&self) -> Result<usize, ClientError> {
        use super::oauth_token as t;
        // A minute more than they hold: the receiver's clock may be that far off.
        let before = self.clock.now_ms().saturating_sub(60_000);
        self.room
            .write(move |tx| {
                let tokens = diesel::delete(t::table.filter(t::expires_at.lt(before))).execute(tx)?;
                let assertions = diesel::delete(u::table.filter(u::expires_at.lt(before))).execute(tx)?;
                Ok(tokens.saturating_add(assertions))
            })
            .await
    }
}
