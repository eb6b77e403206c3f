//! Who somebody says they are: names, scopes, settings, certificates.

use access::Scope;
use rcgen::CertificateSigningRequestParams;
use vocabulary::Party;
use wire::{Peer, Setting};

use super::text;

pub(super) fn party(input: &[u8]) {
    for line in text(input).lines() {
        if let Ok(party) = line.parse::<Party>() {
            assert_eq!(party.to_string(), line, "a party has one name");
        }
        if let Ok(party) = Party::of_dns_name(line) {
            assert_eq!(party.dns_name(), line, "a certificate has one name");
        }
    }
}

pub(super) fn scope(input: &[u8]) {
    let text = text(input);
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse(), Ok(scope.clone()), "a scope is read back");
        assert!(text.split_ascii_whitespace().all(|one| scope.allows(one)));
    }
}

pub(super) fn setting(input: &[u8]) {
    if let Ok(setting) = toml::from_str::<Setting>(&text(input)) {
        assert!(!format!("{setting:?}").contains(&setting.data) || setting.data.len() < 20, "what may hold a password is not printed");
    }
}

/// A certificate of the line, or a request for one.
pub(super) fn certificate(input: &[u8]) {
    if let Some(peer) = Peer::of_certificate(input) {
        assert_eq!(peer.party.to_string().parse(), Ok(peer.party));
    }
    // what the card authority does with a request before it signs
    let _ = CertificateSigningRequestParams::from_der(&input.into());
}
