//! Answers that come bit by bit.

use std::convert::Infallible;
use std::marker::PhantomData;

use axum::body::Body;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http::{HeaderValue, header};
use serde::Serialize;

/// Server-sent events, the JSON of a `T` each, until the stream ends. It has to end when the service stops.
#[derive(Debug)]
pub struct Events<T>(Response, PhantomData<fn() -> T>);

impl<T: Serialize> Events<T> {
    /// One event for each value.
    pub fn of(stream: impl Stream<Item = T> + Send + 'static) -> Self {
        // a value that cannot be written is an event without data
        let events = stream.map(|value| Ok::<_, Infallible>(Event::default().json_data(value).unwrap_or_default()));
        Self(Sse::new(events).keep_alive(KeepAlive::default()).into_response(), PhantomData)
    }
}

impl<T> IntoResponse for Events<T> {
    fn into_response(self) -> Response {
        self.0
    }
}

/// A file to be kept by whoever asked.
#[derive(Debug)]
pub struct Download(Response);

impl Download {
    /// A file of this name, of letters, digits, `.`, `_` and `-`; a part that is an error cuts the answer off.
    pub fn of<E>(name: &str, parts: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let mut response = Body::from_stream(parts).into_response();
        let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')).collect();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        Self(response)
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        self.0
    }
}
