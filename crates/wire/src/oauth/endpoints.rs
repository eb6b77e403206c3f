//! `POST /oauth/token` and `POST /oauth/introspect`.

use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use line::oauth::{Granted, TOKEN, assertion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::INTROSPECT;
use super::tokens::Tokens;
use crate::problem::Problem;
use crate::server::Peer;

/// How long a token is good: short, because there is no refresh token and asking again is cheap.
const SECONDS: i64 = 300;
const LARGEST_FORM: usize = 16 << 10;

pub(crate) fn routes(tokens: Tokens) -> Router {
    let endpoints = Router::new().route(TOKEN, post(token)).route(INTROSPECT, post(introspect));
    endpoints.layer(DefaultBodyLimit::max(LARGEST_FORM)).with_state(tokens)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct TokenRequest {
    grant_type: String,
    client_assertion_type: Option<String>,
    #[schema(value_type = Option<String>)]
    client_assertion: Option<Zeroizing<String>>,
    client_id: Option<String>,
    scope: Option<String>,
}

/// RFC 6749 §5.2.
#[derive(Serialize, ToSchema)]
pub(crate) struct Refused {
    error: &'static str,
    error_description: &'static str,
}

fn refused(status: StatusCode, error: &'static str, error_description: &'static str) -> Response {
    (status, Json(Refused { error, error_description })).into_response()
}

/// What a form that cannot be read is answered with (RFC 6749 §5.2, RFC 7662 §2.3).
fn unreadable() -> Response {
    refused(StatusCode::BAD_REQUEST, "invalid_request", "a form (application/x-www-form-urlencoded) with each of its parameters once")
}

async fn token(State(tokens): State<Tokens>, peer: Peer, form: Result<Form<TokenRequest>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else { return unreadable() };
    if form.grant_type != "client_credentials" {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "client_credentials alone");
    }
    let assertion = match (form.client_assertion_type.as_deref(), &form.client_assertion) {
        (Some(assertion::JWT_BEARER), Some(assertion)) => assertion,
        _ => return refused(StatusCode::UNAUTHORIZED, "invalid_client", "client_secret_jwt alone"),
    };
    match tokens.grant(assertion, form.client_id.as_deref(), form.scope.as_deref(), &peer).await {
        Ok(granted) => Json(granted).into_response(),
        Err(refusal) => refusal,
    }
}

impl Tokens {
    async fn grant(&self, assertion: &str, client_id: Option<&str>, scope: Option<&str>, peer: &Peer) -> Result<Granted, Response> {
        // one answer for every reason: whoever guesses learns nothing
        let invalid = |why: &str| {
            tracing::warn!(peer = %peer.party, why, "no token");
            refused(StatusCode::UNAUTHORIZED, "invalid_client", "the assertion is not believed")
        };
        let failed = |error: access::ClientError| match error.code() {
            "server_error" => Problem::internal(&error).into_response(),
            "invalid_scope" => refused(StatusCode::BAD_REQUEST, "invalid_scope", "not a scope of this client"),
            _ => invalid("no such client"),
        };
        let client = assertion::claimed_client(assertion).ok_or_else(|| invalid("unreadable"))?;
        if client_id.is_some_and(|id| id != client) {
            return Err(invalid("two clients named"));
        }
        let secret = self.clients.secret(&client).await.map_err(failed)?.ok_or_else(|| invalid("no such client"))?;
        let claims = assertion::verify(assertion, &client, &secret.secret, &self.provider, self.clock.as_ref())
            .map_err(|disbelief| invalid(&disbelief.to_string()))?;
        if secret.party != peer.party {
            return Err(invalid("another party's certificate"));
        }
        // remembered beyond its end by what the clocks may differ
        let until = claims.exp.saturating_add(120).saturating_mul(1000);
        if !self.clients.use_assertion(&client, &claims.jti, until).await.map_err(failed)? {
            return Err(invalid("used before"));
        }
        let scope = match scope {
            Some(scope) => scope.parse().map_err(|_| refused(StatusCode::BAD_REQUEST, "invalid_scope", "not a scope"))?,
            None => self.clients.granted(&client).await.map_err(failed)?.ok_or_else(|| invalid("no such client"))?,
        };
        let token = self.clients.issue_token(&client, &scope, SECONDS).await.map_err(failed)?;
        Ok(Granted {
            access_token: token.token,
            token_type: "Bearer".to_owned(),
            expires_in: token.expires_in,
            scope: token.scope.to_string(),
        })
    }
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct IntrospectRequest {
    #[schema(value_type = String)]
    token: Zeroizing<String>,
}

/// RFC 7662 §2.2.
#[derive(Serialize, ToSchema)]
pub(crate) struct Introspected {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

/// A party may ask about its own tokens; the provider about all. Anything else is not active to whoever asks.
async fn introspect(
    State(tokens): State<Tokens>,
    peer: Peer,
    form: Result<Form<IntrospectRequest>, FormRejection>,
) -> Result<Json<Introspected>, Response> {
    let Ok(Form(form)) = form else { return Err(unreadable()) };
    let what = tokens.clients.introspect(&form.token).await.map_err(|error| Problem::internal(&error).into_response())?;
    let shown = what.filter(|what| peer.party == tokens.provider || what.party == peer.party);
    Ok(Json(match shown {
        Some(what) => Introspected {
            active: true,
            client_id: Some(what.client_id),
            scope: Some(what.scope.to_string()),
            iat: Some(what.issued_at.as_second()),
            exp: Some(what.expires_at.as_second()),
        },
        None => Introspected { active: false, client_id: None, scope: None, iat: None, exp: None },
    }))
}
