//! C-III-2-R1-PMH-4, C-II-3-PMH-9: numbers that come back from the payers' hub other than they went, twice or not at all, late or lost, link no key.

use std::collections::HashSet;
use std::time::Duration;

use diesel::sql_types::{BigInt, Binary, Nullable};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use vault::Cell;
use vocabulary::{Entropy as _, Id128, SeededEntropy, SystemEntropy};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{Hub, both, number, person};

/// People of one request to the hub.
const BATCH: u32 = 500;

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Binary)]
    number: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    pmh_key: Option<Vec<u8>>,
}

/// What the hub keeps of everybody, opened: number and key.
async fn kept(hub: &Hub) -> Result<Vec<(String, Option<String>)>, Failed> {
    let room = hub.room("991015").await?;
    let sql = "SELECT id, number, pmh_key FROM person";
    let kept: Vec<Kept> = room.raw().read_blocking(|tx| Ok::<_, store::StoreError>(sql_query(sql).load(tx)?))?;
    let open = |id: i64, column: &str, sealed: &[u8]| room.vault().open_cell(&Cell::new("person", &id.to_be_bytes(), column), sealed);
    let one = |Kept { id, number, pmh_key }: Kept| {
        let number = String::from_utf8(open(id, "number", &number)?.to_vec())?;
        let key = pmh_key.map(|key| open(id, "pmh_key", &key)).transpose()?;
        let key = key.map(|key| Id128::from_bytes(key.as_slice().try_into().unwrap()).to_string());
        Ok::<_, Failed>((number, key))
    };
    kept.into_iter().map(one).collect()
}

/// Rows of an answer as they come: one in so many has a digit of its number altered, is of somebody who was not asked for, comes twice with another key,
/// or is left out.
fn altered(one_in: u8, seed: u64) -> impl FnMut(&str, &str) -> String {
    let dice = SeededEntropy::new(seed);
    move |key, number| {
        let mut thrown = [0; 4];
        dice.fill(&mut thrown);
        let [chance, kind, place, digit] = thrown;
        if chance % one_in != 0 {
            return format!("{key},{number}\n");
        }
        match kind % 8 {
            0 => String::new(),
            1 => format!("{key},{number}\n{},{number}\n", SystemEntropy.id128()),
            2 => format!("{key},{}\n", crate::support::number(1_000_000 + u32::from(place))),
            _ => {
                let at = usize::from(place) % number.len();
                let other = |(place, was): (usize, u8)| if place == at { b'0' + (was - b'0' + 1 + digit % 9) % 10 } else { was };
                format!("{key},{}\n", String::from_utf8(number.bytes().enumerate().map(other).collect()).unwrap())
            }
        }
    }
}

/// Registers so many people while answers are altered, and holds every key against what was minted for the number → alarms among the newest entries.
async fn link(hub: &Hub, people: u32, one_in: u8, seed: u64) -> Result<usize, Failed> {
    *hub.payers.row.lock().unwrap() = Some(Box::new(altered(one_in, seed)));
    for fault in [Fault::DropAnswer, Fault::DropRequest, Fault::Duplicate, Fault::Delay(Duration::from_millis(300))] {
        hub.payers.faults.add(FaultRule::every("/payers-hub", 7, fault));
    }
    hub.template("991015", 1).await?;
    for first in (1..=people).step_by(BATCH as usize) {
        let rows: Vec<_> = (first..(first + BATCH).min(people + 1)).map(person).collect();
        hub.register("991015", &rows).await?;
    }
    let mut keys = Vec::new();
    for _ in 0..6_000 {
        keys = kept(hub).await?;
        // At every moment what is there is right.
        let minted = hub.payers.minted.lock().unwrap().clone();
        for (number, key) in &keys {
            assert!(key.is_none() || *key == minted.get(number).map(ToString::to_string), "a key of somebody else");
        }
        if keys.len() as u64 == u64::from(people) && keys.iter().all(|(_, key)| key.is_some()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(if people > 10_000 { 5_000 } else { 100 })).await;
    }
    let linked: HashSet<&Option<String>> = keys.iter().map(|(_, key)| key).collect();
    assert_eq!((keys.len(), linked.len()), (people as usize, people as usize), "each has a key, and no two the same");
    let numbers: HashSet<&str> = keys.iter().map(|(number, _)| number.as_str()).collect();
    assert!((1..=people).all(|person| numbers.contains(number(person).as_str())));
    let entries = ledger::newest(hub.room("991015").await?.raw(), 1_000).await?;
    let alarmed = entries.iter().filter(|found| found.entry().is_ok_and(|entry| entry.detail.contains("not asked for"))).count();
    assert!(alarmed > 0, "nothing was altered, or nobody was told");
    Ok(alarmed)
}

fn drawn() -> u64 {
    let mut seed = [0; 8];
    SystemEntropy.fill(&mut seed);
    u64::from_le_bytes(seed)
}

#[tokio::test]
async fn c_iii_2_r1_pmh_4_a_number_that_comes_back_altered_is_caught_and_links_no_key() {
    both(|hub| async move {
        let seed = drawn();
        println!("seed {seed}");
        link(&hub, 300, 10, seed).await?;
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a soak: minutes"]
async fn soak_c_iii_2_r1_pmh_4_of_a_hundred_thousand_answers_those_with_other_numbers_link_no_key() {
    both(|hub| async move {
        let seed = drawn();
        println!("seed {seed}");
        let alarmed = link(&hub, 100_000, 100, seed).await?;
        println!("100,000 people, each with their own key; {alarmed} alarms among the newest entries");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
