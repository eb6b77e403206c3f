//! The program as it is run: started from a file, asked over mutual TLS, stopped by a signal.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use protocol::messages::Outcome;
use protocol::messages::edge::{BINDINGS, Binding, OfPerson, QUESTIONNAIRES_READ, Questionnaires};
use store::{Data, Rooms};
use vocabulary::{Entropy, Id128, Party, SystemEntropy};
use wire::Readiness;
use wire::testing::{Failed, Ring};

struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kenshin-edge"));
    command.arg("--config").arg(config).env_remove("RUST_LOG").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn make_master_key(config: &Path) -> Result<Option<i32>, Failed> {
    Ok(program(config).arg("--make-master-key").output()?.status.code())
}

fn config(ring: &Ring, party: &str) -> String {
    let dir = ring.dir().display();
    format!(
        "party = \"{party}\"\nlisten = \"127.0.0.1:0\"\ndata = \"{dir}/data\"\nmaster-key = \"{dir}/edge.key\"\ntls = \"{dir}\"\n\
         consumers = [\"portal.national\", \"hub-core.national\"]\n"
    )
}

/// Starts the program and waits for the line that says where it listens.
fn started(config: &Path) -> Result<(Started, String), Failed> {
    let mut child = program(config).spawn()?;
    let errors = BufReader::new(child.stderr.take().unwrap());
    let started = Started(child);
    let (tell, told) = std::sync::mpsc::channel();
    // read to its end, so that the program never waits for somebody to read
    std::thread::spawn(move || {
        for line in errors.lines().map_while(Result::ok) {
            let _ = tell.send(line);
        }
    });
    while let Ok(line) = told.recv_timeout(Duration::from_secs(300)) {
        if let Some(address) = line.split("addr=").nth(1) {
            return Ok((started, address.split(' ').next().unwrap_or_default().to_owned()));
        }
    }
    Err("the program does not say where it listens".into())
}

fn ring() -> Result<Ring, Failed> {
    let dir = std::env::temp_dir().join(format!("kenshin-edge-{}", SystemEntropy.id128()));
    let rooms = Rooms::open(Data::parse(&dir.display().to_string())?)?;
    Ring::new(rooms, access::Policies::load(&[hub_edge::POLICIES])?, &["hub-edge.national", "portal.national"])
}

#[tokio::test]
async fn it_serves_until_it_is_told_to_stop_and_goes_on_where_it_was() -> Result<(), Failed> {
    let ring = ring()?;
    ring.house("hub-edge.national")?;
    let file = ring.dir().join("edge.toml");
    std::fs::write(&file, config(&ring, "hub-edge.national"))?;
    let lost = program(&file).output()?;
    assert_eq!(lost.status.code(), Some(1));
    assert!(String::from_utf8(lost.stderr)?.contains("there is no master key"));
    assert!(!ring.dir().join("edge.key").exists(), "a start makes no key");
    assert_eq!(make_master_key(&file)?, Some(0));
    assert_eq!(make_master_key(&file)?, Some(1), "another key could not open what this one closed");
    let edge: Party = "hub-edge.national".parse()?;
    let portal = ring.house("portal.national")?.client;
    let pseudonym = Id128::from_bytes([2; 16]);
    for first in [true, false] {
        let (mut running, address) = started(&file)?;
        ring.peers().put(edge.clone(), address);
        let ready: Readiness = portal.get(&edge, "/readyz").await?;
        assert!(ready.ready, "{ready:?}");
        if first {
            let message = Binding { pmh_key: Id128::from_bytes([1; 16]).into(), pmh_pseudonym: pseudonym.into() };
            let bound: Outcome = portal.post(&edge, BINDINGS, SystemEntropy.id128(), &message).await?;
            assert_eq!(bound.state, "bound");
        }
        let sheets: Questionnaires = portal.ask(&edge, QUESTIONNAIRES_READ, &OfPerson { pmh_pseudonym: pseudonym.into() }).await?;
        assert!(sheets.rows.is_empty(), "bound, and nothing was delivered");
        let told = Command::new("kill").arg("-TERM").arg(running.0.id().to_string()).status()?;
        assert!(told.success());
        assert_eq!(running.0.wait()?.code(), Some(0));
    }
    Ok(())
}

#[test]
fn what_cannot_be_served_says_why_and_exits_with_one() -> Result<(), Failed> {
    let ring = ring()?;
    let file = ring.dir().join("edge.toml");
    std::fs::write(&file, config(&ring, "hub-edge.national"))?;
    assert_eq!(make_master_key(&file)?, Some(0));
    for (text, why) in [
        (config(&ring, "hub-edge.national").replace("master-key", "masterkey"), "not a configuration"),
        (config(&ring, "hub-edge.national"), "certificate"),
    ] {
        std::fs::write(&file, text)?;
        let ended = program(&file).output()?;
        assert_eq!(ended.status.code(), Some(1));
        let said = String::from_utf8(ended.stderr)?;
        assert!(said.contains(why), "{said}");
    }
    // another party's name: its certificate is good, this program is not for it
    ring.house("portal.national")?;
    std::fs::write(&file, config(&ring, "portal.national"))?;
    let ended = program(&file).output()?;
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8(ended.stderr)?.contains("hub-edge.national"));
    assert_eq!(program(&ring.dir().join("none.toml")).output()?.status.code(), Some(1));
    Ok(())
}
