//! `kenshin ledger verify`: an off-line proof that the record of use is whole. `kenshin ledger erase`: the one way to take something from it.

use std::fs;

use ::ledger::{LedgerError, SignedCheckpoint, Trusted, VerifierKey, verify};
use anyhow::{Context as _, bail};
use deployment::systems;
use serde::Serialize;

use crate::arguments::{Erase, Ledger, Verify};
use crate::{Ending, output};

/// Does what was asked of the record.
pub(crate) fn run(ledger: &Ledger) -> anyhow::Result<Ending> {
    match ledger {
        Ledger::Verify(options) => whole(options),
        Ledger::Erase(options) => erase(options),
    }
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
    /// Whether the key came from `--key`; otherwise the room's own word is believed.
    key_given: bool,
    whole: bool,
    findings: Vec<String>,
}

fn whole(options: &Verify) -> anyhow::Result<Ending> {
    let place = options.place.look()?;
    let mut trusted = Trusted::default();
    if let Some(file) = &options.checkpoint {
        let text = fs::read_to_string(file).with_context(|| format!("the checkpoint {}", file.display()))?;
        trusted.checkpoints =
            SignedCheckpoint::parse_all(&text).with_context(|| format!("{} holds no signed checkpoint", file.display()))?;
    }
    for file in &options.key {
        let text = fs::read_to_string(file).with_context(|| format!("the verifier key {}", file.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(str::parse).collect::<Result<Vec<VerifierKey>, _>>();
        trusted.keys.extend(keys.with_context(|| format!("{} holds something else than verifier keys", file.display()))?);
    }
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
            key_given: report.key_given,
            whole: report.is_whole(),
            findings: report.findings.iter().map(ToString::to_string).collect(),
        })
        .collect();
    output::result(options.json, &logs, |logs| text(logs))?;
    let whole = !logs.is_empty() && logs.iter().all(|log| log.whole);
    Ok(if whole { Ending::Done } else { Ending::Refused })
}

fn text(logs: &[Log]) -> String {
    if logs.is_empty() {
        return "there is no record of use here: is --data right?".to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    for log in logs {
        let verdict = if log.whole { "whole" } else { "NOT WHOLE" };
        lines.push(format!("{:32} {:>9} entries, {:>9} signed for  {verdict}", log.room, log.entries, log.signed));
        if !log.key_given {
            lines.push("    keys taken from the room itself: whoever can write it can sign it anew; give --key".to_owned());
        }
        lines.extend(log.findings.iter().map(|finding| format!("    {finding}")));
    }
    lines.join("\n")
}
