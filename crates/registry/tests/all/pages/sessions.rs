//! Logging in and out, locks, and what ends a session.

use jiff::SignedDuration;
use store::testing::both;
use vocabulary::Clock as _;
use wire::testing::Failed;

use super::city::{City, GOOD, clock, ring};
use crate::support::person;
use office::testing::{Answer, Browser};

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_reg_2_an_officer_logs_in_and_out_and_both_are_recorded() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.employ("s1001", "health_officer").await?;
        let mut browser = city.browser(&ring)?;
        assert_eq!(browser.get("/").await?.leads_to(), (303, "/login"));
        assert_eq!(browser.get("/residents?lang=en").await?.leads_to(), (303, "/login?next=/residents"));
        let form = browser.get("/login?next=/residents").await?;
        assert!(form.html.contains("name=\"next\" value=\"/residents\""));
        let opened = browser.post("/login", &[("id", "Ｓ１００１"), ("password", GOOD), ("next", "/residents")]).await?;
        assert_eq!(opened.leads_to(), (303, "/residents"));
        let cookie = opened.set_cookies.first().ok_or("no cookie")?;
        for word in ["__Host-registry-991015=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
            assert!(cookie.contains(word) && !cookie.contains("Domain"), "{word} in {cookie}");
        }
        let token = browser.cookies.get("__Host-registry-991015").ok_or("no session")?.clone();
        let home = browser.get("/").await?;
        assert!(home.status == 200 && home.words().contains("Kenshin Hanako") && !home.html.contains(&token));
        // The token lies nowhere in the data: what is kept opens nothing.
        let mut sessions = 0;
        for kept in tokens(&city).await? {
            sessions += 1;
            assert!(!kept.windows(16).any(|window| token.as_bytes().starts_with(window)));
        }
        assert!(sessions > 0);
        let left = browser.post("/logout", &[]).await?;
        assert_eq!((left.leads_to(), left.forgets), ((303, "/login?left=1&lang=ja"), true));
        assert_eq!(browser.cookies.get("__Host-registry-991015"), None);
        assert!(browser.get("/login?left=1").await?.words().contains("ログアウトしました"));
        browser.cookies.insert("__Host-registry-991015".to_owned(), token);
        assert_eq!(browser.get("/").await?.leads_to(), (303, "/login"), "the token is worth nothing any more");
        let entries = city.entries(5).await?;
        assert!(entries.iter().any(|entry| entry.starts_with("s1001 registry:sessions.open written operation 0 session ")), "{entries:?}");
        assert!(entries.iter().any(|entry| entry.starts_with("s1001 registry:sessions.end written operation 0 session ")), "{entries:?}");
        for elsewhere in ["//example.com", "https://example.com", "/\\example.com"] {
            let opened = browser.post("/login", &[("id", "s1001"), ("password", GOOD), ("next", elsewhere)]).await?;
            assert_eq!(opened.leads_to(), (303, "/"), "{elsewhere}");
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

/// What a page keeps in a hidden field.
fn hidden<'p>(page: &'p Answer, name: &str) -> &'p str {
    let field = format!("name=\"{name}\" value=\"");
    page.html.split(&field).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// What was sent, as a page that lays it before the officer sends it again.
const SENT: [(&str, &str); 2] = [("number", "1"), ("for", "consultation")];

