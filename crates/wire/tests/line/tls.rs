//! What a server speaks: TLS 1.3, and to nobody whose time is over. Tried by OpenSSL, which is not ours, and listened to on the line.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use line::WireError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vocabulary::{Clock as _, Entropy as _, ManualClock, SystemClock, SystemEntropy};
use wire::House;
use wire::testing::{Failed, Ring};

use crate::pages;
use crate::support::{self, Answer, Ask, both, ring};

/// Whether OpenSSL agrees with the server on how to speak; `how` narrows what it offers. It shows the certificate of a party of the ring.
async fn agrees(ring: &Ring, at: SocketAddr, name: &str, how: &[&str]) -> Result<bool, Failed> {
    let file = |name: &str| ring.dir().join(name).display().to_string();
    let (authority, chain, key) = (file("authority.pem"), file("registry.991015.pem"), file("registry.991015.key"));
    let at = at.to_string();
    let always =
        ["s_client", "-connect", &at, "-servername", name, "-CAfile", &authority, "-verify_return_error", "-cert", &chain, "-key", &key];
    let mut openssl = Command::new("openssl");
    openssl.args(always).args(how).stdin(Stdio::null());
    let done = tokio::task::spawn_blocking(move || openssl.output()).await??;
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("CONNECTED"), "{said}");
    Ok(done.status.success() && said.contains("Cipher is ") && !said.contains("Cipher is (NONE)"))
}

/// Of TLS 1.3 the good suites alone are agreed on.
async fn speaks_good_suites_alone(ring: &Ring, at: SocketAddr, name: &str) -> Result<(), Failed> {
    for (suite, is_good) in [
        ("TLS_AES_256_GCM_SHA384", true),
        ("TLS_AES_128_GCM_SHA256", true),
        ("TLS_CHACHA20_POLY1305_SHA256", true),
        ("TLS_AES_128_CCM_SHA256", false),
        ("TLS_AES_128_CCM_8_SHA256", false),
    ] {
        assert_eq!(agrees(ring, at, name, &["-tls1_3", "-ciphersuites", suite]).await?, is_good, "{suite}");
    }
    Ok(())
}

/// Of these versions none is agreed on, in whatever suite.
async fn speaks_none_of(versions: &[&str], ring: &Ring, at: SocketAddr, name: &str) -> Result<(), Failed> {
    for version in versions {
        assert!(!agrees(ring, at, name, &[version, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]).await?, "{version}");
    }
    Ok(())
}

/// A request without TLS is answered by nothing that could be read as an answer.
async fn says_nothing_plain(at: SocketAddr) -> Result<(), Failed> {
    let mut plain = TcpStream::connect(at).await?;
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut told = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), plain.read_to_end(&mut told)).await?;
    assert!(!told.windows(4).any(|four| four == b"HTTP"), "a plain request is answered: {told:?}");
    Ok(())
}

