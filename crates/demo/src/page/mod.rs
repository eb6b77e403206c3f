//! The pages of the demonstration: the ring as it runs, the parties, the record of use as it grows. Server-rendered, no script.

mod counts;
mod overview;
mod party;
mod record;
mod staff;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use access::Policies;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use deployment::Place;
use face::{Language, Link, Site};
use line::{Client, Peers};
use office::Reader;
use protocol::messages::console::{self, Counts};
use vocabulary::Party;
use wire::{House, Means, Routes, Running, Service, anyone};

use self::overview::Overview;
use self::record::Line;
use super::officers::Officer;
use super::report::Live;
use super::wiring;

access::actions! {
    READ = plain "console:pages.read", "実演の閲覧", "Look at the demonstration";
}

/// Anybody on this machine may look at the demonstration: it shows counts and nobody.
pub const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "console", actions: &[ACTIONS], text: include_str!("policies.cedar") };

/// What the pages show.
#[derive(Clone)]
struct Shown {
    live: Live,
    place: Place,
    /// In the name of the first city's console.
    client: Client,
    parties: Arc<[Party]>,
    catalogue: Arc<Catalogue>,
    officers: Arc<[Officer]>,
}

/// Entries shown on a page.
const NEWEST: u64 = 12;

/// Serves the pages on this machine.
pub async fn serve(place: &Place, peers: &Peers, live: &Live, officers: &[Officer], port: u16) -> anyhow::Result<Running> {
    let [first, _] = super::cities::codes()?;
    let console = wiring::console(first)?;
    let mut setting = place.setting(&console, &[]);
    setting.pages = Some(([127, 0, 0, 1], port).into());
    let identity = place.identity(&place.authority()?, &console)?;
    // The pages do nothing else, so nothing else is known here that anybody may do.
    let means = Means { policies: Policies::load(&[POLICIES])?, ..place.means(&console, peers)? };
    let house = House::with_identity(setting, identity, means)?;
    let shown = Shown {
        live: live.clone(),
        place: place.clone(),
        client: house.client.clone(),
        parties: wiring::servers()?.into(),
        catalogue: Arc::new(Catalogue::load(place.catalogue())?),
        officers: officers.into(),
    };
    let routes = Routes::of(shown).page("/", anyone(READ), index).page("/parties/{party}", anyone(READ), of_party).page(
        "/assets/{file}",
        anyone(READ),
        office::asset,
    );
    Ok(wire::serve(&house, Service::without_room().routes(routes).pages()).await?)
}

async fn index(State(shown): State<Shown>, reader: Reader) -> Response {
    let language = reader.language;
    let entries = shown.entries().await;
    let quiet = reader.query.get("refresh").is_some_and(|refresh| refresh == "off");
    let (report, running) = shown.live.now();
    let newest = shown.newest_of(&shown.parties).await;
    let (catalogue, parties, entries, newest) = (&shown.catalogue, &shown.parties, &entries, &newest);
    let officers = &shown.officers;
    let page = Overview { report: &report, running, catalogue, parties, entries, newest, officers, quiet };
    reader.answer(StatusCode::OK, overview::page(language, &page))
}

async fn of_party(State(shown): State<Shown>, reader: Reader, Path(name): Path<String>) -> Response {
    let language = reader.language;
    let Some(party) = shown.parties.iter().find(|party| party.to_string() == name) else {
        let site = site(language);
        let error = face::ErrorPage { language, site: &site, path: "/", user: None, status: 404, detail: None, title: None, request: "" };
        let page = face::error_page(&error);
        return reader.answer(StatusCode::NOT_FOUND, page);
    };
    let counts: Option<Counts> = shown.client.get(party, &console::counts(party.system())).await.ok();
    let entries = shown.entries_of(party).await;
    let newest = shown.newest_of(std::slice::from_ref(party)).await;
    let address = shown.client.peers().address(party);
    let page = party::page(language, party, address.as_deref(), &shown.catalogue, counts.as_ref(), entries, &newest);
    reader.answer(StatusCode::OK, page)
}

impl Shown {
    /// Entries of the record of use by party; a party whose room cannot be read just now is absent.
    async fn entries(&self) -> HashMap<Party, u64> {
        let mut entries = HashMap::new();
        for party in self.parties.iter() {
            if let Some(count) = self.entries_of(party).await {
                entries.insert(party.clone(), count);
            }
        }
        entries
    }

    async fn entries_of(&self, party: &Party) -> Option<u64> {
        let mut sum = None;
        for room in self.rooms_of(party) {
            sum = Some(sum.unwrap_or(0) + ledger::size(&room).await.ok()?);
        }
        sum
    }

    async fn newest_of(&self, parties: &[Party]) -> Vec<Line> {
        let mut lines = Vec::new();
        for party in parties {
            for room in self.rooms_of(party) {
                let found = ledger::newest(&room, NEWEST).await.unwrap_or_default();
                lines.extend(found.iter().filter_map(|found| Some(Line::of(party, &found.entry().ok()?))));
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.instant));
        lines.truncate(NEWEST as usize);
        lines
    }

    /// The hub core keeps a room for each municipality beside its own.
    fn rooms_of(&self, party: &Party) -> Vec<store::Room> {
        let names = self.place.rooms().list(store::RoomName::of_system(party.system(), None).system()).unwrap_or_default();
        let own = names.into_iter().filter(|name| party.municipality().is_none() || name.municipality() == party.municipality());
        own.filter_map(|name| self.place.rooms().existing(&name).ok()?).collect()
    }
}

fn site(language: Language) -> Site<'static> {
    const LINKS: &[Link<'static>] = &[];
    Site {
        municipality: words::WHERE.of(language),
        system: words::SYSTEM.of(language),
        home: "/",
        label: Some(words::FICTIONAL.of(language)),
        version: env!("CARGO_PKG_VERSION"),
        links: LINKS,
    }
}
