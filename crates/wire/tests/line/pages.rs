//! The pages of a party of the ring: a door of their own, over TLS, for whoever has a browser.

use access::{Action, Caller, SystemPolicies};
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use http::StatusCode;
use wire::testing::{Failed, Ring};
use wire::{Problem, Routes, Running, Service, Sessions, Shown, anyone, peer, session, unauthenticated};

use crate::support::both;

const HELLO: Action = Action::plain("relay:pages.read");
const DESK: Action = Action::personal("relay:desks.read");
const WORK: Action = Action::plain("relay:work.done");
const TEXT: &str = r#"
@id("hello") permit (principal is Visitor, action == Action::"relay:pages.read", resource);
@id("desk") permit (principal is Staff, action == Action::"relay:desks.read", resource);
@id("work") permit (principal is System, action == Action::"relay:work.done", resource);
"#;

/// Knows nobody, and tells people so in its own words.
struct Strangers;

impl Sessions for Strangers {
    fn enter(&self, _: Shown) -> BoxFuture<'_, Result<Caller, Response>> {
        Box::pin(async { Err(unauthenticated()) })
    }

    fn told(&self, asked: &http::request::Parts, refusal: Problem) -> Response {
        let words = format!("{} {} {}", asked.uri.path(), refusal.status, refusal.request_id.is_some());
        (refusal.status_code(), words).into_response()
    }
}

/// A relay with a page for anyone, one for whoever has a session, and one action for programs.
pub(crate) async fn serve(rooms: store::Rooms) -> Result<(Ring, Running), Failed> {
    let relay = SystemPolicies { system: "relay", actions: &[&[HELLO, DESK, WORK]], text: TEXT };
    let ring = Ring::new(rooms, access::Policies::load(&[relay])?, &[])?;
    let house = ring.house("relay.991015")?;
    let routes = Routes::of(()).page("/hello", anyone(HELLO), async || "hello").page("/desk", session(DESK), async || "desk").post(
        "/work",
        peer(WORK).unkeyed(),
        async || wire::Json(7_u8),
    );
    let running = wire::serve(&house, Service::new(&house.bare_room().await?).sessions(Strangers).routes(routes)).await?;
    Ok((ring, running))
}

#[tokio::test]
async fn a_party_of_the_ring_has_a_door_for_programs_and_one_for_people() {
    both(|rooms| async move {
        let (ring, running) = serve(rooms).await?;
        let pages = running.pages.ok_or("it has no pages")?;
        let browser = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(ring.authority().certificate().as_bytes())?])
            .no_proxy()
            .build()?;
        for (path, status, words) in [
            ("/hello", 200, "hello"),
            ("/healthz", 200, "ok"),
            ("/desk", 401, "/desk 401 true"),
            ("/work", 404, "/work 404 true"),
            ("/metrics", 404, "/metrics 404 true"),
            ("/openapi.json", 404, "/openapi.json 404 true"),
        ] {
            let answer = browser.get(format!("https://{pages}{path}")).send().await?;
            let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
            assert!(header("strict-transport-security").starts_with("max-age="), "{path}");
            assert_eq!((answer.status().as_u16(), answer.text().await?.as_str()), (status, words), "{path}");
        }
        // How it is doing is told to parties, not to people.
        let ready: serde_json::Value = browser.get(format!("https://{pages}/readyz")).send().await?.json().await?;
        assert_eq!(ready, serde_json::json!({"ready": true, "checks": []}));
        assert!(browser.get(format!("http://{pages}/hello")).send().await.is_err(), "nothing without TLS");
        assert!(browser.get(format!("https://{}/hello", running.addr)).send().await.is_err(), "no certificate, no ring");
        let console = ring.house("console.991015")?.client;
        assert_eq!(console.ask::<_, u8>(&running.party, "/work", &()).await?, 7);
        let refused = console.get::<serde_json::Value>(&running.party, "/hello").await;
        assert!(refused.is_err_and(|error| error.is_status(StatusCode::NOT_FOUND)), "no pages for programs");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_holds_the_certificate_of_a_party_is_refused_at_the_door_for_programs() {
    both(|rooms| async move {
        let (ring, running) = serve(rooms).await?;
        let (client, base) = ring.bare_client("console.991015", &running)?;
        let client = client.build()?;
        let asked = || client.post(format!("{base}/work"));
        assert_eq!(asked().send().await?.status(), StatusCode::OK);
        for (name, value) in [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")]
        {
            assert_eq!(asked().header(name, value).send().await?.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        }
        running.stop().await;
        Ok(())
    })
    .await;
}
