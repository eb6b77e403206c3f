//! One system's office: its room, accounts and policies, and the menu of what was registered.

use std::sync::{Arc, OnceLock};

use access::{AccountRules, Accounts, Action, Caller, Hasher, Policies, ResourceRef};
use face::{Language, Words};
use ledger::Room;
use vocabulary::{Clock, Entropy, Party, Purpose};
use wire::{House, RefusedAttempts, Service, anyone, session};

use work::jobs::{Jobs, SystemWork};
use work::outbox::{Outbox, Outboxes};

use crate::choices::Choices;
use crate::kept;
use crate::log_in::LogIns;
use crate::routes::Listed;
use crate::{
    Actions, RecordWords, Routes, WorkWords, accounts, asset, jobs, lock, log_in, log_out, messages, password, path, start, upkeep, uses,
    words,
};

/// Passwords compared at once: each takes 19 MiB and a core for some hundredths of a second.
const HASHES: usize = 2;

/// What is different about a system's office.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// What stands beside the municipality's name on every page.
    pub title: Words,
    /// Its actions.
    pub actions: Actions,
    /// The action by which people are found, where officers say their purpose for it. Pages whose rule is for consultation are then asked for the
    /// purpose that the address says.
    pub find: Option<Action>,
    /// What else the room names a person by; none where everybody has one name from the start.
    pub also_named: Option<ledger::AlsoNamed>,
    /// What its work is called, and the fields of what that asks and answers.
    pub work: WorkWords,
    /// The words of its record of use, and of what it sends.
    pub record: RecordWords,
}

/// What the handlers of a system's pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Office {
    /// The record of use, and the data.
    pub room: Room,
    /// Who works here.
    pub accounts: Accounts,
    pub(crate) system: System,
    pub(crate) jobs: Jobs,
    pub(crate) outboxes: Outboxes,
    pub(crate) choices: Choices,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) refused: RefusedAttempts,
    pub(crate) log_ins: LogIns,
    policies: Policies,
    party: Party,
    /// Who ends sessions that are over: the system for itself.
    keeper: Caller,
    /// The municipality's name (or the national party's) in Japanese and in English.
    names: [Arc<str>; 2],
    /// Bears system and municipality, for a browser that works for two on one machine.
    pub(crate) cookie: Arc<str>,
    pub(crate) listed: Arc<OnceLock<Listed>>,
}

/// The cookie of a session at a system.
pub(crate) fn session_cookie(party: &Party) -> String {
    let code = party.municipality();
    format!("__Host-{}-{}", party.system(), code.as_ref().map_or("national", |code| code.as_str()))
}

impl Office {
    /// The office of a system, whose accounts are in its room.
    pub fn open(house: &House, room: &Room, system: System) -> Office {
        let clock = Arc::clone(&house.clock);
        let accounts = room.accounts(AccountRules::default(), Hasher::new(HASHES), Arc::clone(&house.entropy));
        let code = house.party.municipality();
        let place = code.as_ref().map_or("national", |code| code.as_str());
        let unnamed = |words: &'static str| if code.is_some() { place } else { words };
        let name = house.setting.name.as_deref();
        let japanese = name.unwrap_or(unnamed(words::NATION.ja));
        let english = house.setting.english_name.as_deref().or(name).unwrap_or(unnamed(words::NATION.en));
        let names = [japanese, english].map(Arc::from);
        let cookie = session_cookie(&house.party).into();
        let work = SystemWork::without_kinds(house.party.system(), &house.policies);
        let jobs = Jobs::of(room, Arc::clone(&house.entropy), &format!("/{}/v1", house.party.system()), work);
        let outboxes = Outbox::of(room, Arc::clone(&house.entropy)).into();
        let limits = house.setting.limits;
        let refused = RefusedAttempts::of(room, limits.refusals_seconds);
        let (room, policies, party) = (room.clone(), house.policies.clone(), house.party.clone());
        Office {
            room,
            accounts,
            system,
            jobs,
            outboxes,
            choices: Choices::default(),
            clock,
            entropy: Arc::clone(&house.entropy),
            refused,
            log_ins: LogIns::of(&limits),
            policies,
            party,
            keeper: house.caller(Purpose::Operation),
            names,
            cookie,
            listed: Arc::default(),
        }
    }

