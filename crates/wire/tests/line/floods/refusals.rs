//! What the record of use says of refused attempts.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use access::Caller;
use diesel::RunQueryDsl as _;
use http::StatusCode;
use ledger::Outcome;
use wire::House;
use wire::testing::Failed;

use super::{OTHER, World, world};
use crate::support::{self, both};

/// The remarks of the entries about refusals, the newest first.
async fn refused(house: &House) -> Result<Vec<String>, Failed> {
    let mut notes = Vec::new();
    for found in ledger::newest(house.bare_room().await?.raw(), 100).await? {
        let entry = found.entry()?;
        if entry.outcome == Outcome::Refused {
            notes.push(entry.detail.to_owned());
        }
    }
    Ok(notes)
}

#[tokio::test]
async fn nobody_is_counted_while_the_entry_that_opens_the_window_cannot_be_written() {
    both(|rooms| async move {
        let world = world(rooms, |_| ()).await?;
        let room = world.house.bare_room().await?;
        let attempts = wire::RefusedAttempts::of(&room, 600);
        let caller = Caller::resident("somebody", vocabulary::Purpose::OwnAccess, vocabulary::Id128::from_bytes([1; 16]));
        let rename = |from: &'static str, to: &'static str| {
            let raw = room.raw().clone();
            raw.write_blocking(|tx| {
                Ok::<_, store::StoreError>(diesel::sql_query(format!("ALTER TABLE {from} RENAME TO {to}")).execute(tx).map(|_| ())?)
            })
        };
        rename("ledger_batch", "ledger_batch_away")?;
        let together = (0..8).map(|_| attempts.record(&caller, OTHER, "why"));
        for recorded in futures::future::join_all(together).await {
            assert!(recorded.is_err(), "an attempt is answered that nobody has recorded");
        }
        rename("ledger_batch_away", "ledger_batch")?;
        for _ in 0..3 {
            attempts.record(&caller, OTHER, "why").await?;
        }
        assert_eq!(refused(&world.house).await?, ["why"], "the others are counted");
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_while_a_service_stops_is_recorded_too() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.refusals_seconds = 600).await?;
        let refuse =
            |browser: reqwest::Client, word: &str| browser.get(world.url("/refused")).header("cookie", format!("session={word}")).send();
        assert_eq!(refuse(world.browser(1)?, "good").await?.status(), 403);
        let late = tokio::spawn(refuse(world.browser(1)?, "slow"));
        while world.looked.load(Ordering::Relaxed) < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let World { ring: _ring, house, running, go_on, .. } = world;
        let addr = running.addr;
        let stopping = tokio::spawn(running.stop());
        // Somebody else's server may get the port as soon as it is free.
        let closing = Instant::now();
        while closing.elapsed() < Duration::from_secs(10) && tokio::net::TcpStream::connect(addr).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        go_on.notify_one();
        assert_eq!(late.await??.status(), 403);
        stopping.await?;
        assert_eq!(refused(&house).await?, ["1 more: 1", ""]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn refused_attempts_are_one_entry_and_then_one_for_each_window() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.refusals_seconds = 2).await?;
        let ask = async || {
            let answer =
                support::raw(&world.ring, "console.991015", &world.running, |http, base| http.post(format!("{base}/portal/v1/other")));
            Ok::<_, Failed>(answer.await?.status())
        };
        assert_eq!(ask().await?, StatusCode::FORBIDDEN);
        assert_eq!(refused(&world.house).await?, [""], "the first stands there when it is answered");
        let begun = Instant::now();
        for _ in 0..40 {
            assert_eq!(ask().await?, StatusCode::FORBIDDEN);
        }
        let windows = usize::try_from(begun.elapsed().as_secs() / 2)?;
        let World { house, running, ring: _ring, .. } = world;
        running.stop().await;
        let notes = refused(&house).await?;
        assert!((2..=windows + 3).contains(&notes.len()), "{notes:?}");
        let more = |note: &String| note.split(' ').next().and_then(|count| count.parse::<u64>().ok()).unwrap_or(1);
        assert_eq!(notes.iter().map(more).sum::<u64>(), 41, "{notes:?}");
        Ok(())
    })
    .await;
}
