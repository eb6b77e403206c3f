//! From `init` to the first page, with the program as it is: the administrator that it made logs in at the pages that `serve` shows.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::served::Served;
use super::{CITY, at};
use crate::support::place::{Place, on_both};
use crate::support::program::kenshin;

#[test]
fn the_administrator_that_init_made_logs_in_at_the_pages_that_serve_shows() {
    on_both(|place| {
        let made = at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--json"]).ended(0).json();
        for (system, place_of) in [("registry", 0), ("atena", 1)] {
            let administrator = &made["administrators"][place_of];
            assert_eq!(administrator["party"], format!("{system}.{CITY}"));
            log_in(place, system, administrator["id"].as_str().unwrap(), administrator["one_time_password"].as_str().unwrap());
        }
        let lost = made["administrators"][2]["one_time_password"].as_str().unwrap();
        let relay = ["--system", "relay", "--municipality", CITY, "--json"];
        let accounts = at(place, &["accounts", "list"], &relay).ended(0).json();
        assert_eq!((&accounts[0]["id"], &accounts[0]["roles"][0]), (&"admin".into(), &"administrator".into()), "{accounts}");
        let reissued = at(place, &["accounts", "reissue", "admin"], &relay).ended(0).json();
        let once = reissued["one_time_password"].as_str().unwrap();
        assert_ne!(once, lost);
        log_in(place, "relay", "admin", once);
        assert!(at(place, &["accounts", "reissue", "nobody"], &relay).ended(1).err.contains("nobody"));
        let listed = at(place, &["accounts", "list"], &relay[..4]).ended(0).out;
        assert!(listed.starts_with("ACCOUNT ") && listed.lines().count() == 2, "{listed}");
        let told = at(place, &["accounts", "list"], &["--system", "hub-edge"]).ended(1).err;
        assert!(told.contains("has no pages for staff"), "{told}");
    });
}

#[test]
fn what_init_writes_can_be_served_from_any_directory() {
    let folder = tempfile::tempdir().unwrap();
    let asked = ["init", "--data", "here", "--municipality", CITY, "--name", "みほん市"];
    assert!(kenshin().current_dir(folder.path()).args(asked).output().unwrap().status.success());
    let written = fs::read_to_string(folder.path().join(format!("here/etc/registry.{CITY}.toml"))).unwrap();
    let written: toml::Table = written.parse().unwrap();
    for path in ["data", "master-key", "tls", "media"] {
        assert!(Path::new(written[path].as_str().unwrap()).starts_with(folder.path()), "{path}: {written:?}");
    }
}

#[test]
fn who_reads_only_the_beginning_of_a_result_is_no_error() {
    let mut told = kenshin().args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(told.stdout.take());
    let ended = told.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// Logs in at a system's pages with the one-time password, and sets another.
fn log_in(place: &Place, system: &str, administrator: &str, once: &str) {
    let config = place.files().join("etc").join(format!("{system}.{CITY}.toml"));
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("pages = \"127.0.0.1:845") && text.contains("name = \"みほん市\""), "{text}");
    let served = Served::start(&config, "its pages are at ");
    let pages = &served.at;
    let authority = fs::read(place.files().join("tls").join("authority.pem")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let browser = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&authority).unwrap()])
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let post =
            |path: &str, form: &[(&str, &str)]| browser.post(format!("{pages}{path}")).header("sec-fetch-site", "same-origin").form(form);
        let text = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let refused = post("/login", &[("id", administrator), ("password", "guess")]).send().await.unwrap();
        assert_eq!(refused.status(), 403);
        let opened = post("/login", &[("id", administrator), ("password", once)]).send().await.unwrap();
        assert_eq!((opened.status().as_u16(), text(&opened, "location").as_str()), (303, "/password"));
        let cookie = text(&opened, "set-cookie").split(';').next().unwrap().to_owned();
        let form = browser.get(format!("{pages}/password")).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        let csrf = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let own = [("csrf", csrf), ("new", "kaze-no-toorimichi"), ("again", "kaze-no-toorimichi")];
        let changed = post("/password", &own).header("cookie", &cookie).send().await.unwrap();
        assert_eq!((changed.status().as_u16(), text(&changed, "location").as_str()), (303, "/"));
        let home = browser.get(format!("{pages}/")).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(home.status(), 200);
        assert!(home.text().await.unwrap().contains("みほん市"));
    });
    drop(served);
}
