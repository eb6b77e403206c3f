//! Browsers that are known: in which an account was logged in before. A cookie for each account says so, which the log-in alone sees; it opens
//! nothing, but a flood of log-ins from elsewhere keeps nobody out who has it (OWASP device cookies).

use axum::http::HeaderMap;
use subtle::ConstantTimeEq as _;
use vocabulary::Id128;
use wire::cookie;

use crate::{Office, path};

/// Seconds for which a browser is known after a log-in: half a year.
const KNOWN: u64 = 15_552_000;
/// What the keyed hashes are for.
const NAME: &str = "device cookie of an account";
const PROOF: &str = "browser that knows an account";

impl Office {
    /// The id of the browser, if this account was logged in in it before.
    pub(crate) fn device_of(&self, headers: &HeaderMap, account: &str) -> Option<String> {
        let (id, proof) = cookie(headers, &self.device_cookie(account))?.split_once('.')?;
        let (id, proof): (Id128, Id128) = (id.parse().ok()?, proof.parse().ok()?);
        bool::from(proof.as_bytes().ct_eq(&self.proof(account, id))).then(|| id.to_string())
    }

    /// The cookie by which a browser in which the account was just logged in is known the next time.
    pub(crate) fn known_device(&self, account: &str) -> String {
        let id = self.entropy.id128();
        let (name, proof) = (self.device_cookie(account), Id128::from_bytes(self.proof(account, id)));
        format!("{name}={id}.{proof}; Path={}; Max-Age={KNOWN}; Secure; HttpOnly; SameSite=Strict", path::LOG_IN)
    }

    /// One for each account: people share a counter's browser.
    fn device_cookie(&self, account: &str) -> String {
        let name = hex::encode(self.room.vault().token(NAME, account.as_bytes()).iter().take(6).copied().collect::<Vec<u8>>());
        format!("__Secure-{}-{name}", self.cookie.trim_start_matches("__Host-"))
    }

    fn proof(&self, account: &str, id: Id128) -> [u8; 16] {
        self.room.vault().token(PROOF, &[account.as_bytes(), b" ", id.as_bytes()].concat())
    }
}
