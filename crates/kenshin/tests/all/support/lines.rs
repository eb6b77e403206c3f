//! Everything that is asked and answered while the ring closes, and what its parties and the registry's pages tell afterwards.

use std::sync::{Arc, Mutex, PoisonError};

use demo::officers::{self, Officer};
use demo::report::Live;
use demo::ring::Ring;
use demo::{cities, wiring};
use line::Peers;
use wire::Running;
use wire::tap::{Heard, Tap};

use super::city::rows;
use super::place::Place;

/// All of it, from every party's own door and from the pages of both registries.
pub(crate) fn heard(at: &Place, residents: u32) -> Vec<Heard> {
    let place = deployment::Place::open(at.data(), Some(at.files())).unwrap();
    let cities = cities::prepare(&place, residents, 7, &mut |_| {}).unwrap();
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let hears = Arc::clone(&heard);
    let tap = Tap::new(move |one| hears.lock().unwrap_or_else(PoisonError::into_inner).push(one));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let peers = Peers::new();
        let running = wiring::start_each(&place, &peers, |service| service.tap(&tap)).await.unwrap();
        let ring = Ring::open(&place, &peers, cities).unwrap();
        ring.run(&Live::default(), &mut |_| {}).await.unwrap();
        figures(&place, &peers, &running).await;
        let authority = place.authority().unwrap();
        for officer in officers::employ(&place, &running).await.unwrap() {
            let input = at.files().join("input").join(officer.registry.municipality().unwrap().as_str());
            let numbers: Vec<String> =
                rows(&input.join("residents.csv")).iter().map(|row| row["住民番号"].clone()).take(LOOKED_AT).collect();
            pages(authority.certificate(), &officer, &numbers).await;
        }
        for party in running {
            party.stop().await;
        }
    });
    let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    // As many parties told their figures as serve, and both registries showed people.
    let asked = |route: &str| heard.iter().filter(|one| one.route == route && one.answered.starts_with(b"200")).count();
    assert_eq!(asked("/metrics"), wiring::servers().unwrap().len());
    assert_eq!(asked("/residents/{id}"), 2 * LOOKED_AT);
    heard
}

/// What every party tells of itself; the figures are not JSON, and what is told is heard all the same.
async fn figures(place: &deployment::Place, peers: &Peers, running: &[Running]) {
    let console = wiring::console(cities::codes().unwrap()[0]).unwrap();
    let client = wiring::client(place, &console, peers).unwrap();
    for party in running {
        for path in ["/metrics", "/readyz", "/openapi.json"] {
            let _ = client.get::<serde_json::Value>(&party.party, path).await;
        }
    }
}

/// People of each city who are looked at.
const LOOKED_AT: usize = 5;

/// The pages of a city's staff: those that are linked, and some people with all that is known of them.
async fn pages(authority: &str, officer: &Officer, numbers: &[String]) {
    let browser = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(authority.as_bytes()).unwrap()])
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let base = format!("https://{}", officer.pages);
    let log_in = [("id", officer.id), ("password", officer.password.as_str())];
    let opened = browser.post(format!("{base}/login")).header("sec-fetch-site", "same-origin").form(&log_in).send().await.unwrap();
    assert_eq!(opened.status(), 303);
    let cookie = opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let get = async |path: &str| {
        let answer = browser.get(format!("{base}{path}")).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let form = get("/residents").await;
    get("/").await;
    let csrf = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    for number in numbers {
        let fields = [("csrf", csrf), ("number", number.as_str()), ("for", "consultation")];
        let form =
            browser.post(format!("{base}/residents")).header("sec-fetch-site", "same-origin").header("cookie", &cookie).form(&fields);
        let found = form.send().await.unwrap().text().await.unwrap();
        let linked = found.split("href=\"/residents/").nth(1).and_then(|rest| rest.split('?').next());
        let id = linked.unwrap_or_else(|| panic!("{number} is not found"));
        get(&format!("/residents/{id}?for=consultation")).await;
    }
}
