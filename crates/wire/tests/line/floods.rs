//! Whoever asks for too much, at real doors: what is theirs ends, what is the others' goes on.

mod refusals;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use access::{Action, Caller, SystemPolicies};
use axum::response::Response;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use protocol::ProblemDocument;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::sync::Notify;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vocabulary::{Clock, SystemClock};
use wire::testing::{Failed, Ring};
use wire::{Allowance, House, Json, Limits, Routes, Running, Service, Sessions, Shown, anyone, peer, session, unauthenticated};

use crate::support::{self, both};

const HELLO: Action = Action::plain("portal:pages.read");
const OWN: Action = Action::personal("portal:own.read").for_purpose(vocabulary::Purpose::OwnAccess);
const WORK: Action = Action::plain("portal:work.done");
const OTHER: Action = Action::plain("portal:other.done");
const TEXT: &str = r#"
@id("hello") permit (principal is Visitor, action == Action::"portal:pages.read", resource);
@id("own") permit (principal is Resident, action == Action::"portal:own.read", resource);
@id("work") permit (principal is System, action == Action::"portal:work.done", resource);
@id("other") permit (principal is Facility, action == Action::"portal:other.done", resource);
"#;

/// Known by a cookie; counts how often a session was looked for.
struct Cookie {
    looked: Arc<AtomicUsize>,
    /// What the session `slow` waits for.
    go_on: Arc<Notify>,
}

impl Sessions for Cookie {
    fn enter(&self, shown: Shown) -> BoxFuture<'_, Result<Caller, Response>> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let word = shown.cookie("session").unwrap_or_default();
            if word == "slow" {
                self.go_on.notified().await;
            }
            let known = ["good", "slow"].contains(&word);
            if known { Ok(Caller::resident("somebody", shown.purpose, shown.request)) } else { Err(unauthenticated()) }
        })
    }

    fn named<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        wire::cookie(headers, "session")
    }
}

/// A public party under these limits; `probed` counts how often its readiness was looked into, `looked` how often for a session.
struct World {
    ring: Ring,
    house: House,
    running: Running,
    probed: Arc<AtomicUsize>,
    looked: Arc<AtomicUsize>,
    go_on: Arc<Notify>,
}

async fn world(rooms: store::Rooms, limit: impl FnOnce(&mut Limits)) -> Result<World, Failed> {
    let portal = SystemPolicies { system: "portal", actions: &[&[HELLO, OWN, WORK, OTHER]], text: TEXT };
    let ring = Ring::new(rooms, access::Policies::load(&[portal])?, &["registry.991015", "relay.991015"])?;
    let mut house = ring.house("portal.national")?;
    limit(&mut house.setting.limits);
    let routes = Routes::of(())
        .page("/hello", anyone(HELLO), async || "hello")
        .form("/form", anyone(HELLO), async |body: Bytes| body.len().to_string())
        .form("/large", anyone(HELLO).limit_body(1 << 20), async |body: Bytes| body.len().to_string())
        .form("/long", anyone(HELLO).limit_body(40 << 10), async |body: Bytes| body.len().to_string())
        .page("/refused", session(OTHER), async || "refused")
        .page("/own", session(OWN), async || "own")
        .form("/portal/v1/work", peer(WORK).unkeyed(), async |body: Bytes| body.len().to_string())
        .post("/portal/v1/other", peer(OTHER).unkeyed(), async || Json(0_u8));
    let [probed, looked] = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    let (counted, go_on) = (Arc::clone(&probed), Arc::new(Notify::new()));
    let cookie = Cookie { looked: Arc::clone(&looked), go_on: Arc::clone(&go_on) };
    let service = Service::new(&house.bare_room().await?).public().sessions(cookie).routes(routes).ready("counted", move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    });
    let running = wire::serve(&house, service).await?;
    Ok(World { ring, house, running, probed, looked, go_on })
}

fn here(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 0, last).into()
}

impl World {
    fn url(&self, path: &str) -> String {
        format!("https://{}:{}{path}", self.running.party.dns_name(), self.running.addr.port())
    }

    /// A browser on a machine of its own.
    fn browser(&self, last: u8) -> Result<reqwest::Client, Failed> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .local_address(here(last))
            .tls_certs_only([reqwest::Certificate::from_pem(self.ring.authority().certificate().as_bytes())?])
            .resolve(&self.running.party.dns_name(), self.running.addr);
        Ok(client.build()?)
    }

    /// A line over which nothing has been sent.
    async fn line(&self, last: u8) -> Result<TlsStream<tokio::net::TcpStream>, Failed> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((here(last), 0)))?;
        let stream = socket.connect(self.running.addr).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let config = line::tls::client(self.ring.authority().certificate(), None, &clock)?;
        let name = ServerName::try_from(self.running.party.dns_name())?;
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
    }
}

