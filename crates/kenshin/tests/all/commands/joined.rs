//! Parties of several folders under one authority, set up by the commands that operators have, and what they do for each other over TLS.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use line::pki::Identity;
use line::{Client, Peers};
use protocol::messages::Nothing;
use protocol::messages::console::EXCHANGE;
use protocol::messages::registry::{REGISTER_TARGETS, RegisterTargets};
use serde::Serialize;
use serde_json::Value;
use vocabulary::{Entropy as _, SystemClock, SystemEntropy};

use super::served::Served;
use super::{CITY, at, init};
use crate::support::place::{Place, on_both};
use crate::support::program::run;

const HUB: &str = "hub-core.national";
const EDGE: &str = "hub-edge.national";
const PAYERS: &str = "payers-hub.national";
const REGISTRY: &str = "registry.991015";
const CONSOLE: &str = "console.991015";

fn config(place: &Place, party: &str) -> PathBuf {
    place.files().join("etc").join(format!("{party}.toml"))
}

/// Writes where a peer is into a setting file, as its operator does.
fn put_peer(config: &Path, peer: &str, address: &str) {
    let text = fs::read_to_string(config).unwrap();
    let others = text.lines().filter(|line| !line.contains(&format!("\"{peer}\" ="))).map(str::to_owned);
    let lines: Vec<String> = others.chain([format!("\"{peer}\" = \"{address}\"\n")]).collect();
    fs::write(config, lines.join("\n")).unwrap();
}

