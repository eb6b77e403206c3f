//! Certificates: what doctor says of them, and who renews them.

use std::fs;

use line::pki::{Authority, Identity};
use vocabulary::{ManualClock, Party, SystemClock, SystemEntropy};

use super::{CITY, at, init};
use crate::support::place::Place;

#[test]
fn doctor_tells_the_days_left_and_init_renews_what_ends_soon_or_does_not_fit() {
    let place = Place::folder();
    init(&place).ended(0);
    let tls = place.files().join("tls");
    let authority = Authority::open(&tls).unwrap();
    let registry: Party = format!("registry.{CITY}").parse().unwrap();
    let atena: Party = format!("atena.{CITY}").parse().unwrap();
    let said = |of: &Party| {
        let findings = at(&place, &["doctor"], &["--json"]).json();
        let finding = findings.as_array().unwrap().iter().find(|finding| finding["what"] == of.to_string()).unwrap().clone();
        (finding["ok"].as_bool().unwrap(), finding["detail"].as_str().unwrap().to_owned())
    };
    let (ok, detail) = said(&registry);
    assert!(ok && (detail.contains("89 days are left") || detail.contains("90 days are left")), "{detail}");

    // Issued 70 days ago; and a key that is another's.
    let then = ManualClock::at(jiff::Timestamp::from_second(vocabulary::Clock::now(&SystemClock).as_second() - 70 * 86_400).unwrap());
    authority.issue(&registry, &then, &SystemEntropy).unwrap().save(&tls).unwrap();
    fs::copy(tls.join(format!("{registry}.key")), tls.join(format!("{atena}.key"))).unwrap();
    let (ok, detail) = said(&registry);
    assert!(!ok && detail.contains("days are left: run `kenshin init`"), "{detail}");
    let (ok, detail) = said(&atena);
    assert!(!ok && detail.contains("kenshin init"), "{detail}");
    at(&place, &["doctor"], &[]).ended(1);

    init(&place).ended(0);
    at(&place, &["doctor"], &[]).ended(0);
    for party in [&registry, &atena] {
        assert!(Identity::load(&tls, party).unwrap().check(&SystemClock).unwrap() >= 89);
    }
}