/// The door for people also speaks TLS 1.2, in the suites with forward secrecy and authenticated encryption alone: phones and clinics' tablets may be old.
#[tokio::test]
async fn c_iii_2_r4_atn_2_the_door_for_people_speaks_no_weak_suite_no_version_before_1_2_and_nothing_plain() {
    both(|rooms| async move {
        let (ring, running) = pages::serve(rooms).await?;
        let _files = ring.house("registry.991015")?;
        let (at, name) = (running.pages.ok_or("it has no pages")?, running.party.dns_name());
        speaks_good_suites_alone(&ring, at, &name).await?;
        assert!(agrees(&ring, at, &name, &["-tls1_2", "-cipher", "ECDHE+AESGCM"]).await?);
        for weak in ["kRSA", "DHE", "SHA1", "SHA256:!AESGCM", "NULL"] {
            let weak = format!("{weak}:!kECDHE+AESGCM:!kECDHE+CHACHA20:@SECLEVEL=0");
            assert!(!agrees(&ring, at, &name, &["-tls1_2", "-cipher", &weak]).await?, "{weak}");
        }
        speaks_none_of(&["-tls1_1", "-tls1"], &ring, at, &name).await?;
        says_nothing_plain(at).await?;
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_2_r4_atn_2_no_earlier_version_of_tls_no_weak_suite_and_nothing_plain_is_spoken() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let _files = ring.house("registry.991015")?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let name = running.party.dns_name();
        let at = running.addr;
        speaks_good_suites_alone(&ring, at, &name).await?;
        speaks_none_of(&["-tls1_2", "-tls1_1", "-tls1"], &ring, at, &name).await?;
        says_nothing_plain(at).await?;
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_2_r4_atn_2_who_shows_a_certificate_that_has_ended_is_refused_on_either_side() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let long_ago = ManualClock::at(SystemClock.now() - SignedDuration::from_hours(24 * 200));
        let ended = |house: House| -> Result<House, Failed> {
            let identity = ring.authority().issue(&house.party, &long_ago, &SystemEntropy)?;
            let client = line::Client::new(&identity, ring.peers().clone(), Arc::clone(&house.clock), Arc::clone(&house.entropy))?;
            client.use_secrets(house.setting.secrets());
            Ok(House { identity, client, ..house })
        };
        // Neither for the request itself nor for the token that it needs.
        let not_reached = |answer: Result<Answer, WireError>| {
            let error = answer.unwrap_err();
            let is_so = match &error {
                WireError::NotReached { .. } => true,
                WireError::NoToken { detail, .. } => detail.contains("does not answer"),
                _ => false,
            };
            assert!(is_so, "{error:?}");
        };
        let ask = |client: line::Client, to: vocabulary::Party| async move {
            client.within(Duration::from_millis(500)).post(&to, support::ADD, SystemEntropy.id128(), &Ask { amount: 1 }).await
        };
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let late = ended(ring.house("registry.991015")?)?.client;
        not_reached(ask(late, running.party.clone()).await);
        let registry = ring.house("registry.991015")?.client;
        assert_eq!(ask(registry.clone(), running.party.clone()).await?.total, 1);
        running.stop().await;
        let house = ended(ring.house("atena.991015")?)?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        not_reached(ask(registry, running.party.clone()).await);
        running.stop().await;
        Ok(())
    })
    .await;
}

/// Listens on the line to `to`: every byte that goes through, either way.
async fn overheard(to: SocketAddr) -> Result<(SocketAddr, Arc<Mutex<Vec<u8>>>), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (at, heard) = (listener.local_addr()?, Arc::<Mutex<Vec<u8>>>::default());
    let noted = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((asking, _)) = listener.accept().await {
            let Ok(asked) = TcpStream::connect(to).await else { return };
            let ((from_asking, to_asking), (from_asked, to_asked)) = (asking.into_split(), asked.into_split());
            tokio::spawn(pass(from_asking, to_asked, Arc::clone(&noted)));
            tokio::spawn(pass(from_asked, to_asking, Arc::clone(&noted)));
        }
    });
    Ok((at, heard))
}

async fn pass(mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf, heard: Arc<Mutex<Vec<u8>>>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let part = bytes.get(..count).unwrap_or_default();
        heard.lock().unwrap().extend_from_slice(part);
        if to.write_all(part).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

#[tokio::test]
async fn c_iii_2_r4_atn_2_whoever_listens_on_the_line_hears_nothing_of_what_is_asked_and_answered() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let registry = ring.house("registry.991015")?.client;
        let (at, heard) = overheard(running.addr).await?;
        registry.peers().put(running.party.clone(), at);
        let amount = 123_456_789;
        let answer: Answer = registry.post(&running.party, support::ADD, SystemEntropy.id128(), &Ask { amount }).await?;
        assert_eq!(answer.total, amount);
        let heard = heard.lock().unwrap().clone();
        assert!(heard.len() > 2_000, "the token, the request and the answer went through here: {} bytes", heard.len());
        for canary in ["123456789", "amount", "total", "/atena/v1", "access_token", "Bearer", "idempotency-key", "registry.991015"] {
            assert!(!heard.windows(canary.len()).any(|part| part.eq_ignore_ascii_case(canary.as_bytes())), "{canary} is heard on the line");
        }
        running.stop().await;
        Ok(())
    })
    .await;
}
