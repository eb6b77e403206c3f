//! What a consumer proves itself with at one provider.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use vocabulary::{Clock, Entropy, Party};
use zeroize::Zeroizing;

use super::assertion;
use crate::pki::{self, PkiError};

/// Client id and secret of one consumer at one provider.
pub struct Credentials {
    client_id: String,
    secret: Zeroizing<String>,
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read or written.
    #[error("no secret: {0}")]
    File(#[from] PkiError),
    /// The file does not hold two lines: client id and secret.
    #[error("{0}: expected two lines, client id and secret")]
    Malformed(PathBuf),
    /// The assertion cannot be signed.
    #[error("the assertion cannot be signed")]
    Assertion,
}

fn file(folder: &Path, consumer: &Party, provider: &Party) -> PathBuf {
    folder.join(format!("{consumer}@{provider}"))
}

impl Credentials {
    /// Of a client that a provider has enrolled.
    pub fn new(client_id: String, secret: Zeroizing<String>) -> Self {
        Self { client_id, secret }
    }

    /// Reads the file `<consumer>@<provider>` of a folder.
    pub fn load(folder: &Path, consumer: &Party, provider: &Party) -> Result<Self, CredentialsError> {
        let path = file(folder, consumer, provider);
        let text = pki::read_private(&path)?;
        let mut lines = text.lines();
        match (lines.next(), lines.next(), lines.next()) {
            (Some(id), Some(secret), None) if id.len() == 32 && secret.len() >= 32 => {
                Ok(Self { client_id: id.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
            }
            _ => Err(CredentialsError::Malformed(path)),
        }
    }

    /// Whether the consumer has its file in this folder.
    pub fn exists(folder: &Path, consumer: &Party, provider: &Party) -> bool {
        file(folder, consumer, provider).exists()
    }

    /// Writes the file `<consumer>@<provider>` of a folder, for its owner alone.
    pub fn save(&self, folder: &Path, consumer: &Party, provider: &Party) -> Result<(), CredentialsError> {
        pki::private_folder(folder)?;
        let text = Zeroizing::new(format!("{}\n{}\n", self.client_id, self.secret.as_str()));
        Ok(pki::write_private(&file(folder, consumer, provider), &text)?)
    }

    /// The form of a token request (RFC 6749 §4.4, RFC 7523 §2.2); the scopes granted to the client are asked for as a whole.
    pub fn request(
        &self,
        provider: &Party,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<BTreeMap<&'static str, String>, CredentialsError> {
        let assertion =
            assertion::sign(&self.client_id, &self.secret, provider, clock, entropy).map_err(|_| CredentialsError::Assertion)?;
        Ok(BTreeMap::from([
            ("grant_type", "client_credentials".to_owned()),
            ("client_assertion_type", assertion::JWT_BEARER.to_owned()),
            ("client_assertion", assertion),
        ]))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, ***)", self.client_id)
    }
}