#[tokio::test(flavor = "multi_thread")]
async fn t_12_what_was_sent_to_a_locked_or_ended_session_is_there_after_the_password() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        clock.advance(SignedDuration::from_mins(16));
        let lock = browser.post("/residents", &SENT).await?;
        assert!(
            lock.status == 403 && lock.words().contains("まだ登録されていません") && !lock.words().contains("権限"),
            "{}",
            lock.words()
        );
        let kept = hidden(&lock, "kept").to_owned();
        assert!(!kept.is_empty() && !lock.html.contains("consultation"), "nobody reads it from the locked page");
        let wrong = browser.post("/lock", &[("password", "guess"), ("kept", &kept)]).await?;
        assert_eq!((wrong.status, hidden(&wrong, "kept")), (403, kept.as_str()));
        let laid = browser.post("/lock", &[("password", GOOD), ("kept", &kept)]).await?;
        assert!(laid.status == 200 && laid.html.contains("action=\"/residents\"") && laid.words().contains("Kenshin Hanakoさんとして"));
        assert_eq!((hidden(&laid, "number"), hidden(&laid, "for")), ("1", "consultation"));
        assert!(browser.post("/residents", &SENT).await?.words().contains("検索結果 1件"));
        // A form that would store something is shown again before it does.
        let entry = [("resident_number", "1"), ("person", "1"), ("judgement", "2"), ("fiscal_year", "2024"), ("examined_on", "2024-05-01")];
        clock.advance(SignedDuration::from_mins(16));
        let lock = browser.post("/entry/2", &entry).await?;
        let laid = browser.post("/lock", &[("password", GOOD), ("kept", hidden(&lock, "kept"))]).await?;
        let resumed = [&entry[..], &[("resumed", hidden(&laid, "resumed"))]].concat();
        let shown = browser.post("/entry/2", &resumed).await?;
        assert!(
            shown.html.contains("name=\"examined_on\" value=\"2024-05-01\"") && !shown.words().contains("登録しました"),
            "{}",
            shown.words()
        );
        // The account logs in elsewhere: the reason is said, and the form goes on after the log-in; with another account it does not.
        city.employ("s1002", "health_officer").await?;
        let mut elsewhere = city.browser(&ring)?;
        elsewhere.agent = "Mozilla/5.0 another";
        assert_eq!(elsewhere.log_in("s1001", GOOD).await?.leads_to(), (303, "/"));
        let over = browser.post("/residents", &SENT).await?;
        assert!(over.status == 403 && over.words().contains("別の端末またはブラウザーからログイン"), "{}", over.words());
        let kept = hidden(&over, "kept").to_owned();
        let next = browser.get("/residents").await?.to;
        assert!(browser.get(&next).await?.words().contains("別の端末またはブラウザーからログイン"));
        let mut other = city.browser(&ring)?;
        let opened = other.post("/login", &[("id", "s1002"), ("password", GOOD), ("kept", &kept)]).await?;
        assert_eq!(opened.leads_to(), (303, "/"));
        let laid = browser.post("/login", &[("id", "s1001"), ("password", GOOD), ("kept", &kept)]).await?;
        assert!(laid.status == 200 && hidden(&laid, "number") == "1", "{}", laid.words());
        assert!(browser.post("/residents", &SENT).await?.words().contains("検索結果 1件"));
        // The password has to be changed first: what was sent is still there after that, and says what it does and since when it waits.
        let mut admin = city.officer(&ring, "admin", "administrator").await?;
        admin.get("/accounts").await?;
        let issued = admin.post("/accounts/s1001/password", &[]).await?;
        let once = issued.html.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).ok_or("no password")?.to_owned();
        let over = browser.post("/residents", &SENT).await?;
        let sent_at = office::instant(clock.now_ms());
        clock.advance(SignedDuration::from_mins(7));
        let asks = browser.post("/login", &[("id", "s1001"), ("password", &once), ("kept", hidden(&over, "kept"))]).await?;
        assert!(asks.status == 200 && asks.html.contains("action=\"/password\""), "{}", asks.words());
        let kept = hidden(&asks, "kept").to_owned();
        let weak = browser.post("/password", &[("new", "short"), ("again", "short"), ("kept", &kept)]).await?;
        assert_eq!((weak.status, hidden(&weak, "kept")), (422, kept.as_str()));
        let new = "yama-no-komichi-7";
        let laid = browser.post("/password", &[("new", new), ("again", new), ("kept", &kept)]).await?;
        let words = laid.words();
        assert!(laid.status == 200 && hidden(&laid, "number") == "1", "{words}");
        assert!(words.contains("「住民の検索」") && words.contains(&sent_at), "{words}");
        assert!(browser.post("/residents", &SENT).await?.words().contains("検索結果 1件"));
        // A password is kept nowhere.
        clock.advance(SignedDuration::from_mins(16));
        assert_eq!(browser.post("/password", &[("current", GOOD)]).await?.leads_to(), (303, "/lock"));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_the_log_in_before_says_so_and_can_be_gone_on_with() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        // In a second tab: out and in again.
        let word = browser.csrf.clone();
        browser.post("/logout", &[]).await?;
        assert!(browser.log_in("", "").await?.words().contains("ユーザーIDとパスワードを入力"));
        assert_eq!(browser.log_in("s1001", GOOD).await?.leads_to(), (303, "/"));
        browser.csrf = word.clone();
        let refused = browser.post("/residents", &SENT).await?;
        assert!(refused.status == 403 && refused.words().contains("ログインし直されています"), "{}", refused.words());
        assert!(!refused.words().contains("権限") && !refused.words().contains("検索結果"));
        assert_eq!((hidden(&refused, "number"), hidden(&refused, "for")), ("1", "consultation"));
        assert!(browser.post("/residents", &SENT).await?.words().contains("検索結果 1件"));
        for path in ["/logout", "/password"] {
            browser.csrf = word.clone();
            let refused = browser.post(path, &[("new", "secret-of-mine")]).await?;
            assert!(refused.status == 403 && refused.words().contains("画面が古くなっています"), "{path}: {}", refused.words());
            assert!(!refused.html.contains("secret-of-mine"), "{path}");
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

diesel::table! { staff_session (token_hash) { token_hash -> Binary, } }

async fn tokens(city: &City) -> Result<Vec<Vec<u8>>, Failed> {
    use diesel::prelude::*;
    Ok(city.room.raw().read(|tx| Ok::<_, store::StoreError>(staff_session::table.select(staff_session::token_hash).load(tx)?)).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn t_19_every_refusal_reads_the_same_guesses_meet_a_lock_and_all_are_recorded() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.employ("s1001", "health_officer").await?;
        let mut told = Vec::new();
        for id in ["s1001", "s9999", "my-secret-password!"] {
            let mut browser = city.browser(&ring)?;
            for _ in 0..6 {
                let refused = browser.log_in(id, "guess").await?;
                assert_eq!((refused.status, refused.set_cookies.len()), (403, 0), "{id}");
                told.push(refused.html.replace(id, "ID"));
            }
        }
        told.dedup();
        assert_eq!(told.len(), 1, "known or not, locked or not: one page");
        let mut browser = city.browser(&ring)?;
        assert_eq!(browser.log_in("s1001", GOOD).await?.status, 403, "locked for the right password too");
        let refused = async || -> Result<Vec<String>, Failed> {
            let entries = city.entries(20).await?.into_iter();
            Ok(entries
                .filter_map(|entry| Some(entry.strip_prefix("visitor registry:sessions.open refused operation 0 ")?.to_owned()))
                .collect())
        };
        assert_eq!(refused().await?, ["credentials: s1001"], "the first at once");
        clock.advance(SignedDuration::from_secs(61));
        let mut entries = refused().await?;
        for _ in 0..600 {
            if entries.len() > 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            entries = refused().await?;
        }
        let sum = "18 more: credentials: no account 10, credentials: s1001 4, locked: no account 2, locked: s1001 2";
        assert_eq!(entries, [sum, "credentials: s1001"], "and all others of the minute together");
        assert!(!entries.concat().contains("secret"), "what was typed may be a password in the wrong field");
        assert_eq!(browser.log_in("s1001", GOOD).await?.leads_to(), (303, "/"));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_12_an_idle_session_is_locked_and_an_old_one_ends() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        clock.advance(SignedDuration::from_mins(16));
        assert_eq!(browser.get("/residents").await?.leads_to(), (303, "/lock?next=/residents"));
        let lock = browser.get("/lock?next=/residents").await?;
        assert!(lock.words().contains("s1001") && !lock.words().contains("Kenshin Hanako"));
        let word = browser.csrf.clone();
        browser.csrf = "00".repeat(16);
        assert_eq!(browser.post("/lock", &[("password", GOOD)]).await?.status, 403);
        browser.csrf = word;
        assert_eq!(browser.post("/lock", &[("password", "guess")]).await?.status, 403);
        let opened = browser.post("/lock", &[("password", GOOD), ("next", "/residents")]).await?;
        assert_eq!(opened.leads_to(), (303, "/residents"));
        assert_eq!(browser.get("/residents").await?.status, 200);
        clock.advance(SignedDuration::from_mins(16));
        browser.get("/lock").await?;
        assert_eq!(browser.post("/logout", &[]).await?.leads_to(), (303, "/login?left=1&lang=ja"), "a locked session can be left");
        assert_eq!(browser.log_in("s1001", GOOD).await?.leads_to(), (303, "/"));
        clock.advance(SignedDuration::from_hours(10));
        assert_eq!(browser.get("/").await?.leads_to(), (303, "/login"), "ten hours, and no lock to open");
        let entries = city.entries(12).await?;
        for what in ["registry:sessions.unlock written", "registry:sessions.unlock refused", "registry:sessions.end written"] {
            assert!(entries.iter().any(|entry| entry.contains(what)), "{what}: {entries:?}");
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_20_a_form_from_elsewhere_or_without_its_word_does_nothing() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        let word = std::mem::take(&mut browser.csrf);
        let asked = [("number", "1"), ("for", "consultation")];
        for (csrf, site) in [("", "same-origin"), ("0123456789abcdef0123456789abcdef", "same-origin"), (&word, "cross-site"), (&word, "")] {
            (browser.csrf, browser.site) = (csrf.to_owned(), site);
            for (path, fields) in [("/residents", asked.as_slice()), ("/logout", &[]), ("/password", &[("new", GOOD), ("again", GOOD)])] {
                assert_eq!(browser.post(path, fields).await?.status, 403, "{path} {csrf} {site}");
                browser.csrf = csrf.to_owned();
            }
        }
        browser.site = "cross-site";
        assert_eq!(browser.log_in("s1001", GOOD).await?.status, 403, "nobody is logged in from elsewhere");
        assert_eq!(browser.get("/").await?.status, 200, "and nobody was logged out");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_05_a_session_of_one_city_is_none_in_another_and_none_on_another_terminal() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let (here, there) = (City::open(&ring, &clock, "991015").await?, City::open(&ring, &clock, "992020").await?);
        let at_home = here.officer(&ring, "s1001", "health_officer").await?;
        there.employ("s1001", "health_officer").await?;
        let token = at_home.cookies.get("__Host-registry-991015").ok_or("no session")?.clone();
        let stolen = |browser: Browser, agent| {
            let mut browser = browser;
            browser.agent = agent;
            for code in ["991015", "992020"] {
                browser.cookies.insert(format!("__Host-registry-{code}"), token.clone());
            }
            browser
        };
        let mut there_too = stolen(there.browser(&ring)?, at_home.agent);
        for path in ["/", "/residents", "/residents/1"] {
            assert_eq!(there_too.get(path).await?.status, 303, "{path}");
            assert!(there_too.get(path).await?.to.starts_with("/login"));
        }
        let mut elsewhere = stolen(here.browser(&ring)?, "Mozilla/5.0 another");
        assert_eq!(elsewhere.get("/").await?.leads_to(), (303, "/login"));
        let mut same = stolen(here.browser(&ring)?, at_home.agent);
        assert_eq!(same.get("/").await?.status, 200);
        here.running.stop().await;
        there.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
