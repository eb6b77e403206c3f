//! The stylesheet and the mark.

use axum::extract::OriginalUri;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// A file of the face, under the digest of its content.
pub async fn asset(OriginalUri(uri): OriginalUri) -> Response {
    match face::asset(uri.path()) {
        Some(asset) => {
            ([(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, asset.cache_control)], asset.body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
