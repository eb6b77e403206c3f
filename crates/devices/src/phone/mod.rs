//! What a resident's phone does at the portal: server TLS, the card, a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use line::{Client, WireError};
use protocol::messages::portal::{
    ACCESS_RECORDS, AccessHistory, AnswersRequest, CHALLENGES, CONSENTS, Challenge, ConsentReceipt, ConsentRequest, LogIn, NOTICES,
    Notices, PurposeText, QUESTIONNAIRES, Questionnaires, RESULTS, Results, SESSIONS, Scope, Session,
};
use protocol::messages::{Nothing, Outcome};
use protocol::{Octets, Private};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::{Entropy, Id128, Party};

use crate::card::{Card, CardError};

/// How often a challenge is asked for anew when one was used up by a request whose answer was lost.
pub(crate) const TRIES: usize = 3;

/// Why a phone or a tablet cannot do it.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The portal.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The card was being read when the program stopped.
    #[error("the card was not read to the end")]
    Stopped,
}

/// A card's answer to a challenge of the portal, as messages carry it.
pub(crate) struct Signed {
    pub(crate) challenge: Id128,
    pub(crate) certificate: Octets,
    pub(crate) signature: Octets,
}

/// Asks for a challenge and has the card sign it, beside the tasks: the PIN is slow on purpose.
pub(crate) async fn signed(client: &Client, portal: &Party, card: &Card, pin: &str) -> Result<Signed, DeviceError> {
    let Challenge { challenge, nonce, .. } = client.ask(portal, CHALLENGES, &Nothing {}).await?;
    let (card, pin) = (card.clone(), zeroize::Zeroizing::new(pin.to_owned()));
    let signing = tokio::task::spawn_blocking(move || {
        let certificate = card.certificate()?.ok_or(CardError::NoCertificate)?;
        let signature = card.sign(&pin, nonce.as_slice())?;
        Ok::<_, CardError>(Signed { challenge, certificate: Octets(certificate), signature: Octets(signature) })
    });
    Ok(signing.await.map_err(|_| DeviceError::Stopped)??)
}

/// Whether another challenge may cure it.
pub(crate) fn was_used(error: &WireError) -> bool {
    error.refusal().is_some_and(|problem| problem.code() == protocol::messages::portal::CHALLENGE_REFUSED)
}

/// A phone; it shows no certificate.
#[derive(Clone, Debug)]
pub struct Phone {
    client: Client,
    portal: Party,
    entropy: Arc<dyn Entropy>,
}

/// A person logged in on a phone.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    client: Client,
    portal: Party,
    entropy: Arc<dyn Entropy>,
}

impl Phone {
    /// A phone that reaches the portal with server TLS only: `client` is a [`Client::anonymous`].
    pub fn new(client: Client, portal: Party, entropy: Arc<dyn Entropy>) -> Self {
        Self { client, portal, entropy }
    }

    /// Logs in with the card. Again is another session of the same person.
    pub async fn log_in(&self, card: &Card, pin: &str) -> Result<LoggedIn, DeviceError> {
        let mut tries = 1;
        loop {
            let Signed { challenge, certificate, signature } = signed(&self.client, &self.portal, card, pin).await?;
            let opened: Result<Session, WireError> =
                self.client.ask(&self.portal, SESSIONS, &LogIn { challenge, certificate, signature }).await;
            match opened {
                Ok(session) => {
                    let client = self.client.with_bearer(session.session.expose());
                    return Ok(LoggedIn { client, portal: self.portal.clone(), entropy: Arc::clone(&self.entropy) });
                }
                Err(error) if tries < TRIES && was_used(&error) => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl LoggedIn {
    /// Agrees to the text that was read, for these scopes; again is the same consent.
    pub async fn consent(&self, read: &PurposeText, scope: &[Scope]) -> Result<Id128, DeviceError> {
        let scope = scope.iter().map(|scope| scope.as_str().to_owned()).collect();
        let request = ConsentRequest { purpose_text: read.text.clone(), version: read.version.clone(), scope };
        let receipt: ConsentReceipt = self.post(CONSENTS, &request).await?;
        Ok(receipt.consent)
    }

    /// The questionnaires, with the answers so far.
    pub async fn questionnaires(&self) -> Result<Questionnaires, DeviceError> {
        self.get(QUESTIONNAIRES).await
    }

    /// Answers a questionnaire; replaces what was there.
    pub async fn answer(&self, sheet: Id128, answers: BTreeMap<String, String>) -> Result<Outcome, DeviceError> {
        let request = AnswersRequest { id: sheet, answers: Private::new(answers) };
        Ok(self.client.put(&self.portal, QUESTIONNAIRES, self.entropy.id128(), &request).await?)
    }

    /// The notices.
    pub async fn notices(&self) -> Result<Notices, DeviceError> {
        self.get(NOTICES).await
    }

    /// The results.
    pub async fn results(&self) -> Result<Results, DeviceError> {
        self.get(RESULTS).await
    }

    /// Who asked whom about the person (情報提供等記録).
    pub async fn access_records(&self) -> Result<AccessHistory, DeviceError> {
        self.get(ACCESS_RECORDS).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DeviceError> {
        Ok(self.client.get(&self.portal, path).await?)
    }

    async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, DeviceError> {
        Ok(self.client.post(&self.portal, path, self.entropy.id128(), body).await?)
    }
}
