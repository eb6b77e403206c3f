//! `kenshin restore`: a backup into an empty place.

use std::fs;
use std::io::{ErrorKind, Seek as _};
use std::sync::Arc;

use ::backup::{Target, Verified, verify};
use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use ledger::{Act, Outcome};
use line::pki::private_folder;
use store::RoomName;
use vault::MasterKey;
use vocabulary::Party;

use super::{Told, ill, is_expected, names, open_file, receiver, record, settings};
use crate::arguments::Restore;
use crate::commands::{init, keeper};
use crate::output::{Usage, in_japan};
use crate::{Ending, output};

const RESTORE: Act = Act::new("backup:rooms.restore");

/// Puts a backup back, takes the marks away that the rooms' records are behind now, and says it in each record. Where that fails nothing is left.
pub(crate) fn run(options: &Restore) -> anyhow::Result<Ending> {
    let receiver = receiver(&options.key)?;
    let place = options.place.open()?.with_keys(init::apart::keys(&options.place, options.keys.as_deref())?);
    if let Some(there) = names(&place)?.first() {
        return Err(Usage(format!("{place} has rooms already ({there}): a backup is put back into an empty place")).into());
    }
    let mut file = open_file(&options.file)?;
    let backup = verify(&file, &receiver)?;
    let Verified { manifest, content, .. } = &backup;
    if !is_expected(options.sha256.as_deref(), content) {
        bail!("the SHA-256 of the backup is {}, not the one that was kept: nothing is put in place", content.sha256);
    }
    if newer(&manifest.program) {
        bail!("the backup was made by kenshin {}, which is newer than this program: use that one", manifest.program);
    }
    let back = rooms(&place, &backup)?;
    let masters: Vec<Arc<dyn MasterKey>> = back.iter().filter_map(|room| room.master.clone()).collect();
    let target = Target { rooms: place.rooms(), folder: &place.folder(""), masters: &masters };
    file.rewind()?;
    let spinner = output::spinner("putting back");
    let restored = ::backup::restore(&file, &receiver, manifest, &target, |room| {
        spinner.set_message(format!("putting back {room}"));
    });
    spinner.finish_and_clear();
    let put = restored?;
    let mut notes = finish(options, &place, &backup, &back).inspect_err(|_| put.undo(&target))?;
    let as_copied = |finding: &String| format!("so it was when it was copied, look into it: {finding}");
    notes.extend(put.findings.iter().map(as_copied));
    let told = Told::of(&options.file, manifest, content, notes);
    output::result(options.json, &told, |told| told.text("put back, and found as it was copied"))?;
    Ok(if put.findings.is_empty() { Ending::Done } else { Ending::Refused })
}

/// Whether a version is a later one than this program's.
fn newer(version: &str) -> bool {
    let parts = |version: &str| -> Vec<u64> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    parts(version) > parts(env!("CARGO_PKG_VERSION"))
}

/// A room of a backup, the party whose it is, and the master key that opens it; none of a room that was ill.
struct Back {
    name: RoomName,
    party: Party,
    master: Option<Arc<dyn MasterKey>>,
}

/// What is left to do when everything is in its place → what a person has to do.
fn finish(options: &Restore, place: &Place, backup: &Verified, back: &[Back]) -> anyhow::Result<Vec<String>> {
    let mut notes = ill(&backup.manifest);
    for path in backup.settings.keys() {
        notes.extend(settings::correct(place, path)?);
    }
    for Back { name, party, master } in back {
        if let Some(code) = party.municipality() {
            private_folder(&place.folder("input").join(code.as_str()))?;
        }
        // It was copied as it lay, and opens as little as it did.
        let Some(master) = master else { continue };
        take_mark_away(master.as_ref(), name)?;
        let room = init::room_with(place, name, party, Arc::clone(master))?;
        let note = format!("restored from the backup of {}", in_japan(backup.manifest.taken));
        record(place, &options.operator, &room, RESTORE, Outcome::Written, &note)?;
        let setting = place.setting_file(party)?;
        if setting.is_some_and(|setting| !setting.witnesses.is_empty()) {
            notes.push(format!(
                "its witnesses saw more of {name}: each lets it begin anew by `kenshin ledger witness forget kenshin/{name} --municipality ITS-CODE --reason TEXT`, before its start"
            ));
        }
    }
    if !place.folder("tls").join("authority.key").exists() {
        notes.push(
            "the authority's key is in no backup: where certificates are issued, put tls/authority.key back from the safe".to_owned(),
        );
    }
    notes.push(format!(
        "do again what was done after {}: keys that were revoked, cells that were shredded, persons that were erased, accounts that were closed",
        in_japan(backup.manifest.taken)
    ));
    Ok(notes)
}

/// The rooms of a backup with the master keys of its time, as the settings in it say that they are opened, but never where the old place had them; an
/// error that names those that are missing.
fn rooms(place: &Place, backup: &Verified) -> anyhow::Result<Vec<Back>> {
    let (mut back, mut missing) = (Vec::new(), Vec::new());
    for room in &backup.manifest.rooms {
        let name = room.name().context("a room of a municipality that is none")?;
        let party = keeper(&name)?;
        systems::named(party.system()).with_context(|| format!("{name}: a system that this program does not know"))?;
        let Some(version) = &room.master_key else {
            back.push(Back { name, party, master: None });
            continue;
        };
        let master = settings::master(place, &party, backup);
        match master.and_then(|master| Ok((master.holds(version)?, master))) {
            Ok((true, master)) => back.push(Back { name, party, master: Some(master) }),
            Ok((false, _)) => missing.push(format!("that of {party} is not the key of that time ({version}), which opens {name}")),
            Err(error) => missing.push(format!("{name}: {error:#}")),
        }
    }
    if !missing.is_empty() {
        bail!(
            "without their master keys the rooms of the backup open for nobody; put them there from the safe first (--keys): {}",
            missing.join("; ")
        );
    }
    Ok(back)
}

/// What the mark beside the master key saw is taken back by this act, which the record says.
fn take_mark_away(master: &dyn MasterKey, room: &RoomName) -> anyhow::Result<()> {
    let Some(marks) = master.marks() else { return Ok(()) };
    let mark = marks.folder.join(room.to_string());
    match fs::remove_file(&mark) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| format!("the mark {}", mark.display())),
        _ => Ok(()),
    }
}
