//! T-08: what was believed once is not believed again, whoever restarts in between; what has expired is forgotten.

use std::sync::Arc;

use jiff::SignedDuration;
use protocol::Signed;
use protocol::messages::inquiries::Inquiry;
use protocol::signed::{Expected, Head, SignedError};
use vocabulary::{Clock, Date, Entropy, ManualClock, Party, SeededEntropy};
use wire::RING;
use wire::replay::{self, ReplayError};
use wire::testing::{Failed, Ring};

use crate::support::{self, both};

fn inquiry() -> Inquiry {
    Inquiry {
        business: "b".to_owned(),
        procedure: "p".to_owned(),
        information: "i".to_owned(),
        from: Date::constant(2021, 4, 1),
        to: Date::constant(2026, 3, 31),
        provider: "992020".parse().unwrap(),
    }
}

struct Line {
    room: ledger::Room,
    clock: Arc<ManualClock>,
    sender: Party,
    receiver: Party,
}

impl Line {
    async fn of(ring: &Ring, clock: Arc<ManualClock>) -> Result<Self, Failed> {
        let house = ring.house("relay.991015")?;
        Ok(Self { room: house.bare_room().await?, clock, sender: "registry.991015".parse()?, receiver: house.party.clone() })
    }

    async fn signed(&self, number: u64) -> Result<Signed<Inquiry>, Failed> {
        let now = self.clock.now();
        let head = Head {
            sender: self.sender.clone(),
            receiver: self.receiver.clone(),
            number: SeededEntropy::new(number).id128(),
            issued: now,
            expires: now + SignedDuration::from_mins(5),
        };
        Ok(Signed::seal(&head, &inquiry(), &self.room.vault().signer(RING).await?)?)
    }

    /// Opens all of them in one transaction; a refused one does not spoil the others.
    async fn open(&self, all: Vec<Signed<Inquiry>>) -> Result<Vec<Result<(), &'static str>>, Failed> {
        let key = self.room.vault().signer(RING).await?.verifying_key();
        let (sender, receiver, clock) = (self.sender.clone(), self.receiver.clone(), Arc::clone(&self.clock));
        let opened = self.room.raw().write(move |tx| {
            let expected = Expected { sender: &sender, receiver: &receiver, keys: &key.into() };
            let opened = all.iter().map(|one| {
                replay::open_once(tx, one, &expected, clock.as_ref()).map(|_| ()).map_err(|error| match error {
                    ReplayError::Refused(refused) => refused.code(),
                    ReplayError::Store(_) => "store",
                })
            });
            Ok::<_, ReplayError>(opened.collect())
        });
        Ok(opened.await?)
    }
}

#[tokio::test]
async fn t_08_a_message_is_believed_once_even_after_a_restart() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
        let ring = support::ring_at(rooms.clone(), Arc::<ManualClock>::clone(&clock))?;
        let line = Line::of(&ring, Arc::clone(&clock)).await?;
        let mut sent = Vec::new();
        for number in 0..200 {
            sent.push(line.signed(number).await?);
        }
        assert!(line.open(sent.clone()).await?.iter().all(Result::is_ok));
        for _ in 0..5 {
            assert!(line.open(sent.iter().rev().cloned().collect()).await?.iter().all(|one| *one == Err("replayed")));
        }
        // good ones among bad ones
        let mixed = vec![sent[0].clone(), line.signed(1000).await?, sent[1].clone(), line.signed(1001).await?];
        assert_eq!(line.open(mixed).await?, [Err("replayed"), Ok(()), Err("replayed"), Ok(())]);

        // opened anew, as after a crash
        let again = Line::of(&ring, Arc::clone(&clock)).await?;
        assert!(again.open(sent.clone()).await?.iter().all(|one| *one == Err("replayed")));

        // what is forgotten is what would be refused as expired
        clock.advance(SignedDuration::from_secs(5 * 60 + 60));
        let forget = |line: &Line| {
            let (room, clock) = (line.room.raw().clone(), Arc::clone(&line.clock));
            async move { room.write(move |tx| replay::forget_expired(tx, clock.as_ref())).await }
        };
        assert_eq!(forget(&again).await?, 0);
        assert!(again.open(sent.clone()).await?.iter().all(|one| *one == Err("replayed")));
        clock.advance(SignedDuration::from_secs(61));
        assert_eq!(forget(&again).await?, 202);
        assert!(again.open(sent).await?.iter().all(|one| *one == Err("expired")));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_effect_fails_may_come_again() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
        let ring = support::ring_at(rooms, Arc::<ManualClock>::clone(&clock))?;
        let line = Line::of(&ring, clock).await?;
        let one = line.signed(1).await?;
        let key = line.room.vault().signer(RING).await?.verifying_key();
        let (sender, receiver, clock, signed) = (line.sender.clone(), line.receiver.clone(), Arc::clone(&line.clock), one.clone());
        let failed: Result<(), ReplayError> = line
            .room
            .raw()
            .write(move |tx| {
                replay::open_once(tx, &signed, &Expected { sender: &sender, receiver: &receiver, keys: &key.into() }, clock.as_ref())?;
                Err(SignedError::Malformed.into())
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(line.open(vec![one]).await?, [Ok(())]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn every_column_has_a_class() {
    both(|rooms| async move {
        let room = rooms.room(&store::RoomName::national("example"), &[wire::MIGRATIONS])?;
        let schema = store::testing::schema(&room)?;
        assert_eq!(store::columns::compare(&[store::COLUMNS, wire::COLUMNS], &schema), Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn stored_responses_are_forgotten_after_seven_days() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
        let ring = support::ring_at(rooms, Arc::<ManualClock>::clone(&clock))?;
        let kept = ring.house("relay.991015")?.bare_room().await?;
        let (room, vault) = (kept.raw().clone(), kept.vault().clone());
        let once = wire::Once::new("import", SeededEntropy::new(3).id128(), protocol::Digest::of(b"file"), &vault);
        let run = || {
            let (room, clock, once) = (room.clone(), Arc::clone(&clock), once.clone());
            async move { room.write(move |tx| once.run(tx, clock.as_ref(), |_| Ok::<_, wire::Problem>(clock.now_ms()))).await }
        };
        let first = run().await.map_err(|problem| problem.to_string())?;
        clock.advance(SignedDuration::from_hours(24 * 7));
        let forget = || {
            let (room, clock) = (room.clone(), Arc::clone(&clock));
            async move { room.write(move |tx| wire::idempotency::forget_old(tx, clock.as_ref())).await }
        };
        assert_eq!(forget().await?, 0);
        assert_eq!(run().await.map_err(|problem| problem.to_string())?, first);
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(forget().await?, 1);
        assert_ne!(run().await.map_err(|problem| problem.to_string())?, first);
        Ok(())
    })
    .await;
}
