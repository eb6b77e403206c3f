//! Enrolling consumers at a provider.

use std::path::Path;

use access::{ClientError, Clients, Scope};

use line::oauth::{Credentials, CredentialsError, business};
use vocabulary::Party;

/// Why a consumer was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The provider's room refused.
    #[error("{consumer} at {provider}: {source}")]
    Client {
        /// Who was to be enrolled.
        consumer: Party,
        /// Where.
        provider: Party,
        /// Why not.
        source: ClientError,
    },
    /// The consumer's file cannot be written.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

/// Makes sure that a consumer has a client at this provider with exactly these scopes, and its file in the secrets folder.
///
/// On one machine the folder is the consumer's own; otherwise the file is carried to the consumer. Where it is missing a new secret is made.
pub async fn enrol(clients: &Clients, provider: &Party, consumer: &Party, scope: &Scope, folder: &Path) -> Result<(), EnrolError> {
    let failed = |source| EnrolError::Client { consumer: consumer.clone(), provider: provider.clone(), source };
    let registered = match clients.client_of(consumer).await.map_err(failed)? {
        None => clients.register(consumer, business(consumer), scope).await.map_err(failed)?,
        Some(client) => {
            if clients.granted(&client).await.map_err(failed)?.as_ref() != Some(scope) {
                clients.set_scopes(&client, scope).await.map_err(failed)?;
            }
            if Credentials::exists(folder, consumer, provider) {
                return Ok(());
            }
            clients.renew_secret(&client).await.map_err(failed)?
        }
    };
    Ok(Credentials::new(registered.client_id, registered.secret).save(folder, consumer, provider)?)
}