/// Free ports that nobody takes by chance: they are below those that the system gives out.
fn ports() -> [u16; 2] {
    let first = 10_000 + u16::try_from(std::process::id() % 2_000).unwrap() * 10;
    let mut free = (first..first + 2_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    [free.next().unwrap(), free.next().unwrap()]
}

/// Carries the secret of a consumer from the folder of the party that it asks.
fn carry_secret(from: &Place, to: &Place, consumer: &str, provider: &str) {
    let (name, secrets) = (format!("{consumer}@{provider}"), to.files().join("tls/secrets"));
    fs::create_dir_all(&secrets).unwrap();
    fs::copy(from.files().join("tls/secrets").join(&name), secrets.join(&name)).unwrap();
}

/// Starts work of a system whose server runs, and waits for its result.
fn work(place: &Place, whose: &[&str], asked: &[&str]) -> Value {
    let job = at(place, &["jobs", "start"], &[whose, asked, &["--json"]].concat()).ended(0).json();
    let began = Instant::now();
    loop {
        let job = at(place, &["jobs", "show"], &[whose, &[job["id"].as_str().unwrap(), "--json"]].concat()).ended(0).json();
        match job["state"].as_str().unwrap() {
            "done" => return job["result"].clone(),
            "waiting" | "running" if began.elapsed() < Duration::from_secs(600) => pause(),
            _ => panic!("{job}"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "other processes run on the time of the machine")]
fn pause() {
    std::thread::sleep(Duration::from_millis(100));
}

/// What the city's console asks of a party, over the line, and what comes of it: what opens individual numbers is not for operators
/// (C-II-6-PMH-5).
fn as_console<B: Serialize>(tls: &Path, (party, address): (&str, &str), path: &str, asked: &B) -> Value {
    let (console, party) = (CONSOLE.parse().unwrap(), party.parse().unwrap());
    let peers = Peers::new();
    peers.put(Clone::clone(&party), address);
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let client = Client::new(&Identity::load(tls, &console).unwrap(), peers, clock, entropy).unwrap().within(Duration::from_secs(600));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.run_job(&party, path, SystemEntropy.id128(), asked)).unwrap()
}

#[test]
fn a_registry_registers_people_at_a_hub_of_another_folder_with_what_the_commands_made() {
    on_both(|city| {
        let hub = Place::folder();
        let asked = ["--hub", "--party", PAYERS, "--name", "みほんPMH", "--consumer", REGISTRY, "--json"];
        let made = at(&hub, &["init"], &asked).ended(0).json();
        assert_eq!(made["lacking"][0]["peers"][0], "\"hub-edge.national\" = \"its address\"", "{made}");
        let tls = city.files().join("tls");
        let parties = [REGISTRY, "atena.991015", "relay.991015", CONSOLE, "--out", tls.to_str().unwrap()];
        at(&hub, &["certify"], &parties).ended(0);
        init(city).ended(0);
        assert!(!tls.join("authority.key").exists(), "no second authority was made");
        at(city, &["doctor"], &[]).ended(0);

        let [at_hub, at_payers] = ports();
        put_peer(&config(&hub, HUB), PAYERS, &format!("127.0.0.1:{at_payers}"));
        put_peer(&config(&hub, PAYERS), HUB, &format!("127.0.0.1:{at_hub}"));
        let _payers = Served::start_at(&config(&hub, PAYERS), at_payers, "listens on ");
        let serves = Served::start_at(&config(&hub, HUB), at_hub, "listens on ");
        carry_secret(&hub, city, REGISTRY, HUB);
        put_peer(&config(city, REGISTRY), HUB, &serves.at);
        let input = city.beside("city");
        run(["synth", "--residents", "200", "--out", input.to_str().unwrap()]).ended(0);
        let whose = ["--municipality", CITY];
        let residents = input.join("residents.csv");
        at(city, &["registry", "import-residents"], &[&whose[..], &[residents.to_str().unwrap()]].concat()).ended(0);
        let serving = Served::start(&config(city, REGISTRY), "listens on ");
        assert!(work(city, &whose, &["register-templates"])["templates"].as_u64().unwrap() > 0);
        let extraction = work(city, &whose, &["extract", "fiscalYear=2026", "on=2026-11-22"])["extraction"].as_i64().unwrap();
        let asked = RegisterTargets { extraction, programme: "oral_health".to_owned() };
        let registered = as_console(&tls, (REGISTRY, &serving.at), REGISTER_TARGETS, &asked);
        assert!(registered["registered"].as_u64().unwrap() > 0 && registered["refused"] == 0, "{registered}");
    });
}

#[test]
fn the_public_side_of_the_hub_is_set_up_in_a_folder_of_its_own_and_the_core_collects_there() {
    let (hub, edge) = (Place::folder(), Place::folder());
    at(&hub, &["init"], &["--hub", "--name", "PMH"]).ended(0);
    at(&hub, &["certify"], &[EDGE, "--out", edge.files().join("tls").to_str().unwrap()]).ended(0);
    at(&edge, &["init"], &["--party", EDGE, "--name", "PMH"]).ended(0);
    let setting: wire::Setting = toml::from_str(&fs::read_to_string(config(&edge, EDGE)).unwrap()).unwrap();
    assert_eq!(setting.consumers.iter().map(ToString::to_string).collect::<Vec<_>>(), [HUB, "portal.national"]);
    let public = Served::start(&config(&edge, EDGE), "listens on ");
    carry_secret(&edge, &hub, HUB, EDGE);
    put_peer(&config(&hub, HUB), EDGE, &public.at);
    let core = Served::start(&config(&hub, HUB), "listens on ");
    let of_console = hub.beside("console");
    at(&hub, &["certify"], &[CONSOLE, "--out", of_console.to_str().unwrap()]).ended(0);
    let exchanged = as_console(&of_console, (HUB, &core.at), EXCHANGE, &Nothing {});
    assert_eq!((&exchanged["collected"], &exchanged["delivered"]), (&0.into(), &0.into()), "{exchanged}");
}

#[test]
fn where_the_authority_is_elsewhere_init_certifies_nobody_and_says_what_to_do() {
    let (hub, city) = (Place::folder(), Place::folder());
    let out = city.files().join("tls");
    let certify = |parties: &[&str]| at(&hub, &["certify"], &[parties, &["--out", out.to_str().unwrap()]].concat());
    assert!(certify(&[REGISTRY]).ended(1).err.contains("kenshin init"));
    at(&hub, &["init"], &["--hub", "--name", "PMH"]).ended(0);
    let told = certify(&[REGISTRY]).ended(0).out;
    assert!(told.contains("hub-core.national.toml: consumers: \"registry.991015\""), "{told}");
    let refused = init(&city).ended(1).err;
    assert!(refused.contains("kenshin certify atena.991015 relay.991015 --out FOLDER"), "{refused}");
    assert!(!city.files().join("etc").exists(), "nothing was made");
    certify(&["atena.991015", "relay.991015"]).ended(0);
    init(&city).ended(0);
    // A folder with an authority of its own takes no other's certificates.
    let other = Place::folder();
    init(&other).ended(0);
    let into = other.files().join("tls");
    assert!(at(&hub, &["certify"], &[REGISTRY, "--out", into.to_str().unwrap()]).ended(1).err.contains("another authority"));
}
