//! T-21: a database account without keys makes everything anew, and then an honest program comes.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use store::testing::both;
use store::{RoomName, Rooms, StoreError};
use vault::{FileMaster, MasterKey};
use vocabulary::{Purpose, SystemClock, SystemEntropy};

use super::super::{Problem, Report, Trusted, verify_room};
use super::forger::{self, tamper};
use super::{SIZE, log};
use crate::{Act, LedgerError, Outcome, PersonId, Room, Seen, Subject, testing};

const ACT: Act = Act::new("test:things.do");
const ACCEPT: Act = Act::new("test:versions.accept");

/// The same room, as a program finds it that starts now.
async fn started_later(rooms: &Rooms, room: &Room) -> Result<Room, LedgerError> {
    testing::room(&Rooms::open(rooms.data().clone()).unwrap(), room.name(), &[]).await
}

async fn act(room: &Room) -> Result<(), LedgerError> {
    room.event(&testing::caller("tanaka", Purpose::Consultation), ACT, Outcome::Read, Subject::None, "").await
}

/// Asserts that nothing is built upon the record, that nobody's data are shown and nothing is changed, and that it is told.
async fn assert_read_only(room: &Room, what: &str) {
    let damaged = |outcome: Result<(), LedgerError>| assert!(matches!(outcome, Err(LedgerError::Damaged(_))), "{what}: {outcome:?}");
    let staff = testing::caller("tanaka", Purpose::Consultation);
    let size = room.ledger_size().await.ok();
    damaged(act(room).await);
    damaged(room.see_person(&staff, ACT, PersonId::new("0001"), |_| Ok(())).await);
    damaged(room.see(&staff, ACT, |_, _| Ok(Seen::person(PersonId::new("0001"), ()))).await);
    damaged(room.change(&staff, ACT, |_, _| Ok(Seen::person(PersonId::new("0001"), ()))).await);
    damaged(room.checkpoint().await.map(drop));
    damaged(room.ledger_healthy().await);
    let upkeep: Result<u64, LedgerError> = room.maintain(|_| Ok(0)).await;
    assert_eq!(upkeep, Err(LedgerError::Store(StoreError::NotWritable("its record of use is damaged"))), "{what}");
    let counted: Result<u64, LedgerError> = room.count(|_| Ok(7)).await;
    assert_eq!(counted, Ok(7), "{what}: counts are shown");
    assert_eq!(room.ledger_size().await.ok(), size, "{what}: an entry was written");
}

async fn verified(room: &Room, trusted: Trusted) -> Report {
    let raw = room.raw().clone();
    tokio::task::spawn_blocking(move || verify_room(&raw, &trusted, |_| ())).await.unwrap().unwrap().unwrap()
}

/// What the verifier says with the key that was kept elsewhere.
async fn problems(room: &Room) -> Vec<Problem> {
    let trusted = Trusted { keys: vec![room.verifier_key().clone()], ..Trusted::default() };
    verified(room, trusted).await.findings.iter().map(|finding| finding.problem).collect()
}

