//! `kenshin ledger verify`: an off-line proof that the record of use is whole. `kenshin ledger checkpoint`: what it is held to later. `kenshin
//! ledger witness` and `cosigned`: what witnesses say of it, brought in files. `kenshin ledger erase`: the one way to take something from it.

mod witness;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::ledger::{LedgerError, Room, SignedCheckpoint, Trusted, VerifierKey, verify};
use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use serde::Serialize;
use vault::{MasterKey, MasterKeyError};
use vocabulary::SystemEntropy;
use wire::{MasterSetting, MasterSettingError};

use crate::arguments::{Checkpoint, Erase, Ledger, Verify};
use crate::{Ending, making, output};

/// Does what was asked of the record.
pub(crate) fn run(ledger: &Ledger) -> anyhow::Result<Ending> {
    match ledger {
        Ledger::Verify(options) => whole(options),
        Ledger::Checkpoint(options) => checkpoint(options),
        Ledger::Witness(work) => witness::run(work),
        Ledger::Cosigned(options) => witness::keep(options),
        Ledger::Erase(options) => erase(options),
    }
}

fn checkpoint(options: &Checkpoint) -> anyhow::Result<Ending> {
    let (_, room, _) = options.room.open()?;
    let text = super::runtime()?.block_on(checkpoints(&room, options.since))?;
    write(options.out.as_deref(), &text)?;
    Ok(Ending::Done)
}

/// The checkpoints that witnesses cosigned and the latest, or what a witness is asked that cosigned one of this size last.
async fn checkpoints(room: &Room, since: Option<u64>) -> anyhow::Result<String> {
    let latest = room.checkpoint().await?.with_context(|| format!("nothing is recorded in {} yet", room.name()))?;
    let size = latest.checkpoint().size;
    let Some(old) = since else {
        // Notes stand one after another in a file, with an empty line between.
        let notes = room.all_cosigned().await?;
        return Ok(notes.iter().chain([&latest]).map(|note| format!("{}\n", note.text())).collect());
    };
    if old > size {
        bail!(
            "{} has {size} entries: a witness that cosigned {old} saw another record, or this one before it was rolled back",
            room.name()
        );
    }
    Ok(room.ask_to_cosign(&latest, old).await?.to_string())
}

/// To a file for its owner alone, or to standard output.
fn write(out: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let Some(out) = out else { return output::text(text.strip_suffix('\n').unwrap_or(text)) };
    making::write(out, text.as_bytes())
}

/// The verifier keys in files, one a line.
fn keys(files: &[PathBuf]) -> anyhow::Result<Vec<VerifierKey>> {
    let mut keys = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).with_context(|| format!("the verifier key {}", file.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let read = lines.map(str::parse).collect::<Result<Vec<VerifierKey>, _>>();
        keys.extend(read.with_context(|| format!("{} holds something else than verifier keys", file.display()))?);
    }
    Ok(keys)
}

fn erase(options: &Erase) -> anyhow::Result<Ending> {
    let (_, room, caller) = options.room.open()?;
    match super::runtime()?.block_on(room.erase_people(&caller, options.entry, &options.reason)) {
        Err(LedgerError::NoList) => bail!("there is no list of people under entry {} of {}", options.entry, room.name()),
        erased => erased?,
    }
    output::say(&format!("the list of people under entry {} is gone, and the record says so", options.entry));
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Log {
    room: String,
    entries: u64,
    signed: u64,
    root: String,
    /// Checkpoints from outside that it agrees with, and cosignatures of known witnesses under them.
    checkpoints: u64,
    cosigned: u64,
    /// Whether the key came from `--key`; otherwise the room's own word is believed.
    key_given: bool,
    /// Whether the room's master key was at hand, without which nobody tells who wrote its head.
    stamp_read: bool,
    whole: bool,
    findings: Vec<String>,
}

fn whole(options: &Verify) -> anyhow::Result<Ending> {
    let place = options.place.look()?;
    let mut trusted = Trusted { masters: masters(&place)?, ..Trusted::default() };
    if let Some(file) = &options.checkpoint {
        let text = fs::read_to_string(file).with_context(|| format!("the checkpoint {}", file.display()))?;
        for (at, note) in SignedCheckpoint::parse_all(&text).into_iter().enumerate() {
            match note {
                Ok(note) => trusted.checkpoints.push(note),
                Err(error) => output::say(&format!("{}: checkpoint {} of the file cannot be read: {error}", file.display(), at + 1)),
            }
        }
        if trusted.checkpoints.is_empty() {
            bail!("{} holds no signed checkpoint", file.display());
        }
    }
    trusted.keys = keys(&options.key)?;
    let spinner = output::spinner("computing every log again from its entries");
    let systems = systems::rooms();
    let systems: Vec<&str> = systems.iter().map(String::as_str).collect();
    let reports = verify(place.rooms(), &systems, &trusted, |room, entries| spinner.set_message(format!("{room}: {entries} entries")))?;
    spinner.finish_and_clear();
    let logs: Vec<Log> = reports
        .iter()
        .map(|report| Log {
            room: report.room.to_string(),
            entries: report.size,
            signed: report.signed,
            root: report.root.iter().map(|byte| format!("{byte:02x}")).collect(),
            checkpoints: report.outside,
            cosigned: report.cosigned,
            key_given: report.key_given,
            stamp_read: report.stamp_read,
            whole: report.is_whole(),
            findings: report.findings.iter().map(ToString::to_string).collect(),
        })
        .collect();
    output::result(options.json, &logs, |logs| text(logs))?;
    let whole = !logs.is_empty() && logs.iter().all(|log| log.whole);
    Ok(if whole { Ending::Done } else { Ending::Refused })
}

/// The master keys that can be had: those that the setting files of a place name, and those in its folder of keys. Of those that are named a file may
/// lie elsewhere; what else keeps one from being opened is an error.
fn masters(place: &Place) -> anyhow::Result<Vec<Arc<dyn MasterKey>>> {
    let mut masters = Vec::new();
    for setting in place.setting_files().into_iter().filter_map(|file| file.setting.ok()) {
        match setting.master_key.open(Arc::new(SystemEntropy)) {
            Ok(master) => masters.push(master),
            Err(MasterSettingError::Master(MasterKeyError::Missing(_))) => {}
            Err(error) => return Err(error).with_context(|| format!("the master key of {}", setting.party)),
        }
    }
    let files = fs::read_dir(place.folder("keys")).into_iter().flatten().flatten().map(|entry| entry.path());
    let there = files.filter(|file| file.extension().is_some_and(|ending| ending == "key")).map(MasterSetting::File);
    masters.extend(there.filter_map(|one| one.open(Arc::new(SystemEntropy)).ok()));
    Ok(masters)
}

fn text(logs: &[Log]) -> String {
    if logs.is_empty() {
        return "there is no record of use here: is --data right?".to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    for log in logs {
        let verdict = if log.whole { "whole" } else { "NOT WHOLE" };
        lines.push(format!("{:32} {:>9} entries, {:>9} signed for  {verdict}", log.room, log.entries, log.signed));
        if log.checkpoints > 0 {
            lines.push(format!(
                "    agrees with {} checkpoints kept elsewhere, cosigned by witnesses {} times",
                log.checkpoints, log.cosigned
            ));
        }
        if !log.key_given {
            lines.push("    keys taken from the room itself: whoever can write it can sign it anew; give --key".to_owned());
        }
        if !log.stamp_read {
            lines.push("    its master key is not at hand: what came after the last checkpoint is believed as it stands".to_owned());
        }
        lines.extend(log.findings.iter().map(|finding| format!("    {finding}")));
    }
    lines.join("\n")
}
