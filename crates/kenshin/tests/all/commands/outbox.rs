//! `kenshin outbox`: dead letters are listed, run again and given up without a server.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use ledger::testing::{acts_on, caller};
use ledger::{Act, PersonId, Room, Seen};
use protocol::messages::Nothing;
use serde_json::Value;
use store::{Data, RoomName, Rooms};
use vault::FileMaster;
use vocabulary::{Id128, Party, Purpose, SystemClock, SystemEntropy};
use wire::{Cause, Problem};
use work::outbox::{Made, Message, NewMessage, Outbox};

use super::{CITY, Done, at, init};
use crate::support::place::{Place, on_both};

/// A message of the relay's that nobody sends here.
struct Told;

impl Message for Told {
    type Stored = Nothing;
    type Body = Nothing;
    type Answer = Nothing;
    type Error = Cause;
    const KIND: &'static str = "test-messages";
    const TO: &'static [&'static str] = &["atena"];
    const PATH: &'static str = "/nowhere";
    const ACT: Act = Act::new("relay:test.tell");
    const PURPOSE: Purpose = Purpose::Operation;

    async fn make(&self, _: &Party, key: Id128, _: Vec<Nothing>) -> Result<Made<Nothing>, Cause> {
        Ok(Made::Request(key, Nothing {}))
    }
}

/// The relay's room as its own process would open it.
pub(super) fn room(place: &Place) -> Room {
    let master = FileMaster::open(place.files().join("keys").join(format!("relay.{CITY}.key")), Arc::new(SystemEntropy)).unwrap();
    let name = RoomName::new("relay", Some(CITY.parse().unwrap()));
    let rooms = Rooms::open(Data::parse(place.data()).unwrap()).unwrap();
    let migrations = work::migrations(relay::MIGRATIONS);
    Room::open_blocking(&rooms, &name, &migrations, Arc::new(master), Arc::new(SystemClock), Arc::new(SystemEntropy)).unwrap()
}

/// One message that waits and two dead letters about a person.
fn filled(place: &Place) {
    let room = room(place);
    let outbox = Outbox::of(&room, Arc::new(SystemEntropy));
    room.change_blocking(&caller("test", Purpose::Operation), Told::ACT, |tx, _| {
        let message = |byte| {
            NewMessage::to(&"atena.991015".parse().unwrap(), Nothing {}).about(PersonId::new("p1")).under(Id128::from_bytes([byte; 16]))
        };
        outbox.enqueue::<Told>(tx, [message(1), message(2), message(3)]).map_err(|error| Problem::internal(&error))?;
        tx.batch_execute("UPDATE outbox SET state = 'dead', last_error = '403 forbidden' WHERE id > 1")
            .map_err(ledger::LedgerError::from)?;
        Ok::<_, Problem>(Seen::nobody(()))
    })
    .unwrap();
}

fn asked(place: &Place, command: &str, rest: &[&str]) -> Done {
    at(place, &["outbox", command], &[&["--system", "relay", "--municipality", CITY], rest].concat())
}

fn listed(place: &Place) -> Vec<(String, bool)> {
    let messages = asked(place, "list", &["--json"]).ended(0).json();
    let message = |message: &Value| (message["key"].as_str().unwrap().to_owned(), message["dead"].as_bool().unwrap());
    messages.as_array().unwrap().iter().map(message).collect()
}

#[test]
fn a_dead_letter_is_listed_run_again_and_given_up_and_the_record_says_by_whom() {
    on_both(|place| {
        init(place).ended(0);
        assert_eq!(asked(place, "list", &[]).ended(0).out.trim(), "nothing waits to be sent");
        filled(place);
        let [one, two, three] = [1_u8, 2, 3].map(|byte| Id128::from_bytes([byte; 16]).to_string());
        assert_eq!(listed(place), [(two.clone(), true), (three.clone(), true), (one.clone(), false)], "dead letters first");
        let told = asked(place, "list", &[]).ended(0).out;
        assert!(told.starts_with("MESSAGE ") && told.contains("403 forbidden") && told.contains("+09:00"), "{told}");

        let refused = asked(place, "retry", &[&one]).ended(1);
        assert!(refused.err.contains("dead"), "{}", refused.err);
        asked(place, "retry", &["0909090909090909090909090909090a"]).ended(1);
        asked(place, "drop", &[&three]).ended(2);
        asked(place, "retry", &["--as", "hanako", &two]).ended(0);
        asked(place, "drop", &["--as", "hanako", "--reason", "the other party has it", &three]).ended(0);
        assert_eq!(listed(place), [(one, false), (two, false)]);

        let room = room(place);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let acts = runtime.block_on(acts_on(&room, "p1")).unwrap();
        assert_eq!(acts, ["outbox:messages.drop", "outbox:messages.retry"]);
        let newest = runtime.block_on(ledger::newest(room.raw(), 20)).unwrap();
        let by_hanako = newest.iter().filter(|found| format!("{:?}", found.entry().unwrap().actor).contains("/hanako")).count();
        assert_eq!(by_hanako, 2);
        let looked = newest.iter().filter(|found| found.entry().unwrap().action == "relay:outbox.read").count();
        assert!(looked >= 4, "a look is called what it is called over HTTP: {looked}");
    });
}

#[test]
fn an_outbox_that_is_not_there_is_not_made() {
    let place = Place::folder();
    init(&place).ended(0);
    at(&place, &["outbox", "list"], &["--system", "relay", "--municipality", "992020"]).ended(1);
    at(&place, &["outbox", "list"], &["--system", "network"]).ended(1);
    at(&place, &["outbox", "list"], &["--system", "nothing"]).ended(2);
    assert!(at(&place, &["outbox", "list"], &["--system", "hub-edge"]).ended(1).err.contains("no outbox"));
}
