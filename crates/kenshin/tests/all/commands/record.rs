//! `kenshin ledger verify` with keys that were kept elsewhere, and `kenshin ledger erase`.

use std::fs;

use diesel::connection::SimpleConnection as _;
use ledger::testing::caller;
use ledger::{Act, LedgerError, PersonId, Seen};
use vocabulary::Purpose;

use super::{CITY, at, init, outbox};
use crate::support::place::{Place, on_both};

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

#[test]
fn a_list_of_people_goes_by_an_act_that_is_in_the_record_and_is_missed_when_it_goes_otherwise() {
    on_both(|place| {
        init(place).ended(0);
        let room = outbox::room(place);
        let mut entries = Vec::new();
        for first in [0, 1_000] {
            let mut people = room.people();
            people.extend((first..first + 1_000).map(|number: u32| PersonId::new(number.to_string())));
            let read = room.see_blocking(&caller("test", Purpose::Operation), Act::new("test:people.read"), |_, _| {
                Ok::<_, LedgerError>(Seen::many(people, ()))
            });
            read.unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            entries.push(runtime.block_on(room.ledger_size()).unwrap() - 1);
        }
        let erase = |entry: u64, reason: &[&str]| {
            let entry = entry.to_string();
            let rest = [&["--system", "relay", "--municipality", CITY, "--entry", &entry], reason].concat();
            at(place, &["ledger", "erase"], &rest)
        };
        erase(entries[0], &[]).ended(2);
        erase(entries[1] + 100, &["--reason", "kept for ten years"]).ended(1);
        erase(entries[0], &["--reason", "kept for ten years"]).ended(0);
        erase(entries[0], &["--reason", "again"]).ended(1);
        at(place, &["ledger", "verify"], &[]).ended(0);
        room.raw().write_blocking(|tx| Ok::<_, LedgerError>(tx.batch_execute("DELETE FROM ledger_people")?)).unwrap();
        let missed = at(place, &["ledger", "verify"], &[]).ended(1).out;
        assert!(missed.contains(&format!("entry {}: ", entries[1])) && !missed.contains(&format!("entry {}: ", entries[0])), "{missed}");
    });
}
