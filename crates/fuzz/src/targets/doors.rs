//! What comes through a door before anybody is believed: keys, assertions, cookies, forms, the rows of registrations.

use std::sync::LazyLock;

use vocabulary::ManualClock;

use super::signed::PARTIES;
use super::{ready, text};

static RUNTIME: LazyLock<anyhow::Result<tokio::runtime::Runtime>> =
    LazyLock::new(|| Ok(tokio::runtime::Builder::new_current_thread().build()?));

const SECRET: &[u8] = b"0123456789abcdefghijABCDEFGHIJ0123456789abc";

/// The array of the published interface: a row that cannot be read takes no other with it.
pub(super) fn registration(input: &[u8]) {
    let Some((with_number, without)) = hub_core::testing::rows(input) else { return };
    let rows = serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(input).map(|rows| rows.len());
    assert!(rows.is_ok_and(|rows| rows == with_number + without), "an outcome for each row");
}

/// `pmhKey,number` of the payers' hub, one a line.
pub(super) fn minted(input: &[u8]) {
    for line in text(input).lines() {
        if let Some((key, number)) = hub_core::testing::minted(line) {
            let digits = number.open(vocabulary::Purpose::Operation);
            assert!(line.eq_ignore_ascii_case(&format!("{key},{}", &*digits)), "read as it stands there");
        }
    }
}

/// A client assertion, years after the one among the seeds was good: none is believed.
pub(super) fn assertion(input: &[u8]) {
    let (provider, _) = ready(&PARTIES);
    let clock = ManualClock::on(vocabulary::Date::constant(2026, 4, 1));
    assert_eq!(wire::testing::doors::believed(&text(input), SECRET, provider, &clock), None);
}

/// The form of a token request; one that is read names the field that says what is asked for (a name alone is a field that is empty).
pub(super) fn token_request(input: &[u8]) {
    if ready(&RUNTIME).block_on(wire::testing::doors::is_token_request(input)) {
        assert!(input.len() >= "grant_type".len());
    }
}

/// The value of an `Idempotency-Key`.
pub(super) fn key(input: &[u8]) {
    for line in text(input).lines() {
        let plain = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        assert_eq!(wire::testing::doors::is_key(line), plain && (16..=64).contains(&line.len()));
    }
}

/// The header of cookies, and where a page may lead back to.
pub(super) fn cookies(input: &[u8]) {
    if let Some(value) = office::testing::cookie(input, "__Host-registry-991015") {
        assert!(text(input).contains(&format!("__Host-registry-991015={value}")), "the value that stands there");
        assert!(!value.contains(';'));
    }
    if office::testing::is_ours(&text(input)) {
        assert!(input.starts_with(b"/") && !input.starts_with(b"//") && !input.contains(&b'\\'), "a path of this host");
    }
}

/// A form of the staff's pages.
pub(super) fn form(input: &[u8]) {
    if let Some(field) = ready(&RUNTIME).block_on(office::testing::field(input, "csrf")) {
        assert!(field.len() <= input.len().saturating_mul(3), "a field is no longer than what was sent");
    }
}
