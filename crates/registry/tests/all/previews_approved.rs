//! What a second person approves (C-III-3-R2-PMH-6) is what goes in: whatever begins anew since they approved it waits for them again.

use access::Caller;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::ImportResidents;
use registry::residents::IMPORT;
use registry::{Desk, Media};
use store::testing::both_blocking;
use vocabulary::{Id128, Purpose};

use crate::support::{Line, ask, cancelled, desk, file, folder, gone_on, look, operator_for, person, previewed, runtime};

diesel::table! { resident (id) { id -> BigInt, } }

fn residents(desk: &Desk) -> i64 {
    use diesel::prelude::*;
    look(desk, |tx| resident::table.count().get_result(tx))
}

fn lines(people: u32) -> String {
    file(&(1..=people).map(person).collect::<Vec<Line>>())
}

fn approving(desk: &Desk) -> Desk {
    desk.clone().with_second_person(&[IMPORT.to_owned()]).unwrap()
}

fn approve(desk: &Desk, id: Id128) {
    let other = Caller::console("s2002", desk.room().name().municipality(), Purpose::ResidentImport, Id128::from_bytes([8; 16]));
    desk.room().raw().write_blocking(|tx| desk.jobs().approve(tx, id, &other)).unwrap();
}

/// One attempt, where it may be made → the job.
fn attempt(desk: &Desk, id: Id128) -> Job {
    runtime().block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job
}

fn asked(preview: bool) -> ImportResidents {
    ImportResidents { file: "a.csv".to_owned(), preview, ..ImportResidents::default() }
}

#[test]
fn c_iii_3_r2_pmh_6_an_import_that_begins_anew_with_another_file_waits_for_the_second_person_again() {
    both_blocking(|rooms| {
        let place = folder("anew");
        let path = place.join("a.csv");
        let desk = approving(&desk(&rooms)).with_media(Media::of_file(&path));
        std::fs::write(&path, lines(3)).unwrap();
        let id = runtime().block_on(ask(&desk, IMPORT, asked(false))).unwrap().id;
        // Cancelled, and refused.
        approve(&desk, id);
        cancelled(&desk, id);
        std::fs::write(&path, "nothing,known\n1,2\n").unwrap();
        let waits = gone_on(&desk, id);
        assert_eq!((waits.state, waits.approved_by), (JobState::AwaitingApproval, None));
        approve(&desk, id);
        assert_eq!(attempt(&desk, id).state, JobState::Refused);
        std::fs::write(&path, lines(5)).unwrap();
        let waits = gone_on(&desk, id);
        assert_eq!((waits.state, waits.approved_by, residents(&desk)), (JobState::AwaitingApproval, None, 0));
        approve(&desk, id);
        assert_eq!((attempt(&desk, id).state, residents(&desk)), (JobState::Done, 5));
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn c_iii_3_r2_pmh_6_a_preview_that_begins_anew_is_shown_and_approved_anew() {
    both_blocking(|rooms| {
        let place = folder("shown-anew");
        let path = place.join("a.csv");
        let desk = approving(&desk(&rooms)).with_media(Media::of_file(&path));
        std::fs::write(&path, lines(3)).unwrap();
        let id = previewed(&desk, IMPORT, &asked(true)).id;
        assert_eq!(gone_on(&desk, id).state, JobState::AwaitingApproval);
        approve(&desk, id);
        cancelled(&desk, id);
        std::fs::write(&path, lines(5)).unwrap();
        let again = gone_on(&desk, id);
        assert_eq!((again.state, &again.approved_by, residents(&desk)), (JobState::Previewed, &None, 0));
        let waits = gone_on(&desk, id);
        assert_eq!((waits.state, waits.approved_by, waits.result), (JobState::AwaitingApproval, None, again.result));
        approve(&desk, id);
        let done = attempt(&desk, id);
        let is_approved = done.approved_by.is_some_and(|by| by.ends_with(" s2002"));
        assert_eq!((done.state, is_approved, residents(&desk)), (JobState::Done, true, 5));
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn c_iii_3_r2_pmh_6_what_was_shown_before_the_setting_wanted_a_second_person_waits_for_them() {
    both_blocking(|rooms| {
        let place = folder("set-since");
        let path = place.join("a.csv");
        let before = desk(&rooms).with_media(Media::of_file(&path));
        let now = approving(&before);
        std::fs::write(&path, lines(3)).unwrap();
        let shown = previewed(&before, IMPORT, &asked(true));
        let waits = gone_on(&now, shown.id);
        assert_eq!((waits.state, waits.result), (JobState::AwaitingApproval, shown.result));
        cancelled(&before, shown.id);
        // Let go on before, and not begun.
        let id = previewed(&before, IMPORT, &asked(true)).id;
        let operator = operator_for(&before, Purpose::Operation);
        before.room().raw().write_blocking(|tx| before.jobs().resume(tx, id, &operator)).unwrap();
        assert_eq!((attempt(&now, id).state, residents(&now)), (JobState::AwaitingApproval, 0));
        approve(&now, id);
        assert_eq!((attempt(&now, id).state, residents(&now)), (JobState::Done, 3));
        // Asked for before, and not shown yet: it is shown first.
        let id = runtime().block_on(ask(&before, IMPORT, asked(true))).unwrap().id;
        std::fs::write(&path, lines(5)).unwrap();
        assert_eq!(attempt(&now, id).state, JobState::Previewed);
        assert_eq!(gone_on(&now, id).state, JobState::AwaitingApproval);
        std::fs::remove_dir_all(place).unwrap();
    });
}
