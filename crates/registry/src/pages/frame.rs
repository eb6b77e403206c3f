//! What surrounds the body of a page of the staff: site, menu, who is logged in.

use axum::http::StatusCode;
use axum::response::Response;
use face::{Language, Link, Page, Site, User};
use jiff::tz::Offset;
use vocabulary::Timestamp;

use super::{Pages, Visit, html, path, words};
use crate::{consultation, staff};

/// Whose pages these are.
pub(super) fn site(pages: &Pages, language: Language) -> Site<'_> {
    Site {
        municipality: pages.name(language),
        system: words::SYSTEM.of(language),
        home: path::HOME,
        label: None,
        version: env!("CARGO_PKG_VERSION"),
        links: &[],
    }
}

/// A page of the staff in its frame. `fill` says what is special about it: title and body, breadcrumbs, notice.
pub(crate) fn framed(pages: &Pages, visit: &Visit, status: StatusCode, fill: impl FnOnce(Page<'_>) -> String) -> Response {
    let language = visit.guest.language;
    let own = [Link::new(path::PASSWORD, face::words::PASSWORD_CHANGE.of(language))];
    let site = Site { links: &own, ..site(pages, language) };
    let menu = menu(pages, visit);
    let user = User { name: visit.session.name().expose(), log_out: path::LOG_OUT, csrf: visit.session.csrf() };
    let page = Page { navigation: &menu, user: Some(user), ..Page::new(language, &site, &visit.guest.here, "") };
    html(&visit.guest, status, fill(page))
}

/// What the officer may open.
fn menu(pages: &Pages, visit: &Visit) -> Vec<Link<'static>> {
    let language = visit.guest.language;
    let mut menu = vec![Link::new(path::HOME, face::words::HOME.of(language))];
    if !super::offered(pages, &visit.caller).is_empty() {
        menu.push(Link::new(consultation::RESIDENTS, words::RESIDENTS.of(language)));
    }
    if pages.allows(&visit.caller, &staff::MANAGE) {
        menu.push(Link::new(staff::ACCOUNTS, words::ACCOUNTS.of(language)));
    }
    menu
}

/// An instant on a clock in Japan, to the minute.
pub(crate) fn instant(milliseconds: i64) -> String {
    let instant = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let there = Offset::constant(9).to_datetime(instant);
    format!("{} {:02}:{:02}", there.date(), there.hour(), there.minute())
}
