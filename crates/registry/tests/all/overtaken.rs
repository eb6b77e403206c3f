//! Files of the register that were shown, beside others that are shown, taken in, dropped and broken: each job takes in its own, or nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::prelude::*;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{ImportResidents, ImportedResidents};
use registry::files::encoding::Encoding;
use registry::residents::IMPORT;
use registry::{Desk, Media};
use store::testing::both_blocking;
use vocabulary::{Id128, Purpose, SystemEntropy};
use work::jobs::Rehearsal;

use crate::support::{
    Line, cancelled, clock, contact, desk, desk_at, file, folder, gone_on, look, officer, operator_for, person, previewed, resumed,
    runtime, take, taken,
};

diesel::table! { resident (id) { id -> BigInt, version -> Integer, number -> Text, contact -> Binary, } }
diesel::table! { import (id) { id -> BigInt, state -> SmallInt, } }

/// A file that a job shows.
struct Shown<'d> {
    desk: Desk,
    of: &'d Desk,
    path: PathBuf,
    job: Job,
}

impl<'d> Shown<'d> {
    fn of(of: &'d Desk, place: &Path, name: &str, lines: &[Line]) -> Self {
        let path = place.join(name);
        std::fs::write(&path, file(lines)).unwrap();
        let desk = of.clone().with_media(Media::of_file(&path));
        let job = previewed(&desk, IMPORT, &ImportResidents { file: name.to_owned(), preview: true, ..ImportResidents::default() });
        Shown { desk, of, path, job }
    }

    fn id(&self) -> Id128 {
        self.job.id
    }

    fn go_on(&self) -> Job {
        gone_on(&self.desk, self.id())
    }

    /// Lets it go on, and nobody does it yet.
    fn resume(&self) {
        let operator = operator_for(self.of, Purpose::Operation);
        self.of.room().raw().write_blocking(|tx| self.of.jobs().resume(tx, self.id(), &operator)).unwrap();
    }
}

/// Who lives elsewhere than at first, by number.
fn moved(desk: &Desk) -> Vec<String> {
    let columns = (resident::id, resident::version, resident::number, resident::contact);
    let rows: Vec<(i64, i32, String, Vec<u8>)> = look(desk, |tx| resident::table.order(resident::id).select(columns).load(tx));
    let has_moved = |(id, version, _, sealed): &(i64, i32, String, Vec<u8>)| contact(desk, *id, *version, sealed).address.contains("港町");
    rows.into_iter().filter(has_moved).map(|(_, _, number, _)| number).collect()
}

fn imports(desk: &Desk) -> Vec<(i64, i16)> {
    look(desk, |tx| import::table.order(import::id).select((import::id, import::state)).load(tx))
}

/// The first 20, of whom these have moved.
fn with_moved(numbers: &[u32]) -> Vec<Line> {
    let mut lines: Vec<Line> = (1..=20).map(person).collect();
    for line in lines.iter_mut().filter(|line| numbers.contains(&line.number)) {
        line.address = format!("みほん市港町{}番", line.number);
    }
    lines
}

fn change(desk: &Desk, sql: &str) {
    let changed = desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(diesel::sql_query(sql).execute(tx)?));
    assert!(changed.unwrap() > 0, "{sql}");
}

