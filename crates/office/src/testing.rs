//! For tests: a browser without a screen, staff with accounts, the crawl of every page; and what stands behind the doors of the pages, for bytes
//! that nobody meant.

mod browser;
mod crawl;
mod staff;
pub mod words;

pub use browser::{Answer, Browser};
pub use crawl::{Crawl, crawl_alone, session_elsewhere};
pub use staff::{GOOD, Staff};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie in a header, where the header can be sent at all.
pub fn cookie(line: &[u8], name: &str) -> Option<String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, HeaderValue::from_bytes(line).ok()?);
    wire::cookie(&headers, name).map(str::to_owned)
}

/// Whether a page that was asked for is one of ours, to be gone back to.
pub fn is_ours(next: &str) -> bool {
    crate::visit::is_ours(next)
}

/// A field of a form, when the form can be read.
pub async fn field(body: &[u8], name: &str) -> Option<String> {
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(body.to_vec().into()).ok()?;
    let mut fields = crate::form::read(request).await.ok()?;
    Some(fields.take(name))
}
