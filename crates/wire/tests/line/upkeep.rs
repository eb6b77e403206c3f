//! What every server does for its room from time to time.

use std::sync::Arc;

use diesel::RunQueryDsl as _;
use jiff::SignedDuration;
use vocabulary::{Date, ManualClock};
use wire::{RING, Service};

use crate::support::{both, ring, ring_at, totals};

#[tokio::test]
async fn t_22_a_signing_key_that_another_process_ended_is_shown_no_more_and_peers_believe_it_for_five_minutes_at_most() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::on(Date::constant(2026, 4, 1)));
        let ring = ring_at(rooms, Arc::<ManualClock>::clone(&clock))?;
        let house = ring.house("atena.991015")?;
        let (server, other) = (totals(&house).await?.room, totals(&house).await?.room);
        let running = wire::serve(&house, Service::new(&server)).await?;
        let (early, late) = (ring.house("registry.991015")?.client, ring.house("relay.991015")?.client);
        let stolen = early.keys(&running.party).await?;
        let signs = |key: &vault::KeyInfo| key.kind == vault::KeyKind::Signing && key.name == RING;
        let key = other.vault().keys().await?.into_iter().find(signs).ok_or("no signing key")?;
        other.vault().shred(vault::Shred::Key(key.id), "stolen").await?;
        // However many ask, the room is read once a second.
        assert_eq!(late.keys(&running.party).await?, stolen);
        late.forget_keys(&running.party);
        clock.advance(SignedDuration::from_secs(1));
        let now = late.keys(&running.party).await?;
        assert!(now.verifying != stolen.verifying && now.former.is_empty(), "{now:?}");
        assert_eq!(now.receiving, stolen.receiving);
        assert_eq!(server.vault().signer(RING).await?.verifying_key(), other.vault().signer(RING).await?.verifying_key());
        assert_eq!(early.keys(&running.party).await?, stolen, "as it was told");
        clock.advance(SignedDuration::from_mins(5));
        assert_eq!(early.keys(&running.party).await?, now);
        // A database that does not answer takes nobody's keys away.
        let away = "ALTER TABLE vault_key RENAME TO vault_key_away";
        other.raw().write(move |tx| Ok::<_, store::StoreError>(diesel::sql_query(away).execute(tx)?)).await?;
        clock.advance(SignedDuration::from_mins(5));
        assert_eq!(early.keys(&running.party).await?, now);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_22_a_server_seals_with_a_key_that_another_process_made_and_knows_of_one_that_it_destroyed() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        // A second process knows the room by keys that it read when it started.
        let (here, there) = (totals(&house).await?.room, totals(&house).await?.room);
        let place = vault::Cell::new("t", "r", "c");
        let key_of = |room: &ledger::Room| room.vault().seal(&place, b"v").map(|sealed| sealed.get(1..5).map(<[u8]>::to_vec));
        let before = key_of(&there)?;
        here.vault().rotate().await?;
        assert_eq!(key_of(&there)?, before);
        wire::keep_room(&there, &house.clock).await;
        assert_eq!(key_of(&there)?, key_of(&here)?);
        assert_ne!(key_of(&there)?, before);
        let token = there.vault().token("t", b"v");
        let key = here.vault().keys().await?.into_iter().find(|key| key.kind == vault::KeyKind::Token).ok_or("no token key")?;
        here.vault().shred(vault::Shred::Key(key.id), "a test").await?;
        wire::keep_room(&there, &house.clock).await;
        assert_ne!(there.vault().token("t", b"v"), token);
        Ok(())
    })
    .await;
}
