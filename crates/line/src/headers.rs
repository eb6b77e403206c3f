//! What both ends of a line must know of each other's headers and paths.

use http::HeaderName;
use protocol::messages::keys::KEYS;
use vocabulary::Id128;

/// The header that carries the request id from party to party.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header with the key of a request that must have one effect.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Paths that every party answers; a certificate is enough for them.
pub const NEEDS_NO_TOKEN: [&str; 5] = ["/healthz", "/readyz", "/metrics", KEYS, "/openapi.json"];

tokio::task_local! {
    /// The request that the running task serves; a client called from it sends the same id on.
    pub static CURRENT_REQUEST: Id128;
}
