//! PMH keys (R-PMH-3): minted once for a number, told to online eligibility without it, given to the portal at first use.

use std::collections::BTreeMap;

use diesel::sql_types::Binary;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use http::StatusCode;
use line::WireError;
use protocol::Private;
use protocol::messages::Accepted;
use protocol::messages::online_eligibility::{self, FIRST_USES, FirstUse, FirstUseAnswer, LINK_NUMBERS, LinkNumbers, PmhKeyRow, PmhKeys};
use protocol::messages::payers_hub::{PMH_KEYS, PmhKeysAnswer, PmhKeysRequest};
use protocol::sealing::Batch;
use store::RoomName;
use store::testing::{contains, stored};
use vault::Cell;
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{World, both, key, number, refused};

const PAYERS: &str = "payers-hub.national";
const CORE: &str = "hub-core.national";
const ELIGIBILITY: &str = "online-eligibility.national";

async fn request(world: &World, lines: &[String]) -> Result<PmhKeysRequest, Failed> {
    let request_id = key();
    Ok(PmhKeysRequest { request_id, numbers: world.sealed(CORE, PAYERS, PMH_KEYS, request_id, lines).await? })
}

/// Number → key, opened with the hub core's own key.
fn opened(world: &World, answer: &PmhKeysAnswer) -> Result<BTreeMap<String, String>, Failed> {
    let (sender, receiver) = (PAYERS.parse()?, CORE.parse()?);
    let batch = Batch { sender: &sender, receiver: &receiver, kind: PMH_KEYS, request: answer.request_id };
    let lines = batch.open(&world.core.receiver, &answer.rows)?;
    let pairs = lines.iter().map(|line| line.split_once(',').map(|(key, number)| (number.to_owned(), key.to_owned())).ok_or("a pair"));
    Ok(pairs.collect::<Result<_, _>>()?)
}

async fn mint(world: &World, people: &[u32]) -> Result<BTreeMap<String, String>, Failed> {
    let lines: Vec<String> = people.iter().map(|person| number(*person)).collect();
    let request = request(world, &lines).await?;
    let answer: PmhKeysAnswer = world.post(CORE, PAYERS, PMH_KEYS, request.request_id, &request).await?;
    opened(world, &answer)
}

async fn first_use(world: &World, serial: &str) -> Result<FirstUseAnswer, WireError> {
    let request = FirstUse { certificate_serial: serial.to_owned() };
    world.client("portal.national").unwrap().ask(&ELIGIBILITY.parse().unwrap(), FIRST_USES, &request).await
}

/// The answer once online eligibility has heard of the card with so many keys.
async fn known(world: &World, serial: &str, keys: usize) -> Result<FirstUseAnswer, Failed> {
    for _ in 0..2_400 {
        match first_use(world, serial).await {
            Ok(answer) if answer.pmh_keys.len() == keys => return Ok(answer),
            _ => tokio::time::sleep(std::time::Duration::from_millis(25)).await,
        }
    }
    Err("online eligibility has not heard of it after a minute".into())
}

