//! Step 5: people get a card at the counter; at their first log-in the portal binds a pseudonym at the hub's public side.

use anyhow::{Context as _, bail};
use devices::card::Card;
use line::pki::private_folder;
use outside::resident_register::issue_cards;
use vocabulary::Party;

use super::{add, portal};
use crate::people::Person;
use crate::report::Counts;
use crate::ring::{City, Ring};
use crate::wiring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let holders = holders(ring, city);
        issue(ring, city, &holders).await?;
        add(&mut counts, "cards", holders.len() as u64);
    }
    // First use: whoever will use the portal logs in once.
    for city in ring.cities() {
        for person in city.people.targets(ring.cities.eve).into_iter().take(synth::part::CARDS) {
            portal::log_in(ring, city, person).await?;
        }
    }
    let edge = ring.first.holds(&Party::national("hub-edge")?).await?;
    add(&mut counts, "bound", edge.counts.get("bound").copied().context("the hub's public side counts nobody bound")?);
    Ok(counts)
}

/// The first targets of each city, and the first movers where they live now.
fn holders<'a>(ring: &'a Ring, city: &'a City) -> Vec<&'a Person> {
    let mut holders: Vec<&Person> = city.people.targets(ring.cities.eve).into_iter().take(synth::part::CARDS).collect();
    if city.code == ring.cities.second {
        holders.extend(ring.second.people.movers(&ring.first.people).into_iter().take(synth::part::MOVERS));
    }
    holders
}

/// A card's file, made with its key and the PIN its holder chose.
pub(crate) fn card(ring: &Ring, city: &City, person: &Person) -> anyhow::Result<Card> {
    let folder = ring.place.folder("cards");
    private_folder(&folder)?;
    let path = folder.join(format!("{}-{}.card", city.code, person.resident));
    Ok(Card::open_or_create(path, &pin(person), ring.place.entropy().as_ref())?)
}

/// Four digits that the holder of a fictional card remembers: the last of the 住民番号.
pub(crate) fn pin(person: &Person) -> String {
    let digits: Vec<char> = person.resident.as_str().chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().saturating_sub(4);
    format!("{:0>4}", digits.iter().skip(from).collect::<String>())
}

async fn issue(ring: &Ring, city: &City, holders: &[&Person]) -> anyhow::Result<()> {
    let mut waiting = Vec::new();
    for person in holders {
        let card = card(ring, city, person)?;
        if card.certificate()?.is_none() {
            let number = person.number.as_ref().context("a card's holder has an individual number")?;
            let request = card.request()?;
            waiting.push((card, number, request));
        }
    }
    if waiting.is_empty() {
        return Ok(());
    }
    let register = Party::of("resident-register", city.code)?;
    let client = wiring::client(&ring.place, &register, &ring.peers)?;
    let authority = Party::national("resident-network")?;
    let people: Vec<_> = waiting.iter().map(|(_, number, request)| (*number, request.clone())).collect();
    let entropy = ring.place.entropy();
    let issued = issue_cards(&client, &register, &authority, entropy.id128(), &people, entropy.as_ref()).await?;
    for ((card, ..), certificate) in waiting.iter().zip(issued) {
        match certificate {
            Ok(certificate) => card.install(&certificate)?,
            Err(reason) => bail!("{}: no card: {reason}", city.code),
        }
    }
    Ok(())
}
