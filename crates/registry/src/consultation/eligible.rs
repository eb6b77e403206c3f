//! What the person is due for this year, and why or why not: the same answer as the list of the year gives.

use catalogue::Catalogue;
use eligibility::{Person, PlanError, Verdict, explain};
use face::components::{Column, Table, Tone, chip, description_list, disclosure, section, table};
use face::{Html, Language};
use vocabulary::{Date, FiscalYear};

use super::{item::in_language, words};

/// Every examination of every programme.
pub(super) fn shown(language: Language, catalogue: &Catalogue, person: &Person, today: Date) -> Result<Html, PlanError> {
    let mut rows = Vec::new();
    for programme in catalogue.programmes() {
        let explanation = explain(catalogue, person, &programme.id, today)?;
        let name = in_language(language, &programme.name, &programme.english);
        rows.extend(explanation.verdicts.iter().map(|verdict| row(language, name, verdict)));
    }
    let word = |words: face::Words| words.of(language);
    let title = words::DUE_TITLE.with(language, &[("year", &FiscalYear::of(today))]);
    let columns = [
        Column::text(word(words::PROGRAMME)),
        Column::text(word(words::EXAMINATION)),
        Column::text(word(words::VERDICT)),
        Column::text(word(words::WHY)),
    ];
    Ok(section(&title, [table(&Table { caption: &title, columns: &columns, rows, dense: true })]))
}

fn row(language: Language, programme: &str, verdict: &Verdict) -> Vec<Html> {
    let examination = in_language(language, &verdict.name, &verdict.english);
    let (tone, word) = if verdict.is_due() { (Tone::Success, words::DUE) } else { (Tone::Neutral, words::NOT_DUE) };
    vec![programme.into(), examination.into(), chip(tone, word.of(language)), why(language, verdict)]
}

/// What stands in the way in sight, every rule on demand.
fn why(language: Language, verdict: &Verdict) -> Html {
    let told = |tested: &eligibility::Tested| if language == Language::Japanese { tested.ja() } else { tested.en() };
    let against: Vec<String> = verdict.against().map(told).collect();
    let next = verdict.next.filter(|_| !verdict.is_due()).map(|year| words::NEXT_YEAR.with(language, &[("year", &year)]));
    let between = if language == Language::Japanese { "／" } else { "; " };
    let summary = if verdict.is_due() {
        words::ALL_HOLD.of(language).to_owned()
    } else {
        against.into_iter().chain(next).collect::<Vec<_>>().join(between)
    };
    let rules = verdict.tested.iter().map(|tested| {
        let mark = if tested.holds { words::HOLDS } else { words::HOLDS_NOT };
        let source = if language == Language::Japanese { format!(" ［{}］", tested.source) } else { String::new() };
        (mark.of(language), Html::text(&format!("{}{source}", told(tested))))
    });
    disclosure(&summary, description_list(rules))
}
