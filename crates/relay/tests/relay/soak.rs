//! T-08 at its full figure: permits and answers that were taken once come again a hundred thousand times, in any order, altered, to the other
//! relay, after restarts and after their time. None is taken a second time.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use vocabulary::{Entropy as _, SeededEntropy};
use wire::messages::Outcome;
use wire::messages::relay::{ANSWERS, AnswerDelivery, PERMITS, PermitDelivery};
use wire::testing::Failed;
use wire::{Party, Signed, WireError};

use crate::support::{World, both, key, replica};

const REPLAYS: usize = 100_000;
/// People, and so permits and answers.
const PEOPLE: u8 = 20;
/// Between two restarts.
const ROUND: usize = 10_000;
/// Replays under way at once.
const AT_ONCE: usize = 16;

/// What was taken once.
struct Taken {
    permits: Vec<Signed<wire::messages::inquiries::Permit>>,
    answers: Vec<AnswerDelivery>,
}

async fn taken(world: &World) -> Result<Taken, Failed> {
    let mut taken = Taken { permits: Vec::new(), answers: Vec::new() };
    for serial in 1..=PEOPLE {
        world.person(serial.into(), [serial, 100 + serial]).await?;
        world.provided(serial.into(), &replica("1")).await?;
        let (id, given) = world.permitted(serial.into()).await?;
        world.bring(key(), &given.for_provider).await?;
        let sent = world.sent(&given).await?;
        world.deliver(key(), &sent).await?;
        world.stands(id, wire::messages::inquiries::InquiryState::Fetched).await?;
        taken.permits.push(given.for_provider);
        taken.answers.push(sent);
    }
    Ok(taken)
}

/// One replay: which message, to whom, and whether a bit of it is turned.
async fn replay(world: &World, taken: &Taken, dice: &SeededEntropy) -> Result<Outcome, WireError> {
    let mut chosen = [0; 4];
    dice.fill(&mut chosen);
    let [which, one, to, altered] = chosen;
    let one = usize::from(one) % usize::from(PEOPLE);
    let to: &Party = if to % 4 == 0 { &world.here.relay } else { &world.there.relay };
    let turn = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        if altered % 4 == 0 {
            let at = usize::from(altered) * bytes.len() / 256;
            bytes[at] ^= 1 << (altered % 8);
        }
        bytes
    };
    if which % 2 == 0 {
        let permit = Signed::from_bytes(turn(taken.permits[one].as_bytes()));
        world.network.client.post(to, PERMITS, key(), &PermitDelivery { permit }).await
    } else {
        let sent = &taken.answers[one];
        let other = &taken.answers[usize::from(which) % usize::from(PEOPLE)];
        let number = if altered % 3 == 0 { other.processing_number } else { sent.processing_number };
        let delivery = AnswerDelivery { processing_number: number, answer: Signed::from_bytes(turn(sent.answer.as_bytes())) };
        world.network.client.post(to, ANSWERS, key(), &delivery).await
    }
}

async fn round(world: &World, taken: &Taken, seed: u64) -> Result<(), Failed> {
    let begun = AtomicUsize::new(0);
    let lane = |lane: u64| {
        let (dice, begun) = (SeededEntropy::new(seed + lane), &begun);
        async move {
            while begun.fetch_add(1, Ordering::Relaxed) < ROUND {
                match replay(world, taken, &dice).await {
                    Ok(outcome) => return Err(format!("a replay was taken: {outcome:?}").into()),
                    // Refused as what it is: a fault of the server would be no refusal.
                    Err(error) => assert!(error.refusal().is_some_and(|problem| problem.status_code().as_u16() < 500), "{error}"),
                }
            }
            Ok::<_, Failed>(())
        }
    };
    futures::future::try_join_all((0..AT_ONCE as u64).map(lane)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a soak: minutes"]
async fn soak_t_08_of_a_hundred_thousand_replays_none_is_taken() {
    both(|mut world| async move {
        let taken = taken(&world).await?;
        let answers = world.network.seen().answers.len();
        for number in 0..REPLAYS / ROUND {
            // The last rounds come after the permits' time.
            if number == REPLAYS / ROUND - 2 {
                world.advance(SignedDuration::from_mins(12));
            }
            round(&world, &taken, (number * AT_ONCE) as u64).await?;
            world.here.restart().await?;
            world.there.restart().await?;
        }
        assert_eq!(world.network.seen().answers.len(), answers, "no replay has made another answer");
        let counts = world.counts().await?;
        world.stop().await;
        println!("{REPLAYS} replays, none taken; the asking relay counts {counts:?}");
        Ok(())
    })
    .await;
}
