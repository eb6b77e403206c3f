//! `kenshin doctor`: everything that must hold for the systems to run, and what to do about what does not.

use std::fs;
use std::sync::Arc;

use serde::Serialize;
use store::RoomName;
use wire::Party;

use crate::arguments::Doctor;
use crate::place::Place;
use crate::{Ending, output, systems};

#[derive(Serialize)]
struct Finding {
    what: String,
    ok: bool,
    detail: String,
}

/// Looks at the rooms, their versions and keys, the certificates, the record of use.
pub(crate) fn run(doctor: &Doctor) -> anyhow::Result<Ending> {
    let place = Place::open(&doctor.place)?;
    let mut findings = vec![authority(&place)];
    for system in systems::ROOMS {
        for name in place.rooms().list(system)? {
            findings.push(room(&place, system, &name));
        }
    }
    if findings.len() == 1 {
        findings.push(Finding {
            what: "rooms".to_owned(),
            ok: false,
            detail: "there are none: run `kenshin init` or `kenshin demo`".to_owned(),
        });
    }
    findings.extend(certificates(&place));
    output::result(doctor.json, &findings, |findings| {
        let lines =
            findings.iter().map(|finding| format!("{}  {:40} {}", if finding.ok { "ok " } else { "BAD" }, finding.what, finding.detail));
        lines.collect::<Vec<_>>().join("\n")
    })?;
    Ok(if findings.iter().all(|finding| finding.ok) { Ending::Done } else { Ending::Refused })
}

fn authority(place: &Place) -> Finding {
    let file = place.folder("tls").join("authority.pem");
    let ok = file.exists();
    let detail = if ok { file.display().to_string() } else { format!("{} is missing: run `kenshin init`", file.display()) };
    Finding { what: "private authority".to_owned(), ok, detail }
}

/// A room opens with the key that is here, and its version is this program's.
fn room(place: &Place, system: &str, name: &RoomName) -> Finding {
    let what = name.to_string();
    let bad = |detail: String| Finding { what: what.clone(), ok: false, detail };
    let Some(own) = systems::migrations(system) else { return bad("a system that this program does not know".to_owned()) };
    let own_system = system.replace('_', "-");
    let party = match name.municipality() {
        // The hub's rooms of municipalities are opened with the hub's own key.
        Some(code) if system != "hub_core" => Party::of(&own_system, code),
        _ => Party::national(&own_system),
    };
    let Ok(party) = party else { return bad("no party bears this name".to_owned()) };
    if !place.master_file(&party).exists() {
        return bad(format!("its master key {} is missing: put it back from the safe", place.master_file(&party).display()));
    }
    let master = match place.master(&party) {
        Ok(master) => master,
        Err(error) => return bad(format!("{error:#}")),
    };
    let migrations = [access::MIGRATIONS, wire::MIGRATIONS, own];
    let opened =
        ledger::Room::open_blocking(place.rooms(), name, &migrations, master, Arc::clone(place.clock()), Arc::clone(place.entropy()));
    match opened {
        Ok(_) => Finding { what, ok: true, detail: "opens with its key, at this version".to_owned() },
        Err(error) => bad(error.to_string()),
    }
}

/// Certificates that are here can be read with their keys; a renewed one is made at the next start of the demonstration or by `init`.
fn certificates(place: &Place) -> Vec<Finding> {
    let Ok(entries) = fs::read_dir(place.folder("tls")) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut parties: Vec<Party> = names.filter_map(|name| name.strip_suffix(".pem")?.parse().ok()).collect();
    parties.sort();
    let look = |party: Party| {
        let loaded = wire::pki::Identity::load(&place.folder("tls"), &party);
        let (ok, detail) = match loaded {
            Ok(_) => (true, "certificate and key fit".to_owned()),
            Err(error) => (false, format!("{error}: remove both files and run `kenshin init`")),
        };
        Finding { what: party.to_string(), ok, detail }
    };
    parties.into_iter().map(look).collect()
}
