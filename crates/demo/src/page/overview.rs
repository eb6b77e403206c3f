//! The ring at a glance.

use std::collections::HashMap;

use catalogue::Catalogue;
use face::components::{
    Banner, Column, Statistic, Step, StepState, Table, Tone, banner, description_list, figures, link, number, paragraph, section,
    statistics, steps, table,
};
use face::{Html, Language, Page, Refresh};
use vocabulary::Party;

use super::record::Line;
use super::{counts, record, staff, words};
use crate::officers::Officer;
use crate::report::Report;

/// What the page shows.
pub(super) struct Overview<'a> {
    /// The ring so far, and the step that runs.
    pub(super) report: &'a Report,
    pub(super) running: Option<u8>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) parties: &'a [Party],
    /// Entries of the record of use, by party.
    pub(super) entries: &'a HashMap<Party, u64>,
    /// The newest of them.
    pub(super) newest: &'a [Line],
    /// Who can open the pages of the cities' staff.
    pub(super) officers: &'a [Officer],
    /// The reader asked not to be refreshed.
    pub(super) quiet: bool,
}

/// Renders it; while steps run, the browser asks again every two seconds unless it was told not to.
pub(super) fn page(language: Language, shown: &Overview<'_>) -> String {
    let Overview { report, parties, entries, quiet, .. } = *shown;
    let over = report.steps.len() == words::STEP_TITLES.len() || report.steps.iter().any(|step| !step.ok);
    let body = Html::all([
        section(words::OVERVIEW.of(language), [at_a_glance(language, report, entries)]),
        section(words::STEPS.of(language), [ring(language, shown)]),
        section(words::STAFF.of(language), [staff::pages(language, shown.officers)]),
        section(words::ENTRIES.of(language), [paragraph(words::RECORD_BODY.of(language)), record::lines(language, shown.newest)]),
        section(words::PARTIES.of(language), [all_parties(language, parties, entries)]),
    ]);
    face::page(&Page {
        lead: Some(words::LEAD.of(language)),
        notice: notice(language, report),
        body,
        refresh: (!over && !quiet).then_some(Refresh { seconds: 2, stop: "/?refresh=off" }),
        ..Page::new(language, &super::site(language), "/", words::TITLE.of(language))
    })
}

fn notice(language: Language, report: &Report) -> Html {
    let (tone, title, body) = if report.ok {
        (Tone::Success, words::CLOSED_TITLE, words::CLOSED_BODY)
    } else if report.steps.iter().any(|step| !step.ok) {
        (Tone::Error, words::FAILED_TITLE, words::FAILED_BODY)
    } else {
        return Html::empty();
    };
    banner(&Banner { language, tone, title: title.of(language), body: paragraph(body.of(language)) })
}

fn at_a_glance(language: Language, report: &Report, entries: &HashMap<Party, u64>) -> Html {
    let done = report.steps.iter().filter(|step| step.ok).count().to_string();
    let seconds = format!("{:.1}", report.seconds);
    let all = shown(entries.values().sum());
    statistics(&[
        Statistic { label: words::STEPS_DONE.of(language), value: &done, unit: words::OF_ELEVEN.of(language), note: None },
        Statistic { label: words::TIME.of(language), value: &seconds, unit: words::SECONDS.of(language), note: None },
        Statistic { label: words::ENTRIES.of(language), value: &all, unit: words::ENTRY_UNIT.of(language), note: None },
    ])
}

fn ring(language: Language, shown: &Overview<'_>) -> Html {
    let rows = words::STEP_TITLES.iter().zip(words::STEP_SYSTEMS).zip(1_u8..).map(|((title, systems), number)| {
        let done = shown.report.steps.iter().find(|step| step.number == number);
        let state = match done {
            Some(step) if step.ok => StepState::Done,
            Some(_) => StepState::Failed,
            None if shown.running == Some(number) => StepState::Running,
            None => StepState::Waiting,
        };
        let told = done.map_or_else(Html::empty, |step| {
            let name = |count| counts::name(language, shown.catalogue, count);
            let counts = step.counts.iter().map(|(count, value)| (name(count), self::shown(*value)));
            figures(counts.chain([(words::TIME.of(language), format!("{:.1} {}", step.seconds, words::SECONDS.of(language)))]))
        });
        Step { state, title: title.of(language), body: Html::all([told, passes(language, systems, shown.parties)]) }
    });
    steps(language, &rows.collect::<Vec<_>>())
}

/// Links to the parties of these systems; of both cities, the first's stands for both.
fn passes(language: Language, systems: &[&str], parties: &[Party]) -> Html {
    let party = |system: &&str| parties.iter().find(|party| party.system() == *system);
    let links: Vec<Html> =
        systems.iter().filter_map(party).map(|party| link(&format!("/parties/{party}"), &words::system(party, language))).collect();
    let between = |(place, link): (usize, Html)| if place == 0 { link } else { Html::all([" → ".into(), link]) };
    description_list([(words::PARTIES.of(language), Html::all(links.into_iter().enumerate().map(between)))])
}

fn all_parties(language: Language, parties: &[Party], entries: &HashMap<Party, u64>) -> Html {
    let columns =
        [Column::text(words::PARTY.of(language)), Column::text(words::ROLE.of(language)), Column::number(words::ENTRIES.of(language))];
    let row = |party: &Party| {
        let count = entries.get(party).map_or_else(|| "—".to_owned(), |count| shown(*count));
        vec![link(&format!("/parties/{party}"), &party.to_string()), words::system(party, language).into(), count.into()]
    };
    table(&Table { caption: words::PARTIES.of(language), columns: &columns, rows: parties.iter().map(row).collect(), dense: false })
}

/// A count with its thousands apart.
pub(super) fn shown(count: u64) -> String {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}
