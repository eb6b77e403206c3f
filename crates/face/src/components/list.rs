//! Lists of links and cards, parts that open, and the place of a list that has nothing.

use askama::Template;

use crate::{Html, Link};

/// Links below each other.
pub fn link_list(links: &[Link<'_>]) -> Html {
    let item = |link: &Link<'_>| Html::all([Html::raw("<li>"), super::link(link.href, link.text), Html::raw("</li>")]);
    Html::all([Html::raw(r#"<ul class="links">"#), links.iter().map(item).collect(), Html::raw("</ul>")])
}

/// A place to go to, with what is there.
#[derive(Debug, Clone)]
pub struct Card<'a> {
    /// Where to.
    pub href: &'a str,
    /// What it is.
    pub title: &'a str,
    /// What is there.
    pub body: Html,
}

#[derive(Template)]
#[template(path = "components/cards.html")]
struct CardsView<'a> {
    cards: &'a [Card<'a>],
}

/// Places to go to, side by side where there is room.
pub fn cards(cards: &[Card<'_>]) -> Html {
    Html::rendered(&CardsView { cards })
}

/// A part that is closed until it is asked for.
pub fn disclosure(summary: &str, body: Html) -> Html {
    let open = Html::raw(r#"<details class="disclosure"><summary>"#);
    Html::all([open, Html::text(summary), Html::raw(r#"</summary><div class="disclosure-body">"#), body, Html::raw("</div></details>")])
}

/// What stands where a list has nothing, with what can be done.
pub fn empty(text: &str, action: Html) -> Html {
    Html::all([Html::raw(r#"<div class="empty"><p>"#), Html::text(text), Html::raw("</p>"), action, Html::raw("</div>")])
}
