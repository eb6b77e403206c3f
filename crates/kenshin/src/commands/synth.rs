//! `kenshin synth`: a synthetic city in the formats of the interfaces.

use std::sync::Arc;

use ::synth::{City, CityPlan, Encoding};
use anyhow::bail;
use catalogue::Catalogue;

use crate::arguments::{self, Synth};
use crate::{Ending, output};

/// Writes the city.
pub(crate) fn run(synth: &Synth) -> anyhow::Result<Ending> {
    let encoding = match synth.encoding {
        arguments::Encoding::Utf8 => Encoding::Utf8,
        arguments::Encoding::Cp932 => Encoding::Cp932,
        _ => bail!("this encoding is for reading: choose utf-8 or cp932"),
    };
    let plan = CityPlan::new(synth.municipality, synth.residents, synth.seed);
    let catalogue = Catalogue::load(synth.folder.catalogue.as_deref())?;
    let city = City::generate(&plan)?.with_catalogue(Arc::new(catalogue));
    let bar = output::bar(u64::from(synth.residents), "writing the city");
    let written = city.write(&synth.out, encoding, &mut |progress| bar.set_position(u64::from(progress.residents)))?;
    bar.finish_and_clear();
    output::text(&format!("{} residents in {}", written.residents, synth.out.display()))?;
    Ok(Ending::Done)
}