#[tokio::test]
async fn r_pmh_3_a_number_keeps_its_key_whoever_is_asked_with_it_and_however_often() {
    both(|world| async move {
        let first = mint(&world, &[1, 2, 1]).await?;
        assert_eq!(first.len(), 2);
        assert_ne!(first[&number(1)], first[&number(2)]);
        let again = mint(&world, &[2, 3]).await?;
        assert_eq!(again[&number(2)], first[&number(2)]);
        let request = request(&world, &[number(4)]).await?;
        let once = key();
        let answer: PmhKeysAnswer = world.post(CORE, PAYERS, PMH_KEYS, once, &request).await?;
        let twice: PmhKeysAnswer = world.post(CORE, PAYERS, PMH_KEYS, once, &request).await?;
        assert_eq!(twice, answer);
        let all = tokio::join!(mint(&world, &[5]), mint(&world, &[5]), mint(&world, &[5]));
        let (one, two, three) = (all.0?, all.1?, all.2?);
        assert!(one == two && two == three, "parallel callers get one key");
        assert_eq!(world.counts("payers-hub").await?["keys"], 5);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_2_r4_pmh_1_numbers_and_keys_go_sealed_to_the_hub_core_alone() {
    both(|world| async move {
        let request = request(&world, &[number(1)]).await?;
        for party in ["portal.national", "resident-register.991015", "registry.991015", "resident-network.national"] {
            let answer: Result<PmhKeysAnswer, _> = world.post(party, PAYERS, PMH_KEYS, key(), &request).await;
            refused(answer, StatusCode::FORBIDDEN);
        }
        let answer: PmhKeysAnswer = world.post(CORE, PAYERS, PMH_KEYS, key(), &request).await?;
        let keys = opened(&world, &answer)?;
        let text = serde_json::to_string(&answer)?;
        assert!(!text.contains(&number(1)) && !text.contains(&keys[&number(1)]));
        let (sender, receiver) = (PAYERS.parse()?, CORE.parse()?);
        let batch = Batch { sender: &sender, receiver: &receiver, kind: PMH_KEYS, request: answer.request_id };
        assert!(batch.open(&world.here.receiver, &answer.rows).is_err(), "another's key does not open it");
        let another = Batch { request: key(), ..batch };
        assert!(another.open(&world.core.receiver, &answer.rows).is_err(), "nor does it pass for another request's");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_a_line_that_is_no_number_refuses_the_batch_by_its_place_and_without_its_text() {
    both(|world| async move {
        let bad = "123456789012".to_owned();
        let request = request(&world, &[number(1), bad.clone()]).await?;
        let answer: Result<PmhKeysAnswer, _> = world.post(CORE, PAYERS, PMH_KEYS, key(), &request).await;
        let error = answer.unwrap_err();
        let problem = error.refusal().unwrap();
        let rows: Vec<(u64, &str)> = problem.rows.iter().map(|row| (row.row, row.code.as_str())).collect();
        assert_eq!((problem.status, rows), (422, vec![(2, "notANumber")]));
        assert!(!serde_json::to_string(problem)?.contains(&bad), "{problem}");
        assert_eq!(world.counts("payers-hub").await?["people"], 0);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_4_first_use_gives_pseudonym_and_keys_and_a_renewed_card_is_the_same_person() {
    both(|world| async move {
        let (first, _) = world.card(1).await?;
        let before = known(&world, &first, 0).await?;
        let minted = mint(&world, &[1]).await?;
        let after = known(&world, &first, 1).await?;
        assert_eq!(after.pseudonym, before.pseudonym);
        assert_eq!(after.pmh_keys[0].expose().to_string(), minted[&number(1)]);
        let (second, _) = world.card(1).await?;
        assert_eq!(known(&world, &second, 1).await?, after);
        let (other, _) = world.card(2).await?;
        assert_ne!(known(&world, &other, 0).await?.pseudonym, after.pseudonym);
        refused(first_use(&world, "00").await, StatusCode::NOT_FOUND);
        for party in ["hub-core.national", "relay.991015", "console.991015"] {
            let request = FirstUse { certificate_serial: first.clone() };
            let answer: Result<FirstUseAnswer, _> = world.client(party)?.ask(&ELIGIBILITY.parse()?, FIRST_USES, &request).await;
            refused(answer, StatusCode::FORBIDDEN);
        }
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_a_second_key_for_one_person_is_refused_and_the_first_stays() {
    both(|world| async move {
        let keys = |byte: u8| {
            let (pmh_key, link_number) = (Private::new(Id128::from_bytes([byte; 16])), Private::new(Id128::from_bytes([9; 16])));
            PmhKeys { rows: vec![PmhKeyRow { pmh_key, link_number }] }
        };
        let tell = |message: PmhKeys| {
            let world = &world;
            async move { world.post::<_, Accepted>(PAYERS, ELIGIBILITY, online_eligibility::PMH_KEYS, key(), &message).await }
        };
        tell(keys(1)).await?;
        tell(keys(1)).await?;
        refused(tell(keys(2)).await, StatusCode::FORBIDDEN);
        let links = LinkNumbers { rows: Vec::new() };
        let taken: Result<Accepted, _> = world.post(CORE, ELIGIBILITY, LINK_NUMBERS, key(), &links).await;
        refused(taken, StatusCode::FORBIDDEN);
        assert_eq!(world.counts("online-eligibility").await?["keys"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_what_online_eligibility_was_not_told_before_a_stop_it_is_told_after_the_start() {
    both(|mut world| async move {
        world.faults[ELIGIBILITY].add(FaultRule::every("/online-eligibility/v1", 1, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        let (serial, _) = world.card(1).await?;
        mint(&world, &[1]).await?;
        world.restart(PAYERS).await?;
        world.faults[ELIGIBILITY].clear();
        world.restart(PAYERS).await?;
        known(&world, &serial, 1).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Binary)]
    index: Vec<u8>,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// What a party keeps sealed in a column of its people, opened with its own key.
async fn open(world: &World, party: &str, table: &str, column: &str) -> Result<Vec<Vec<u8>>, Failed> {
    let house = world.ring.house(party)?;
    let kind = outside::PARTIES.iter().find(|kind| kind.system() == house.party.system()).ok_or("no such party")?;
    let room = work::open_room(&house, kind.migrations).await?;
    let sql = format!("SELECT number_index AS \"index\", {column} AS sealed FROM {table}");
    let kept: Vec<Kept> = room.raw().read_blocking(|tx| Ok::<_, store::StoreError>(sql_query(sql).load(tx)?))?;
    let cells = kept.iter().map(|Kept { index, sealed }| Ok(room.vault().open_cell(&Cell::new(table, index, column), sealed)?.to_vec()));
    cells.collect()
}

#[tokio::test]
async fn r_out_no_key_link_number_pseudonym_or_code_of_a_person_lies_open_at_the_parties_that_made_them() {
    both(|world| async move {
        let (serial, _) = world.card(1).await?;
        let minted = mint(&world, &[1]).await?;
        let known = known(&world, &serial, 1).await?;
        let code = world.code("991015", 1).await?;
        let mut secrets = open(&world, PAYERS, "payer_person", "sealed_link").await?;
        secrets.extend(open(&world, "resident-network.national", "listed_person", "sealed_code").await?);
        assert_eq!(secrets.iter().map(Vec::len).collect::<Vec<_>>(), [16, 11], "a link number and a resident-record code");
        secrets.extend([known.pmh_keys[0].expose().as_bytes().to_vec(), known.pseudonym.expose().as_bytes().to_vec()]);
        secrets.push(code.as_slice().to_vec());
        assert_eq!(minted[&number(1)], known.pmh_keys[0].expose().to_string());
        for system in ["payers_hub", "online_eligibility", "resident_network", "network"] {
            let all = stored(&world.rooms, &RoomName::national(system));
            assert!(contains(&all, system.replace('_', "-").as_bytes()), "what is searched is the room of {system}");
            for secret in &secrets {
                assert!(
                    !contains(&all, secret) && !contains(&all, hex::encode(secret).as_bytes()),
                    "{system} keeps {} bytes open",
                    secret.len()
                );
            }
        }
        world.stop().await;
        Ok(())
    })
    .await;
}
