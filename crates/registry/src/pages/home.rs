//! The home page: how the year stands, and what was taken in last. Counts, and nobody.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use diesel::prelude::*;
use face::components::{Column, Statistic, Table, Tone, chip, empty, number, paragraph, section, statistics, table};
use face::{Html, Language, Page, page};
use ledger::{Record, Seen};
use store::Tx;
use vocabulary::{Date, day, era};
use wire::Problem;
use work::jobs::Jobs;

use office::{Visit, instant};

use super::{Pages, words};
use crate::extraction::table::extraction;
use crate::follow_up::table::detailed_case;
use crate::hub::table::{hub_result, state};
use crate::imports::{self, APPLYING, IN, import};
use crate::residents::table::resident;
use crate::results::table::record_row;
use crate::standing;
use crate::vouchers::table::voucher;
use crate::{OFFICE, RegistryError};

const IMPORTS: i64 = 10;

struct Figures {
    residents: i64,
    /// Fiscal year, day, people, examinations of the last extraction.
    extraction: Option<(i32, i32, i64, i64)>,
    vouchers: i64,
    results: i64,
    queue: i64,
    follow_up: i64,
    imports: Vec<(Import, Stage)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = import)]
struct Import {
    kind: String,
    file: String,
    operator: String,
    at: i64,
    rows_read: i64,
    added: i64,
    changed: i64,
    rejected: i64,
    state: i16,
    job: Option<Vec<u8>>,
}

/// How a file stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// All of it is in.
    In,
    /// Its rows are going in.
    GoingIn,
    /// A part is in, and nobody goes on with it.
    BrokenOff,
}

/// Shows it.
pub(super) async fn home(State(pages): State<Pages>, visit: Visit) -> Result<Response, Problem> {
    let (today, jobs) = (pages.registry.clock.today(), pages.office.jobs().clone());
    let look = move |tx: &mut Tx, _: &mut Record<'_>| figures(tx, &jobs, today).map(Seen::unnamed);
    let figures = pages.registry.room.see(&visit.caller, OFFICE.actions.home, look).await?;
    let language = visit.guest.language;
    let body = Html::all([
        section(words::FIGURES.of(language), [at_a_glance(language, &figures)]),
        section(words::IMPORTS.of(language), [imports(language, &pages.registry.catalogue(), &figures.imports)]),
    ]);
    Ok(pages.office.framed(&visit, StatusCode::OK, |frame| {
        page(&Page { title: face::words::HOME.of(language), lead: Some(words::HOME_LEAD.of(language)), body, ..frame })
    }))
}

fn figures(tx: &mut Tx, jobs: &Jobs, today: Date) -> Result<Figures, RegistryError> {
    let last = extraction::table.order(extraction::id.desc());
    Ok(Figures {
        residents: resident::table.filter(standing::resident_on(today)).count().get_result(tx)?,
        extraction: last
            .select((extraction::fiscal_year, extraction::day, extraction::people, extraction::examinations))
            .first(tx)
            .optional()?,
        vouchers: voucher::table.filter(voucher::number.is_not_null()).count().get_result(tx)?,
        results: record_row::table.count().get_result(tx)?,
        queue: hub_result::table.filter(hub_result::state.eq(state::REVIEW)).count().get_result(tx)?,
        follow_up: detailed_case::table.filter(detailed_case::state.eq("unknown")).count().get_result(tx)?,
        imports: newest_imports(tx, jobs)?,
    })
}

fn newest_imports(tx: &mut Tx, jobs: &Jobs) -> Result<Vec<(Import, Stage)>, RegistryError> {
    let newest = import::table.filter(import::state.eq_any([APPLYING, IN])).order(import::id.desc()).limit(IMPORTS);
    let newest: Vec<Import> = newest.select(Import::as_select()).load(tx)?;
    let mut staged = Vec::with_capacity(newest.len());
    for import in newest {
        let stage = match import.state {
            IN => Stage::In,
            state if imports::is_broken_off(tx, jobs, state, import.job.as_deref())? => Stage::BrokenOff,
            _ => Stage::GoingIn,
        };
        staged.push((import, stage));
    }
    Ok(staged)
}

