//! `kenshin restore`: a backup into an empty place.

use std::fs;
use std::io::ErrorKind;
use std::path;
use std::sync::Arc;

use ::backup::{Manifest, Target, Verified, verify};
use anyhow::{Context as _, bail};
use deployment::Place;
use ledger::{Act, Outcome};
use line::pki::private_folder;
use store::RoomName;
use vault::{FileMaster, MasterKey};
use vocabulary::Party;

use super::{Told, names, open_file, receiver, record};
use crate::arguments::Restore;
use crate::commands::{init, keeper};
use crate::output::{Usage, in_japan};
use crate::{Ending, output};

const RESTORE: Act = Act::new("backup:rooms.restore");

/// Puts a backup back, takes the marks away that the rooms' records are behind now, and says it in each record.
pub(crate) fn run(options: &Restore) -> anyhow::Result<Ending> {
    let receiver = receiver(&options.key)?;
    let place = options.place.open()?;
    if let Some(there) = names(&place)?.first() {
        return Err(Usage(format!("{place} has rooms already ({there}): a backup is put back into an empty place")).into());
    }
    let Verified { manifest, content } = verify(open_file(&options.file)?, &receiver)?;
    let parties = parties(&manifest)?;
    let masters = masters(&place, &manifest, &parties)?;
    let target = Target { rooms: place.rooms(), folder: &place.folder(""), masters: &masters };
    let spinner = output::spinner("putting back");
    let restored = ::backup::restore(open_file(&options.file)?, &receiver, &manifest, &target, |room| {
        spinner.set_message(format!("putting back {room}"));
    });
    spinner.finish_and_clear();
    restored?;
    let mut rooms = Vec::new();
    for (name, party) in &parties {
        take_mark_away(&place, name, party)?;
        rooms.push((party.clone(), init::room(&place, name, party)?));
        if let Some(code) = party.municipality() {
            private_folder(&place.folder("input").join(code.as_str()))?;
        }
    }
    let taken = in_japan(manifest.taken);
    record(&place, &options.operator, &rooms, RESTORE, Outcome::Written, &format!("restored from the backup of {taken}"))?;
    let told = Told::of(&options.file, &manifest, &content, notes(&place, &parties)?);
    output::result(options.json, &told, |told| told.text("put back, and found as it was copied"))?;
    Ok(Ending::Done)
}

/// The rooms of a backup, each with the party whose it is.
pub(super) fn parties(manifest: &Manifest) -> anyhow::Result<Vec<(RoomName, Party)>> {
    let one = |room: &::backup::RoomManifest| {
        let name = room.name().context("a room of a municipality that is none")?;
        let party = keeper(&name)?;
        Ok((name, party))
    };
    manifest.rooms.iter().map(one).collect()
}

/// The master keys of the time of the backup; an error that names those that are missing.
pub(super) fn masters(place: &Place, manifest: &Manifest, parties: &[(RoomName, Party)]) -> anyhow::Result<Vec<Arc<dyn MasterKey>>> {
    let (mut masters, mut missing): (Vec<Arc<dyn MasterKey>>, Vec<String>) = (Vec::new(), Vec::new());
    for (room, (name, party)) in manifest.rooms.iter().zip(parties) {
        let file = place.master_file(party);
        match FileMaster::open(&file, Arc::clone(place.entropy())) {
            Ok(master) if master.versions().iter().any(|version| version.to_string() == room.master_key) => masters.push(Arc::new(master)),
            Ok(_) => missing.push(format!("{} is not the key of that time ({}), which opens {name}", file.display(), room.master_key)),
            Err(error) => missing.push(format!("{name}: {error}")),
        }
    }
    if !missing.is_empty() {
        bail!(
            "without their master keys the rooms of the backup open for nobody; put them there from the safe first: {}",
            missing.join("; ")
        );
    }
    Ok(masters)
}

/// What the mark beside the master key saw is taken back by this act, which the record says.
fn take_mark_away(place: &Place, room: &RoomName, party: &Party) -> anyhow::Result<()> {
    let Some(marks) = place.master(party)?.marks() else { return Ok(()) };
    let mark = marks.folder.join(room.to_string());
    match fs::remove_file(&mark) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| format!("the mark {}", mark.display())),
        _ => Ok(()),
    }
}

fn notes(place: &Place, parties: &[(RoomName, Party)]) -> anyhow::Result<Vec<String>> {
    let tls = path::absolute(place.folder("tls"))?;
    let mut notes = Vec::new();
    for (room, party) in parties {
        let Some(setting) = place.setting_file(party)? else { continue };
        if setting.tls != tls {
            notes.push(format!("etc/{party}.toml names {}: correct its folders and addresses before the start", setting.tls.display()));
        }
        if !setting.witnesses.is_empty() {
            notes.push(format!("its witnesses saw more of {room}: each lets it begin anew by `kenshin ledger witness forget kenshin/{room}`, before its start"));
        }
    }
    if !place.folder("tls").join("authority.key").exists() {
        notes.push(
            "the authority's key is in no backup: where certificates are issued, put tls/authority.key back from the safe".to_owned(),
        );
    }
    Ok(notes)
}