#[test]
fn r_reg_1_a_file_that_brings_nothing_leaves_what_others_were_shown_and_each_goes_in_as_its_own() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("brings-nothing"));
        let old = with_moved(&[]);
        taken(&desk, &old);
        let one = Shown::of(&desk, &place, "one.csv", &with_moved(&[3]));
        // The old file once more, and one that is none.
        assert!(taken(&desk, &old).already_imported);
        take(&desk, b"nothing,known\n1,2\n", Encoding::Auto).0.unwrap_err();
        let other = Shown::of(&desk, &place, "other.csv", &with_moved(&[5]));
        let imported: ImportedResidents = resumed(&one.desk, one.id());
        assert_eq!((imported.changed, moved(&desk)), (1, vec!["3".to_owned()]));
        assert_eq!(other.go_on().state, JobState::Refused);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_what_is_staged_under_the_number_of_a_job_by_another_does_not_go_in_by_it() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("number"));
        taken(&desk, &with_moved(&[]));
        let one = Shown::of(&desk, &place, "one.csv", &with_moved(&[3]));
        change(&desk, "DELETE FROM import WHERE id = 2");
        change(&desk, "DELETE FROM resident_staged WHERE import = 2");
        let other = Shown::of(&desk, &place, "other.csv", &with_moved(&[5]));
        assert_eq!(imports(&desk), [(1, 2), (2, 0)]);
        let refused = one.go_on();
        assert_eq!((refused.state, moved(&desk)), (JobState::Refused, Vec::new()), "{:?}", refused.problem);
        // Refused, it has taken nothing from the other, and begins anew where it goes on.
        let again = one.go_on();
        assert_eq!((again.state, again.result.unwrap()["changed"].as_u64()), (JobState::Previewed, Some(1)));
        let _: ImportedResidents = resumed(&other.desk, other.id());
        assert_eq!(moved(&desk), ["5"]);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_a_preview_that_was_overtaken_refuses_without_dropping_later_ones_and_then_begins_anew() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("overtaken"));
        taken(&desk, &with_moved(&[]));
        let one = Shown::of(&desk, &place, "one.csv", &with_moved(&[3]));
        taken(&desk, &with_moved(&[5]));
        let later = Shown::of(&desk, &place, "later.csv", &with_moved(&[5, 7]));
        assert_eq!(one.go_on().state, JobState::Refused);
        let imported: ImportedResidents = resumed(&later.desk, later.id());
        assert_eq!((imported.changed, moved(&desk)), (1, vec!["5".to_owned(), "7".to_owned()]));
        desk.clear_left_imports(&officer()).unwrap();
        let again = one.go_on();
        assert_eq!((again.state, again.result.unwrap()["changed"].as_u64()), (JobState::Previewed, Some(3)), "two would move back");
        let _: ImportedResidents = resumed(&one.desk, one.id());
        assert_eq!(moved(&desk), ["3"]);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_a_preview_that_was_let_go_on_and_cancelled_before_it_did_begins_anew_under_another_number() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("let-go-on"));
        taken(&desk, &with_moved(&[]));
        let one = Shown::of(&desk, &place, "one.csv", &with_moved(&[3]));
        one.resume();
        cancelled(&desk, one.id());
        desk.clear_left_imports(&officer()).unwrap();
        let other = Shown::of(&desk, &place, "other.csv", &with_moved(&[5]));
        assert_eq!(imports(&desk), [(1, 2), (2, 0)], "the number is given out again");
        assert_eq!((one.go_on().state, moved(&desk)), (JobState::Previewed, Vec::new()));
        let _: ImportedResidents = resumed(&other.desk, other.id());
        assert_eq!(moved(&desk), ["5"]);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_a_preview_that_failed_for_a_day_goes_on_from_what_was_shown() {
    both_blocking(|rooms| {
        let (clock, place, rehearsal) = (clock(), folder("failed"), Rehearsal::of(500));
        let desk = desk_at(&rooms, Arc::clone(&clock)).rehearsed(Arc::new(SystemEntropy), rehearsal.clone());
        taken(&desk, &with_moved(&[]));
        let one = Shown::of(&desk, &place, "one.csv", &with_moved(&[3]));
        std::fs::remove_file(&one.path).unwrap();
        rehearsal.fail(1);
        assert_eq!(one.go_on().state, JobState::Waiting);
        clock.advance(jiff::SignedDuration::from_hours(25));
        let failed = runtime().block_on(one.desk.runner().run_by_hand(one.id(), &mut |_| {})).unwrap().job;
        assert_eq!(failed.state, JobState::Failed);
        rehearsal.fail(0);
        desk.clear_left_imports(&officer()).unwrap();
        let imported: ImportedResidents = resumed(&one.desk, one.id());
        assert_eq!((imported.changed, moved(&desk)), (1, vec!["3".to_owned()]));
        std::fs::remove_dir_all(place).unwrap();
    });
}
