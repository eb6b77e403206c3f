//! Step 7: people present their card at a facility; staff read the questionnaire, the dentist enters the result, or they decline.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use devices::tablet::{Finding, Tablet};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use outside_public::portal::Purposes;
use vocabulary::Party;

use super::portal::{AT_ONCE, texts};
use super::{add, cards};
use crate::people::Person;
use crate::report::Counts;
use crate::ring::{City, Ring};
use crate::wiring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let people = city.people.targets(ring.cities.eve).into_iter().take(synth::part::VISITS).enumerate();
        let visiting = people.map(|(position, person)| visit(ring, city, position, person));
        let examined: Vec<bool> = stream::iter(visiting).buffer_unordered(AT_ONCE).try_collect().await?;
        add(&mut counts, "visits", examined.len() as u64);
        add(&mut counts, "results", examined.iter().filter(|examined| **examined).count() as u64);
        add(&mut counts, "declined", examined.iter().filter(|examined| !**examined).count() as u64);
    }
    Ok(counts)
}

/// True when examined, false when declined.
async fn visit(ring: &Ring, city: &City, position: usize, person: &Person) -> anyhow::Result<bool> {
    let facility = synth::part::facility(city.code, position).context("the city has a dental facility")?.code;
    let client = wiring::client(&ring.place, &Party::facility(facility)?, &ring.peers)?;
    let tablet = Tablet::new(client, Party::national("portal")?, facility);
    let card = cards::card(ring, city, person)?;
    let visit = tablet.visit(&card, &cards::pin(person), "oral_health", &Purposes::current().visit).await?;
    let examined = synth::part::is_examined(position);
    // A visit that ended before the demonstration was killed shows nothing any more.
    let Some(sheet) = visit.questionnaire().await? else { return Ok(examined) };
    if sheet.answered_at.is_none() {
        bail!("the questionnaire at the facility has no answers");
    }
    if !examined {
        visit.decline().await?;
        return Ok(false);
    }
    let finding = Finding {
        sheet: sheet.id,
        fiscal_year: ring.cities.year,
        examined_on: ring.cities.today,
        answers: BTreeMap::new(),
        items: texts(synth::part::findings(position, person.age)),
    };
    visit.result(finding).await?;
    visit.done().await?;
    Ok(true)
}
