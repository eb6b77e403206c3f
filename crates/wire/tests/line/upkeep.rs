//! What every server does for its room from time to time.

use crate::support::{both, ring, totals};

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
        let key = here.vault().keys().await?.into_iter().find(|key| key.kind == vault::Kind::Token).ok_or("no token key")?;
        here.vault().shred(vault::Shred::Key(key.id), "a test").await?;
        wire::keep_room(&there, &house.clock).await;
        assert_ne!(there.vault().token("t", b"v"), token);
        Ok(())
    })
    .await;
}
