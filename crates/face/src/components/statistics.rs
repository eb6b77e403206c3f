//! Figures to be seen at a glance.

use askama::Template;

use super::number;
use crate::Html;

/// A figure with its name.
#[derive(Debug, Clone, Copy)]
pub struct Statistic<'a> {
    /// What is counted.
    pub label: &'a str,
    /// How many.
    pub value: &'a str,
    /// Of what: 人, 件, people.
    pub unit: &'a str,
    /// What to compare it with.
    pub note: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "components/statistics.html")]
struct StatisticsView<'a> {
    figures: &'a [Statistic<'a>],
}

/// Figures side by side where there is room.
pub fn statistics(figures: &[Statistic<'_>]) -> Html {
    Html::rendered(&StatisticsView { figures })
}

/// Figures in one line, where they are told beside something else: the counts of a step.
pub fn figures<'a>(figures: impl IntoIterator<Item = (&'a str, String)>) -> Html {
    let figure = |(name, value): (&str, String)| {
        let open = Html::raw(r#"<div class="figure"><dt>"#);
        Html::all([open, Html::text(name), Html::raw("</dt><dd>"), value.into(), Html::raw("</dd></div>")])
    };
    let all: Html = figures.into_iter().map(figure).collect();
    Html::all([Html::raw(r#"<dl class="figures">"#), all, Html::raw("</dl>")])
}

/// How far something is, as a bar and in words.
pub fn progress(label: &str, done: u64, all: u64) -> Html {
    let bar = format!(r#"<progress max="{}" value="{}">"#, all.max(1), done.min(all));
    let shown = |value: u64| number(i64::try_from(value).unwrap_or(i64::MAX));
    let figures = Html::text(&format!("{} / {}", shown(done), shown(all)));
    let open = Html::raw(r#"<div class="progress"><label><span class="progress-label">"#);
    let close = Html::raw("</progress></label></div>");
    let between = Html::raw(r#"</span> <span class="progress-figures">"#);
    Html::all([open, Html::text(label), between, figures.clone(), Html::raw("</span>"), Html::raw(&bar), figures, close])
}