fn at_a_glance(language: Language, figures: &Figures) -> Html {
    let word = |words: face::Words| words.of(language);
    let (label, targets, note) = match figures.extraction {
        Some((year, on, people, examinations)) => {
            let on = day::from_number(on).map(|on| shown_day(language, on)).unwrap_or_default();
            let beneath = words::TARGETS_NOTE.with(language, &[("day", &on), ("examinations", &number(examinations))]);
            (words::TARGETS.with(language, &[("year", &year)]), number(people), beneath)
        }
        None => (word(words::NO_TARGETS).to_owned(), "—".to_owned(), word(words::NO_TARGETS_NOTE).to_owned()),
    };
    let [residents, vouchers, results, queue, follow_up] =
        [figures.residents, figures.vouchers, figures.results, figures.queue, figures.follow_up].map(number);
    let statistic = |label, value, unit: face::Words, note| Statistic { label, value, unit: unit.of(language), note };
    statistics(&[
        statistic(word(words::CURRENT_RESIDENTS), &residents, words::PEOPLE, Some(word(words::CURRENT_RESIDENTS_NOTE))),
        statistic(&label, &targets, words::PEOPLE, Some(&note)),
        statistic(word(words::VOUCHERS), &vouchers, words::ROWS, None),
        statistic(word(words::RESULTS), &results, words::ROWS, None),
        statistic(word(words::QUEUE), &queue, words::ROWS, Some(word(words::QUEUE_NOTE))),
        statistic(word(words::FOLLOW_UP), &follow_up, words::PEOPLE, None),
    ])
}

fn shown_day(language: Language, on: Date) -> String {
    if language == Language::Japanese { era::to_wareki(on) } else { on.to_string() }
}

fn imports(language: Language, catalogue: &Catalogue, imports: &[(Import, Stage)]) -> Html {
    let word = |words: face::Words| words.of(language);
    if imports.is_empty() {
        return empty(word(words::NO_IMPORTS), Html::empty());
    }
    let columns = [
        Column::text(word(words::WHEN)),
        Column::text(word(words::KIND)),
        Column::text(word(words::FILE)),
        Column::text(word(words::STAGE)),
        Column::number(word(words::READ)),
        Column::number(word(words::ADDED)),
        Column::number(word(words::CHANGED)),
        Column::number(word(words::REJECTED)),
        Column::text(word(words::BY)),
    ];
    let row = |(import, stage): &(Import, Stage)| {
        let counts = [import.rows_read, import.added, import.changed, import.rejected].map(|count| number(count).into());
        let told = [instant(import.at), kind(language, catalogue, &import.kind), import.file.clone()].map(Html::from);
        let (tone, stage) = match stage {
            Stage::In => (Tone::Success, words::IS_IN),
            Stage::GoingIn => (Tone::Information, words::GOING_IN),
            Stage::BrokenOff => (Tone::Warning, words::BROKEN_OFF),
        };
        told.into_iter().chain([chip(tone, word(stage))]).chain(counts).chain([import.operator.as_str().into()]).collect()
    };
    let table = table(&Table { caption: word(words::IMPORTS), columns: &columns, rows: imports.iter().map(row).collect(), dense: false });
    let breaks = imports.iter().any(|(_, stage)| *stage == Stage::BrokenOff);
    if breaks { Html::all([table, paragraph(word(words::BROKEN_OFF_NOTE))]) } else { table }
}

/// `residents`, or `results/8` with the number of the record type.
fn kind(language: Language, catalogue: &Catalogue, kind: &str) -> String {
    let Some((_, number)) = kind.split_once('/') else { return words::KIND_RESIDENTS.of(language).to_owned() };
    match number.parse().ok().and_then(|number| catalogue.record(number)) {
        Some(record) if language == Language::Japanese => record.name.clone(),
        Some(record) => record.english.clone(),
        None => format!("{} {number}", words::KIND_RESULTS.of(language)),
    }
}