#[tokio::test]
async fn a_form_has_sixteen_kilobytes_unless_its_route_says_otherwise_and_is_refused_unread() {
    both(|rooms| async move {
        let world = world(rooms, |_| ()).await?;
        let browser = world.browser(1)?;
        for (path, bytes, status) in [("/form", 16 << 10, 200), ("/form", (16 << 10) + 1, 413), ("/long", 40 << 10, 200)] {
            let answer = browser.post(world.url(path)).body(vec![b'x'; bytes]).send().await?;
            assert_eq!(answer.status(), status, "{path} {bytes}");
        }
        let mut line = world.line(1).await?;
        line.write_all(b"POST /long HTTP/1.1\r\nhost: here\r\ncontent-length: 67108864\r\n\r\n").await?;
        let mut answer = Vec::new();
        // not one byte of it is sent, and the answer comes all the same
        let _ = tokio::time::timeout(Duration::from_secs(200), line.read_to_end(&mut answer)).await?;
        assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_address_that_asks_too_much_is_told_when_to_come_back_and_a_session_of_the_same_address_goes_on() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.visitor = Allowance { per_minute: 5, at_once: 0 }).await?;
        let (crowd, officer, elsewhere) = (world.browser(2)?, world.browser(2)?, world.browser(3)?);
        // What people ask for, and what every server answers besides, each have an allowance.
        for (paths, first) in [(["/hello", "/own"], [200, 401, 200, 401, 200]), (["/readyz", "/openapi.json"], [200; 5])] {
            let (begun, mut told) = (Instant::now(), Vec::new());
            for path in paths.into_iter().cycle().take(60) {
                let answer = crowd.get(world.url(path)).send().await?;
                told.push(answer.status().as_u16());
                if answer.status() == 429 {
                    let wait: u64 = answer.headers()["retry-after"].to_str()?.parse()?;
                    assert!((1..=12).contains(&wait), "{wait}");
                    assert_eq!(answer.headers()["connection"], "close");
                    assert_eq!(answer.json::<ProblemDocument>().await?.code(), "too-many");
                    break;
                }
            }
            // Five, and one more for each twelve seconds that these took.
            let most = 5 + usize::try_from(begun.elapsed().as_secs() / 12)?;
            assert_eq!((&told[..5], told.last()), (&first[..], Some(&429)));
            assert!(told.len() <= most + 1, "{told:?}");
        }
        for _ in 0..20 {
            assert_eq!(officer.get(world.url("/own")).header("cookie", "session=good").send().await?.status(), 200);
        }
        assert_eq!(elsewhere.get(world.url("/hello")).send().await?.status(), 200);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn sessions_that_nobody_knows_are_looked_for_within_the_allowance_of_their_address_and_known_ones_go_on() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.visitor = Allowance { per_minute: 5, at_once: 0 }).await?;
        let (officer, crowd, begun) = (world.browser(2)?, world.browser(2)?, Instant::now());
        let ask = async |browser: &reqwest::Client, token: String| {
            let answer = browser.get(world.url("/own")).header("cookie", format!("session={token}")).send().await?;
            Ok::<_, Failed>(answer.status().as_u16())
        };
        for _ in 0..20 {
            assert_eq!(ask(&officer, "good".to_owned()).await?, 200, "a session that is known is given back what it took");
        }
        let mut told = Vec::new();
        for number in 0..60 {
            told.push(ask(&crowd, format!("made-up-{number}")).await?);
        }
        // One more for each twelve seconds that these took.
        let most = 5 + usize::try_from(begun.elapsed().as_secs() / 12)?;
        assert!(told[..5] == [401; 5] && told.iter().filter(|status| **status == 429).count() >= 60 - most, "{told:?}");
        let looked = world.looked.load(Ordering::Relaxed);
        assert!(looked <= 20 + most, "{looked}");
        assert_eq!(ask(&officer, "good".to_owned()).await?, 200);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_known_is_looked_for_within_the_allowance_of_its_account() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.account = Allowance { per_minute: 5, at_once: 0 }).await?;
        let (browser, begun, mut told) = (world.browser(2)?, Instant::now(), Vec::new());
        for _ in 0..60 {
            let answer = browser.get(world.url("/own")).header("cookie", "session=good").send().await?;
            told.push(answer.status().as_u16());
        }
        let most = 5 + usize::try_from(begun.elapsed().as_secs() / 12)?;
        assert!(told[..5] == [200; 5] && told.iter().filter(|status| **status == 429).count() >= 60 - most, "{told:?}");
        assert!(world.looked.load(Ordering::Relaxed) <= most);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn silent_connections_of_one_address_give_way_to_those_that_ask() {
    both(|rooms| async move {
        let limit = |limits: &mut Limits| (limits.connections, limits.connections_per_address, limits.header_seconds) = (12, 8, 600);
        let world = world(rooms, limit).await?;
        let proven = world.browser(1)?;
        assert_eq!(proven.get(world.url("/hello")).send().await?.status(), 200);
        let mut lines = Vec::new();
        for place in 0..32 {
            let mut line = world.line(2 + place % 4).await?;
            // one that has given way meanwhile takes nothing any more
            let _ = line.write_all(b"GET /hello HTTP/1.1\r\nhost: here\r\nx-slow: ").await;
            lines.push(line);
        }
        for last in [1, 2, 9] {
            let answer = tokio::time::timeout(Duration::from_secs(200), world.browser(last)?.get(world.url("/hello")).send()).await??;
            assert_eq!(answer.status(), 200, "from {last}");
        }
        assert_eq!(proven.get(world.url("/hello")).send().await?.status(), 200);
        drop(lines);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn headers_and_forms_that_do_not_come_end_their_connection() {
    for (seconds, sent, status) in [
        ((1, 600), "GET /hello HTTP/1.1\r\nhost: here\r\nx-slow: ", ""),
        ((600, 1), "POST /form HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\nid=", "HTTP/1.1 408"),
    ] {
        both(|rooms| async move {
            let world = world(rooms, |limits| (limits.header_seconds, limits.form_seconds) = seconds).await?;
            let mut line = world.line(1).await?;
            // one that has ended already takes nothing any more
            let _ = line.write_all(sent.as_bytes()).await;
            let mut answer = Vec::new();
            let ended = tokio::time::timeout(Duration::from_secs(200), line.read_to_end(&mut answer)).await;
            assert!(ended.is_ok(), "{sent} is still waited for");
            assert!(String::from_utf8_lossy(&answer).starts_with(status), "{}", String::from_utf8_lossy(&answer));
            world.running.stop().await;
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_party_has_its_own_quota_and_the_next_party_another() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.system = Allowance { per_minute: 4, at_once: 0 }).await?;
        let ask = async |party: &str| {
            let answer = support::raw(&world.ring, party, &world.running, |http, base| http.post(format!("{base}/portal/v1/work"))).await?;
            Ok::<_, Failed>(answer.status().as_u16())
        };
        let (begun, mut told) = (Instant::now(), Vec::new());
        while told.last() != Some(&429) && told.len() < 60 {
            told.push(ask("console.991015").await?);
        }
        // Four, and one more for each fifteen seconds that these took.
        let most = 4 + usize::try_from(begun.elapsed().as_secs() / 15)?;
        assert_eq!((&told[..4], told.last()), (&[200; 4][..], Some(&429)));
        assert!(told.len() <= most + 1, "{told:?}");
        assert_eq!(ask("console.992020").await?, 200);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn large_bodies_share_a_memory_and_whoever_finds_it_used_is_told_to_come_back() {
    both(|rooms| async move {
        let world = world(rooms, |limits| (limits.bodies_bytes, limits.form_seconds, limits.request_seconds) = (1 << 20, 600, 600)).await?;
        let (http, base) = world.ring.bare_client("console.991015", &world.running)?;
        let (http, url) = (http.http1_only().build()?, format!("{base}/portal/v1/work"));
        let large = || http.post(&url).body(vec![b'x'; 200 << 10]).send();
        // without a length: as much as the route takes is set aside, before the body is asked for
        let mut slow = world.line(1).await?;
        slow.write_all(b"POST /large HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n").await?;
        let mut asked_for = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        slow.read_exact(&mut asked_for).await?;
        assert!(asked_for.starts_with(b"HTTP/1.1 100"));
        assert_eq!(large().await?.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(http.post(&url).body("small").send().await?.status(), 200);
        slow.write_all(b"1\r\nx\r\n0\r\n\r\n").await?;
        let mut answer = [0; b"HTTP/1.1 200".len()];
        slow.read_exact(&mut answer).await?;
        assert_eq!(&answer, b"HTTP/1.1 200");
        assert_eq!(large().await?.status(), 200);
        world.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn asking_often_whether_it_is_ready_is_asking_once() {
    both(|rooms| async move {
        let world = world(rooms, |limits| limits.readiness_seconds = 600).await?;
        let browser = world.browser(1)?;
        let all = (0..64).map(|_| browser.get(world.url("/readyz")).send());
        for answer in futures::future::join_all(all).await {
            assert!([200, 429].contains(&answer?.status().as_u16()));
        }
        assert_eq!(world.probed.load(Ordering::Relaxed), 1);
        world.running.stop().await;
        Ok(())
    })
    .await;
}
