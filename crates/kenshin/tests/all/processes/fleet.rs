//! Thirteen processes: their configurations, their start, their end.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use demo::wiring;
use vocabulary::Party;

use crate::support::place::Place;
use crate::support::program::{edge, kenshin};

/// A system that runs by itself.
struct System {
    party: Party,
    address: SocketAddr,
    process: Child,
    log: PathBuf,
}

/// All of them; killed when dropped.
pub(super) struct Fleet(Vec<System>);

impl Fleet {
    /// Starts everybody and waits until all serve.
    pub(super) fn start(place: &Place) -> Fleet {
        // Another program may take a port between its choice and the start of who was to have it.
        (0..20).find_map(|_| Fleet::try_start(place)).expect("ports that nobody else takes")
    }

    /// `None` when somebody else took a port meanwhile.
    fn try_start(place: &Place) -> Option<Fleet> {
        let parties = wiring::servers().unwrap();
        // Held together while they are chosen, so that they differ.
        let listeners: Vec<TcpListener> = parties.iter().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let addresses: Vec<SocketAddr> = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
        drop(listeners);
        let all: Vec<(Party, SocketAddr)> = parties.into_iter().zip(addresses).collect();
        let mut fleet = Fleet(Vec::new());
        for (party, address) in &all {
            let config = place.beside(&format!("{party}.toml"));
            fs::write(&config, configuration(place, party, *address, &all)).unwrap();
            let mut command = match party.system() {
                "hub-edge" => Command::new(edge()),
                own @ ("registry" | "atena" | "relay" | "hub-core") => serve(own),
                _ => serve("outside"),
            };
            let log = place.beside(&format!("{party}.log"));
            let told = File::create(&log).unwrap();
            command.arg("--config").arg(&config).env_remove("RUST_LOG");
            let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(told).spawn().unwrap();
            fleet.0.push(System { party: party.clone(), address: *address, process, log });
        }
        fleet.serve().then_some(fleet)
    }

    /// Waits until everybody says that it serves; false when somebody cannot, because its address is in use.
    fn serve(&mut self) -> bool {
        let began = Instant::now();
        for at in 0..self.0.len() {
            loop {
                // Asked before its log is read: one that has ended has said everything.
                let ended = self.0[at].process.try_wait().unwrap();
                let log = fs::read_to_string(&self.0[at].log).unwrap();
                if ended.is_none() && log.contains("serves") {
                    break;
                }
                if ended.is_some() && log.contains("in use") {
                    return false;
                }
                let late = began.elapsed() > Duration::from_secs(600);
                assert!(ended.is_none() && !late, "{} does not serve ({ended:?})\n{}", self.0[at].party, self.told());
                pause();
            }
        }
        true
    }

    /// Who is where.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&Party, SocketAddr)> {
        self.0.iter().map(|system| (&system.party, system.address))
    }

    /// The warnings of all logs, for whoever reads a failure.
    pub(super) fn told(&self) -> String {
        let mut told = String::new();
        for system in &self.0 {
            let log = fs::read_to_string(&system.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains("INFO")).collect();
            let last = lines.get(lines.len().saturating_sub(5)..).unwrap_or_default();
            writeln!(told, "{}:\n  {}", system.party, last.join("\n  ")).unwrap();
        }
        told
    }

    /// Asks everybody to stop (SIGTERM); all must end well and soon.
    pub(super) fn stop(mut self) {
        for system in &self.0 {
            let asked = Command::new("kill").args(["-TERM", &system.process.id().to_string()]).status().unwrap();
            assert!(asked.success());
        }
        let began = Instant::now();
        for at in 0..self.0.len() {
            let ended = loop {
                if let Some(ended) = self.0[at].process.try_wait().unwrap() {
                    break ended;
                }
                assert!(began.elapsed() < Duration::from_secs(300), "{} does not stop\n{}", self.0[at].party, self.told());
                pause();
            };
            assert!(ended.success(), "{} ended with {ended}\n{}", self.0[at].party, self.told());
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for system in &mut self.0 {
            // One that has ended cannot be killed, which is as well.
            let _ = system.process.kill();
            let _ = system.process.wait();
        }
    }
}

fn serve(system: &str) -> Command {
    let mut command = kenshin();
    command.args(["serve", system]);
    command
}

/// A configuration as an operator writes it.
fn configuration(place: &Place, party: &Party, address: SocketAddr, all: &[(Party, SocketAddr)]) -> String {
    let files = place.files().display();
    let mut text = String::new();
    writeln!(text, "party = \"{party}\"\nlisten = \"{address}\"\ndata = \"{}\"", place.data()).unwrap();
    writeln!(text, "master-key = \"{files}/keys/{party}.key\"\ntls = \"{files}/tls\"").unwrap();
    if let Some(code) = party.municipality() {
        writeln!(text, "media = \"{files}/input/{code}\"").unwrap();
    }
    let consumers: Vec<String> = wiring::consumers().unwrap().iter().map(|party| format!("\"{party}\"")).collect();
    writeln!(text, "consumers = [{}]\n\n[peers]", consumers.join(", ")).unwrap();
    for (peer, address) in all {
        writeln!(text, "\"{peer}\" = \"{address}\"").unwrap();
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "other processes run on the time of the machine")]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}
