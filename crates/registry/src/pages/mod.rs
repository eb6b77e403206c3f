//! 職員画面: what every page of the staff has: logging in and out, the screen lock, the password, the home page, the frame around them.
//!
//! The pages are served over TLS on the address that `pages` of the setting names; a browser shows no certificate there. A page's caller comes
//! from its session ([`doors`]), its purpose from its route or, where people are looked at, from what the officer said ([`purpose`]).

mod asset;
mod doors;
pub(crate) mod form;
mod frame;
mod home;
mod lock;
mod log_in;
mod log_out;
mod password;
mod purpose;
mod upkeep;
mod visit;
mod words;

use std::sync::Arc;

use access::{AccountRules, Accounts, Action, Hasher, Policies, ResourceRef};
use face::Language;
use vocabulary::Purpose;
use wire::{House, Routes, anyone, session};

pub(crate) use form::read as read_form;
pub(crate) use frame::{framed, instant};
pub(crate) use purpose::{offered, purpose_word};
pub(crate) use upkeep::end_sessions;
pub(crate) use visit::{Guest, Visit, cookie, html, is_ours, see_other};

use crate::Registry;

pub(crate) const ASSET: Action = Action::plain("registry:pages.read");
pub(crate) const LOG_IN: Action = Action::plain("registry:sessions.open");
pub(crate) const LOG_OUT: Action = Action::plain("registry:sessions.end");
pub(crate) const UNLOCK: Action = Action::plain("registry:sessions.unlock");
pub(crate) const PASSWORD: Action = Action::plain("registry:passwords.change");
pub(crate) const HOME: Action = Action::plain("registry:home.read");

/// Paths of the pages; those of the features stand beside their routes.
pub(crate) mod path {
    pub(crate) const HOME: &str = "/";
    pub(crate) const LOG_IN: &str = "/login";
    pub(crate) const LOG_OUT: &str = "/logout";
    pub(crate) const LOCK: &str = "/lock";
    pub(crate) const PASSWORD: &str = "/password";
}

/// Passwords compared at once: each takes 19 MiB and a core for some hundredths of a second.
const HASHES: usize = 2;

/// What the handlers of pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) registry: Registry,
    pub(crate) accounts: Accounts,
    pub(crate) policies: Policies,
    /// The municipality's name in Japanese and in English.
    names: [Arc<str>; 2],
    /// Bears the municipality's code, for a browser that works for two on one machine.
    cookie: Arc<str>,
}

impl Pages {
    /// The pages of a registry.
    pub(crate) fn open(house: &House, registry: &Registry) -> Pages {
        let rules = AccountRules::default();
        let (clock, entropy) = (Arc::clone(&house.clock), Arc::clone(&house.entropy));
        let accounts = Accounts::new(registry.room.raw().clone(), rules, Hasher::new(HASHES), clock, entropy);
        let code = registry.municipality.as_str();
        let name = house.setting.name.as_deref().unwrap_or(code);
        let names = [name, house.setting.english_name.as_deref().unwrap_or(name)].map(Arc::from);
        let cookie = format!("__Host-registry-{code}").into();
        Pages { registry: registry.clone(), accounts, policies: house.policies.clone(), names, cookie }
    }

    fn name(&self, language: Language) -> &str {
        let [japanese, english] = &self.names;
        if language == Language::Japanese { japanese } else { english }
    }

    /// Whether a caller may do something here: for menus, and for what is shown to some and not to others.
    pub(crate) fn allows(&self, caller: &access::Caller, action: &Action) -> bool {
        let resource = ResourceRef { system: self.registry.party.system(), municipality: self.registry.party.municipality() };
        self.policies.allows(caller, action, resource).is_allowed()
    }
}

/// The routes of every page of the staff.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages)
        .page("/assets/{file}", anyone(ASSET), asset::asset)
        .page(path::LOG_IN, anyone(LOG_IN), log_in::ask)
        .form(path::LOG_IN, anyone(LOG_IN), log_in::open)
        .form(path::LOG_OUT, anyone(LOG_OUT), log_out::end)
        .page(path::LOCK, anyone(UNLOCK), lock::ask)
        .form(path::LOCK, anyone(UNLOCK), lock::open)
        .page(path::PASSWORD, session(PASSWORD, Purpose::Operation), password::ask)
        .form(path::PASSWORD, session(PASSWORD, Purpose::Operation), password::change)
        .page(path::HOME, session(HOME, Purpose::Operation), home::home)
}
