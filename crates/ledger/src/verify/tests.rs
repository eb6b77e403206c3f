//! T-21: whatever is done to a log behind the program's back is found, and where.

mod forger;
mod rewritten;

use forger::{Forger, Log};
use store::testing::both;
use vocabulary::{Entropy, SeededEntropy};

use super::{Problem, Report, Trusted};
use crate::note::SignedCheckpoint;
use crate::testing;
use crate::{Act, Outcome, Room, Subject};

/// Entries of the log that is tampered with: two full tiles and a rest.
const SIZE: u64 = 600;

/// Mutations of each database in one run of the test; `--ignored` runs the ten thousand of T-21.
const MUTATIONS: u64 = 1000;

/// A seeded source of choices.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit
    }
}

async fn log(rooms: &store::Rooms) -> Room {
    let name = store::RoomName::new("registry", Some("991015".parse().unwrap()));
    let room = testing::room(rooms, &name, &[]).await.unwrap();
    let act = async |n: u64| {
        let caller = testing::caller("tanaka", vocabulary::Purpose::Consultation);
        room.event(&caller, Act::new("test:things.do"), Outcome::Read, Subject::One(&n.to_string()), "").await.unwrap();
    };
    // Rows of many entries and rows of one.
    let mut done = 0;
    while done < SIZE {
        let batch = if done % 3 == 0 { 37 } else { 1 };
        let tasks = (done..SIZE.min(done + batch)).map(&act);
        futures::future::join_all(tasks).await;
        done = SIZE.min(done + batch);
    }
    room.checkpoint().await.unwrap();
    room
}

/// What was done, and what must be found.
struct Expected {
    what: String,
    problems: &'static [Problem],
    /// The entry where the log first differs, and how wide the answer may be.
    at: u64,
    exact: bool,
}

fn check(report: &Report, expected: &Expected) {
    let what = &expected.what;
    assert!(!report.is_whole(), "{what}: not found");
    let first = &report.findings[0];
    let (from, to) = (first.from, first.to);
    assert!(from <= expected.at && expected.at < to.max(from + 1), "{what} at {}: found {:?}", expected.at, report.findings);
    if expected.exact {
        assert_eq!(from, expected.at, "{what}: {:?}", report.findings);
    }
    let named = report.findings.iter().any(|finding| expected.problems.contains(&finding.problem));
    assert!(named, "{what}: {:?}", report.findings);
}

/// One random act of tampering in a transaction; the verifier looks; nothing stays.
fn mutate(forger: &mut Forger<'_>, log: &Log, dice: &Dice) -> Expected {
    let mut entries = log.entries.clone();
    let at = dice.below(SIZE);
    let index = usize::try_from(at).unwrap();
    // Entries in full tiles are told exactly, the rest to a subtree of the head.
    let tiled = at < SIZE / 256 * 256;
    let consistent = dice.below(2) == 0;
    let content: &[Problem] = &[Problem::Entry, Problem::Unreadable, Problem::Truncated, Problem::Beyond];
    let (what, at) = match dice.below(5) {
        0 => {
            let byte = usize::try_from(dice.below(entries[index].len() as u64)).unwrap();
            entries[index][byte] ^= 1 << dice.below(8);
            ("changed", at)
        }
        1 => {
            entries.remove(index);
            ("removed", at)
        }
        2 => {
            let inserted = entries[usize::try_from(dice.below(SIZE)).unwrap()].clone();
            if inserted == entries[index] {
                return mutate(forger, log, dice);
            }
            entries.insert(index, inserted);
            ("inserted", at)
        }
        3 => {
            let other = usize::try_from(dice.below(SIZE)).unwrap();
            if entries[index] == entries[other] {
                return mutate(forger, log, dice);
            }
            entries.swap(index, other);
            ("reordered", at.min(other as u64))
        }
        _ => {
            entries.truncate(index);
            ("truncated", at)
        }
    };
    let tiled = tiled || at < SIZE / 256 * 256;
    if consistent {
        // An attacker with the database but without the key: all of the tree is made anew.
        forger.write_entries(&entries);
        forger.rebuild_tree(&entries);
        let problems = &[Problem::Rewritten, Problem::Truncated, Problem::Unreadable, Problem::Beyond, Problem::Unsigned];
        Expected { what: format!("{what}, tree made anew"), problems, at, exact: false }
    } else {
        forger.write_entries(&entries);
        let truncated = what == "truncated";
        let problems = if truncated { &[Problem::Truncated][..] } else { content };
        Expected { what: what.to_owned(), problems, at, exact: tiled }
    }
}

