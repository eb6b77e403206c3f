//! What surrounds the body of a page of the staff: site, menu, who is logged in.

use axum::http::StatusCode;
use axum::response::Response;
use face::{Language, Link, Page, Site, User};
use jiff::tz::Offset;
use vocabulary::{Purpose, Timestamp};

use crate::routes::MenuEntry;
use crate::visit::html;
use crate::{Office, Visit, path};

impl Office {
    /// Whose pages these are.
    pub(crate) fn site(&self, language: Language) -> Site<'_> {
        Site {
            municipality: self.name(language),
            system: self.system.title.of(language),
            home: path::HOME,
            label: None,
            version: env!("CARGO_PKG_VERSION"),
            links: &[],
        }
    }

    /// A page of the staff in its frame. `fill` says what is special about it: title and body, breadcrumbs, notice.
    pub fn framed(&self, visit: &Visit, status: StatusCode, fill: impl FnOnce(Page<'_>) -> String) -> Response {
        let language = visit.guest.language;
        let own = [Link::new(path::PASSWORD, face::words::PASSWORD_CHANGE.of(language))];
        let site = Site { links: &own, ..self.site(language) };
        let entries = self.menu_of(visit);
        let menu: Vec<Link<'_>> = entries.map(|entry| Link::new(&entry.path, entry.words.of(language))).collect();
        let user = User { name: visit.session.name().expose(), log_out: path::LOG_OUT, csrf: visit.session.csrf() };
        let page = Page { navigation: &menu, user: Some(user), ..Page::new(language, &site, &visit.guest.here, "") };
        html(&visit.guest, status, fill(page))
    }

    /// What the officer may open, in the order of registration.
    pub(crate) fn menu_of(&self, visit: &Visit) -> impl Iterator<Item = &MenuEntry> {
        self.listed.get().map(|listed| listed.menu.as_slice()).unwrap_or_default().iter().filter(|entry| self.may_open(visit, entry))
    }

    /// Where people are found, the officer says the purpose: the entry is there for whoever may have one.
    fn may_open(&self, visit: &Visit, entry: &MenuEntry) -> bool {
        let (action, purpose) = (entry.rule.action(), entry.rule.purpose());
        if purpose == Purpose::Consultation && self.system.find.is_some() {
            return !self.offered(&visit.caller).is_empty();
        }
        self.allows(&visit.caller.for_purpose(purpose), &action)
    }
}

/// An instant (milliseconds since 1970 UTC) on a clock in Japan, to the minute.
pub fn instant(milliseconds: i64) -> String {
    let instant = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let there = Offset::constant(9).to_datetime(instant);
    format!("{} {:02}:{:02}", there.date(), there.hour(), there.minute())
}
