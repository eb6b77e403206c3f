//! `kenshin ledger verify` with keys that were kept elsewhere.

use std::fs;

use super::{CITY, at, init};
use crate::support::place::Place;

#[test]
fn a_room_that_was_rewritten_and_signed_anew_is_whole_by_its_own_word_and_refused_by_the_key_that_was_kept() {
    let (place, forged) = (Place::folder(), Place::folder());
    let told = init(&place).ended(0).out;
    init(&forged).ended(0);
    let key = |of: &Place| of.files().join("etc").join(format!("registry.{CITY}.ledger-key"));
    let kept = fs::read_to_string(key(&place)).unwrap();
    assert!(kept.starts_with("kenshin") || kept.contains('+'), "{kept}");
    assert!(told.contains(kept.trim()), "init shows it: {told}");
    let verify = |of: &Place, rest: &[&str]| at(of, &["ledger", "verify"], rest);
    let kept = key(&place);
    let kept = ["--key", kept.to_str().unwrap(), "--json"];
    let registry = |done: super::Done| {
        let logs = done.json();
        logs.as_array().unwrap().iter().find(|log| log["room"] == format!("registry_{CITY}")).unwrap().clone()
    };
    let own = registry(verify(&place, &kept).ended(0));
    assert_eq!((own["whole"].as_bool(), own["key_given"].as_bool()), (Some(true), Some(true)));

    // The same room with another history, signed by keys that lie in it: by its own word it is whole.
    let alone = verify(&forged, &[]).ended(0);
    assert!(alone.out.contains("keys taken from the room itself"), "{}", alone.out);
    let refused = registry(verify(&forged, &kept).ended(1));
    assert_eq!((refused["whole"].as_bool(), refused["key_given"].as_bool()), (Some(false), Some(true)));
    assert!(!refused["findings"].as_array().unwrap().is_empty());

    // A second init does not replace the key that was kept by what the room says.
    fs::copy(key(&place), key(&forged)).unwrap();
    init(&forged).ended(0);
    assert_eq!(fs::read(key(&forged)).unwrap(), fs::read(key(&place)).unwrap());
    let nothing = place.beside("nothing.txt");
    fs::write(&nothing, "no key\n").unwrap();
    verify(&place, &["--key", nothing.to_str().unwrap()]).ended(1);
}
