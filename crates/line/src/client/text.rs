//! Asking a server that speaks plain text and statuses of its own, such as a witness of C2SP: one try, and the answer as it came.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use http::{Method, StatusCode, header};
use vocabulary::{Clock, Party};

use super::{Client, Peers};
use crate::pki::PkiError;
use crate::tls;

/// The largest answer that is read.
const LARGEST: usize = 64 << 10;
/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that speaks text, by its address. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TextServer {
    http: reqwest::Client,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// A party of the ring, wherever it is, and the beginning of its paths.
    Party(Peers, Party, &'static str),
    /// `https://` and what the paths are appended to.
    Url(String),
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextAnswer {
    /// Its status.
    pub status: StatusCode,
    /// The body.
    pub text: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(&'static str);

impl Client {
    /// A party of the ring, over this client's own connections; `prefix` begins its paths.
    pub fn text_server(&self, party: &Party, prefix: &'static str) -> TextServer {
        TextServer { http: self.inner.http.clone(), place: Place::Party(self.inner.peers.clone(), party.clone(), prefix) }
    }
}

impl TextServer {
    /// A server that is no party of the ring, whose certificate an authority (PEM) vouches for; it is shown none. TLS 1.3.
    pub fn at(url: &str, authority: &str, clock: &Arc<dyn Clock>) -> Result<Self, PkiError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client(authority, None, clock)?)
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .build()
            .map_err(|_| PkiError::Malformed { path: "client".into(), expected: "a certificate that TLS takes" })?;
        Ok(Self { http, place: Place::Url(url.trim_end_matches('/').to_owned()) })
    }

    /// Asks once.
    pub async fn ask(&self, method: Method, path: &str, body: Option<String>) -> Result<TextAnswer, NoAnswer> {
        let address = match &self.place {
            Place::Url(url) => format!("{url}/{path}"),
            Place::Party(peers, party, prefix) => {
                let port = peers.port(party).ok_or(NoAnswer("no address; name it under [peers]"))?;
                format!("https://{}:{port}{prefix}/{path}", party.dns_name())
            }
        };
        let mut asking = self.http.request(method, address).timeout(PATIENCE);
        if let Some(body) = body {
            asking = asking.header(header::CONTENT_TYPE, "text/plain; charset=utf-8").body(body);
        }
        let mut response = asking.send().await.map_err(|error| NoAnswer(not_reached(&error)))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| NoAnswer(not_reached(&error)))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(NoAnswer("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(body.to_vec()).map_err(|_| NoAnswer("the answer is no text"))?;
        Ok(TextAnswer { status: response.status(), text })
    }
}

fn not_reached(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection, or not the certificate that it should show"
    } else {
        "the connection broke"
    }
}
