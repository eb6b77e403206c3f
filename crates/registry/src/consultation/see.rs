//! The page of a person.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use eligibility::Standing;
use face::components::{Banner, Emphasis, Tone, banner, button_link, buttons, chip, code, description_list, paragraph, section};
use face::{Html, Language, Link, Page, page};
use office::Visit;
use vocabulary::{Date, age, day};
use wire::{Path, Problem};

use super::person::{Looked, read};
use super::{RESIDENTS, SEE, SEE_PROTECTED, SEE_USES, eligible, item, records, uses_of, words};
use crate::RegistryError;
use crate::pages::Pages;
use crate::residents::contact::Contact;
use crate::results::ENTER;
use crate::returned;

/// Shows the person to those who may, once it is recorded that they look.
pub(super) async fn see(State(pages): State<Pages>, visit: Visit, Path(id): Path<i64>) -> Result<Response, Problem> {
    let (registry, language) = (&pages.registry, visit.guest.language);
    let sees_protected = pages.office.allows(&visit.caller, &SEE_PROTECTED);
    let (catalogue, vault) = (registry.catalogue(), registry.room.vault().clone());
    let (today, known) = (registry.clock.today(), Arc::clone(&catalogue));
    let read = move |tx: &mut store::Tx, record: &mut ledger::Record<'_>| read(tx, &vault, &known, (id, today), sees_protected, record);
    let seen = registry.room.see(&visit.caller, SEE, read).await?;
    let corrects = pages.office.allows(&visit.caller.for_purpose(ENTER.purpose()), &ENTER);
    let body = Html::all([
        section(words::BASICS.of(language), [basics(language, &catalogue, &seen, today)]),
        eligible::shown(language, &catalogue, &seen.person, today).map_err(RegistryError::from)?,
        records::examined(language, &catalogue, &seen),
        records::recorded(language, &catalogue, &seen, corrects),
        further(&pages, &visit, id),
    ]);
    let above = [Link::new(RESIDENTS, words::TITLE.of(language))];
    let notice = protected(language, &seen);
    Ok(pages.office.framed(&visit, StatusCode::OK, |frame| {
        // No name in the title: browsers keep it.
        page(&Page { title: words::PERSON.of(language), breadcrumbs: &above, notice, body, ..frame })
    }))
}

/// What must be seen before anything else.
fn protected(language: Language, seen: &Looked) -> Html {
    if !seen.is_protected {
        return Html::empty();
    }
    let body = if seen.is_guarded() { words::PROTECTED_HIDDEN } else { words::PROTECTED_SHOWN };
    let title = words::PROTECTED_TITLE.of(language);
    banner(&Banner { language, tone: Tone::Warning, title, body: paragraph(body.of(language)) })
}

fn basics(language: Language, catalogue: &Catalogue, seen: &Looked, today: Date) -> Html {
    let word = |words: face::Words| words.of(language);
    let (known, standing) = (&seen.known, &seen.person.standing);
    let address = match &seen.contact {
        None => chip(Tone::Warning, word(words::WITHHELD)),
        Some(contact) => item::text(language, format!("{} {}", contact.address(), contact.building()).trim_end()),
    };
    let mut state = vec![item::standing(language, standing, today)];
    state.extend(dates(language, standing).into_iter().map(|dates| Html::text(&format!(" {dates}"))));
    let district = seen.contact.as_ref().map_or("", Contact::district);
    let office = catalogue.office_of(district).map(|office| (word(words::OFFICE), Html::text(&office.name)));
    let entries = [
        (word(words::NUMBER), code(&known.number)),
        (word(words::NAME), item::text(language, &known.name)),
        (word(words::KANA), item::text(language, &known.kana)),
        (word(words::BORN), Html::text(&born(language, seen, today))),
        (word(words::SEX), item::sex(language, known.sex).into()),
        (word(words::ADDRESS), address),
        (word(words::STATE), Html::all(state)),
        (word(words::LETTERS), letters(language, catalogue, seen)),
    ];
    description_list(entries.into_iter().chain(office))
}

/// Whether something is sent to the person by letter; if not, why.
fn letters(language: Language, catalogue: &Catalogue, seen: &Looked) -> Html {
    let Some(withheld) = seen.no_letter else { return chip(Tone::Success, words::LETTERS_SENT.of(language)) };
    let why = item::in_language(language, withheld.ja(), withheld.en());
    let chip = chip(Tone::Warning, &words::NO_LETTERS.with(language, &[("why", &why)]));
    let Some((on, reason)) = &seen.came_back else { return chip };
    let reason = returned::reason(language, catalogue, reason);
    let told = words::CAME_BACK.with(language, &[("day", &item::date(language, *on)), ("reason", &reason)]);
    Html::all([chip, Html::text(&format!(" {told}"))])
}

fn born(language: Language, seen: &Looked, today: Date) -> String {
    let shown = item::born(language, seen.known.birth);
    match day::from_number(seen.known.birth).filter(|_| !seen.person.standing.is_dead()) {
        Some(birth) => format!("{shown} {}", words::AGED.with(language, &[("age", &age::age_on(birth, today))])),
        None => shown,
    }
}

/// Since when and until when somebody lived here, as far as it is known; of who came back, each period.
fn dates(language: Language, standing: &Standing) -> Vec<String> {
    let shown = |stored: Option<i32>| item::date(language, stored.unwrap_or_default());
    let former = standing.former.iter().map(|period| (period.from, Some(period.to)));
    let periods = former.chain([(standing.from, standing.to)]).filter_map(|period| match period {
        (None, None) => None,
        (since, None) => Some(words::SINCE.with(language, &[("since", &shown(since))])),
        (since, until) => Some(words::FROM_TO.with(language, &[("since", &shown(since)), ("until", &shown(until))])),
    });
    periods.collect()
}

fn further(pages: &Pages, visit: &Visit, id: i64) -> Html {
    let language = visit.guest.language;
    let uses = pages.office.allows(&visit.caller, &SEE_USES).then(|| {
        let to = uses_of(id, visit.caller.purpose());
        button_link(&to, words::USES.of(language), Emphasis::Secondary)
    });
    let again = button_link(RESIDENTS, words::SEARCH_AGAIN.of(language), Emphasis::Tertiary);
    buttons(uses.into_iter().chain([again]))
}
