//! A record that another party witnesses over the line: what is cosigned, what is found, and whom nobody holds up.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use http::StatusCode;
use ledger::testing::caller;
use ledger::{Act, AddCheckpoint, Checkpoint, LedgerError, Outcome, Room, Subject, VerifierKey, Witness};
use vocabulary::Purpose;
use wire::testing::{Failed, Ring};
use wire::{House, KeyText, Readiness, Running, Service, WitnessSetting};

use crate::support::{both, raw, readiness, ring};

const TABLES: [&str; 5] = ["batch", "head", "tile", "checkpoint", "cosigned"];

async fn act(room: &Room) -> Result<(), LedgerError> {
    room.event(&caller("tanaka", Purpose::Consultation), Act::new("test:things.do"), Outcome::Read, Subject::None, "").await
}

/// The witness's key, and where it is.
async fn witness_of(house: &House) -> Result<WitnessSetting, Failed> {
    let key = house.bare_room().await?.witness_key().await?;
    Ok(WitnessSetting { key: KeyText(key), party: Some(house.party.clone()), url: None, authority: None })
}

/// A party whose record has an entry, and the one that witnesses it, before either is served.
async fn pair(ring: &Ring) -> Result<(House, House), Failed> {
    let (mut log, mut other) = (ring.house("atena.991015")?, ring.house("registry.992020")?);
    let room = log.bare_room().await?;
    act(&room).await?;
    other.setting.witnessed = vec![KeyText(room.verifier_key().clone())];
    log.setting.witnesses = vec![witness_of(&other).await?];
    Ok((log, other))
}

async fn served(house: &House) -> Result<(Room, Running), Failed> {
    let room = house.bare_room().await?;
    let running = wire::serve(house, Service::new(&room)).await?;
    Ok((room, running))
}

fn check<'r>(readiness: &'r Readiness, name: &str) -> Option<&'r wire::Check> {
    readiness.checks.iter().find(|check| check.name == name)
}

/// Waits for what the witness is to bring about.
async fn until<Fut: Future<Output = Result<bool, Failed>>>(what: &str, happened: impl Fn() -> Fut) -> Result<(), Failed> {
    for _ in 0..600 {
        if happened().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("after a minute still not: {what}").into())
}

async fn until_cosigned(room: &Room, by: &WitnessSetting, size: u64) -> Result<(), Failed> {
    let cosigned = async || Ok(room.cosigned(&by.key.0).await?.is_some_and(|note| note.checkpoint().size >= size));
    until("cosigned", cosigned).await
}

async fn sql(room: &Room, statements: impl IntoIterator<Item = String>) -> Result<(), LedgerError> {
    let all = statements.into_iter().collect::<Vec<_>>().join(";");
    room.raw().write(move |tx| Ok::<_, LedgerError>(tx.batch_execute(&all)?)).await
}

