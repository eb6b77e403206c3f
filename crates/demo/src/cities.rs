//! The two fictional cities: their input files, made once and never changed under a running demonstration.

use std::fs;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use catalogue::Catalogue;
use deployment::Place;
use line::pki::{private_folder, write_private};
use serde::{Deserialize, Serialize};
use synth::{Encoding, FIRST_CITY, SECOND_CITY};
use vocabulary::{Date, FiscalYear, MunicipalityCode};

/// What the input files were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    residents: u32,
    seed: u64,
}

/// The cities, and the day on which the ring runs.
#[derive(Debug, Clone, Copy)]
pub struct Cities {
    /// みほん市, which people left.
    pub first: MunicipalityCode,
    /// となり市, which they entered.
    pub second: MunicipalityCode,
    /// The fiscal year of the ring.
    pub year: FiscalYear,
    /// The day of extraction: before the visits, so that asked for again after them it says the same.
    pub eve: Date,
    /// The day of the visits.
    pub today: Date,
}

/// The codes of the two cities.
pub fn codes() -> anyhow::Result<[MunicipalityCode; 2]> {
    Ok([MunicipalityCode::parse(FIRST_CITY)?, MunicipalityCode::parse(SECOND_CITY)?])
}

/// What a city is called, in Japanese and in English.
pub fn name(code: MunicipalityCode) -> [&'static str; 2] {
    if code.as_str() == SECOND_CITY { ["となり市", "Tonari City"] } else { ["みほん市", "Mihon City"] }
}

/// Sees to it that the input files are whole, and of this size and seed; tells how many residents of the city in the making are written.
pub fn prepare(place: &Place, residents: u32, seed: u64, made: &mut dyn FnMut(u32)) -> anyhow::Result<Cities> {
    let input = place.folder("input");
    private_folder(&input)?;
    let asked = Made { residents, seed };
    let note = input.join("made.json");
    match fs::read_to_string(&note).ok().map(|text| serde_json::from_str::<Made>(&text)) {
        Some(Ok(made)) if made == asked => {}
        Some(Ok(made)) => {
            let (residents, seed) = (made.residents, made.seed);
            bail!(
                "{} holds a demonstration of {residents} residents and seed {seed}: run it with these, or choose another --data",
                input.display()
            )
        }
        _ => {
            write_private(&note, &serde_json::to_string(&asked)?)?;
        }
    }
    let pair = synth::pair(residents, seed)?;
    let catalogue = Arc::new(Catalogue::load(place.catalogue())?);
    for city in [&pair.first, &pair.second] {
        let folder = input.join(city.plan().municipality.as_str());
        // `truth.csv` is written last.
        if folder.join("truth.csv").exists() {
            continue;
        }
        let city = city.clone().with_catalogue(Arc::clone(&catalogue));
        city.write(&folder, Encoding::Utf8, &mut |progress| made(progress.residents)).with_context(|| folder.display().to_string())?;
    }
    let plan = pair.first.plan();
    Ok(Cities {
        first: plan.municipality,
        second: pair.second.plan().municipality,
        year: plan.fiscal_year,
        eve: plan.today.yesterday()?,
        today: plan.today,
    })
}
