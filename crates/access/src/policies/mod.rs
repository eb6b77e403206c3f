//! Who may do what: Cedar policies, decided once per question and then remembered.

mod engine;
mod load;
mod matrix;
mod schema;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use vocabulary::{MunicipalityCode, Purpose};

use crate::{Action, Caller, CallerKind, RoleSet};

pub use load::{PoliciesError, PolicyTexts, SystemPolicies};
pub use matrix::permissions_txt;

/// What an action would touch: a system's data, of one municipality or of a national party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceRef<'a> {
    /// The system whose data it is.
    pub system: &'a str,
    /// Whose data within it; `None` is a national party's own.
    pub municipality: Option<MunicipalityCode>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A policy permits it and none forbids it.
    Allow,
    /// Nothing permits it, or something forbids it.
    Deny,
}

impl Decision {
    /// Whether the answer is yes.
    pub fn is_allowed(self) -> bool {
        self == Decision::Allow
    }
}

/// A decision with the policies that made it, for an administrator who asks why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// Ids of the policies that decided; empty where nothing permits.
    pub policies: Vec<String>,
}

/// How a caller's municipality stands to the resource's: all that policies can see of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// A municipality's caller and its own data.
    Own,
    /// A municipality's caller and another's data.
    Other,
    /// A municipality's caller and a national party's data.
    MunicipalToNational,
    /// A caller of no municipality and a municipality's data.
    NationalToMunicipal,
    /// A caller of no municipality and a national party's data.
    National,
}

impl Relation {
    fn between(caller: Option<MunicipalityCode>, resource: Option<MunicipalityCode>) -> Relation {
        match (caller, resource) {
            (Some(own), Some(theirs)) if own == theirs => Relation::Own,
            (Some(_), Some(_)) => Relation::Other,
            (Some(_), None) => Relation::MunicipalToNational,
            (None, Some(_)) => Relation::NationalToMunicipal,
            (None, None) => Relation::National,
        }
    }
}

/// Everything a decision can depend on. The engine is asked with exactly this, so a remembered answer cannot differ from a fresh one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    system: u16,
    action: u16,
    kind: CallerKind,
    roles: RoleSet,
    relation: Relation,
    purpose: Purpose,
}

/// More distinct questions than a deployment has; beyond it the memory starts afresh rather than grow.
const REMEMBERED: usize = 65_536;

struct Loaded {
    actions: Vec<Action>,
    systems: Vec<&'static str>,
    action_numbers: HashMap<&'static str, u16>,
    system_numbers: HashMap<&'static str, u16>,
    engine: engine::Engine,
    remembered: RwLock<HashMap<Question, Decision>>,
}

/// The loaded policies of all systems of a process; cheap to clone.
#[derive(Clone)]
pub struct Policies(Arc<Loaded>);

impl Policies {
    /// Reads the policies of all systems and takes them into use. They are compiled in, and whether they fit the schema is the business of the tests and of
    /// whoever writes documents ([`Policies::check`]): it takes a second of a debug build, for which no command waits. A policy that fails when it is asked
    /// denies.
    pub fn load(systems: &[SystemPolicies<'_>]) -> Result<Policies, PoliciesError> {
        load::load(systems)
    }

    /// The same, once every policy was found to fit the schema and to apply to somebody.
    pub fn check(systems: &[SystemPolicies<'_>]) -> Result<Policies, PoliciesError> {
        load::check(systems)
    }

    /// Whether the caller may do `action` to `resource`.
    pub fn allows(&self, caller: &Caller, action: &Action, resource: ResourceRef<'_>) -> Decision {
        let Some(question) = self.question(caller, action, resource) else {
            return Decision::Deny;
        };
        self.decide(question)
    }

    /// The decision and the policies behind it, asked of the engine itself.
    pub fn explain(&self, caller: &Caller, action: &Action, resource: ResourceRef<'_>) -> Explanation {
        self.question(caller, action, resource)
            .map_or(Explanation { decision: Decision::Deny, policies: Vec::new() }, |question| self.ask(question))
    }

    /// Whether the action was registered, and so is covered by a policy.
    pub fn knows(&self, action: &Action) -> bool {
        self.number_of(action).is_some()
    }

    /// All registered actions, by name.
    pub fn actions(&self) -> &[Action] {
        &self.0.actions
    }

    /// The action of this name.
    pub fn named(&self, name: &str) -> Option<&Action> {
        self.0.actions.get(usize::from(*self.0.action_numbers.get(name)?))
    }

    fn number_of(&self, action: &Action) -> Option<u16> {
        let number = *self.0.action_numbers.get(action.name())?;
        self.0.actions.get(usize::from(number)).filter(|registered| registered.zone() == action.zone())?;
        Some(number)
    }

    fn question(&self, caller: &Caller, action: &Action, resource: ResourceRef<'_>) -> Option<Question> {
        Some(Question {
            system: *self.0.system_numbers.get(resource.system)?,
            action: self.number_of(action)?,
            kind: caller.kind(),
            roles: caller.roles(),
            relation: Relation::between(caller.municipality(), resource.municipality),
            purpose: caller.purpose(),
        })
    }

    fn decide(&self, question: Question) -> Decision {
        let remembered = self.0.remembered.read().unwrap_or_else(PoisonError::into_inner).get(&question).copied();
        remembered.unwrap_or_else(|| {
            let decision = self.ask(question).decision;
            let mut remembered = self.0.remembered.write().unwrap_or_else(PoisonError::into_inner);
            if remembered.len() >= REMEMBERED {
                remembered.clear();
            }
            remembered.insert(question, decision);
            decision
        })
    }

    fn ask(&self, question: Question) -> Explanation {
        let action = self.0.actions.get(usize::from(question.action));
        let system = self.0.systems.get(usize::from(question.system));
        match (action, system) {
            (Some(action), Some(system)) => self.0.engine.ask(action, system, &question),
            _ => Explanation { decision: Decision::Deny, policies: Vec::new() },
        }
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Policies({} systems, {} actions)", self.0.systems.len(), self.0.actions.len())
    }
}
