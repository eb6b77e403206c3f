//! Tokens of providers: one for each, kept until shortly before it expires.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::{Inner, WireError};
use crate::oauth::{self, Credentials, Granted};
use vocabulary::Party;

/// A token and when to ask for the next.
pub(super) struct Cached {
    token: Zeroizing<String>,
    until: Timestamp,
}

/// Renewed this long before it expires, so that none expires on its way.
const BEFORE: i64 = 20;

impl Inner {
    pub(super) async fn token(&self, me: &Party, provider: &Party, patience: Duration) -> Result<Zeroizing<String>, WireError> {
        let slot = self.slot(provider).await;
        // whoever comes while one is being fetched waits for that one
        let mut cached = slot.lock().await;
        if let Some(cached) = cached.as_ref().filter(|cached| self.clock.now() < cached.until) {
            return Ok(cached.token.clone());
        }
        let granted = self.fetch(me, provider, patience).await?;
        let until = Timestamp::from_second(self.clock.now().as_second() + granted.expires_in - BEFORE).unwrap_or(Timestamp::MIN);
        let token = granted.access_token;
        *cached = Some(Cached { token: token.clone(), until });
        Ok(token)
    }

    /// Forgets a token that was not taken; false when there was none.
    pub(super) async fn forget_token(&self, provider: &Party) -> bool {
        self.slot(provider).await.lock().await.take().is_some()
    }

    async fn slot(&self, provider: &Party) -> Arc<Mutex<Option<Cached>>> {
        Arc::clone(self.tokens.lock().await.entry(provider.clone()).or_default())
    }

    async fn fetch(&self, me: &Party, provider: &Party, patience: Duration) -> Result<Granted, WireError> {
        let no_token = |detail: String| WireError::NoToken { party: provider.clone(), detail };
        let folder = self.secrets.read().unwrap_or_else(PoisonError::into_inner).clone();
        let folder = folder.ok_or_else(|| no_token("this client has no secrets".to_owned()))?;
        let credentials = Credentials::load(&folder, me, provider).map_err(|error| no_token(error.to_string()))?;
        let form = credentials
            .request(provider, self.clock.as_ref(), self.entropy.as_ref())
            .map_err(|_| no_token("the assertion cannot be made".to_owned()))?;
        let port = self.peers.port(provider).ok_or_else(|| WireError::Nowhere { party: provider.clone() })?;
        let address = format!("https://{}:{port}{}", provider.dns_name(), oauth::TOKEN);
        let response = self.http.post(address).timeout(patience).form(&form).send().await;
        let response = response.map_err(|_| no_token("the provider does not answer".to_owned()))?;
        let status = response.status();
        if !status.is_success() {
            return Err(no_token(format!(
                "the provider refuses ({status}): is this party registered there, with the secret in {}?",
                folder.display()
            )));
        }
        response.json().await.map_err(|_| no_token("the provider's answer is no token".to_owned()))
    }
}
