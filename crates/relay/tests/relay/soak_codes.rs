//! C-III-6-R3-REL-1 at its figure: the codes of a hundred thousand people come at once, doubled, late and wrong. Each person has the one that was theirs,
//! no two have the same, and none lies open.

use std::collections::{BTreeMap, HashSet};

use diesel::sql_types::{Binary, Text};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use futures::future::try_join_all;
use protocol::messages::relay::{CODES, CodeRow, Codes};
use protocol::messages::{Accepted, Code};
use store::RoomName;
use store::testing::stored;
use vault::Cell;
use vocabulary::{Entropy as _, Id128, SeededEntropy, SystemEntropy};
use wire::testing::Failed;

use crate::support::{World, both, key, unified};

const PEOPLE: u64 = 100_000;
/// People of a message.
const BATCH: u64 = 500;
/// Messages under way at once.
const LANES: u64 = 8;

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    unified: String,
    #[diesel(sql_type = Binary)]
    sealed_code: Vec<u8>,
}

/// Codes drawn of a seed, one for each person.
#[derive(Clone, Copy)]
struct Drawn(u64);

impl Drawn {
    fn code(self, serial: u64) -> Code {
        let mut code = [0; 32];
        SeededEntropy::new(self.0.wrapping_add(serial)).fill(&mut code);
        Code::from(code.to_vec())
    }
}

/// Every person is told of twice, by two messages at once; atena is asked for a code of each once.
async fn tell_everybody(world: &World) -> Result<BTreeMap<u64, Id128>, Failed> {
    let lane = |lane: u64| async move {
        for batch in (0..PEOPLE / BATCH).filter(|batch| batch % (LANES / 2) == lane % (LANES / 2)) {
            let people: Vec<u64> = (batch * BATCH..(batch + 1) * BATCH).collect();
            world.here.tell(&people).await?;
        }
        Ok::<_, Failed>(())
    };
    try_join_all((0..LANES).map(lane)).await?;
    for _ in 0..6_000 {
        if world.here.atena.wanted.lock().unwrap().len() as u64 == PEOPLE {
            let wanted = world.here.atena.wanted.lock().unwrap();
            return Ok((0..PEOPLE).map(|serial| (serial, wanted[unified(serial).as_str()])).collect());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err("atena was not asked for everybody".into())
}

/// One message: the codes of a batch, among rows that must have no effect. Those of an earlier batch of the lane come again, come to others and are
/// followed by others.
async fn send(world: &World, numbers: &BTreeMap<u64, Id128>, drawn: Drawn, batch: u64) -> Result<(), Failed> {
    let row = |number: Id128, code: Code| CodeRow { processing_number: number, code };
    let (mut rows, mut taken) = (Vec::new(), 0);
    for serial in batch * BATCH..(batch + 1) * BATCH {
        if let Some(earlier) = serial.checked_sub(LANES * BATCH) {
            match serial % 8 {
                0 => rows.push(row(numbers[&serial], drawn.code(earlier))),
                1 => rows.push(row(numbers[&earlier], drawn.code(PEOPLE + serial))),
                2 => rows.push(row(key(), drawn.code(2 * PEOPLE + serial))),
                3 => {
                    rows.push(row(numbers[&earlier], drawn.code(earlier)));
                    taken += 1;
                }
                _ => {}
            }
        }
        rows.push(row(numbers[&serial], drawn.code(serial)));
        taken += 1;
    }
    let answer: Accepted = world.network.client.post(&world.here.relay, CODES, key(), &Codes { rows }).await?;
    assert_eq!(answer.accepted, taken, "of batch {batch}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a soak: minutes"]
async fn soak_c_iii_6_r3_rel_1_a_hundred_thousand_people_have_one_code_each_and_no_two_the_same() {
    both(|world| async move {
        let mut seed = [0; 8];
        SystemEntropy.fill(&mut seed);
        let seed = u64::from_le_bytes(seed);
        println!("seed {seed}");
        let drawn = Drawn(seed);
        let numbers = tell_everybody(&world).await?;
        let (world_of, numbers_of) = (&world, &numbers);
        let lane = |lane: u64| async move {
            for batch in (lane..PEOPLE / BATCH).step_by(LANES as usize) {
                send(world_of, numbers_of, drawn, batch).await?;
            }
            Ok::<_, Failed>(())
        };
        try_join_all((0..LANES).map(lane)).await?;
        let counts = world.counts().await?;
        assert_eq!((counts["persons"], counts["codes"]), (PEOPLE, PEOPLE));
        let room = world.here.room().await?;
        let sql = "SELECT unified, sealed_code FROM person";
        let kept: Vec<Kept> = room.raw().read_blocking(|tx| Ok::<_, store::StoreError>(sql_query(sql).load(tx)?))?;
        let of: BTreeMap<String, u64> = (0..PEOPLE).map(|serial| (unified(serial).as_str().to_owned(), serial)).collect();
        let mut codes = HashSet::new();
        for Kept { unified, sealed_code } in &kept {
            let code = room.vault().open_cell(&Cell::new("person", unified, "sealed_code"), sealed_code)?;
            assert_eq!(code.as_slice(), drawn.code(of[unified]).as_slice(), "{unified} has another's code");
            codes.insert(<[u8; 16]>::try_from(&code[..16])?);
        }
        assert_eq!((kept.len() as u64, codes.len() as u64), (PEOPLE, PEOPLE));
        let all = stored(&world.rooms, &RoomName::new("relay", world.here.relay.municipality()));
        assert!(all.len() as u64 > PEOPLE * 32, "what is searched is the room");
        let open = all.windows(16).filter(|window| codes.contains(*window)).count();
        assert_eq!(open, 0, "codes lie open");
        println!("{PEOPLE} people, a code each, none open in {} bytes", all.len());
        world.stop().await;
        Ok(())
    })
    .await;
}
