//! Witnesses: what they cosign, and whom they stop. Whoever has the database of a room, its master key and its program shows a witness two histories.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use jiff::SignedDuration;
use ledger::testing::{caller, room, room_at};
use ledger::{
    About, Act, AddCheckpoint, Expectation, Finding, LedgerError, NoteError, Outcome, PersonId, Room, SignedCheckpoint, Subject, Trusted,
    VerifierKey, Witness, WitnessError, origin_digest,
};
use store::testing::both;
use store::{RoomName, Rooms, StoreError};
use vault::{FileMaster, MasterKey};
use vocabulary::{ManualClock, Purpose, SystemClock, SystemEntropy};

const ACT: Act = Act::new("test:things.do");
/// What is rolled back: all that the room's own witness would know, too.
const TABLES: [&str; 6] = ["batch", "head", "tile", "checkpoint", "cosigned", "witnessed"];

pub(crate) fn city(code: &str) -> RoomName {
    RoomName::new("registry", Some(code.parse().unwrap()))
}

/// A room as a program finds it that starts now, on connections of its own.
pub(crate) async fn started(rooms: &Rooms, code: &str) -> Room {
    room(&Rooms::open(rooms.data().clone()).unwrap(), &city(code), &[]).await.unwrap()
}

pub(crate) async fn act(room: &Room) -> Result<(), LedgerError> {
    room.event(&caller("tanaka", Purpose::Consultation), ACT, Outcome::Read, Subject::None, "").await
}

pub(crate) async fn grow(room: &Room, entries: u64) -> SignedCheckpoint {
    for _ in 0..entries {
        act(room).await.unwrap();
    }
    room.checkpoint().await.unwrap().unwrap()
}

/// The record's latest checkpoint, as it is brought to a witness that is thought to have cosigned this size last.
pub(crate) async fn asked(room: &Room, old: u64) -> AddCheckpoint {
    let note = room.checkpoint().await.unwrap().unwrap();
    let size = note.checkpoint().size;
    let proof = if old == 0 || old >= size { Vec::new() } else { room.consistency(old, size).await.unwrap().path };
    AddCheckpoint { old, proof, note }
}

/// A log with a few entries, and a witness that knows its key.
pub(crate) async fn pair(rooms: &Rooms) -> (Room, Witness) {
    let (log, other) = (started(rooms, "991015").await, started(rooms, "992020").await);
    grow(&log, 3).await;
    let witness = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
    (log, witness)
}

/// Has the latest checkpoint cosigned, and keeps it.
pub(crate) async fn cosign(room: &Room, witness: &Witness, old: u64) -> SignedCheckpoint {
    let asked = asked(room, old).await;
    let line = witness.add(&asked).await.unwrap();
    room.keep_cosignature(&asked.note, &line, witness.key()).await.unwrap()
}

pub(crate) async fn sql(room: &Room, statements: impl IntoIterator<Item = String>) {
    let all = statements.into_iter().collect::<Vec<_>>().join(";");
    room.raw().write(move |tx| Ok::<_, LedgerError>(tx.batch_execute(&all)?)).await.unwrap();
}

