//! What a setting file says, beside what is there.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use catalogue::Catalogue;
use deployment::{Place, SettingFile, systems};
use line::pki::Identity;
use store::{Data, RoomName, Rooms};
use wire::Setting;

use super::Finding;
use crate::commands::init::lacking;

/// The files that are named; where none is, those that lie at the place. A server starts with none that cannot be read, and waits for whom it
/// knows no address.
pub(super) fn look_at(place: &Place, named: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let there = place.setting_files();
    let lacking = lacking::find(&there, &place.certified())?;
    let files = if named.is_empty() { there } else { named.iter().cloned().map(SettingFile::read).collect() };
    let look = |file: SettingFile| {
        let shown = file.path.display().to_string();
        let lacks: Vec<_> = lacking.iter().filter(|lacking| lacking.file() == shown).flat_map(|lacking| lacking.what()).collect();
        let mut finding = finding(place, file);
        if finding.ok && !lacks.is_empty() {
            finding.detail.push_str(&format!("; it does not name, so that what is for them waits: {}", lacks.join(", ")));
        }
        finding
    };
    Ok(files.into_iter().map(look).collect())
}

fn finding(place: &Place, SettingFile { path, setting }: SettingFile) -> Finding {
    let what = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    match setting.and_then(|setting| told(place, &setting)) {
        Ok(detail) => Finding { what, ok: true, detail },
        Err(error) => Finding { what, ok: false, detail: format!("{}: {error:#}", path.display()) },
    }
}

/// Everything that a start would need, in the order in which it would miss it.
fn told(place: &Place, setting: &Setting) -> anyhow::Result<String> {
    let party = setting.party();
    if systems::named(party.system()).is_none() {
        bail!("party: {party} is nothing that this program can serve");
    }
    systems::work_of(party.system(), &systems::policies()?, &setting.second_person)?;
    setting.expected_witnesses()?;
    let entropy = Arc::clone(place.entropy());
    setting.master_key.open(entropy).context("master-key: put it back from the safe")?;
    let identity = Identity::load(&setting.tls, &party).context("tls: run `kenshin init` again, which issues another")?;
    identity.check(place.clock().as_ref()).context("tls: run `kenshin init` again, which renews it")?;
    let rooms = Rooms::open(Data::parse(&setting.data).context("data")?).context("data")?;
    let room = RoomName::of_system(party.system(), party.municipality());
    if !rooms.has(&room).context("data")? {
        bail!("data: there is no room {room}: is the address right? `kenshin init` makes it");
    }
    if let Some(media) = setting.media.as_ref().filter(|media| !media.is_dir()) {
        bail!("media: {} is no folder: make it", media.display());
    }
    if let Some(folder) = &setting.catalogue {
        Catalogue::load(Some(folder)).context("catalogue: `kenshin catalogue check` says more")?;
    }
    Ok(format!("{party} can start: key, certificate, room and folders are there"))
}
