//! `kenshin doctor`: everything that must hold for the systems to run, and what to do about what does not.

mod settings;

use std::sync::Arc;

use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use line::pki::{Identity, RENEW_BELOW};
use serde::Serialize;
use store::{Migrations, Room, RoomName, StoreError};
use vault::Vault;
use vocabulary::{Party, Reach, System};

use crate::arguments::Doctor;
use crate::{Ending, output};

#[derive(Serialize)]
struct Finding {
    what: String,
    ok: bool,
    detail: String,
}

/// Looks at the rooms, their versions and keys and what waits for somebody in them, at the certificates and at the setting files.
pub(crate) fn run(doctor: &Doctor) -> anyhow::Result<Ending> {
    let place = doctor.place.look()?;
    let mut findings = vec![authority(&place)];
    for system in &systems::rooms() {
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
    findings.extend(settings::look_at(&place, &doctor.config)?);
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
    let Ok(party) = super::keeper(name) else { return bad("no party bears this name".to_owned()) };
    match opens(place, name, &party, own) {
        Ok(open) => {
            let (ok, waits) = waits(&open, party.system(), name);
            Finding { what, ok, detail: format!("opens with its key, at this version{waits}") }
        }
        Err(error) => bad(format!("{error:#}")),
    }
}

/// What waits for somebody in a room: whether that is nothing, and in words.
fn waits(room: &Room, system: &str, name: &RoomName) -> (bool, String) {
    let has_office = systems::office(system).is_some();
    let counted = room.read_blocking(|tx| {
        let accounts = access::count_enabled(tx)?;
        Ok::<_, StoreError>((accounts, work::outbox::count_dead(tx)?, work::jobs::count_failed(tx)?))
    });
    let (accounts, dead, failed) = match counted {
        Ok(counted) => counted,
        Err(error) => return (false, format!("; what waits in it cannot be counted: {error}")),
    };
    let city = name.municipality().map_or_else(String::new, |code| format!(" --municipality {code}"));
    let mut told = String::new();
    // The hub's rooms of cities have no staff of their own.
    if has_office && (name.municipality().is_some() == System::named(system).is_some_and(|one| one.reach == Reach::City)) {
        match accounts {
            0 => told.push_str("; no account is in use: `kenshin init` makes the first administrator"),
            1 => told.push_str("; 1 account is in use"),
            more => told.push_str(&format!("; {more} accounts are in use")),
        }
    }
    if dead > 0 {
        told.push_str(&format!("; {dead} dead letters: kenshin outbox list --system {system}{city}"));
    }
    if failed > 0 {
        told.push_str(&format!("; {failed} failed jobs, to be resumed or cancelled: kenshin jobs list --system {system}{city}"));
    }
    (dead + failed == 0, told)
}

/// Looks without touching: no migration is run, no key is made.
fn opens(place: &Place, name: &RoomName, party: &Party, own: Migrations) -> anyhow::Result<Room> {
    let room = place.rooms().existing(name)?.context("it is gone")?;
    let lacking = place.rooms().lacking(&room, &work::every_migration(own))?;
    if !lacking.is_empty() {
        bail!("it is older than this program and lacks {}: run `kenshin migrate`", lacking.join(", "));
    }
    Vault::open_blocking(&room, place.master(party)?, Arc::clone(place.entropy()), Arc::clone(place.clock()))?;
    Ok(room)
}

/// What other parties will think of the certificates that are here, and for how long.
fn certificates(place: &Place) -> Vec<Finding> {
    let look = |party: Party| {
        let checked = Identity::load(&place.folder("tls"), &party).and_then(|identity| identity.check(place.clock().as_ref()));
        let (ok, detail) = match checked {
            Ok(days) if days >= RENEW_BELOW => (true, format!("certificate, key and authority fit; {days} days are left")),
            Ok(days) => (false, format!("{days} days are left: run `kenshin init` again, which renews it, and start what uses it again")),
            Err(error) => (false, format!("{error}: run `kenshin init` again, which issues another, and start what uses it again")),
        };
        Finding { what: party.to_string(), ok, detail }
    };
    place.certified().into_iter().map(look).collect()
}