pub(crate) async fn keep(room: &Room) {
    sql(room, TABLES.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM ledger_{table}"))).await;
}

pub(crate) async fn put_back(room: &Room) {
    sql(room, TABLES.map(|table| format!("DELETE FROM ledger_{table}; INSERT INTO ledger_{table} SELECT * FROM kept_{table}"))).await;
}

/// Exchanges the record and the copy that was kept of it.
async fn exchange(room: &Room) {
    sql(room, TABLES.map(|table| format!("CREATE TABLE now_{table} AS SELECT * FROM ledger_{table}"))).await;
    put_back(room).await;
    let kept = |table| format!("DELETE FROM kept_{table}; INSERT INTO kept_{table} SELECT * FROM now_{table}; DROP TABLE now_{table}");
    sql(room, TABLES.map(kept)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_witness_cosigns_what_goes_on_from_what_it_cosigned_and_remembers_it_before_it_answers() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let first = cosign(&log, &witness, 0).await;
        let when = first.cosigned_at(witness.key()).unwrap();
        assert!(when > 1_700_000_000, "{when}");
        assert_eq!(log.cosigned(witness.key()).await.unwrap(), Some(first.clone()));
        // Whoever starts now finds what was cosigned.
        let later = Witness::of(&started(&rooms, "992020").await, &[log.verifier_key().clone()]).await.unwrap();
        assert_eq!(later.key(), witness.key());
        assert_eq!(later.add(&asked(&log, 0).await).await, Err(WitnessError::Elsewhere(3)));
        grow(&log, 300).await;
        let second = cosign(&log, &later, 3).await;
        let digest = origin_digest("kenshin/registry_991015");
        assert_eq!(witness.latest(&digest).await.unwrap(), Some(second.clone()));
        assert_eq!(witness.latest(&origin_digest("kenshin/registry_992020")).await.unwrap(), None);
        assert_eq!((second.checkpoint().size, second.verify(log.verifier_key()).is_ok()), (303, true));
        // The same again says that it still stands.
        assert!(witness.add(&asked(&log, 303).await).await.unwrap().starts_with("\u{2014} kenshin/registry_992020/witness "));
        assert_eq!(log.all_cosigned().await.unwrap(), [second]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_history_rolled_back_whole_and_one_forked_with_the_right_key_are_refused_and_shown_for_what_they_are() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        keep(&log).await;
        grow(&log, 4).await;
        cosign(&log, &witness, 0).await;
        // All of the database goes back, and there is no mark beside the master key: whoever starts now sees nothing wrong.
        exchange(&log).await;
        let log = started(&rooms, "991015").await;
        assert_eq!(witness.add(&asked(&log, 0).await).await, Err(WitnessError::Elsewhere(7)));
        let shown = witness.latest(&origin_digest(log.verifier_key().name())).await.unwrap().unwrap();
        assert_eq!(log.heed(&shown).await, Err(LedgerError::Damaged("it was longer")));
        for _ in 0..2 {
            assert_eq!(act(&log).await, Err(LedgerError::Damaged("it was longer")));
            assert!(matches!(log.ledger_healthy().await, Err(LedgerError::Damaged(_))));
        }
        assert!(matches!(log.checkpoint().await, Err(LedgerError::Damaged(_))));
        // It goes on once what was there is back.
        exchange(&log).await;
        act(&log).await.unwrap();
        assert_eq!(log.ledger_healthy().await, Ok(()));
        // Another history, longer than the one that was cosigned, under the same keys.
        exchange(&log).await;
        let fork = started(&rooms, "991015").await;
        grow(&fork, 9).await;
        assert_eq!(witness.add(&asked(&fork, 7).await).await, Err(WitnessError::Unproven));
        assert!(matches!(fork.heed(&shown).await, Err(LedgerError::Damaged(_))));
        assert!(matches!(act(&fork).await, Err(LedgerError::Damaged(_))));
        // Nothing of that changed what the witness knows.
        assert_eq!(witness.latest(&origin_digest(log.verifier_key().name())).await.unwrap(), Some(shown));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_what_a_witness_showed_is_kept_beside_the_master_key_so_that_no_later_start_begins_without_it() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let master: Arc<dyn MasterKey> =
            Arc::new(FileMaster::open_or_create(folder.path().join("registry.key"), Arc::new(SystemEntropy)).unwrap());
        let start = async || {
            let rooms = Rooms::open(rooms.data().clone()).unwrap();
            Room::open(&rooms, &city("991015"), &[], master.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy)).await.unwrap()
        };
        let log = start().await;
        grow(&log, 3).await;
        keep(&log).await;
        let other = started(&rooms, "992020").await;
        let witness = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
        grow(&log, 4).await;
        let shown = cosign(&log, &witness, 0).await;
        put_back(&log).await;
        drop(log);
        std::fs::remove_dir_all(folder.path().join("registry.marks")).unwrap();
        let log = start().await;
        act(&log).await.unwrap();
        assert_eq!(log.heed(&shown).await, Err(LedgerError::Damaged("it was longer")));
        drop(log);
        assert_eq!(act(&start().await).await, Err(LedgerError::Damaged("it was longer")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_replayed_checkpoint_and_one_that_no_known_key_signed_are_not_cosigned() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let early = asked(&log, 0).await;
        grow(&log, 4).await;
        cosign(&log, &witness, 0).await;
        assert_eq!(witness.add(&early).await, Err(WitnessError::Elsewhere(7)));
        assert_eq!(witness.add(&AddCheckpoint { old: 7, ..early.clone() }).await, Err(WitnessError::Sizes));
        // Its proof leads elsewhere, or there is none, or more than there may be.
        let good = {
            grow(&log, 5).await;
            asked(&log, 7).await
        };
        let mut other = good.proof.clone();
        other[0][0] ^= 1;
        for proof in [other, Vec::new(), [good.proof.clone(), vec![[0; 32]]].concat()] {
            assert_eq!(witness.add(&AddCheckpoint { proof, ..good.clone() }).await, Err(WitnessError::Unproven));
        }
        // Altered, so that the signature does not hold; signed by a key that is not known; of a log that is not known.
        let altered = SignedCheckpoint::parse(&good.note.text().replacen("\n12\n", "\n13\n", 1)).unwrap();
        let unsigned =
            SignedCheckpoint::parse(&good.note.text().replace("\u{2014} kenshin/registry_991015 ", "\u{2014} kenshin/other ")).unwrap();
        for note in [altered, unsigned] {
            assert_eq!(witness.add(&AddCheckpoint { note, ..good.clone() }).await, Err(WitnessError::Untrusted));
        }
        let stranger = started(&rooms, "993034").await;
        grow(&stranger, 1).await;
        assert_eq!(witness.add(&asked(&stranger, 0).await).await, Err(WitnessError::UnknownLog));
        assert!(witness.add(&good).await.is_ok(), "after all of them");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_21_of_two_branches_that_come_at_once_to_two_processes_of_a_witness_one_is_cosigned() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        cosign(&log, &witness, 0).await;
        keep(&log).await;
        grow(&log, 2).await;
        let one = asked(&log, 3).await;
        put_back(&log).await;
        let fork = started(&rooms, "991015").await;
        grow(&fork, 2).await;
        let two = asked(&fork, 3).await;
        assert_ne!(one.note.checkpoint().root, two.note.checkpoint().root);
        let other = Witness::of(&started(&rooms, "992020").await, &[log.verifier_key().clone()]).await.unwrap();
        let outcomes = tokio::join!(witness.add(&one), other.add(&two), other.add(&one), witness.add(&two));
        let outcomes = [outcomes.0.map(|_| &one), outcomes.1.map(|_| &two), outcomes.2.map(|_| &one), outcomes.3.map(|_| &two)];
        let cosigned: Vec<&AddCheckpoint> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().copied()).collect();
        assert_eq!(cosigned.len(), 1, "{outcomes:?}");
        let kept = witness.latest(&origin_digest(log.verifier_key().name())).await.unwrap().unwrap();
        assert_eq!(kept.checkpoint(), cosigned[0].note.checkpoint());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_cosignature_by_another_key_or_of_another_checkpoint_is_not_kept() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let note = grow(&log, 1).await;
        let line = witness.add(&asked(&log, 0).await).await.unwrap();
        let liar = Witness::of(&started(&rooms, "993034").await, &[log.verifier_key().clone()]).await.unwrap();
        let lie = liar.add(&asked(&log, 0).await).await.unwrap();
        let kept = async |note: &SignedCheckpoint, lines: &str| log.keep_cosignature(note, lines, witness.key()).await.map(drop);
        assert_eq!(kept(&note, &lie).await, Err(NoteError::Unsigned.into()));
        // In the witness's name, by the liar's key.
        let forged = lie.replace("registry_993034", "registry_992020");
        assert_eq!(kept(&note, &forged).await, Err(NoteError::Unsigned.into()));
        let later = grow(&log, 1).await;
        assert_eq!(kept(&later, &line).await, Err(NoteError::Signature.into()));
        assert_eq!(log.cosigned(witness.key()).await.unwrap(), None);
        // What the database's account puts there is none.
        let row = format!("INSERT INTO ledger_cosigned VALUES ('{}', 4, '{}')", witness.key(), later.text().to_owned() + &forged);
        sql(&log, [row]).await;
        assert_eq!(log.cosigned(witness.key()).await.unwrap(), None);
        assert_eq!(kept(&note, &line).await, Ok(()));
        // What a witness shows counts only where this room's own key signed it.
        let strange = grow(&started(&rooms, "993034").await, 9).await;
        assert_eq!(log.heed(&strange).await, Err(NoteError::Unsigned.into()));
        act(&log).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_witness_whose_own_database_was_altered_or_put_back_cosigns_nothing_and_forgets_by_an_act_on_record() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        cosign(&log, &witness, 0).await;
        let other = started(&rooms, "992020").await;
        keep(&other).await;
        grow(&log, 2).await;
        cosign(&log, &witness, 3).await;
        grow(&log, 1).await;
        let next = asked(&log, 5).await;
        let later = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
        let refused = async |witness: &Witness, what: &str| {
            let outcome = witness.add(&next).await;
            assert!(matches!(outcome, Err(WitnessError::Ledger(LedgerError::Damaged(_)))), "{what}: {outcome:?}");
        };
        sql(&other, ["CREATE TABLE good AS SELECT * FROM ledger_witnessed".to_owned()]).await;
        let other_size = "UPDATE ledger_witnessed SET size = 6, note = replace(note, '\n5\n', '\n6\n')";
        for attack in [other_size, "UPDATE ledger_witnessed SET note = (SELECT note FROM kept_witnessed)"] {
            sql(&other, [attack.to_owned()]).await;
            refused(&later, attack).await;
        }
        for earlier in
            ["DELETE FROM ledger_witnessed; INSERT INTO ledger_witnessed SELECT * FROM kept_witnessed", "DELETE FROM ledger_witnessed"]
        {
            sql(&other, [earlier.to_owned()]).await;
            refused(&witness, earlier).await;
        }
        sql(&other, ["DELETE FROM ledger_witnessed; INSERT INTO ledger_witnessed SELECT * FROM good".to_owned()]).await;
        assert!(witness.add(&next).await.is_ok());
        // A log that was restored from a backup begins anew once its witness lets it.
        let auditor = caller("auditor", Purpose::Audit);
        let origin = log.verifier_key().name();
        assert_eq!(witness.forget(&auditor, origin, "restored from a backup").await, Ok(true));
        assert_eq!(witness.forget(&auditor, origin, "restored from a backup").await, Ok(false));
        assert!(witness.add(&asked(&log, 0).await).await.is_ok());
        let acts = ledger::find(&other, &auditor, About::Actor(ledger::ActorKind::Operator, "auditor"), 0..i64::MAX, 10).await.unwrap();
        let told = acts.iter().filter(|found| found.entry().is_ok_and(|entry| entry.detail.contains("restored from a backup"))).count();
        assert_eq!(told, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_04_without_a_cosignature_for_longer_than_is_allowed_a_room_is_only_read_where_one_is_required_and_goes_on_elsewhere() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::at("2026-11-30T00:00:00Z".parse().unwrap()));
        let other = room_at(&rooms, &city("992020"), &[], clock.clone()).await.unwrap();
        for (code, is_required) in [("991015", true), ("993034", false)] {
            let log = room_at(&rooms, &city(code), &[], clock.clone()).await.unwrap();
            assert_eq!((log.since_witnessed(), log.is_unwitnessed()), (None, false), "nothing is expected");
            let witness = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
            let expectation = Expectation { witnesses: vec![witness.key().clone()], within: 60_000, is_required };
            log.expect_witnesses(expectation.clone()).await.unwrap();
            clock.advance(SignedDuration::from_secs(60));
            act(&log).await.unwrap();
            clock.advance(SignedDuration::from_secs(1));
            assert_eq!((log.since_witnessed(), log.is_unwitnessed()), (Some(61_000), true));
            let refused = act(&log).await;
            let healthy = log.ledger_healthy().await;
            let upkeep: Result<u64, LedgerError> = log.maintain(|_| Ok(0)).await;
            let counted: Result<u64, LedgerError> = log.count(|_| Ok(7)).await;
            if is_required {
                assert_eq!((refused, healthy), (Err(LedgerError::Unwitnessed), Err(LedgerError::Unwitnessed)));
                assert!(matches!(upkeep, Err(LedgerError::Store(StoreError::Busy(_)))), "{upkeep:?}");
                for _ in 0..100 {
                    let seen: Result<&str, LedgerError> =
                        log.see_person(&caller("tanaka", Purpose::Consultation), ACT, PersonId::new("0001"), |_| Ok("a name")).await;
                    assert_eq!(seen, Err(LedgerError::Unwitnessed), "nobody's data leave");
                }
            } else {
                assert_eq!((refused, healthy, upkeep), (Ok(()), Ok(()), Ok(0)), "a dead witness holds nobody up");
            }
            assert_eq!(counted, Ok(7));
            // What there is is still signed, so that a witness can cosign it.
            cosign(&log, &witness, 0).await;
            assert!(!log.is_unwitnessed());
            act(&log).await.unwrap();
            assert_eq!(log.ledger_healthy().await, Ok(()));
            // Who starts later goes by what was cosigned.
            clock.advance(SignedDuration::from_secs(70));
            let later = room_at(&rooms, &city(code), &[], clock.clone()).await.unwrap();
            later.expect_witnesses(expectation).await.unwrap();
            assert!(later.is_unwitnessed());
        }
    })
    .await;
}

/// What the verifier says of a room when it is given checkpoints and the keys of witnesses.
pub(crate) async fn verified(room: &Room, checkpoints: &[&SignedCheckpoint], witnesses: &[VerifierKey]) -> (Vec<Finding>, u64) {
    let trusted = Trusted {
        keys: [&[room.verifier_key().clone()], witnesses].concat(),
        checkpoints: checkpoints.iter().map(|note| (*note).clone()).collect(),
        ..Trusted::default()
    };
    let raw = room.raw().clone();
    let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &trusted, |_| ())).await.unwrap().unwrap().unwrap();
    (report.findings, report.cosigned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_the_verifier_counts_the_cosignatures_of_known_witnesses_and_finds_one_that_does_not_hold() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let bare = log.checkpoint().await.unwrap().unwrap();
        let cosigned = cosign(&log, &witness, 0).await;
        grow(&log, 2).await;
        let known = [witness.key().clone()];
        assert_eq!(verified(&log, &[&bare, &cosigned], &known).await, (vec![], 1));
        assert_eq!(verified(&log, &[&bare, &cosigned], &[]).await, (vec![], 0));
        let line = cosigned.text().rsplit_once('\u{2014}').unwrap().1;
        let altered = line.replace("AAAA", "AAAB");
        assert_ne!(line, altered);
        let forged = SignedCheckpoint::parse(&cosigned.text().replace(line, &altered)).unwrap();
        let (findings, cosigned) = verified(&log, &[&forged], &known).await;
        assert_eq!((findings.iter().map(|finding| finding.problem).collect::<Vec<_>>(), cosigned), (vec![ledger::Problem::Cosignature], 0));
    })
    .await;
}
