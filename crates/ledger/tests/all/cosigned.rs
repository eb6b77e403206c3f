//! What a record keeps of its witnesses, what of that counts, and what brings back whoever waits for them.

use std::sync::Arc;

use jiff::SignedDuration;
use ledger::testing::{caller, room_at};
use ledger::{Expectation, LedgerError, Outcome, Problem, Room, Subject, Trusted, VerifierKey, Witness, WitnessError};
use store::Rooms;
use store::testing::both;
use vault::{FileMaster, MasterKey};
use vocabulary::{ManualClock, Purpose, SystemClock, SystemEntropy};

use crate::witnessed::{act, asked, city, cosign, grow, keep, pair, put_back, sql, started, verified};

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-11-30T00:00:00Z".parse().unwrap()))
}

fn required(witness: &Witness) -> Expectation {
    Expectation { witnesses: vec![witness.key().clone()], within: 60_000, is_required: true }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_04_two_rooms_that_wait_for_each_others_cosignature_come_back_and_forget_meanwhile() {
    both(|rooms| async move {
        let clock = clock();
        let one = room_at(&rooms, &city("991015"), &[], clock.clone()).await.unwrap();
        let two = room_at(&rooms, &city("992020"), &[], clock.clone()).await.unwrap();
        let by_one = Witness::of(&one, &[two.verifier_key().clone()]).await.unwrap();
        let by_two = Witness::of(&two, &[one.verifier_key().clone()]).await.unwrap();
        for (room, witness) in [(&one, &by_two), (&two, &by_one)] {
            act(room).await.unwrap();
            room.expect_witnesses(required(witness)).await.unwrap();
        }
        let wait_for_each_other = async || {
            clock.advance(SignedDuration::from_secs(61));
            assert_eq!((act(&one).await, act(&two).await), (Err(LedgerError::Unwitnessed), Err(LedgerError::Unwitnessed)));
        };
        wait_for_each_other().await;
        cosign(&one, &by_two, 0).await;
        cosign(&two, &by_one, 0).await;
        assert_eq!((act(&one).await, act(&two).await), (Ok(()), Ok(())));
        wait_for_each_other().await;
        let auditor = caller("auditor", Purpose::Audit);
        assert_eq!(by_one.forget(&auditor, two.verifier_key().name(), "restored from a backup").await, Ok(true));
        assert!(by_one.add(&asked(&two, 0).await).await.is_ok());
        assert_eq!(act(&one).await, Err(LedgerError::Unwitnessed), "nothing else");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_what_one_process_of_a_witness_forgets_the_other_forgets_too_and_neither_takes_an_earlier_state() {
    both(|rooms| async move {
        let (log, serving) = pair(&rooms).await;
        cosign(&log, &serving, 0).await;
        let other = started(&rooms, "992020").await;
        keep(&other).await;
        let command = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
        let auditor = caller("auditor", Purpose::Audit);
        assert_eq!(command.forget(&auditor, log.verifier_key().name(), "restored from a backup").await, Ok(true));
        let anew = asked(&log, 0).await;
        assert!(serving.add(&anew).await.is_ok());
        for earlier in
            ["DELETE FROM ledger_witnessed; INSERT INTO ledger_witnessed SELECT * FROM kept_witnessed", "DELETE FROM ledger_witnessed"]
        {
            sql(&other, [earlier.to_owned()]).await;
            let refused = serving.add(&anew).await;
            assert!(matches!(refused, Err(WitnessError::Ledger(LedgerError::Damaged(_)))), "{earlier}: {refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_04_whoever_takes_away_what_was_cosigned_wins_no_time_and_a_witness_whose_clock_is_slow_is_believed() {
    both(|rooms| async move {
        let (ours, theirs) = (clock(), clock());
        let log = room_at(&rooms, &city("991015"), &[], ours.clone()).await.unwrap();
        let other = room_at(&rooms, &city("992020"), &[], theirs).await.unwrap();
        let witness = Witness::of(&other, &[log.verifier_key().clone()]).await.unwrap();
        log.expect_witnesses(required(&witness)).await.unwrap();
        act(&log).await.unwrap();
        ours.advance(SignedDuration::from_secs(7_200));
        cosign(&log, &witness, 0).await;
        assert_eq!((log.since_witnessed(), act(&log).await), (Some(0), Ok(())), "it answered now");
        sql(&log, ["DELETE FROM ledger_cosigned".to_owned()]).await;
        let later = room_at(&rooms, &city("991015"), &[], ours).await.unwrap();
        later.expect_witnesses(required(&witness)).await.unwrap();
        assert_eq!(later.since_witnessed(), Some(7_200_000), "since the first checkpoint");
        assert_eq!(act(&later).await, Err(LedgerError::Unwitnessed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_cosigned_checkpoint_that_cannot_be_read_or_is_smaller_than_another_stops_nobody() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let early = asked(&log, 0).await;
        let line = witness.add(&early).await.unwrap();
        grow(&log, 2).await;
        let larger = cosign(&log, &witness, 3).await;
        log.keep_cosignature(&early.note, &line, witness.key()).await.unwrap();
        assert_eq!(log.cosigned(witness.key()).await.unwrap(), Some(larger.clone()));
        sql(&log, ["INSERT INTO ledger_cosigned VALUES ('nobody', 1, 'junk')".to_owned()]).await;
        assert_eq!(log.all_cosigned().await.unwrap(), [larger]);
        sql(&log, ["UPDATE ledger_cosigned SET size = 99, note = 'junk'".to_owned()]).await;
        assert_eq!((log.cosigned(witness.key()).await, log.all_cosigned().await), (Ok(None), Ok(Vec::new())));
        let later = started(&rooms, "991015").await;
        later.expect_witnesses(required(&witness)).await.unwrap();
        let kept = cosign(&log, &witness, 5).await;
        assert_eq!(log.cosigned(witness.key()).await.unwrap(), Some(kept));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_all_that_witnesses_showed_is_heeded_until_it_is_proved_by_every_later_start_too() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("registry.key");
        let master: Arc<dyn MasterKey> = Arc::new(FileMaster::open_or_create(key, Arc::new(SystemEntropy)).unwrap());
        let start = async || -> Room {
            let rooms = Rooms::open(rooms.data().clone()).unwrap();
            Room::open(&rooms, &city("991015"), &[], master.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy)).await.unwrap()
        };
        let mark = || std::fs::read_to_string(folder.path().join("registry.marks/registry_991015")).unwrap();
        let log = start().await;
        let common = grow(&log, 3).await;
        keep(&log).await;
        let lost = grow(&log, 4).await;
        put_back(&log).await;
        drop(log);
        std::fs::remove_dir_all(folder.path().join("registry.marks")).unwrap();
        // Another history, longer than the one that was shown; its own mark says so.
        let fork = start().await;
        grow(&fork, 9).await;
        drop(fork);
        let fork = start().await;
        let before = mark();
        assert!(before.contains(" 12 "), "{before}");
        assert!(matches!(fork.heed(&lost).await, Err(LedgerError::Damaged(_))));
        // What it does go on from takes nothing of that away.
        assert!(matches!(fork.heed(&common).await, Err(LedgerError::Damaged(_))));
        assert!(matches!(act(&fork).await, Err(LedgerError::Damaged(_))));
        let after = mark();
        assert!(after.starts_with(&before) && after.contains("shown 7 "), "{after}");
        drop(fork);
        assert!(matches!(act(&start().await).await, Err(LedgerError::Damaged(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_two_checkpoints_of_one_size_are_a_fork_and_a_wrong_proof_alone_is_none() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        keep(&log).await;
        grow(&log, 2).await;
        cosign(&log, &witness, 0).await;
        let wrong = ledger::AddCheckpoint { proof: vec![[9; 32]], ..asked(&log, 5).await };
        assert_eq!(witness.add(&wrong).await, Err(WitnessError::Unproven));
        put_back(&log).await;
        let fork = started(&rooms, "991015").await;
        for _ in 0..2 {
            let other = caller("sato", Purpose::Consultation);
            fork.event(&other, ledger::Act::new("test:things.do"), Outcome::Read, Subject::None, "").await.unwrap();
        }
        assert_eq!(witness.add(&asked(&fork, 5).await).await, Err(WitnessError::Forked));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_the_verifier_misses_the_cosignature_of_a_witness_that_it_was_told_of_and_takes_its_key_for_no_logs() {
    both(|rooms| async move {
        let (log, witness) = pair(&rooms).await;
        let bare = log.checkpoint().await.unwrap().unwrap();
        let known = [witness.key().clone()];
        for checkpoints in [&[&bare][..], &[]] {
            let (findings, cosigned) = verified(&log, checkpoints, &known).await;
            let problems: Vec<Problem> = findings.iter().map(|finding| finding.problem).collect();
            assert_eq!((problems, cosigned), (vec![Problem::Uncosigned], 0));
        }
        let secret = seal::Secret::from_slice(&[7; 32]).unwrap();
        let key = VerifierKey::of_witness(log.verifier_key().name(), seal::Signer::new("k", 1, &secret).verifying_key());
        let (raw, trusted) = (log.raw().clone(), Trusted { keys: vec![key], ..Trusted::default() });
        let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &trusted, |_| ())).await.unwrap().unwrap().unwrap();
        assert_eq!((report.findings, report.key_given), (vec![], false));
    })
    .await;
}
