//! `kenshin keys`: what keys a room has, a new one, and the end of one that was stolen.

use serde_json::Value;

use super::outbox::room;
use super::{CITY, Done, at, init};
use crate::support::place::{Place, on_both};

fn asked(place: &Place, command: &str, rest: &[&str]) -> Done {
    at(place, &["keys", command], &[&["--system", "relay", "--municipality", CITY], rest].concat())
}

/// The number of each key that signs to other parties, and whether it is destroyed.
fn signing(place: &Place) -> Vec<(u64, bool)> {
    let keys = asked(place, "list", &["--json"]).ended(0).json();
    let of_ring = |key: &&Value| (key["kind"].as_str(), key["name"].as_str()) == (Some("signing"), Some("ring"));
    keys.as_array().unwrap().iter().filter(of_ring).map(|key| (key["number"].as_u64().unwrap(), key["destroyed"].is_string())).collect()
}

#[test]
fn t_22_a_stolen_signing_key_is_ended_by_a_command_and_the_record_says_by_whom_and_why() {
    on_both(|place| {
        init(place).ended(0);
        assert_eq!(signing(place), []);
        asked(place, "rotate", &["signing"]).ended(0);
        asked(place, "rotate", &["signing"]).ended(0);
        let [(former, false), (present, false)] = signing(place)[..] else { panic!("{:?}", signing(place)) };
        asked(place, "shred", &[&former.to_string()]).ended(2);
        for key in [former, present] {
            asked(place, "shred", &["--as", "hanako", "--reason", "it was stolen", &key.to_string()]).ended(0);
        }
        let keys = signing(place);
        assert_eq!(keys[..2], [(former, true), (present, true)]);
        assert!(matches!(keys[2..], [(_, false)]), "another signs: {keys:?}");
        let listed = asked(place, "list", &[]).ended(0).out;
        assert_eq!(listed.matches(": it was stolen").count(), 2, "{listed}");

        // One that is gone stays so: what might be left of it goes.
        let again = asked(place, "shred", &["--reason", "was it done?", &former.to_string()]).ended(0);
        assert!([again.out, again.err].concat().contains("was destroyed before"));
        assert_eq!(signing(place), keys);

        // Nothing is lost by a slip of the hand.
        let all = asked(place, "list", &["--json"]).ended(0).json();
        for key in all.as_array().unwrap().iter().filter(|key| key["name"] != "ring") {
            asked(place, "shred", &["--reason", "a slip", &key["number"].to_string()]).ended(1);
        }
        asked(place, "shred", &["--reason", "a slip", "999"]).ended(1);
        for sort in ["receiving", "data", "municipality"] {
            asked(place, "rotate", &[sort]).ended(0);
        }
        asked(place, "rotate", &["index"]).ended(2);
        at(place, &["doctor"], &[]).ended(0);

        let room = room(place);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let newest = runtime.block_on(ledger::newest(room.raw(), 50)).unwrap();
        let entries = newest.iter().map(|found| found.entry().unwrap()).filter(|entry| entry.action == "vault:keys.shred");
        let told: Vec<String> = entries.map(|entry| format!("{:?} {}", entry.actor, entry.detail)).collect();
        assert_eq!(told.len(), 3);
        assert!(told.iter().skip(1).all(|told| told.contains("/hanako") && told.ends_with(": it was stolen")), "{told:?}");
    });
}
