//! The software card: its file, and the certificates it is handed.

use std::sync::LazyLock;

use devices::card::Card;
use vocabulary::SystemEntropy;

use super::ready;

static FOLDER: LazyLock<anyhow::Result<tempfile::TempDir>> = LazyLock::new(|| Ok(tempfile::tempdir()?));

static OWN: LazyLock<anyhow::Result<Card>> = LazyLock::new(|| Ok(Card::create(ready(&FOLDER).path().join("own"), "1234", &SystemEntropy)?));

/// The input as a card's file: whatever it says, no PIN opens a key that nobody sealed.
pub(super) fn card(input: &[u8]) {
    let path = ready(&FOLDER).path().join("card");
    assert!(std::fs::write(&path, input).is_ok(), "the card's file can be written");
    let Ok(card) = Card::open(&path) else { return };
    let tries = card.tries_left().unwrap_or_default();
    if let Ok(Some(certificate)) = card.certificate() {
        let _ = card.install(&certificate);
    }
    assert!(card.sign("0000", b"challenge").is_err(), "nobody sealed this key");
    assert_eq!(card.tries_left().ok(), Some(tries.saturating_sub(1)), "a try is counted");
}

/// The input as a certificate: a card takes none for another key.
pub(super) fn certificate(input: &[u8]) {
    assert!(ready(&OWN).install(input).is_err(), "nobody certified this card");
}
