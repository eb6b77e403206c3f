//! Parties over real mutual TLS on loopback: who gets in, with what, and what they are told.

use std::time::Duration;

use crate::support::{self, Answer, Ask, both, ring};
use diesel::RunQueryDsl as _;
use http::StatusCode;
use line::{Client, WireError};
use vocabulary::{Entropy, SystemEntropy};
use wire::testing::{Failed, Ring};
use wire::{Running, Service};

fn key() -> vocabulary::Id128 {
    SystemEntropy.id128()
}

async fn started(ring: &Ring) -> Result<(Running, Client), Failed> {
    let house = ring.house("atena.991015")?;
    let running = wire::serve(&house, support::atena(&house).await?).await?;
    Ok((running, ring.house("registry.991015")?.client))
}

fn refused(outcome: Result<Answer, WireError>, status: StatusCode) {
    let error = outcome.expect_err("refused");
    assert!(error.is_status(status), "{error} is not {status}");
}

#[tokio::test]
async fn a_party_with_certificate_token_and_key_is_served() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, registry) = started(&ring).await?;
        let answer: Answer = registry.post(&running.party, support::ADD, key(), &Ask { amount: 3 }).await?;
        assert_eq!(answer.total, 3);
        let answer: Answer = registry.get(&running.party, "/atena/v1/totals/sum?after=2").await?;
        assert_eq!(answer.total, 3);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_certificate_of_the_authority_nobody_gets_in() {
    both(|rooms| async move {
        let ring = ring(rooms.clone())?;
        let (running, _) = started(&ring).await?;
        let phone = ring.phone()?.within(Duration::from_millis(300));
        let outcome = phone.get::<Answer>(&running.party, "/keys").await;
        assert!(matches!(outcome, Err(WireError::NotReached { .. })), "{outcome:?}");

        // the same name, certified by another authority
        let other = support::ring(rooms)?;
        let impostor = other.house("registry.991015")?.client.within(Duration::from_millis(300));
        impostor.peers().put(running.party.clone(), running.addr);
        let outcome = impostor.get::<Answer>(&running.party, "/keys").await;
        assert!(matches!(outcome, Err(WireError::NotReached { .. })), "{outcome:?}");

        // the same where it believes the server, so that it is the server that refuses; by its own certificate the party is answered
        let (own, base) = ring.bare_client("registry.991015", &running)?;
        let answer = own.http1_only().build()?.get(format!("{base}/keys")).send().await?;
        assert_eq!(answer.status(), StatusCode::OK);
        let foreign = other.house("registry.991015")?.identity;
        let foreign = reqwest::Identity::from_pem(format!("{}{}", foreign.chain_pem(), foreign.key_pem()).as_bytes())?;
        let (impostor, base) = ring.bare_client("registry.991015", &running)?;
        let outcome = impostor.identity(foreign).http1_only().build()?.get(format!("{base}/keys")).send().await;
        assert!(matches!(&outcome, Err(error) if error.status().is_none()), "{outcome:?}");
        let why = format!("{:?}", outcome.unwrap_err());
        assert!(why.contains("AlertReceived"), "the server broke it off: {why}");

        // a server is believed only under the name it was asked by
        let registry = ring.house("registry.991015")?.client.absent_after(Duration::from_millis(300));
        let begun = std::time::Instant::now();
        let relay: vocabulary::Party = "relay.991015".parse()?;
        registry.peers().put(relay.clone(), running.addr);
        let outcome = registry.keys(&relay).await;
        assert!(matches!(outcome, Err(WireError::NotReached { .. })), "{outcome:?}");
        assert!(begun.elapsed() < Duration::from_secs(20), "whoever is away is given up long before a slow answer is");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c3_a_token_is_asked_for_and_another_partys_is_refused() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, registry) = started(&ring).await?;
        let relay = ring.house("relay.991015")?.client;
        let atena = &running.party;

        let token = support::token(&ring, "registry.991015", &running, None).await?;
        refused(relay.with_bearer(&token).post(atena, support::ADD, key(), &Ask { amount: 1 }).await, StatusCode::UNAUTHORIZED);
        let _: Answer = registry.with_bearer(&token).post(atena, support::ADD, key(), &Ask { amount: 1 }).await?;

        // without a token at all: a certificate alone is not enough
        let answer =
            support::raw(&ring, "registry.991015", &running, |http, base| http.get(format!("{base}/atena/v1/totals/sum?after=0"))).await?;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers()["content-type"], protocol::PROBLEM_JSON);
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");

        for nonsense in ["", "nonsense", "0".repeat(64).as_str()] {
            refused(registry.with_bearer(nonsense).post(atena, support::ADD, key(), &Ask { amount: 1 }).await, StatusCode::UNAUTHORIZED);
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c3_a_token_without_the_scope_is_forbidden() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, registry) = started(&ring).await?;
        let scope = "K02:atena/v1/totals/name:Read";
        let token = support::token(&ring, "registry.991015", &running, Some(scope)).await?;
        let registry = registry.with_bearer(&token);
        let _: Answer = registry.get(&running.party, "/atena/v1/totals/sum?after=0").await?;
        refused(registry.post(&running.party, support::ADD, key(), &Ask { amount: 1 }).await, StatusCode::FORBIDDEN);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_an_assertion_gives_one_token_once_and_only_to_its_party() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, _) = started(&ring).await?;
        let form = support::assertion(&ring, "registry.991015", &running.party)?;
        let url = |base: &str| format!("{base}/oauth/token");
        let stolen = support::raw(&ring, "relay.991015", &running, |http, base| http.post(url(base)).form(&form)).await?;
        assert_eq!(stolen.status(), StatusCode::UNAUTHORIZED, "client and certificate are two parties");
        let first = support::raw(&ring, "registry.991015", &running, |http, base| http.post(url(base)).form(&form)).await?;
        assert_eq!(first.status(), StatusCode::OK);
        let token = first.json::<serde_json::Value>().await?["access_token"].as_str().unwrap().to_owned();
        let again = support::raw(&ring, "registry.991015", &running, |http, base| http.post(url(base)).form(&form)).await?;
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(again.json::<serde_json::Value>().await?["error"], "invalid_client");

        // introspection: its own party is told, another is not
        for (asker, active) in [("registry.991015", true), ("relay.991015", false)] {
            let body = std::collections::BTreeMap::from([("token", token.clone())]);
            let told = support::raw(&ring, asker, &running, |http, base| http.post(format!("{base}/oauth/introspect")).form(&body)).await?;
            let told: serde_json::Value = told.json().await?;
            assert_eq!(told["active"], active, "{asker}");
            assert_eq!(told.get("scope").is_some(), active, "{asker}");
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_a_form_that_cannot_be_read_is_an_invalid_request_as_oauth_words_it() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, _) = started(&ring).await?;
        for path in ["/oauth/token", "/oauth/introspect"] {
            for body in ["", "grant_type=client_credentials&grant_type=client_credentials&token=a&token=b", "%%%"] {
                let form = "application/x-www-form-urlencoded";
                let ask = |http: &reqwest::Client, base: &str| http.post(format!("{base}{path}")).header("content-type", form).body(body);
                let answer = support::raw(&ring, "registry.991015", &running, ask).await?;
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path} {body}");
                let told: serde_json::Value = answer.json().await?;
                assert_eq!(told["error"], "invalid_request", "{path} {body}");
            }
            let json = support::raw(&ring, "registry.991015", &running, |http, base| http.post(format!("{base}{path}")).body("{}")).await?;
            assert_eq!(json.status(), StatusCode::BAD_REQUEST, "{path}: no form at all");
            assert_eq!(json.json::<serde_json::Value>().await?["error"], "invalid_request");
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_caller_whom_no_policy_permits_is_forbidden() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, _) = started(&ring).await?;
        // another city's registry: its certificate is good, the municipality is not its own
        let other = ring.house("registry.992020")?.client.within(Duration::from_secs(5));
        let outcome: Result<Answer, _> = other.post(&running.party, support::ADD, key(), &Ask { amount: 1 }).await;
        // no scope is granted to it, so it is not even enrolled
        assert!(matches!(outcome, Err(WireError::NoToken { .. })), "{outcome:?}");
        // a government party needs no token and is stopped by the policy alone
        let network = ring.house("network.national")?.client;
        refused(network.post(&running.party, support::ADD, key(), &Ask { amount: 1 }).await, StatusCode::FORBIDDEN);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_and_damaged_is_500_and_counted_and_what_is_asked_wrongly_is_400_with_its_place() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, registry) = started(&ring).await?;
        let key = key();
        let _: Answer = registry.post(&running.party, support::ADD, key, &Ask { amount: 3 }).await?;
        // Somebody with the database's file changes the answer that is kept.
        let room = support::totals(&ring.house("atena.991015")?).await?.room;
        let change = "UPDATE idempotency SET response = substr(response, 2)";
        room.raw().write(move |tx| Ok::<_, store::StoreError>(diesel::sql_query(change).execute(tx)?)).await?;
        let token = support::token(&ring, "registry.991015", &running, None).await?;
        let post = async |body: &'static str, key: vocabulary::Id128| -> Result<(u16, String), Failed> {
            let sent = support::raw(&ring, "registry.991015", &running, |http, base| {
                let request = http.post(format!("{base}{}", support::ADD)).bearer_auth(&token).header("idempotency-key", key.to_string());
                request.header("content-type", "application/json").body(body)
            });
            let answer = sent.await?;
            Ok((answer.status().as_u16(), answer.text().await?))
        };
        let (status, text) = post(r#"{"amount":3}"#, key).await?;
        assert!(status == 500 && text.contains("urn:kenshin:problem:damaged") && !text.contains("idempotency"), "{text}");
        let (status, text) = post(r#"{"amount":"three"}"#, self::key()).await?;
        assert!(status == 400 && text.contains("is not the message") && text.contains("line 1 column"), "{text}");
        let figures = support::raw(&ring, "network.national", &running, |http, base| http.get(format!("{base}/metrics"))).await?;
        let figures = figures.text().await?;
        let counted = figures.lines().find(|line| line.starts_with(r#"kenshin_damaged_total{what="a sealed value"}"#));
        assert!(counted.is_some_and(|line| !line.ends_with(" 0")), "{figures}");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_every_server_answers() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let (running, registry) = started(&ring).await?;
        let (_, ready) = support::readiness(&ring, &running).await?;
        assert!(ready.ready, "{ready:?}");
        let names: Vec<&str> = ready.checks.iter().map(|check| check.name.as_str()).collect();
        for name in ["database", "record of use", "disk", "certificate"] {
            assert!(names.contains(&name), "{names:?}");
        }
        let _: Answer = registry.post(&running.party, support::ADD, key(), &Ask { amount: 3 }).await?;
        let get = async |path: &str| -> Result<String, Failed> {
            Ok(support::raw(&ring, "network.national", &running, |http, base| http.get(format!("{base}{path}"))).await?.text().await?)
        };
        assert_eq!(get("/healthz").await?, "ok");
        let figures = get("/metrics").await?;
        assert!(figures.contains(r#"kenshin_requests_total{method="POST",path="/atena/v1/totals",status="200"} 1"#), "{figures}");
        assert!(figures.contains("kenshin_request_seconds_bucket"), "{figures}");
        let document: serde_json::Value = serde_json::from_str(&get("/openapi.json").await?)?;
        let operation = &document["paths"]["/atena/v1/totals"]["post"];
        assert_eq!(operation["operationId"], "atena:totals.add");
        assert_eq!(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Ask");
        assert_eq!(operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Answer");
        assert!(document["components"]["schemas"]["Problem"].is_object());
        assert!(document["components"]["schemas"]["RowProblem"].is_object());
        let statuses =
            |operation: &serde_json::Value| operation["responses"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(statuses(operation), "200 400 401 403 404 408 409 413 415 422 425 429 500 502 503");
        let read = &document["paths"]["/atena/v1/totals/{name}"]["get"];
        assert_eq!(statuses(read), "200 400 401 403 404 409 422 425 429 500 502 503");
        let parameters: Vec<&str> = read["parameters"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(parameters, ["after", "name"]);
        let token = &document["paths"]["/oauth/token"]["post"];
        let taken = &token["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["$ref"];
        assert_eq!(taken, "#/components/schemas/TokenRequest");
        assert!(document["components"]["schemas"]["TokenRequest"]["properties"]["client_assertion"].is_object());
        assert!(document["paths"]["/oauth/introspect"]["post"]["responses"]["200"].is_object());
        // the keys open and verify
        let keys = registry.keys(&running.party).await?;
        assert!(keys.verifying_keys().is_some());
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_openapi_does_not_say_is_a_failure_of_the_test_that_meets_it() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let totals = support::totals(&house).await?;
        let service = Service::new(&totals.room).routes(support::gone(totals.clone()));
        let running = wire::serve(&house, service).await?;
        let client = ring.house("registry.991015")?.client;
        // past the client, which asks again for a minute where something failed
        let token = support::token(&ring, "registry.991015", &running, None).await?;
        let ask = |http: &reqwest::Client, base: &str| http.get(format!("{base}{}", support::GONE)).bearer_auth(&token);
        let failed = support::raw(&ring, "registry.991015", &running, ask).await?;
        assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
        refused(client.get(&running.party, support::SAID).await, StatusCode::GONE);
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn readiness_says_what_is_wrong() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let service = support::atena(&house).await?.ready("card authority", || async { Err("no list for 3 days".to_owned()) });
        let running = wire::serve(&house, service).await?;
        let (status, ready) = support::readiness(&ring, &running).await?;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!ready.ready);
        let wrong: Vec<_> = ready.checks.iter().filter(|check| !check.ok).collect();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].detail.as_deref(), Some("no list for 3 days"));
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn readiness_says_that_the_record_cannot_be_written_and_that_the_database_is_gone() {
    both(|rooms| async move {
        let ring = ring(rooms.clone())?;
        let house = ring.house("atena.991015")?;
        let service = support::totals(&house).await?;
        let room = service.room.raw().clone();
        let running = wire::serve(&house, wire::Service::new(&service.room).routes(support::routes(service))).await?;
        let wrong = async || -> Result<(StatusCode, Vec<String>), Failed> {
            let (status, ready) = support::readiness(&ring, &running).await?;
            assert_eq!(ready.ready, status == StatusCode::OK);
            let wrong = ready.checks.into_iter().filter(|check| !check.ok);
            Ok((status, wrong.map(|check| format!("{}: {}", check.name, check.detail.unwrap_or_default())).collect()))
        };
        assert_eq!(wrong().await?, (StatusCode::OK, Vec::new()));
        let rename = |from: &'static str, to: &'static str| {
            room.write_blocking(|tx| {
                Ok::<_, store::StoreError>(diesel::sql_query(format!("ALTER TABLE {from} RENAME TO {to}")).execute(tx).map(|_| ())?)
            })
        };
        rename("ledger_batch", "ledger_batch_away")?;
        assert_eq!(wrong().await?, (StatusCode::SERVICE_UNAVAILABLE, vec!["record of use: entries cannot be written".to_owned()]));
        rename("ledger_batch_away", "ledger_batch")?;
        assert_eq!(wrong().await?, (StatusCode::OK, Vec::new()));

        support::destroy(&rooms)?;
        let (status, reasons) = wrong().await?;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reasons.iter().any(|reason| reason.starts_with("database: ")), "{reasons:?}");
        running.stop().await;
        Ok(())
    })
    .await;
}
