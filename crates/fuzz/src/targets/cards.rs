//! The software card: its file, and the certificates it is handed.

use std::sync::LazyLock;

use outside_public::card::Card;
use vocabulary::SystemEntropy;

static FOLDER: LazyLock<Option<tempfile::TempDir>> = LazyLock::new(|| tempfile::tempdir().ok());

static OWN: LazyLock<Option<Card>> = LazyLock::new(|| Card::create(FOLDER.as_ref()?.path().join("own"), "1234", &SystemEntropy).ok());

/// The input as a card's file: whatever it says, no PIN opens a key that nobody sealed.
pub(super) fn card(input: &[u8]) {
    let Some(folder) = FOLDER.as_ref() else { return };
    let path = folder.path().join("card");
    if std::fs::write(&path, input).is_err() {
        return;
    }
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
    let Some(card) = OWN.as_ref() else { return };
    assert!(card.install(input).is_err(), "nobody certified this card");
}
