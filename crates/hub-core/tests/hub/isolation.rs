//! No municipality reaches another's data, and no number leaves or lies open.

use http::StatusCode;
use line::WireError;
use protocol::messages::console::{OutboxMessages, outbox};
use protocol::messages::hub::{HubResults, REGISTRATION_TASKS, RESULTS, TaskReceipt};
use wire::faults::{Fault, FaultRule};

use crate::support::{both, key, number, person, refused};

#[tokio::test]
async fn r_pmh_6_a_municipality_sees_no_task_result_or_template_of_another() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1)]).await?;
        hub.done("991015", task).await?;
        refused(hub.status("992020", task).await, StatusCode::NOT_FOUND);
        assert!(hub.results("992020", 0).await?.rows.is_empty());
        let theirs = hub.register("992020", &[person(1)]).await?;
        let status = hub.done("992020", theirs).await?;
        assert_eq!(status.rows[0].errors[0].code, "unknownTemplate", "a template of one city is no template of another");
        refused(hub.status("991015", theirs).await, StatusCode::NOT_FOUND);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_6_only_registries_register_and_download() {
    both(|hub| async move {
        let console = hub.ring.house("console.991015")?.client;
        let results: Result<HubResults, _> = console.get(&hub.running.party, &format!("{RESULTS}?after=0")).await;
        refused(results, StatusCode::FORBIDDEN);
        let relay = hub.ring.house("relay.991015")?.client.within(std::time::Duration::from_millis(300));
        let receipt: Result<TaskReceipt, _> = relay.post(&hub.running.party, REGISTRATION_TASKS, key(), &[person(1)]).await;
        assert!(matches!(receipt, Err(WireError::NoToken { .. })), "{receipt:?}");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_6_a_console_sees_the_messages_of_its_own_city_and_another_citys_that_wait_hold_its_exchange_up_no_longer_than_patience() {
    both(|hub| async move {
        hub.edge.faults.add(FaultRule::every("/edge/v1/deliveries", 1, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        for city in ["991015", "992020"] {
            hub.template(city, 1).await?;
        }
        let task = hub.register("992020", &[person(1)]).await?;
        hub.done("992020", task).await?;
        let (mut own, mut others) = (0, 0);
        for _ in 0..400 {
            let seen = async |city: &str| -> Result<OutboxMessages, wire::testing::Failed> {
                let console = hub.ring.house(&format!("console.{city}"))?.client;
                Ok(console.get(&hub.running.party, &outbox("hub-core")).await?)
            };
            (own, others) = (seen("992020").await?.messages.len(), seen("991015").await?.messages.len());
            if own == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!((own, others), (2, 0));
        let exchanged = hub.exchange().await?;
        assert_eq!((exchanged.keys, exchanged.delivered), (1, 0));
        assert_eq!(exchanged.behind, [vocabulary::MunicipalityCode::parse("992020")?], "the city that asked has nothing that waits");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_ii_6_pmh_3_a_number_is_sealed_at_rest_and_in_no_answer() {
    store::testing::both(|rooms| async move {
        let data = rooms.data().clone();
        let hub = crate::support::started(rooms).await?;
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1)]).await?;
        let status = hub.done("991015", task).await?;
        hub.exchange().await?;
        assert!(!serde_json::to_string(&status)?.contains(&number(1)));
        assert!(!serde_json::to_string(&*hub.edge.portions.lock().unwrap())?.contains(&number(1)));
        hub.running.stop().await;
        if let store::Data::Folder(folder) = data {
            let (mut files, mut looked) = (vec![folder], 0);
            while let Some(path) = files.pop() {
                if path.is_dir() {
                    files.extend(std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?);
                    continue;
                }
                let bytes = std::fs::read(&path)?;
                for secret in [number(1), "見本花子".to_owned()] {
                    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{} holds what must be sealed", path.display());
                }
                looked += 1;
            }
            assert!(looked > 3);
        }
        Ok::<_, wire::testing::Failed>(())
    })
    .await;
}
