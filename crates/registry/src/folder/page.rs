//! The page on which an officer looks at what waits and, pressing twice, accepts it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use face::components::{
    Banner, Button, Column, Emphasis, Table, Tone, banner, buttons, description_list, number, paragraph, post_button, section, table,
};
use face::{Html, Language, Page, Words, page};
use ledger::Seen;
use office::{Sent, Visit, instant};
use wire::Problem;

use super::compare::Comparison;
use super::hold::Waiting;
use super::{PAGE, READ, words};
use crate::RegistryError;
use crate::consultation::item;
use crate::extraction::{Effect, Headcount};
use crate::pages::Pages;

/// What came of a press.
enum Pressed {
    /// It was the first: the second is asked for.
    Once,
    /// The version that holds from now on.
    Accepted(i64),
    /// What lies there, or what holds, is not what was shown.
    Stale,
}

/// Shows it.
pub(super) async fn show(State(pages): State<Pages>, visit: Visit) -> Result<Response, Problem> {
    shown(&pages, &visit, Html::empty(), false, StatusCode::OK).await
}

/// The first press asks once more; the second accepts what both were shown.
pub(super) async fn accept(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let notice = |tone, title: &str, body: Words| banner(&Banner { language, tone, title, body: paragraph(body.of(language)) });
    let digest = fields.get("digest").to_owned();
    let (folder, caller) = (pages.folder.clone(), visit.caller.clone());
    let is_confirmed = fields.get("confirmed") == "1";
    let pressed = crate::work(move || -> Result<Pressed, RegistryError> {
        if folder.offered(&caller)?.is_none_or(|offer| offer != digest) {
            return Ok(Pressed::Stale);
        }
        if !is_confirmed {
            return Ok(Pressed::Once);
        }
        match folder.accept(&caller, &digest) {
            Err(RegistryError::Stale) => Ok(Pressed::Stale),
            accepted => accepted.map(Pressed::Accepted),
        }
    });
    match pressed.await? {
        Pressed::Once => {
            let asked = notice(Tone::Warning, words::CONFIRM.of(language), words::CONFIRM_BODY);
            shown(&pages, &visit, asked, true, StatusCode::OK).await
        }
        Pressed::Accepted(version) => {
            let title = words::ACCEPTED.with(language, &[("version", &version)]);
            let done = banner(&Banner { language, tone: Tone::Success, title: &title, body: Html::empty() });
            shown(&pages, &visit, done, false, StatusCode::OK).await
        }
        Pressed::Stale => {
            let stale = notice(Tone::Error, words::STALE.of(language), words::STALE_BODY);
            shown(&pages, &visit, stale, false, StatusCode::CONFLICT).await
        }
    }
}

