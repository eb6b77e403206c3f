//! Codes (符号, protocol 1): who knows the number learns no code, who knows a code learns no number.

use std::collections::BTreeSet;

use http::StatusCode;
use protocol::messages::console::{self, OutboxMessages};
use protocol::messages::resident_network::CODE_REQUESTS;
use protocol::messages::{Accepted, Nothing};
use store::{Data, RoomName};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{World, both, key, number, refused, until};

const NETWORK: &str = "network.national";
const RESIDENT: &str = "resident-network.national";

async fn ask(world: &World, city: &str, rows: &[(Id128, u32)]) -> Result<u64, Failed> {
    let request = world.code_requests(&format!("atena.{city}"), &format!("relay.{city}"), rows).await?;
    let taken: Accepted = world.post(&format!("atena.{city}"), RESIDENT, CODE_REQUESTS, key(), &request).await?;
    Ok(taken.accepted)
}

#[tokio::test]
async fn r_rly_1_a_person_has_one_code_in_each_organisation_and_another_in_every_other() {
    both(|world| async move {
        let here = world.code("991015", 1).await?;
        let there = world.code("992020", 1).await?;
        let other = world.code("991015", 2).await?;
        assert_eq!(world.code("991015", 1).await?, here, "asked again, the same code");
        let all: BTreeSet<&[u8]> = [&here, &there, &other].map(|code| code.as_slice()).into();
        assert_eq!(all.len(), 3);
        let (resident, network) = (world.counts("resident-network").await?, world.counts("network").await?);
        assert_eq!((resident["people"], resident["codeRequests"]), (2, 4));
        assert_eq!((network["people"], network["codes"]), (2, 4));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_a_city_in_bulk_gets_a_code_for_every_row_and_each_once() {
    both(|world| async move {
        let rows: Vec<(Id128, u32)> = (1..=1_200).map(|person| (key(), person)).collect();
        let request = world.code_requests("atena.991015", "relay.991015", &rows).await?;
        let once = key();
        for _ in 0..2 {
            let taken: Accepted = world.post("atena.991015", RESIDENT, CODE_REQUESTS, once, &request).await?;
            assert_eq!(taken.accepted, 1_200);
        }
        until("all codes came", || world.here.got().codes.len() == 1_200).await?;
        {
            let got = world.here.got();
            assert_eq!(got.codes.values().map(|code| code.as_slice().to_vec()).collect::<BTreeSet<_>>().len(), 1_200);
            assert!(rows.iter().all(|(processing_number, _)| got.codes.contains_key(processing_number)));
        }
        assert_eq!(world.counts("resident-network").await?["people"], 1_200);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_05_atena_asks_for_the_relay_of_its_own_city_and_nobody_else_asks_at_all() {
    both(|world| async move {
        for organisation in ["relay.992020", "portal.national"] {
            let request = world.code_requests("atena.991015", organisation, &[(key(), 1)]).await?;
            let taken: Result<Accepted, _> = world.post("atena.991015", RESIDENT, CODE_REQUESTS, key(), &request).await;
            refused(taken, StatusCode::FORBIDDEN);
        }
        let request = world.code_requests("atena.992020", "relay.992020", &[(key(), 1)]).await?;
        for party in ["registry.991015", "relay.991015", "hub-core.national"] {
            let taken: Result<Accepted, _> = world.post(party, RESIDENT, CODE_REQUESTS, key(), &request).await;
            refused(taken, StatusCode::FORBIDDEN);
        }
        // sealed by one city, sent by another: it does not open
        let mut moved = request;
        moved.organisation = "relay.991015".parse()?;
        let taken: Result<Accepted, _> = world.post("atena.991015", RESIDENT, CODE_REQUESTS, key(), &moved).await;
        assert_eq!(refused(taken, StatusCode::UNPROCESSABLE_ENTITY), "sealed-lines");
        assert_eq!(world.counts("resident-network").await?["people"], 0);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_an_organisation_that_is_down_or_will_not_take_a_code_holds_up_no_other() {
    both(|world| async move {
        world.here.faults.add(FaultRule::every("/relay/v1/codes", 1, Fault::DropRequest));
        let [bad, good, late] = [key(), key(), key()];
        world.there.got().untakeable.push(bad);
        ask(&world, "991015", &[(late, 3)]).await?;
        ask(&world, "992020", &[(bad, 1), (good, 2)]).await?;
        until("the good code came", || world.there.got().codes.contains_key(&good)).await?;
        until("the bad one was tried alone", || world.there.got().deliveries >= 3).await?;
        let tried = world.there.got().deliveries;
        ask(&world, "992020", &[(key(), 4)]).await?;
        until("the next came", || world.there.got().codes.len() == 2).await?;
        assert_eq!(world.there.got().deliveries, tried + 1, "what will never be taken is not sent again");
        assert!(world.here.got().codes.is_empty());
        world.here.faults.clear();
        until("the late one came", || world.here.got().codes.contains_key(&late)).await?;
        world.there.got().untakeable.clear();
        let (other, console, network) = (world.client("console.991015")?, world.client("console.992020")?, NETWORK.parse()?);
        // what was taken a moment ago may not have left the outbox yet
        let mut others: OutboxMessages = other.get(&network, &console::outbox("network")).await?;
        while others.messages.iter().any(|message| message.peer == "relay.991015" && !message.dead) {
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            others = other.get(&network, &console::outbox("network")).await?;
        }
        assert!(others.messages.is_empty(), "another city's console sees nothing of it");
        let messages: OutboxMessages = console.get(&network, &console::outbox("network")).await?;
        let dead: Vec<_> = messages.messages.iter().filter(|message| message.dead).collect();
        let [dead] = dead.as_slice() else { return Err(format!("one dead letter, not {messages:?}").into()) };
        assert_eq!((dead.peer.as_str(), dead.kind.as_str()), ("relay.992020", "codes"));
        let path = console::outbox_retry("network").replace("{key}", &dead.key.to_string());
        let _: Nothing = console.post(&network, &path, key(), &Nothing {}).await?;
        until("what was not taken is offered again by an operator", || world.there.got().codes.contains_key(&bad)).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_codes_that_were_on_their_way_at_a_stop_arrive_after_the_start_at_each_step() {
    both(|mut world| async move {
        world.faults[NETWORK].add(FaultRule::every("/network/v1/links", 1, Fault::DropAnswer));
        world.here.faults.add(FaultRule::every("/relay/v1/codes", 1, Fault::DropRequest));
        let processing_number = key();
        ask(&world, "991015", &[(processing_number, 1)]).await?;
        world.restart(RESIDENT).await?;
        world.restart(NETWORK).await?;
        world.faults[NETWORK].clear();
        world.restart(RESIDENT).await?;
        world.here.faults.clear();
        world.restart(NETWORK).await?;
        until("the code came", || world.here.got().codes.contains_key(&processing_number)).await?;
        assert_eq!(world.counts("network").await?["people"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_two_organisations_may_use_the_same_processing_number() {
    both(|world| async move {
        let same = key();
        ask(&world, "991015", &[(same, 1)]).await?;
        ask(&world, "992020", &[(same, 2)]).await?;
        until("both came", || world.here.got().codes.contains_key(&same) && world.there.got().codes.contains_key(&same)).await?;
        assert_ne!(world.here.got().codes[&same], world.there.got().codes[&same]);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_06_an_individual_number_lies_open_nowhere_and_the_network_system_never_has_it() {
    both(|world| async move {
        world.code("991015", 77).await?;
        let rooms = world.rooms.clone();
        world.stop().await;
        assert!(rooms.existing(&RoomName::national("network"))?.is_some());
        if let Data::Folder(folder) = rooms.data() {
            let (mut paths, mut looked) = (vec![folder.clone()], 0);
            while let Some(path) = paths.pop() {
                if path.is_dir() {
                    paths.extend(std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?);
                    continue;
                }
                let bytes = std::fs::read(&path)?;
                assert!(!bytes.windows(12).any(|window| window == number(77).as_bytes()), "{} holds the number", path.display());
                looked += 1;
            }
            assert!(looked > 4);
        }
        Ok(())
    })
    .await;
}
