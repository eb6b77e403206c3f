//! Setting files that were put back in another place than they were written for.

use std::fs;
use std::path::{self, Path};
use std::sync::Arc;

use ::backup::Verified;
use anyhow::Context as _;
use deployment::Place;
use line::pki::write_private;
use store::Data;
use vault::MasterKey;
use vocabulary::Party;
use wire::{Closed, MasterSetting, Setting};

/// A party's master key as its setting in the backup says that it is opened. A file is looked for where keys are now: where the old place had it another
/// city may live.
pub(super) fn master(place: &Place, party: &Party, backup: &Verified) -> anyhow::Result<Arc<dyn MasterKey>> {
    let said = backup.settings.get(&format!("etc/{party}.toml")).map(|text| toml::from_str::<Setting>(text));
    let said = said.transpose().with_context(|| format!("etc/{party}.toml"))?.map(|setting| setting.master_key);
    let file = place.master_file(party);
    let here = match said {
        None | Some(MasterSetting::File(_)) => MasterSetting::File(file),
        Some(MasterSetting::Closed(closed)) => MasterSetting::Closed(Closed { file, ..closed }),
        Some(elsewhere) => elsewhere,
    };
    Ok(here.open(Arc::clone(place.entropy()))?)
}

/// Lets a setting file name this place instead of the one that it was written for → what of it was corrected, and what is left for a person.
pub(super) fn correct(place: &Place, path: &str) -> anyhow::Result<Vec<String>> {
    let file = place.folder(path);
    let text = fs::read_to_string(&file).with_context(|| path.to_owned())?;
    let Ok(setting) = toml::from_str::<Setting>(&text) else {
        return Ok(vec![format!("{path} is no setting of a party: look over it")]);
    };
    let wanted = wanted(place, &setting)?;
    let mut corrected = text.clone();
    // What holds a password is a login of the server's own.
    let has_password = Data::parse(&setting.data).is_ok_and(|data| data.has_password());
    for (name, old, new) in wanted.iter().filter(|(name, ..)| *name != "data" || !has_password) {
        corrected = swap(&corrected, name, old, new);
    }
    if corrected != text {
        write_private(&file, &corrected)?;
    }
    let now: Setting = toml::from_str(&corrected).with_context(|| path.to_owned())?;
    let left: Vec<&str> = self::wanted(place, &now)?.iter().map(|(name, ..)| *name).collect();
    let done: Vec<&str> = wanted.iter().map(|(name, ..)| *name).filter(|name| !left.contains(name)).collect();
    let mut notes = Vec::new();
    if !done.is_empty() {
        notes.push(format!("{path} names this place now ({}): look over its addresses before the start", done.join(", ")));
    }
    if !left.is_empty() {
        notes.push(format!("{path} says what is not of this place: correct its {} where it has to be, before the start", left.join(", ")));
    }
    if let Some(catalogue) = now.catalogue.filter(|catalogue| !catalogue.exists()) {
        notes.push(format!("{path} names a city's folder that is not here: {}", catalogue.display()));
    }
    Ok(notes)
}

/// What is to be another value: its name, and both values.
fn wanted(place: &Place, setting: &Setting) -> anyhow::Result<Vec<(&'static str, String, String)>> {
    let text = |path: &Path| anyhow::Ok(path::absolute(path)?.display().to_string());
    let mut wanted = Vec::new();
    let data = match place.rooms().data() {
        Data::Folder(folder) => text(folder)?,
        Data::Postgres(url) => url.clone(),
    };
    wanted.push(("data", setting.data.clone(), data));
    wanted.push(("tls", setting.tls.display().to_string(), text(&place.folder("tls"))?));
    if let MasterSetting::File(file) | MasterSetting::Closed(Closed { file, .. }) = &setting.master_key {
        wanted.push(("master-key", file.display().to_string(), text(&place.master_file(&setting.party))?));
    }
    if let (Some(media), Some(code)) = (&setting.media, setting.party.municipality()) {
        wanted.push(("media", media.display().to_string(), text(&place.folder("input").join(code.as_str()))?));
    }
    wanted.retain(|(_, old, new)| old != new);
    Ok(wanted)
}

/// The text with another value of a name that stands on a line of its own before the first table, as `init` writes it.
fn swap(text: &str, name: &str, old: &str, new: &str) -> String {
    let quoted = |value: &str| toml::Value::from(value).to_string();
    let mut in_table = false;
    let line = |line: &str| {
        in_table |= line.trim_start().starts_with('[');
        let is_it = !in_table && line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='));
        if is_it { line.replace(&quoted(old), &quoted(new)) } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_another_on_its_own_line_alone() {
        let text = "# data = \"/old\"\ndata = \"/old\"\ndatabase = \"/old\"\nmaster-key = { file = \"/old\", passphrase = { file = \"/p\" } }\n[peers]\ndata = \"/old\"\n";
        let swapped = swap(&swap(text, "data", "/old", "/n\"w"), "master-key", "/old", "/k");
        let expected = text.replacen("\ndata = \"/old\"", "\ndata = '/n\"w'", 1).replace("{ file = \"/old\"", "{ file = \"/k\"");
        assert_eq!(swapped, expected);
        assert_eq!(swap(text, "data", "/other", "/new"), text);
    }
}