/// The page, with what was just said; `asks_again` when the button is the second one.
async fn shown(pages: &Pages, visit: &Visit, notice: Html, asks_again: bool, status: StatusCode) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let vault = pages.registry.room.vault().clone();
    let version = pages.registry.room.see(&visit.caller, READ, move |tx, record| {
        let (version, _) = super::table::stored(tx, &vault)?;
        record.note(format!("version {} of the city's folder", version.id));
        Ok::<_, RegistryError>(Seen::unnamed(version))
    });
    let version = version.await?;
    let (folder, caller) = (pages.folder.clone(), visit.caller.clone());
    let waits = crate::work(move || -> Result<_, RegistryError> {
        let seen = folder.looked(&caller)?;
        Ok(match seen.waiting {
            Some(Waiting::Wrong(why)) => Err(why),
            _ => Ok(folder.compare_seen(&caller, seen)?),
        })
    });
    let waits = waits.await?;
    let says = |tone, title: Words, body: Html| banner(&Banner { language, tone, title: title.of(language), body });
    let body = match &waits {
        Ok(None) => paragraph(words::IN_USE_LEAD.of(language)),
        Ok(Some(comparison)) => {
            let waiting = says(Tone::Warning, words::WAITING, paragraph(words::WAITING_BODY.of(language)));
            let text = if asks_again { words::ACCEPT_AGAIN } else { words::ACCEPT }.of(language);
            let values = [("digest", comparison.digest.as_str()), ("confirmed", if asks_again { "1" } else { "0" })];
            let emphasis = if asks_again { Emphasis::Danger } else { Emphasis::Primary };
            let button = post_button(&Button { action: PAGE, csrf: visit.session.csrf(), values: &values, text, emphasis });
            let waiting = if asks_again { Html::empty() } else { waiting };
            Html::all([waiting, changed(pages, language, comparison), buttons([button])])
        }
        Err(why) => {
            let mistakes = item::in_language(language, &why.japanese, &why.english).lines().map(paragraph);
            says(Tone::Error, words::WRONG, Html::all([paragraph(words::WRONG_BODY.of(language))].into_iter().chain(mistakes)))
        }
    };
    let in_use = description_list([
        (words::VERSION.of(language), Html::text(&version.id.to_string())),
        (words::ACCEPTED_BY.of(language), Html::text(&version.operator)),
        (words::ACCEPTED_AT.of(language), Html::text(&instant(version.at))),
    ]);
    let body = Html::all([notice, section(words::IN_USE.of(language), [in_use]), body]);
    Ok(pages.office.framed(visit, status, |frame| {
        page(&Page { title: words::TITLE.of(language), lead: Some(words::LEAD.of(language)), body, ..frame })
    }))
}

fn changed(pages: &Pages, language: Language, comparison: &Comparison) -> Html {
    let columns = [words::PART, words::ID, words::KEY, words::BEFORE, words::AFTER].map(|word| Column::text(word.of(language)));
    let rows = comparison.changes.iter().map(|change| {
        let side = |value: &Option<String>, none: Words| {
            value.clone().unwrap_or_else(|| if change.key.is_empty() { none.of(language).to_owned() } else { "—".to_owned() })
        };
        let (before, after) = (side(&change.before, words::ADDED), side(&change.after, words::REMOVED));
        [&change.part, &change.id, &change.key, &before, &after].map(|text| Html::text(text)).into()
    });
    let caption = words::CHANGES.of(language);
    let changes = table(&Table { caption, columns: &columns, rows: rows.collect(), dense: true });
    let counted = words::COUNTED_AT.with(language, &[("at", &instant(comparison.counted_at))]);
    let people =
        section(words::EFFECTS.of(language), [effects(&pages.registry.catalogue(), language, &comparison.people), paragraph(&counted)]);
    Html::all([section(caption, [changes]), people])
}

/// The programmes in which so many become or cease to be due that it says nothing of one of them.
fn effects(catalogue: &Catalogue, language: Language, people: &[Effect]) -> Html {
    let changed: Vec<&Effect> = people.iter().filter(|effect| !effect.become_due.is_few() || !effect.cease.is_few()).collect();
    if changed.is_empty() {
        return paragraph(words::NO_EFFECTS.of(language));
    }
    let [now, then, become_due, cease] =
        [words::NOW, words::THEN, words::BECOME, words::CEASE].map(|word| Column::number(word.of(language)));
    let columns = [Column::text(words::PROGRAMME.of(language)), now, then, become_due, cease];
    let shown = |count: Headcount| {
        let figure = |people: u64| number(i64::try_from(people).unwrap_or(i64::MAX));
        let tens = count.tens().map(|(from, to)| words::TENS.with(language, &[("from", &figure(from)), ("to", &figure(to))]));
        Html::text(&tens.unwrap_or_else(|| words::FEW.of(language).to_owned()))
    };
    let rows = changed.iter().map(|effect| {
        let figures = [effect.before, effect.after, effect.become_due, effect.cease].map(shown);
        // One that is new has no name here yet.
        let programme = catalogue.programme(&effect.programme);
        let name = programme.map_or(effect.programme.as_str(), |one| item::in_language(language, &one.name, &one.english));
        [Html::text(name)].into_iter().chain(figures).collect()
    });
    table(&Table { caption: words::EFFECTS.of(language), columns: &columns, rows: rows.collect(), dense: false })
}
