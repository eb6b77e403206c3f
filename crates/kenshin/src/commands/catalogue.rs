//! `kenshin catalogue …`: the city's business, and what a registry has accepted of it.

use std::path::Path;

use ::catalogue::{CatalogueError, Finding, Holding, Origin};
use ::registry::folder::Effect;

use crate::arguments::{Catalogue, City, quoted};
use crate::{Ending, output};

/// Does what was asked of the catalogue.
pub(crate) fn run(catalogue: &Catalogue) -> anyhow::Result<Ending> {
    match catalogue {
        Catalogue::Check { folder, json } => check(folder, *json),
        Catalogue::Show { folder, json } => {
            let catalogue = ::catalogue::Catalogue::load(folder.catalogue.as_deref())?;
            output::result(*json, &catalogue.holdings(), |holdings| text(holdings))?;
            Ok(Ending::Done)
        }
        Catalogue::Changes { city, json } => changes(city, *json),
        Catalogue::Accept { city, digest } => {
            let (folder, caller) = super::registry::folder(city)?;
            let version = folder.accept(&caller, digest)?;
            output::say(&format!("accepted: version {version} of the city's folder holds"));
            Ok(Ending::Done)
        }
    }
}

/// What waits, beside what holds.
fn changes(city: &City, json: bool) -> anyhow::Result<Ending> {
    let (folder, caller) = super::registry::folder(city)?;
    let comparison = folder.compare(&caller)?;
    output::result(json, &comparison, |comparison| match comparison {
        None => "nothing waits: what was accepted is what lies in the folder".to_owned(),
        Some(comparison) => {
            let changes = comparison.changes.iter().map(ToString::to_string);
            let people = comparison.people.iter().map(|effect| {
                let Effect { programme, before, after, become_due, cease } = effect;
                format!("due for {programme}: {before} → {after} people ({become_due} become due, {cease} cease to be)")
            });
            let folder = city.catalogue.as_ref().map(|folder| format!(" --catalogue {}", quoted(&folder.display().to_string())));
            let accept = format!("catalogue accept --digest {}{}", comparison.digest, folder.unwrap_or_default());
            let accept = format!("to accept it:\n  {}", city.room().command(&accept));
            changes.chain(people).chain([accept]).collect::<Vec<_>>().join("\n")
        }
    })?;
    Ok(Ending::Done)
}

/// Every mistake, one a line; refused when there is one.
fn check(folder: &Path, json: bool) -> anyhow::Result<Ending> {
    let (findings, held) = match ::catalogue::Catalogue::from_dir(folder) {
        Ok(catalogue) => (Vec::new(), catalogue.holdings().iter().filter(|holding| holding.origin == Origin::City).count()),
        Err(CatalogueError::Findings(findings)) => (findings, 0),
        Err(error) => return Err(error.into()),
    };
    output::result(json, &findings, |findings| match findings.as_slice() {
        [] => format!("{} fits the built-in catalogue: {held} things of it hold", folder.display()),
        findings => findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(if findings.is_empty() { Ending::Done } else { Ending::Refused })
}

fn text(holdings: &[Holding]) -> String {
    let line = |holding: &Holding| {
        let origin = match holding.origin {
            Origin::BuiltIn => "built in",
            Origin::City => "city    ",
        };
        let what = format!("{} {}", holding.part, holding.id);
        format!("{origin}  {:40} {}  {}", what.trim_end(), holding.file, holding.name)
    };
    holdings.iter().map(line).collect::<Vec<_>>().join("\n")
}
