//! Witnesses without a line between them: what is asked and what is answered go from city to city as files.

use std::fs;
use std::path::{Path, PathBuf};

use ::ledger::{AddCheckpoint, SignedCheckpoint, VerifierKey, Witness, WitnessError, origin_digest};
use anyhow::{Context as _, bail};
use deployment::Place;
use wire::Setting;

use super::{keys, write};
use crate::arguments::{Cosign, Cosigned, Forget, SystemRoom, WitnessWork};
use crate::{Ending, output};

/// Does a witness's work.
pub(super) fn run(work: &WitnessWork) -> anyhow::Result<Ending> {
    match work {
        WitnessWork::Cosign(options) => cosign(options),
        WitnessWork::Forget(options) => forget(options),
    }
}

fn cosign(options: &Cosign) -> anyhow::Result<Ending> {
    let asked: AddCheckpoint = read(&options.file)?
        .parse()
        .with_context(|| format!("{}: not what `kenshin ledger checkpoint --since` writes", options.file.display()))?;
    let (place, room, _) = options.room.open()?;
    let logs = known(&place, &options.room, &options.key, |setting| setting.witnessed.iter().map(|key| key.0.clone()).collect())?;
    let origin = asked.note.checkpoint().origin.clone();
    let cosigned = super::super::runtime()?.block_on(async {
        let witness = Witness::of(&room, &logs).await?;
        witness.add(&asked).await?;
        Ok::<_, WitnessError>(witness.latest(&origin_digest(&origin)).await?)
    });
    match cosigned {
        Ok(note) => write(options.out.as_deref(), note.context("the checkpoint that was cosigned")?.text())?,
        Err(WitnessError::Elsewhere(size)) => {
            bail!(
                "the checkpoint of {origin} that was cosigned here last has {size} entries: ask with `kenshin ledger checkpoint --since {size}`"
            )
        }
        Err(WitnessError::UnknownLog) => {
            bail!("{origin} is not witnessed here: name its key by --key FILE, or under `witnessed` in the setting")
        }
        Err(WitnessError::Unproven | WitnessError::Forked) => bail!(
            "{origin} does not go on from the checkpoint that was cosigned here last: it was rolled back, or shows somebody another history. Tell those who \
            keep it; what was cosigned stands in this room, and at GET /witness/{}/checkpoint",
            origin_digest(&origin)
        ),
        Err(error) => return Err(error.into()),
    }
    Ok(Ending::Done)
}

fn forget(options: &Forget) -> anyhow::Result<Ending> {
    let (_, room, caller) = options.room.open()?;
    let forgotten = super::super::runtime()?.block_on(async {
        let witness = Witness::of(&room, &[]).await?;
        witness.forget(&caller, &options.origin, &options.reason).await
    })?;
    if !forgotten {
        bail!("no checkpoint of {} was cosigned here", options.origin);
    }
    output::say(&format!("what was cosigned of {} is forgotten, and the record says so", options.origin));
    Ok(Ending::Done)
}

/// Keeps what a witness cosigned.
pub(super) fn keep(options: &Cosigned) -> anyhow::Result<Ending> {
    let file = options.file.display();
    let brought = SignedCheckpoint::parse(&read(&options.file)?)
        .with_context(|| format!("{file}: not what `kenshin ledger witness cosign` writes"))?;
    let (place, room, _) = options.room.open()?;
    let witnesses =
        known(&place, &options.room, &options.key, |setting| setting.witnesses.iter().map(|witness| witness.key.0.clone()).collect())?;
    let mut kept = Vec::new();
    for witness in witnesses.iter().filter(|witness| brought.names(witness)) {
        super::super::runtime()?
            .block_on(room.keep_cosigned(brought.clone(), witness))
            .with_context(|| format!("{file}: {}", witness.name()))?;
        kept.push(witness.name());
    }
    if kept.is_empty() {
        bail!(
            "{file} bears no cosignature by a witness that is known here: name its key by --key FILE, or under `witnesses` in the setting"
        );
    }
    output::say(&format!("{} entries, cosigned by {}", brought.checkpoint().size, kept.join(", ")));
    Ok(Ending::Done)
}

/// Keys from files, or else those that the party's setting names.
fn known(
    place: &Place,
    room: &SystemRoom,
    files: &[PathBuf],
    of_setting: impl FnOnce(&Setting) -> Vec<VerifierKey>,
) -> anyhow::Result<Vec<VerifierKey>> {
    if files.is_empty() { Ok(place.setting_file(&room.party()?)?.as_ref().map(of_setting).unwrap_or_default()) } else { keys(files) }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| file.display().to_string())
}