async fn tamper(rooms: store::Rooms, mutations: u64) {
    let room = log(&rooms).await;
    let raw = room.raw().clone();
    tokio::task::spawn_blocking(move || {
        let log = forger::read(&raw);
        assert_eq!(log.entries.len() as u64, SIZE);
        let whole = forger::look(&raw, &Trusted::default(), |_| ());
        assert!(whole.is_whole(), "{:?}", whole.findings);
        for seed in 0..mutations {
            let dice = Dice(SeededEntropy::new(seed));
            let mut expected = None;
            let report = forger::look(&raw, &Trusted::default(), |forger| expected = Some(mutate(forger, &log, &dice)));
            check(&report, &expected.unwrap());
        }
        assert!(forger::look(&raw, &Trusted::default(), |_| ()).is_whole());
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_changed_removed_inserted_reordered_or_truncated_entry_is_found_with_its_place() {
    both(|rooms| tamper(rooms, MUTATIONS)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a soak: a minute in release, many in a debug build"]
async fn soak_t_21_ten_thousand_mutations_are_found() {
    both(|rooms| tamper(rooms, 10_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_tiles_heads_and_checkpoints_are_compared_too() {
    both(|rooms| async move {
        let room = log(&rooms).await;
        let raw = room.raw().clone();
        tokio::task::spawn_blocking(move || {
            let none = Trusted::default();
            let sql = |text: &str| forger::look(&raw, &none, |forger| forger.sql(text));
            let problem = |report: &Report| (report.findings[0].problem, report.findings[0].from, report.findings[0].to);
            for at in [0, 1, 77, 255, 256, 300, 511] {
                let report = forger::look(&raw, &none, |forger| forger.change_tile(at));
                assert_eq!(problem(&report), (Problem::Tile, at, at + 1));
            }
            assert_eq!(problem(&sql("DELETE FROM ledger_tile WHERE number = 1")), (Problem::TileMissing, 256, 512));
            assert_eq!(problem(&sql("DELETE FROM ledger_head")), (Problem::Head, 0, SIZE));
            assert_eq!(problem(&sql("UPDATE ledger_head SET size = 599")), (Problem::Head, 0, SIZE));
            assert_eq!(problem(&sql("UPDATE ledger_head SET size = 601")), (Problem::Head, 0, 601));
            assert_eq!(problem(&sql("UPDATE ledger_head SET root = frontier")), (Problem::Head, 0, SIZE));
            assert_eq!(problem(&sql("DELETE FROM ledger_checkpoint")), (Problem::Unsigned, 0, SIZE));
            assert_eq!(sql("UPDATE ledger_checkpoint SET note = 'x'").findings[0].problem, Problem::Checkpoint);
            let other = "UPDATE ledger_checkpoint SET note = REPLACE(note, '600', '599'), size = 599";
            assert_eq!(sql(other).findings[0].problem, Problem::Checkpoint);
            assert_eq!(sql("DELETE FROM ledger_key").findings[0].problem, Problem::Checkpoint);
            assert_eq!(problem(&sql("UPDATE ledger_batch SET count = count + 1 WHERE first = 0")).0, Problem::Gap);
            // Where batches begin is chance: one more begins where none does.
            let free = "SELECT MIN(first) + 1 FROM ledger_batch WHERE first + 1 NOT IN (SELECT first FROM ledger_batch)";
            let one_more = format!("INSERT INTO ledger_batch SELECT ({free}), count, entries FROM ledger_batch WHERE first = 0");
            assert_eq!(problem(&sql(&one_more)).0, Problem::Gap);
            assert_eq!(
                problem(&sql("INSERT INTO ledger_batch SELECT 600, count, entries FROM ledger_batch WHERE first = 0")).0,
                Problem::Beyond
            );
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_checkpoint_kept_elsewhere_shows_a_log_rolled_back_or_forked() {
    both(|rooms| async move {
        let room = log(&rooms).await;
        let kept = room.checkpoint().await.unwrap().unwrap();
        let key = room.verifier_key().clone();
        tokio::task::spawn_blocking(move || {
            let raw = room.raw();
            let trusted = Trusted { keys: vec![key.clone()], checkpoints: vec![kept.clone()], ..Trusted::default() };
            let whole = forger::look(raw, &trusted, |_| ());
            assert!(whole.is_whole() && whole.key_given && whole.outside == 1, "{:?}", whole.findings);
            let original = forger::read(raw);
            // Even whoever has the key cannot make an earlier or another log look like the one that was seen.
            for size in [1, 255, 256, 300, 599] {
                let shorter = &original.entries[..size];
                let rolled_back = forger::look(raw, &trusted, |forger| forger.resign(&room, shorter));
                let seen = rolled_back.findings[0].clone();
                assert_eq!((seen.problem, seen.from, seen.to), (Problem::RolledBack, size as u64, SIZE), "{:?}", rolled_back.findings);
                let alone = Trusted { checkpoints: Vec::new(), ..trusted.clone() };
                assert!(forger::look(raw, &alone, |forger| forger.resign(&room, shorter)).is_whole(), "without it nothing can tell");
                let mut other = original.entries.clone();
                other.swap(size - 1, size);
                let forked = forger::look(raw, &trusted, |forger| forger.resign(&room, &other));
                assert_eq!((forked.findings[0].problem, forked.findings[0].to), (Problem::Forked, SIZE));
            }
            let forged = SignedCheckpoint::parse(&kept.text().replace("600", "500")).unwrap();
            let report = forger::look(raw, &Trusted { checkpoints: vec![forged], ..Trusted::default() }, |_| ());
            assert_eq!(report.findings[0].problem, Problem::OutsideCheckpoint);
            let stranger = testing_key(&key);
            let report = forger::look(raw, &Trusted { keys: vec![stranger], ..Trusted::default() }, |_| ());
            assert_eq!(report.findings[0].problem, Problem::Checkpoint);
        })
        .await
        .unwrap();
    })
    .await;
}

/// Another key under the same name.
fn testing_key(key: &crate::VerifierKey) -> crate::VerifierKey {
    crate::VerifierKey::new(key.name(), ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key())
}
