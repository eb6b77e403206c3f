//! A new room is told from one that is there by asking for it, not by what a failed statement says, which depends on the language of the
//! server. Alone in its program, because it listens to every connection.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use store::testing::both_blocking;
use store::{Migration, Migrations, RoomName};

const MIGRATIONS: Migrations = Migrations::new("example", &[Migration::new("0001_note", "CREATE TABLE note (id {id} PRIMARY KEY)")]);

static FAILED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static ASKED: AtomicU32 = AtomicU32::new(0);

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { query, error, .. } = event {
            ASKED.fetch_add(1, Ordering::Relaxed);
            if error.is_some() {
                FAILED.lock().unwrap().push(query.to_string());
            }
        }
    }
}

#[test]
fn a_room_is_made_and_opened_without_a_statement_that_fails() {
    set_default_instrumentation(|| Some(Box::new(Listener))).unwrap();
    both_blocking(|rooms| {
        // What making and sweeping the test's own database said before is nothing of a room.
        FAILED.lock().unwrap().clear();
        for _ in 0..2 {
            rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap();
        }
        assert_eq!(*FAILED.lock().unwrap(), Vec::<String>::new());
    });
    assert!(ASKED.load(Ordering::Relaxed) > 4, "nothing was heard");
}
