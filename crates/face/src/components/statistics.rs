//! Figures to be seen at a glance.

use askama::Template;

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

/// How far something is, as a bar and in words.
pub fn progress(label: &str, done: u64, all: u64) -> Html {
    let bar = format!(r#"<progress max="{}" value="{}">"#, all.max(1), done.min(all));
    let figures = Html::text(&format!("{done} / {all}"));
    let open = Html::raw(r#"<div class="progress"><label><span class="progress-label">"#);
    let close = Html::raw("</progress></label></div>");
    let between = Html::raw(r#"</span> <span class="progress-figures">"#);
    Html::all([open, Html::text(label), between, figures.clone(), Html::raw("</span>"), Html::raw(&bar), figures, close])
}
