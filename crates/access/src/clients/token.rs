//! Access tokens: random, short-lived, stored as hashes, without refresh. The provider that gave one is the only one it is good for.

use std::fmt;

use diesel::prelude::*;
use vocabulary::{Party, Timestamp};
use zeroize::Zeroizing;

use super::{ClientError, Clients, Scope, ScopeError, oauth_client as c, oauth_token as t, party};
use crate::sessions::hash;

/// A token, as it goes to the client.
pub struct AccessToken {
    /// 64 hexadecimal digits; never printed.
    pub token: Zeroizing<String>,
    /// What it is good for.
    pub scope: Scope,
    /// Seconds for which it is good.
    pub expires_in: i64,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken(***, {}, {} s)", self.scope, self.expires_in)
    }
}

/// What a token stands for (RFC 7662).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// The client it was given to.
    pub client_id: String,
    /// That client's system: the request must come with its certificate.
    pub party: Party,
    /// What it is good for.
    pub scope: Scope,
    /// Since when.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

fn token_hash(token: &str) -> [u8; 32] {
    hash(b"kenshin access token", token.as_bytes())
}

impl Clients {
    /// Gives a token to a client whose assertion was verified and used.
    pub async fn issue_token(&self, client_id: &str, scope: &Scope, lifetime_seconds: i64) -> Result<AccessToken, ClientError> {
        if scope.is_empty() {
            return Err(ScopeError::Empty.into());
        }
        let token = Zeroizing::new(self.entropy.key().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let (id, asked, hash, now) = (client_id.to_owned(), scope.clone(), token_hash(&token), self.clock.now_ms());
        let expires_at = now.saturating_add(lifetime_seconds.saturating_mul(1_000));
        self.room
            .write(move |tx| {
                let granted: Option<String> = c::table.find(&id).filter(c::enabled.eq(1)).select(c::scopes).first(tx).optional()?;
                let granted: Scope = granted.ok_or(ClientError::NoSuchClient)?.parse()?;
                if let Some(lacking) = granted.lacking(&asked) {
                    return Err(ClientError::from(ScopeError::NotGranted(lacking.to_owned())));
                }
                let words = (t::hash.eq(hash.as_slice()), t::client.eq(&id), t::scopes.eq(asked.to_string()));
                diesel::insert_into(t::table).values((words, t::issued_at.eq(now), t::expires_at.eq(expires_at))).execute(tx)?;
                Ok(())
            })
            .await?;
        Ok(AccessToken { token, scope: scope.clone(), expires_in: lifetime_seconds })
    }

    /// What a token stands for; none when it was never given here, has expired or was taken back.
    pub async fn introspect(&self, token: &str) -> Result<Option<Introspection>, ClientError> {
        let (hash, now) = (token_hash(token), self.clock.now_ms());
        let found: Option<(String, String, String, i64, i64)> = self
            .room
            .read(move |tx| {
                let good = t::table
                    .inner_join(c::table.on(c::id.eq(t::client)))
                    .filter(t::hash.eq(hash.as_slice()))
                    .filter(t::expires_at.gt(now))
                    // Given later than now: the clock went back, and the token's end with it.
                    .filter(t::issued_at.le(now.saturating_add(60_000)))
                    .filter(c::enabled.eq(1));
                Ok::<_, ClientError>(good.select((c::id, c::party, t::scopes, t::issued_at, t::expires_at)).first(tx).optional()?)
            })
            .await?;
        let Some((client_id, name, scopes, issued, expires)) = found else { return Ok(None) };
        let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let (issued_at, expires_at) = (instant(issued), instant(expires));
        Ok(Some(Introspection { client_id, party: party(&name)?, scope: scopes.parse()?, issued_at, expires_at }))
    }

    /// Takes a token back.
    pub async fn revoke_token(&self, token: &str) -> Result<(), ClientError> {
        let hash = token_hash(token);
        self.room
            .write(move |tx| {
                diesel::delete(t::table.find(hash.as_slice())).execute(tx)?;
                Ok(())
            })
            .await
    }
}
