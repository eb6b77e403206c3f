//! What does not start, what is not read, and the shape of every refusal.

use std::time::Duration;

use crate::support::{self, Answer, Ask, both, ring};
use bytes::Bytes;
use futures::StreamExt;
use http::StatusCode;
use protocol::ProblemDocument;
use wire::{ServeError, Service};

#[tokio::test]
async fn a_route_whose_action_no_policy_permits_does_not_start() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let totals = support::totals(&house).await?;
        let service = Service::new(&totals.room).routes(support::uncovered(totals));
        match wire::serve(&house, service).await {
            Err(error @ ServeError::Uncovered { .. }) => {
                let said = error.to_string();
                assert!(said.contains("/atena/v1/nothing") && said.contains("atena:nothing.done"), "{said}");
            }
            other => panic!("{other:?}"),
        }
        let totals = support::totals(&house).await?;
        let twice = Service::new(&totals.room).routes(support::routes(totals.clone())).routes(support::routes(totals));
        assert!(matches!(wire::serve(&house, twice).await, Err(ServeError::Twice { .. })));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_every_server_answers_tells_nothing_inside_to_who_shows_no_certificate() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?.public()).await?;
        let phone = support::phone(&ring, &running)?;
        let base = format!("https://{}:{}", running.party.dns_name(), running.addr.port());
        for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 401), ("/openapi.json", 200), ("/oauth/token", 405)] {
            assert_eq!(phone.get(format!("{base}{path}")).send().await?.status(), status, "{path}");
        }
        for path in ["/oauth/token", "/oauth/introspect"] {
            assert_eq!(phone.post(format!("{base}{path}")).send().await?.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn large_slow_and_broken_bodies_are_refused_as_the_callers_fault() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let mut house = ring.house("atena.991015")?;
        house.setting.limits.body_bytes = 1000;
        house.setting.limits.body_seconds = 1;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let token = support::token(&ring, "registry.991015", &running, None).await?;
        let send = async |body: reqwest::Body| -> Result<(StatusCode, ProblemDocument), wire::testing::Failed> {
            let answer = support::raw(&ring, "registry.991015", &running, |http, base| {
                http.post(format!("{base}{}", support::ADD))
                    .bearer_auth(&token)
                    .header("idempotency-key", "0123456789abcdef")
                    .header("content-type", "application/json")
                    .body(body)
            })
            .await?;
            assert_eq!(answer.headers()["content-type"], protocol::PROBLEM_JSON);
            let id = answer.headers()["x-request-id"].to_str()?.to_owned();
            let (status, problem) = (answer.status(), answer.json::<ProblemDocument>().await?);
            assert_eq!(problem.status, status.as_u16());
            assert_eq!(problem.request_id.ok_or("an id")?.to_string(), id);
            Ok((status, problem))
        };
        let (status, problem) = send(vec![b' '; 1001].into()).await?;
        assert_eq!((status, problem.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));

        let never = futures::stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"{")) }).chain(futures::stream::pending());
        let (status, problem) = send(support::streamed(never)).await?;
        assert_eq!((status, problem.code()), (StatusCode::REQUEST_TIMEOUT, "slow-body"));

        let (status, problem) = send(r#"{"amount": "見本 花子"}"#.into()).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(!serde_json::to_string(&problem)?.contains("見本"), "what was sent is not sent back");
        assert!(problem.detail.ok_or("a detail")?.contains("line 1 column"));

        let (status, _) = send(r#"{"amount": 1, "more": 2}"#.into()).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "unknown fields are refused");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_body_is_taken_up_to_the_partys_own_limit() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let token = support::token(&ring, "registry.991015", &running, None).await?;
        let body = format!("{}{}", " ".repeat(3 << 20), r#"{"amount": 1}"#);
        let answer = support::raw(&ring, "registry.991015", &running, |http, base| {
            let request = http.post(format!("{base}{}", support::ADD)).bearer_auth(&token).header("idempotency-key", "0123456789abcdef");
            request.header("content-type", "application/json").body(body)
        })
        .await?;
        assert!(answer.status().is_success(), "{}", answer.text().await?);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document_too() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        for (method, path, status) in [("GET", "/nowhere", 404), ("DELETE", support::ADD, 405)] {
            let url = format!("https://{}:{}{path}", running.party.dns_name(), running.addr.port());
            let answer = support::raw(&ring, "registry.991015", &running, |http, _| http.request(method.parse().unwrap(), url)).await?;
            assert_eq!(answer.status(), status);
            let problem: ProblemDocument = answer.json().await?;
            assert_eq!(problem.status, status);
            assert!(problem.request_id.is_some());
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_told_to_come_back() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let mut house = ring.house("atena.991015")?;
        house.setting.limits.requests = 2;
        let faults = wire::faults::Faults::none();
        faults.add(wire::faults::FaultRule::every(support::ADD, 1, wire::faults::Fault::Delay(Duration::from_millis(100))));
        let running = wire::serve(&house, support::atena(&house).await?.faults(&faults)).await?;
        let registry = ring.house("registry.991015")?.client;
        let mut figures = String::new();
        // on a busy machine the requests of one round may come one after the other
        for _ in 0..50 {
            // the client comes back by itself until all are served
            let all: Vec<_> = (0..8)
                .map(|_| {
                    let (registry, party) = (registry.clone(), running.party.clone());
                    let key = vocabulary::Entropy::id128(&vocabulary::SystemEntropy);
                    tokio::spawn(async move { registry.post::<_, Answer>(&party, support::ADD, key, &Ask { amount: 1 }).await })
                })
                .collect();
            for one in all {
                one.await??;
            }
            figures =
                support::raw(&ring, "registry.991015", &running, |http, base| http.get(format!("{base}/metrics"))).await?.text().await?;
            if figures.contains("status=\"503\"") {
                break;
            }
        }
        assert!(figures.contains("status=\"503\""), "{figures}");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_are_served_on_this_machine_alone() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let mut house = ring.house("atena.991015")?;
        let pages = || Service::without_room().pages();
        let running = wire::serve(&house, pages()).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        assert_eq!(http.get(format!("http://{}/healthz", running.addr)).send().await?.text().await?, "ok");
        running.stop().await;
        house.setting.pages = Some(([0, 0, 0, 0], 0).into());
        assert!(matches!(wire::serve(&house, pages()).await, Err(ServeError::NotLoopback)));
        Ok(())
    })
    .await;
}
