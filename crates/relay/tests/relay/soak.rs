//! T-08, the permits and answers of its list at its figure: those that were taken once come again a hundred thousand times, in any order,
//! altered, to the other relay, under another processing number, after restarts and after their time. None is taken a second time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use line::WireError;
use protocol::Signed;
use protocol::messages::Outcome;
use protocol::messages::inquiries::{InquiryState, Permit};
use protocol::messages::relay::{ANSWERS, AnswerDelivery, PERMITS, PermitDelivery};
use vocabulary::{Entropy as _, Id128, SeededEntropy, SystemEntropy};
use wire::testing::Failed;

use crate::support::{World, both, key, replica};

const REPLAYS: usize = 100_000;
/// People, and so permits and answers.
const PEOPLE: u8 = 20;
/// Between two restarts.
const ROUND: usize = 10_000;
/// Replays under way at once.
const AT_ONCE: u64 = 16;

/// What was taken once.
struct Taken {
    inquiries: Vec<Id128>,
    permits: Vec<Signed<Permit>>,
    answers: Vec<AnswerDelivery>,
}

async fn take_once(world: &World) -> Result<Taken, Failed> {
    let mut taken = Taken { inquiries: Vec::new(), permits: Vec::new(), answers: Vec::new() };
    for serial in 1..=PEOPLE {
        world.person(serial.into(), [serial, 100 + serial]).await?;
        world.provided(serial.into(), &replica("1")).await?;
        let (inquiry, given) = world.permitted(serial.into()).await?;
        world.bring(key(), &given.for_provider).await?;
        let sent = world.sent(&given).await?;
        world.deliver(key(), &sent).await?;
        world.stands(inquiry, InquiryState::Fetched).await?;
        taken.inquiries.push(inquiry);
        taken.permits.push(given.for_provider);
        taken.answers.push(sent);
    }
    Ok(taken)
}

/// How a message comes again.
struct Replay {
    is_permit: bool,
    person: usize,
    /// To the relay that took it, not to the other one.
    to_own: bool,
    /// A bit that is turned, by its place in the message from 0 to 65,535.
    altered: Option<(u16, u8)>,
    /// Under the processing number of another answer.
    other_number: bool,
}

impl Replay {
    fn choose(dice: &SeededEntropy) -> Self {
        let mut chosen = [0; 8];
        dice.fill(&mut chosen);
        let [kind, person, to, alters, high, low, bit, number] = chosen;
        Self {
            is_permit: kind % 2 == 0,
            person: usize::from(person) % usize::from(PEOPLE),
            to_own: to % 4 != 0,
            altered: (alters % 4 == 0).then_some((u16::from_be_bytes([high, low]), bit % 8)),
            other_number: number % 8 == 0,
        }
    }

    /// Such a one is refused for nothing but that it was seen before.
    fn is_the_same(&self) -> bool {
        self.to_own && self.altered.is_none() && (self.is_permit || !self.other_number)
    }

    fn bytes(&self, of: &[u8]) -> Vec<u8> {
        let mut bytes = of.to_vec();
        if let Some((place, bit)) = self.altered {
            let at = usize::from(place) * bytes.len() / 65_536;
            bytes[at] ^= 1 << bit;
        }
        bytes
    }

    async fn send(&self, world: &World, taken: &Taken) -> Result<Outcome, WireError> {
        // what passes is seen as what it is, and not waited for
        let client = world.network.client.once_within(std::time::Duration::from_secs(60));
        let (here, there) = (&world.here.relay, &world.there.relay);
        if self.is_permit {
            let permit = Signed::from_bytes(self.bytes(taken.permits[self.person].as_bytes()));
            let to = if self.to_own { there } else { here };
            return client.post(to, PERMITS, key(), &PermitDelivery { permit }).await;
        }
        let sent = &taken.answers[self.person];
        let of = if self.other_number { (self.person + 1) % taken.answers.len() } else { self.person };
        let answer = Signed::from_bytes(self.bytes(sent.answer.as_bytes()));
        let delivery = AnswerDelivery { processing_number: taken.answers[of].processing_number, answer };
        let to = if self.to_own { here } else { there };
        client.post(to, ANSWERS, key(), &delivery).await
    }
}

/// Why replays were refused, and how many.
type Tally = Mutex<BTreeMap<String, usize>>;

async fn replay(world: &World, taken: &Taken, seed: u64, late: bool, tally: &Tally) -> Result<(), Failed> {
    let begun = AtomicUsize::new(0);
    let lane = |lane: u64| {
        let (dice, begun) = (SeededEntropy::new(seed.wrapping_add(lane)), &begun);
        async move {
            while begun.fetch_add(1, Ordering::Relaxed) < ROUND {
                let replay = Replay::choose(&dice);
                let Err(error) = replay.send(world, taken).await else { return Err("a replay was taken".into()) };
                let problem = error.refusal().ok_or_else(|| format!("no answer: {error}"))?;
                let (status, code) = (problem.status_code().as_u16(), problem.code().to_owned());
                if replay.is_the_same() {
                    // A permit has a life of minutes; an answer may come whenever it comes, and is known.
                    let expected = if late && replay.is_permit { (425, "expired") } else { (409, "replayed") };
                    assert_eq!((status, code.as_str()), expected);
                }
                // Refused for what it is: neither a fault of the server nor a sender that lost its rights.
                assert!([403, 404, 409, 422, 425].contains(&status), "{error}");
                let kind = if replay.is_permit { "permit" } else { "answer" };
                *tally.lock().unwrap().entry(format!("{kind} {code}")).or_default() += 1;
            }
            Ok::<_, Failed>(())
        }
    };
    futures::future::try_join_all((0..AT_ONCE).map(lane)).await?;
    Ok(())
}

/// What a replay may not change: every inquiry, the asking relay's counts, the answers that were sent.
async fn effects(world: &World, taken: &Taken) -> Result<String, Failed> {
    let mut effects = Vec::new();
    for inquiry in &taken.inquiries {
        let status = world.status(*inquiry).await?;
        effects.push(format!("{:?} {:?}", status.state, status.digest));
    }
    Ok(format!("{effects:?} {:?} {}", world.counts().await?, world.network.seen().answers.len()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a soak: minutes"]
async fn soak_t_08_of_a_hundred_thousand_replays_none_is_taken() {
    both(|mut world| async move {
        let mut seed = [0; 8];
        SystemEntropy.fill(&mut seed);
        let seed = u64::from_le_bytes(seed);
        println!("seed {seed}");
        let taken = take_once(&world).await?;
        let before = effects(&world, &taken).await?;
        let tally = Tally::default();
        for round in 0..REPLAYS / ROUND {
            // The last two rounds come after the permits' time.
            let late = round >= REPLAYS / ROUND - 2;
            if round == REPLAYS / ROUND - 2 {
                world.advance(SignedDuration::from_mins(12));
            }
            replay(&world, &taken, seed.wrapping_add(round as u64 * AT_ONCE), late, &tally).await?;
            world.here.restart().await?;
            world.there.restart().await?;
        }
        assert_eq!(effects(&world, &taken).await?, before);
        let tally = tally.into_inner().unwrap();
        assert_eq!(tally.values().sum::<usize>(), REPLAYS);
        assert!(tally["permit replayed"] > REPLAYS / 10 && tally["answer replayed"] > REPLAYS / 10, "{tally:?}");
        println!("{REPLAYS} replays, none taken: {tally:?}");
        world.stop().await;
        Ok(())
    })
    .await;
}