/// Does it to a room whose program runs on, and to one that is opened again, which the first is too at the end.
async fn refused(rooms: &Rooms, attack: impl Fn(&mut forger::Forger<'_>, &[Vec<u8>]) + Send + Sync + 'static, what: &str) -> Room {
    let room = log(rooms).await;
    let raw = room.raw().clone();
    tokio::task::spawn_blocking(move || {
        let entries = forger::read(&raw).entries;
        tamper(&raw, |forger| attack(forger, &entries));
    })
    .await
    .unwrap();
    assert_read_only(&room, what).await;
    assert_read_only(&started_later(rooms, &room).await.unwrap(), what).await;
    room
}

/// The record with one entry told otherwise.
fn altered(entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut other = entries.to_vec();
    other.swap(41, 42);
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_record_made_anew_without_keys_is_never_signed() {
    both(|rooms| async move {
        let room = refused(&rooms, |forger, entries| forger.rewrite(&altered(entries)), "made anew").await;
        assert_eq!(problems(&room).await, [Problem::Unsigned], "`ledger verify --key` tells");
        let master: Arc<dyn MasterKey> = Arc::new(testing::master().unwrap());
        let found = verified(&room, Trusted { masters: vec![master], ..Trusted::default() }).await;
        assert!(found.stamp_read && found.findings.iter().any(|finding| finding.problem == Problem::Stamp), "{:?}", found.findings);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_what_else_is_written_over_the_head_gives_it_no_stamp() {
    const HEADS: [&str; 6] = [
        "UPDATE ledger_head SET checkpoint_at = NULL, checkpoint_size = NULL, checkpoint_digest = NULL",
        "UPDATE ledger_head SET checkpoint_at = NULL, checkpoint_size = NULL, checkpoint_digest = NULL, counter = 0",
        "UPDATE ledger_head SET counter = counter + 1",
        "UPDATE ledger_head SET checkpoint_size = 1",
        "UPDATE ledger_head SET stamp = root",
        "DELETE FROM ledger_head",
    ];
    both(|rooms| async move {
        for head in HEADS {
            let rooms = &rooms;
            let room = refused(rooms, move |forger, _| forger.sql(head), head).await;
            assert_eq!(room.ledger_size().await.is_err(), head.starts_with("DELETE"), "no head is made for a room that had one");
            remove(&room).await;
        }
    })
    .await;
}

/// Empties the room's record and keys, so that the next begins anew.
async fn remove(room: &Room) {
    tampered(room, |forger| {
        for table in ["batch", "head", "tile", "checkpoint", "key", "lookup", "lookup_head"] {
            forger.sql(&format!("DELETE FROM ledger_{table}"));
        }
        forger.sql("DELETE FROM vault_key");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_checkpoints_that_were_removed_or_replaced_are_missed_before_another_is_signed() {
    both(|rooms| async move {
        let room = refused_at_signing(&rooms, "DELETE FROM ledger_checkpoint").await;
        assert_eq!(problems(&room).await, [Problem::Unsigned]);
        remove(&room).await;
        refused_at_signing(&rooms, "UPDATE ledger_checkpoint SET note = REPLACE(note, '600', '599')").await;
    })
    .await;
}

async fn refused_at_signing(rooms: &Rooms, attack: &'static str) -> Room {
    let room = log(rooms).await;
    tampered(&room, move |forger| forger.sql(attack)).await;
    assert!(matches!(room.checkpoint().await, Err(LedgerError::Damaged(_))), "{attack}");
    // Readiness asks once more than an entry that was written before.
    let _ = room.ledger_healthy().await;
    assert!(matches!(room.ledger_healthy().await, Err(LedgerError::Damaged(_))), "{attack}");
    let later = started_later(rooms, &room).await.unwrap();
    assert!(matches!(later.ledger_healthy().await, Err(LedgerError::Damaged(_))), "{attack}");
    room
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_keys_taken_from_the_room_open_no_new_record() {
    both(|rooms| async move {
        for kind in ["signing", "stamp"] {
            let room = log(&rooms).await;
            let attack = format!("DELETE FROM vault_key WHERE kind = '{kind}'");
            tampered(&room, move |forger| forger.sql(&attack)).await;
            match started_later(&rooms, &room).await {
                Ok(later) => assert_read_only(&later, kind).await,
                Err(error) => assert!(matches!(error, LedgerError::Damaged(_)), "{kind}: {error:?}"),
            }
            remove(&room).await;
        }
    })
    .await;
}

async fn tampered(room: &Room, with: impl FnOnce(&mut forger::Forger<'_>) + Send + 'static) {
    let raw = room.raw().clone();
    tokio::task::spawn_blocking(move || tamper(&raw, with)).await.unwrap();
}

/// Keeps a copy of the record.
fn keep(forger: &mut forger::Forger<'_>) {
    TABLES.iter().for_each(|table| forger.sql(&format!("CREATE TABLE kept_{table} AS SELECT * FROM ledger_{table}")));
}

/// Puts the copy back over the record.
fn put_back(forger: &mut forger::Forger<'_>) {
    for table in TABLES {
        forger.sql(&format!("DELETE FROM ledger_{table}"));
        forger.sql(&format!("INSERT INTO ledger_{table} SELECT * FROM kept_{table}"));
    }
}

const TABLES: [&str; 4] = ["batch", "head", "tile", "checkpoint"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_program_that_runs_refuses_an_earlier_record_and_one_that_grew_from_it() {
    both(|rooms| async move {
        let room = log(&rooms).await;
        tampered(&room, keep).await;
        for _ in 0..300 {
            act(&room).await.unwrap();
        }
        tampered(&room, put_back).await;
        assert_eq!(room.ledger_size().await, Ok(SIZE));
        assert_read_only(&room, "put back").await;
        // Whoever comes from outside, and finds no mark beside the master key, goes on from there.
        let later = started_later(&rooms, &room).await.unwrap();
        for _ in 0..400 {
            act(&later).await.unwrap();
        }
        assert_read_only(&room, "grown from what was put back").await;
    })
    .await;
}

/// A room whose mark lies beside its master key.
struct Marked {
    rooms: Rooms,
    folder: tempfile::TempDir,
    master: Arc<dyn MasterKey>,
}

impl Marked {
    const ROOM: &str = "payers_hub";

    fn of(rooms: Rooms) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let master = FileMaster::open_or_create(folder.path().join("registry.key"), Arc::new(SystemEntropy)).unwrap();
        Self { rooms, folder, master: Arc::new(master) }
    }

    /// As a program finds it that starts now.
    async fn start(&self) -> Room {
        let (rooms, name) = (Rooms::open(self.rooms.data().clone()).unwrap(), RoomName::national(Self::ROOM));
        Room::open(&rooms, &name, &[], self.master.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy)).await.unwrap()
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("registry.key")
    }

    fn mark(&self) -> PathBuf {
        self.folder.path().join("registry.marks").join(RoomName::national(Self::ROOM).to_string())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_database_rolled_back_whole_is_refused_by_the_mark_beside_the_master_key() {
    both(|rooms| async move {
        let marked = Marked::of(rooms);
        let room = marked.start().await;
        for _ in 0..5 {
            act(&room).await.unwrap();
        }
        tampered(&room, keep).await;
        for _ in 0..5 {
            act(&room).await.unwrap();
        }
        drop(room);
        // Each start marks how far the record is, and whoever runs does so every minute.
        let room = marked.start().await;
        tampered(&room, put_back).await;
        drop(room);
        let room = marked.start().await;
        assert_read_only(&room, "rolled back").await;
        // What an operator means, who puts a backup back: a file that the database's account does not reach goes first.
        std::fs::remove_file(marked.mark()).unwrap();
        act(&marked.start().await).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_room_whose_mark_cannot_be_read_opens_with_an_alarm_may_only_be_read_and_goes_on_once_it_can() {
    both(|rooms| async move {
        let marked = Marked::of(rooms);
        act(&marked.start().await).await.unwrap();
        drop(marked.start().await);
        let mark = marked.mark();
        let kept = std::fs::read(&mark).unwrap();
        std::fs::remove_file(&mark).unwrap();
        std::fs::create_dir(&mark).unwrap();
        let room = marked.start().await;
        assert_read_only(&room, "no file").await;
        std::fs::remove_dir(&mark).unwrap();
        std::fs::write(&mark, "half of").unwrap();
        assert_read_only(&room, "half of a file").await;
        assert_read_only(&marked.start().await, "half of a file").await;
        assert_eq!(std::fs::read(&mark).unwrap(), b"half of", "nothing takes its place");
        std::fs::write(&mark, kept).unwrap();
        room.ledger_healthy().await.unwrap();
        act(&room).await.unwrap();
        let upkeep: Result<u64, LedgerError> = room.maintain(|_| Ok(0)).await;
        assert_eq!(upkeep, Ok(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_belongs_to_whom_the_master_key_belongs_to_whoever_ran_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let marked = Marked::of(Rooms::open(store::Data::Folder(folder.path().join("rooms"))).unwrap());
    // Only root can give a file away; whoever else runs this owns all of them.
    let _ = std::os::unix::fs::chown(marked.key(), Some(54_321), Some(54_321));
    marked.start().await;
    let owner = |path: &Path| std::fs::metadata(path).map(|of| (of.uid(), of.gid())).unwrap();
    assert_eq!([owner(marked.mark().parent().unwrap()), owner(&marked.mark())], [owner(&marked.key()); 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_entries_beyond_the_last_full_tile_that_were_rewritten_are_found_when_the_room_is_opened() {
    both(|rooms| async move {
        let room = log(&rooms).await;
        let raw = room.raw().clone();
        let swap = move || {
            let mut entries = forger::read(&raw).entries;
            entries.swap(598, 599);
            tamper(&raw, |forger| forger.write_entries(&entries));
        };
        tokio::task::spawn_blocking(swap).await.unwrap();
        assert_read_only(&started_later(&rooms, &room).await.unwrap(), "newest entries").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_the_last_change_is_read_from_no_bytes_but_those_recorded() {
    both(|rooms| async move {
        let room = log(&rooms).await;
        let staff = testing::caller("tanaka", Purpose::Operation);
        for version in ["1", "2"] {
            let accepted = room.change(&staff, ACCEPT, move |_, record| {
                record.note(format!("version {version}"));
                Ok::<_, LedgerError>(Seen::nobody(()))
            });
            accepted.await.unwrap();
        }
        let (raw, vault) = (room.raw().clone(), room.vault().clone());
        tokio::task::spawn_blocking(move || {
            let last = || {
                raw.read_blocking(|tx| {
                    let end = crate::end(tx, &vault)?;
                    crate::last_change(tx, &vault, ACCEPT, 3..end)
                })
            };
            assert_eq!(last(), Ok(Some("version 2".to_owned())));
            let entries = forger::read(&raw).entries;
            let mut other = entries.clone();
            let size = other.len();
            other[size - 1].clone_from(&entries[size - 2]);
            // The bytes alone; with the tiles; with all of the tree.
            tamper(&raw, |forger| forger.write_entries(&other));
            let damaged = |last: Result<Option<String>, LedgerError>| assert!(matches!(last, Err(LedgerError::Damaged(_))), "{last:?}");
            damaged(last());
            tamper(&raw, |forger| forger.rebuild_tree(&other));
            damaged(last());
            tamper(&raw, |forger| {
                forger.rewrite(&entries);
                forger.change_tile(1);
            });
            damaged(last());
        })
        .await
        .unwrap();
    })
    .await;
}
