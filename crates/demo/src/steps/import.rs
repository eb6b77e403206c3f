//! Step 1: both cities import their register, a week's differences, and the results of past years.

use std::fs;

use anyhow::Context as _;
use protocol::messages::registry::{IMPORT_RESIDENTS, IMPORT_RESULTS, ImportResidents, ImportResults, ImportedResidents, ImportedResults};

use super::add;
use crate::report::Counts;
use crate::ring::{City, Ring};

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let (changed, rejected) = register(ring, city).await?;
        add(&mut counts, "changed", changed);
        add(&mut counts, "rejected", rejected);
        for (record_type, file) in results(city)? {
            let imported: ImportedResults =
                city.job(ring, IMPORT_RESULTS, &ImportResults { record_type, file, ..ImportResults::default() }).await?;
            // Rows that are in the registry now, whether this run brought them or one before.
            add(&mut counts, "results", imported.read.saturating_sub(imported.rejected));
            add(&mut counts, "resultsRejected", imported.rejected);
        }
        let held = city.holds(&city.registry).await?.counts;
        add(&mut counts, "residents", held.get("residents").copied().context("the registry counts no residents")?);
    }
    Ok(counts)
}

/// The register and its week → people whom the week changed, refused rows. A file that is in writes nothing and says what it
/// brought then, so that a run after a kill, or after a whole run, counts the same.
async fn register(ring: &Ring, city: &City) -> anyhow::Result<(u64, u64)> {
    let (mut changed, mut rejected) = (0, 0);
    for file in ["residents.csv", "weekly-01.csv"] {
        let asked = ImportResidents { file: file.to_owned(), ..ImportResidents::default() };
        let imported: ImportedResidents = city.job(ring, IMPORT_RESIDENTS, &asked).await?;
        rejected += imported.rejected;
        changed = imported.first.map_or(imported.changed, |first| first.changed);
    }
    Ok((changed, rejected))
}

/// Result files `NN_name-YEAR.csv`, in the order of their names: first records before detailed ones, year by year. Jobs name files of the
/// medium's top folder, so each is put there too.
fn results(city: &City) -> anyhow::Result<Vec<(u16, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(city.input.join("results"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(number) = name.get(..2).and_then(|number| number.parse().ok()).filter(|_| name.ends_with(".csv")) {
            let place = city.input.join(&name);
            if !place.exists() {
                fs::hard_link(entry.path(), &place).with_context(|| place.display().to_string())?;
            }
            files.push((number, name));
        }
    }
    files.sort();
    Ok(files)
}