#[tokio::test]
async fn t_21_a_record_is_cosigned_over_the_line_and_both_records_come_to_rest() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (log, other) = pair(&ring).await?;
        let (theirs, witness) = served(&other).await?;
        let (room, running) = served(&log).await?;
        let size = room.ledger_size().await?;
        until_cosigned(&room, &log.setting.witnesses[0], size).await?;
        let before = theirs.ledger_size().await?;
        act(&room).await?;
        until_cosigned(&room, &log.setting.witnesses[0], size + 1).await?;
        assert_eq!((room.ledger_size().await?, theirs.ledger_size().await?), (size + 1, before), "to cosign is no entry");
        let (status, ready) = readiness(&ring, &running).await?;
        assert_eq!((status, check(&ready, "witness").map(|check| check.ok)), (StatusCode::OK, Some(true)));
        let metrics = raw(&ring, "registry.991015", &running, |http, base| http.get(format!("{base}/metrics"))).await?.text().await?;
        assert!(metrics.contains("kenshin_witness_age_seconds "), "{metrics}");
        running.stop().await;
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_21_a_witness_under_another_authority_is_asked_without_a_certificate_and_lets_none_of_ours_in() {
    both(|rooms| async move {
        let (ours, theirs) = (ring(rooms.clone())?, ring(rooms)?);
        let (mut log, mut other) = (ours.house("atena.991015")?, theirs.house("registry.992020")?);
        let mine = log.bare_room().await?;
        act(&mine).await?;
        other.setting.witnessed = vec![KeyText(mine.verifier_key().clone())];
        let (_, witness) = served(&other).await?;
        let door = witness.pages.ok_or("a door without certificates")?;
        let (url, authority) = (Some(format!("https://{door}/witness")), Some(theirs.dir().join("authority.pem")));
        log.setting.witnesses = vec![WitnessSetting { party: None, url, authority, ..witness_of(&other).await? }];
        let (room, running) = served(&log).await?;
        until_cosigned(&room, &log.setting.witnesses[0], room.ledger_size().await?).await?;
        let by_ours = raw(&ours, "atena.991015", &witness, |http, base| http.get(format!("{base}/healthz"))).await;
        assert!(by_ours.is_err(), "our authority certifies nobody there");
        running.stop().await;
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_21_a_database_that_was_rolled_back_whole_is_found_by_the_witness_and_may_only_be_read() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (log, other) = pair(&ring).await?;
        let (_, witness) = served(&other).await?;
        let (room, running) = served(&log).await?;
        sql(&room, TABLES.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM ledger_{table}"))).await?;
        act(&room).await?;
        until_cosigned(&room, &log.setting.witnesses[0], room.ledger_size().await?).await?;
        running.stop().await;
        let back = |table| format!("DELETE FROM ledger_{table}; INSERT INTO ledger_{table} SELECT * FROM kept_{table}");
        sql(&room, TABLES.map(back)).await?;
        std::fs::remove_dir_all(ring.dir().join("master.marks"))?;
        let (room, running) = served(&log).await?;
        let told = async || {
            let (status, ready) = readiness(&ring, &running).await?;
            let record = check(&ready, "record of use").ok_or("no such check")?;
            Ok(status == StatusCode::SERVICE_UNAVAILABLE
                && record.detail.as_deref().is_some_and(|detail| detail.contains("may only be read")))
        };
        until("found", told).await?;
        assert!(matches!(act(&room).await, Err(LedgerError::Damaged(_))));
        let counted: Result<u64, LedgerError> = room.count(|_| Ok(7)).await;
        assert_eq!(counted, Ok(7));
        running.stop().await;
        // Nor by any program that starts later, with or without its witness.
        assert!(matches!(act(&log.bare_room().await?).await, Err(LedgerError::Damaged(_))));
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_21_a_dead_witness_holds_nobody_up_and_is_told_once_its_cosignature_is_older_than_the_setting_allows() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (mut log, other) = pair(&ring).await?;
        log.setting.witness_seconds = 3;
        let (room, running) = served(&log).await?;
        let is_told = async || {
            let (status, ready) = readiness(&ring, &running).await?;
            let told = check(&ready, "witness").and_then(|check| check.detail.clone());
            Ok(status == StatusCode::SERVICE_UNAVAILABLE && told.is_some_and(|told| told.starts_with("no witness has cosigned")))
        };
        until("told", is_told).await?;
        act(&room).await?;
        let (_, witness) = served(&other).await?;
        until_cosigned(&room, &log.setting.witnesses[0], room.ledger_size().await?).await?;
        assert_eq!(readiness(&ring, &running).await?.0, StatusCode::OK);
        running.stop().await;
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_04_where_a_cosignature_is_required_nothing_is_recorded_without_and_all_goes_on_once_the_witness_is_back() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (mut log, other) = pair(&ring).await?;
        (log.setting.witness_seconds, log.setting.witness_required) = (3, true);
        let (room, running) = served(&log).await?;
        until("stopped", async || Ok(act(&room).await == Err(LedgerError::Unwitnessed))).await?;
        let (_, witness) = served(&other).await?;
        until("back", async || Ok(act(&room).await.is_ok())).await?;
        running.stop().await;
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_21_a_witness_that_lies_stops_nobody() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (log, mut other) = pair(&ring).await?;
        // It cosigned a long history in the name of this log, which another key signed.
        let (mine, liar) = (log.bare_room().await?, other.bare_room().await?);
        let secret = seal::Secret::from_slice(&[7; 32]).ok_or("a secret")?;
        let forger = seal::Signer::new("forger", 1, &secret);
        let key = VerifierKey::new(mine.verifier_key().name(), forger.verifying_key());
        let forged = Checkpoint { origin: key.name().to_owned(), size: 1_000_000, root: [9; 32], instant: None };
        let note = forged.sign(&key, |body| forger.sign(body).to_bytes());
        Witness::of(&liar, std::slice::from_ref(&key)).await?.add(&AddCheckpoint { old: 0, proof: Vec::new(), note }).await?;
        other.setting.witnessed.push(KeyText(key));
        let (_, witness) = served(&other).await?;
        let (room, running) = served(&log).await?;
        let asked = async || {
            let metrics = raw(&ring, "registry.991015", &witness, |http, base| http.get(format!("{base}/metrics"))).await?.text().await?;
            Ok(metrics.lines().any(|line| line.contains("/witness/{origin}/checkpoint") && line.contains("200")))
        };
        until("asked for what it cosigned", asked).await?;
        act(&room).await?;
        assert_eq!(readiness(&ring, &running).await?.0, StatusCode::OK);
        assert_eq!(room.cosigned(&log.setting.witnesses[0].key.0).await?, None);
        running.stop().await;
        witness.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_04_what_a_witness_refuses_is_counted_into_one_entry_and_bodies_have_their_bounds() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (log, other) = pair(&ring).await?;
        let (theirs, witness) = served(&other).await?;
        let mine = log.bare_room().await?;
        let note = mine.checkpoint().await?.ok_or("a checkpoint")?;
        let good = AddCheckpoint { old: 0, proof: Vec::new(), note }.to_string();
        let post = async |body: String| {
            let asked = raw(&ring, "atena.991015", &witness, |http, base| http.post(format!("{base}/witness/add-checkpoint")).body(body));
            asked.await
        };
        let before = theirs.ledger_size().await?;
        for (body, status) in [
            (String::new(), 400),
            (good.replace("old 0", "old x"), 400),
            (good.replace("old 0", "old 9"), 400),
            (good.replace("kenshin/atena_991015\n", "kenshin/atena_999999\n"), 404),
            (good.replace("\u{2014} kenshin/", "\u{2014} other/"), 403),
            ("x".repeat(20_000), 413),
        ] {
            assert_eq!(post(body).await?.status(), status);
        }
        assert_eq!(theirs.ledger_size().await?, before + 1, "the first of the minute");
        assert_eq!(post(good.clone()).await?.status(), 200);
        let again = post(good).await?;
        let kind = again.headers().get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        assert_eq!((again.status().as_u16(), kind.as_deref(), again.text().await?.as_str()), (409, Some("text/x.tlog.size"), "1\n"));
        assert_eq!(theirs.ledger_size().await?, before + 1);
        witness.stop().await;
        Ok(())
    })
    .await;
}