    /// With the jobs that the system itself works on: it hears at once of what is done to them here.
    #[must_use]
    pub fn with_jobs(self, jobs: &Jobs) -> Office {
        jobs.count_refused(&self.refused);
        Office { jobs: jobs.clone(), ..self }
    }

    /// The jobs of its room.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// With the outboxes that the system itself delivers: of all of its rooms, and it hears at once of what is to be sent again.
    #[must_use]
    pub fn with_outboxes(self, outboxes: impl Into<Outboxes>) -> Office {
        Office { outboxes: outboxes.into(), ..self }
    }

    /// What a sort of job is called: its word, or its name.
    pub(crate) fn kind_word(&self, language: Language, kind: &str) -> String {
        self.system.work.kind(kind).map_or(kind, |words| words.name.of(language)).to_owned()
    }

    /// The action of a route or a command that bears this name.
    pub(crate) fn named_action(&self, name: &str) -> Option<&Action> {
        self.policies.named(name)
    }

    /// Whether a caller may do something here: for menus, and for what is shown to some and not to others.
    pub fn allows(&self, caller: &Caller, action: &Action) -> bool {
        let resource = ResourceRef { system: self.party.system(), municipality: self.party.municipality() };
        self.policies.allows(caller, action, resource).is_allowed()
    }

    /// The purposes for which a caller may do something, and so has to say which it is done for.
    pub(crate) fn purposes_of(&self, caller: &Caller, action: &Action) -> Vec<Purpose> {
        Purpose::ALL.iter().copied().filter(|purpose| self.allows(&caller.for_purpose(*purpose), action)).collect()
    }

    /// The service with the office's pages and those of the system, the sessions of its people and what ends them.
    pub fn serve<S: Clone + Send + Sync + 'static>(&self, service: Service, own: Routes<S>) -> Service {
        let (routes, mut listed) = own.into_parts();
        let (common, last) = self.routes().into_parts();
        listed.extend(last);
        // Once: a second service of the same office would have the same pages.
        let _ = self.listed.set(listed);
        let (keeper, caller) = (self.clone(), self.keeper.clone());
        service
            .routes(routes)
            .routes(common)
            .sessions(self.clone())
            .refused(&self.refused)
            .task("sessions", move |stop| upkeep::end_sessions(keeper, caller, stop))
    }

    fn routes(&self) -> Routes<Office> {
        let Actions { asset: read, log_in: enter, log_out: leave, unlock, password: change, .. } = self.system.actions;
        Routes::of(self.clone())
            .page("/assets/{file}", anyone(read), asset::asset)
            .page(path::LOG_IN, anyone(enter), log_in::ask)
            .form(path::LOG_IN, anyone(enter).limit_body(kept::WITH_KEPT), log_in::open)
            .form(path::LOG_OUT, anyone(leave), log_out::end)
            .page(path::LOCK, anyone(unlock), lock::ask)
            .form(path::LOCK, anyone(unlock).limit_body(kept::WITH_KEPT), lock::open)
            .page(path::PASSWORD, session(change), password::ask)
            .form(path::PASSWORD, session(change).limit_body(kept::WITH_KEPT), password::change)
            .and(start::routes(self))
            .and(jobs::routes(self))
            .and(messages::routes(self))
            .and(accounts::routes(self))
            .and(uses::routes(self))
    }

    pub(crate) fn name(&self, language: Language) -> &str {
        let [japanese, english] = &self.names;
        if language == Language::Japanese { japanese } else { english }
    }
}
