//! What a provider makes of the tokens it is shown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use access::{Clients, Introspection};
use sha2::{Digest as _, Sha256};
use vocabulary::{Clock, Party};

use crate::problem::Problem;
use crate::server::Peer;

/// How long the answer of an introspection is trusted: a token taken back is refused after this at the latest.
const TRUSTED_MS: i64 = 5_000;
const REMEMBERED: usize = 4_096;

struct RememberedToken {
    what: Introspection,
    at: i64,
}

/// The tokens of one provider; cheap to clone.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(super) clients: Clients,
    pub(super) provider: Party,
    pub(super) clock: Arc<dyn Clock>,
    seen: Arc<Mutex<HashMap<[u8; 32], RememberedToken>>>,
}

impl Tokens {
    pub(crate) fn new(clients: Clients, provider: Party, clock: Arc<dyn Clock>) -> Self {
        Self { clients, provider, clock, seen: Arc::default() }
    }

    /// Lets a request in whose token was given to the party of its certificate, for this scope.
    pub(crate) async fn admit(&self, token: &str, peer: &Peer, scope: &str) -> Result<(), Problem> {
        let what = self
            .introspect(token)
            .await?
            .ok_or_else(|| Problem::unauthenticated("the token is not one of this provider, or has expired"))?;
        if what.party != peer.party {
            tracing::warn!(peer = %peer.party, "a token came with another party's certificate");
            return Err(Problem::unauthenticated("the token was given to another party"));
        }
        if what.scope.allows(scope) { Ok(()) } else { Err(Problem::forbidden(format!("the token lacks the scope {scope}"))) }
    }

    async fn introspect(&self, token: &str) -> Result<Option<Introspection>, Problem> {
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now = self.clock.now_ms();
        {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let known = seen.get(&hash).filter(|seen| (0..TRUSTED_MS).contains(&(now - seen.at)));
            if let Some(known) = known.filter(|known| known.what.expires_at.as_millisecond() > now) {
                return Ok(Some(known.what.clone()));
            }
        }
        let what = self.clients.introspect(token).await.map_err(|error| Problem::internal(&error))?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &what {
            Some(what) => {
                if seen.len() >= REMEMBERED {
                    seen.clear();
                }
                seen.insert(hash, RememberedToken { what: what.clone(), at: now });
            }
            None => {
                seen.remove(&hash);
            }
        }
        Ok(what)
    }
}
