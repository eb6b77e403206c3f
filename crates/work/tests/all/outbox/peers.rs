//! No peer and no message holds anybody else up. How little it costs the others is measured by `cargo bench --bench peers`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use store::testing::both;
use wire::faults::Faults;
use wire::testing::Failed;

use super::support::{World, relays};

const PEERS: usize = 100;
/// Messages to each.
const EACH: usize = 4;
/// For so long a request to a peer that never answers is waited for: whoever waits for it too comes so much later.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long until every message to every sound peer had come, with one peer dead, one that never answers and one that breaks at a message.
async fn round(rooms: store::Rooms, bad: bool) -> Result<Duration, Failed> {
    let names = relays(PEERS);
    let mut world = World::bare(rooms).await?;
    for name in &names {
        let house = world.ring.house(name)?;
        world.serve(&house, None, &Faults::none()).await?;
    }
    let (dead, slow, poisoned) = (&names[10], &names[40], &names[70]);
    let note = |name: &str, place: usize| format!("{name} {place}");
    if bad {
        world.receivers.remove(dead);
        // A port where nobody listens.
        world.ring.peers().put(dead.parse()?, "127.0.0.1:9");
        world.receiver(slow).held.send_replace(true);
        world.receiver(poisoned).break_at(&note(poisoned, 0));
    }
    // The bad ones first: whoever waited for them would wait for all that follows.
    let mut order: Vec<&String> = vec![dead, slow, poisoned];
    order.extend(names.iter().filter(|name| ![dead, slow, poisoned].contains(name)));
    let notes: Vec<(&str, String)> = order.iter().flat_map(|name| (0..EACH).map(move |place| (name.as_str(), note(name, place)))).collect();
    let messages: Vec<(&str, &str, &str)> = notes.iter().map(|(name, note)| (*name, note.as_str(), note.as_str())).collect();
    world.tell::<1>(&messages).await?;
    let began = Instant::now();
    world.start().await?;
    let sound: Vec<&String> = names.iter().filter(|name| ![dead, slow, poisoned].contains(name)).collect();
    let mut taken: BTreeMap<&String, usize> = BTreeMap::new();
    while taken.values().sum::<usize>() < sound.len() * EACH {
        if began.elapsed() > Duration::from_secs(240) {
            return Err(format!("held up: {taken:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        taken = sound.iter().map(|name| (*name, world.receiver(name).count())).collect();
    }
    let last = sound.iter().flat_map(|name| world.receiver(name).arrived()).map(|arrived| arrived.at).max();
    let took = last.map_or(Duration::ZERO, |last| last - began);
    for name in sound {
        let mut came = world.receiver(name).came();
        came.sort();
        assert_eq!(came, (0..EACH).map(|place| note(name, place)).collect::<Vec<_>>(), "each once");
    }
    if bad {
        let came = |name: &str| world.receiver(name).came();
        assert!(!came(slow).is_empty(), "the slow peer was asked all the while");
        // What the peer does not break at comes to it too, perhaps after all that the sound ones get.
        while !(1..EACH).all(|place| came(poisoned).contains(&note(poisoned, place))) {
            if began.elapsed() > Duration::from_secs(240) {
                return Err(format!("held up by a poisoned message: {:?}", came(poisoned)).into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(took)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_poison_message_one_dead_city_and_one_slow_peer_among_a_hundred_hold_nobody_else_up() {
    both(|rooms| async move {
        let dir = tempfile::tempdir()?;
        let quiet = store::Rooms::open(store::Data::parse(&dir.path().display().to_string())?)?;
        // At the same time: what the machine does beside slows both.
        let (alone, beside) = tokio::join!(round(quiet, false), round(rooms, true));
        let (alone, beside) = (alone?, beside?);
        println!("alone {alone:?}, beside a dead, a slow and a poisoned one {beside:?}");
        // One is on PostgreSQL perhaps, and slower for it. Whoever waited for the slow peer would be later by its patience.
        assert!(beside < PATIENCE.max(alone * 4), "{beside:?} beside bad peers, {alone:?} without");
        Ok::<_, Failed>(())
    })
    .await;
}
