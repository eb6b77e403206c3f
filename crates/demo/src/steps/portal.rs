//! Step 6: residents log in with their card, consent, read their notices, answer the questionnaire.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use devices::phone::{LoggedIn, Phone};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use outside_public::portal::Purposes;
use protocol::messages::portal::Scope;
use vocabulary::Party;

use super::{add, cards};
use crate::people::Person;
use crate::report::Counts;
use crate::ring::{City, Ring};
use crate::wiring;

/// People at their phones at once.
pub(crate) const AT_ONCE: usize = 8;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let people = city.people.targets(ring.cities.eve).into_iter().take(synth::part::ANSWERS).enumerate();
        let answering = people.map(|(position, person)| answer(ring, city, position, person));
        let notices: Vec<u64> = stream::iter(answering).buffer_unordered(AT_ONCE).try_collect().await?;
        add(&mut counts, "sessions", notices.len() as u64);
        add(&mut counts, "consents", notices.len() as u64);
        add(&mut counts, "questionnaires", notices.len() as u64);
        add(&mut counts, "notices", notices.iter().sum());
    }
    Ok(counts)
}

/// A session of the card's holder.
pub(crate) async fn log_in(ring: &Ring, city: &City, person: &Person) -> anyhow::Result<LoggedIn> {
    let client = wiring::phone(&ring.place, &ring.peers)?;
    let phone = Phone::new(client, Party::national("portal")?, Arc::clone(ring.place.entropy()));
    let card = cards::card(ring, city, person)?;
    phone.log_in(&card, &cards::pin(person)).await.context("a log-in at the portal")
}

/// Logs in, consents, reads the notices, answers → how many notices there were.
async fn answer(ring: &Ring, city: &City, position: usize, person: &Person) -> anyhow::Result<u64> {
    let session = log_in(ring, city, person).await?;
    session.consent(&Purposes::current().own, &Scope::OWN).await?;
    let notices = session.notices().await?.rows.len() as u64;
    let sheets = session.questionnaires().await?;
    let Some(sheet) = sheets.rows.iter().find(|sheet| sheet.programme == "oral_health") else {
        bail!("a target has no questionnaire at the portal")
    };
    session.answer(sheet.id, texts(synth::part::questionnaire(position, person.age))).await?;
    let answered = session.questionnaires().await?;
    if !answered.rows.iter().any(|row| row.id == sheet.id && row.answered_at.is_some()) {
        bail!("an answer did not stay");
    }
    Ok(notices)
}

/// Values as messages carry them.
pub(crate) fn texts(values: synth::part::Values) -> BTreeMap<String, String> {
    values.into_iter().map(|(item, value)| (item.to_owned(), value)).collect()
}
