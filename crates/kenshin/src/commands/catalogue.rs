//! `kenshin catalogue …`: the city's business, without a room.

use std::path::Path;

use ::catalogue::{CatalogueError, Finding, Holding, Origin};

use crate::arguments::Catalogue;
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
    }
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
