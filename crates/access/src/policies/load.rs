//! Loading: what a system's policies must satisfy before a process serves anything.

use std::{
    collections::{BTreeMap, HashMap},
    str::FromStr,
    sync::{Arc, RwLock},
};

use cedar_policy::{ActionConstraint, Effect, EntityUid, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};

use vocabulary::SYSTEMS;

use super::{Loaded, Policies, engine::Engine, schema};
use crate::{Action, action};

/// What a system brings: its actions and its `policies.cedar`.
#[derive(Debug, Clone, Copy)]
pub struct SystemPolicies<'a> {
    /// The system's name, with which its actions begin.
    pub system: &'static str,
    /// Everything that its routes and commands can do: the lists of its features, and of the floors that it stands on.
    pub actions: &'a [&'a [Action]],
    /// The text of its `policies.cedar`; every policy carries an `@id`.
    pub text: &'a str,
}

/// Why policies were refused; each says which policy and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoliciesError {
    /// The text is not Cedar.
    #[error("policies of {system}: {detail}")]
    Unreadable {
        /// Whose policies.
        system: String,
        /// What the parser says.
        detail: String,
    },
    /// The assembled schema is not one; a role, purpose or action has a name that cannot be written.
    #[error("schema: {0}")]
    Schema(String),
    /// Two systems of one name.
    #[error("{0} is registered twice")]
    SystemTwice(String),
    /// The action's name is not `system:noun.verb` of its system, or stands twice.
    #[error("action {action} of {system}: a name is {system}:noun.verb and stands once")]
    ActionName {
        /// Whose action.
        system: String,
        /// Its name.
        action: String,
    },
    /// A policy without `@id`, or with one used before.
    #[error("policies of {system}: policy {place} needs an @id of its own")]
    Unnamed {
        /// Whose policies.
        system: String,
        /// Which one, counted from 1.
        place: usize,
    },
    /// A permit that does not name its actions, or names another system's.
    #[error("policy {0}: a permit names actions of its own system in its head (action == … or action in […])")]
    ForeignPermit(String),
    /// A policy that names a person, a party, a room or a municipality.
    #[error("policy {policy}: {literal} may not be named; rights belong to roles")]
    Literal {
        /// The policy.
        policy: String,
        /// What it names.
        literal: String,
    },
    /// A policy that does not fit the schema, or can never apply.
    #[error("{0}")]
    Invalid(String),
    /// An action that nothing permits.
    #[error("no policy permits {0}: write a permit for it or take the action away")]
    Uncovered(String),
}

/// What is decided by, as Cedar text: for whoever proves something of all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTexts {
    /// Types of callers and rooms, roles, purposes, zones and actions.
    pub schema: String,
    /// What holds of every system, and then what each of them permits.
    pub policies: String,
}

impl PolicyTexts {
    /// The texts of these systems together, as [`Policies::load`] reads them.
    pub fn of(systems: &[SystemPolicies<'_>]) -> Result<PolicyTexts, PoliciesError> {
        let actions: Vec<Action> = registered(systems)?.into_values().collect();
        let policies = std::iter::once(base()).chain(systems.iter().map(|system| system.text.to_owned())).collect();
        Ok(PolicyTexts { schema: schema::text(&actions), policies })
    }
}

const BASE: &str = include_str!("../../policies/base.cedar");

/// What holds of every system, with the parties of `vocabulary`'s table that never reach a number.
fn base() -> String {
    let without = SYSTEMS.iter().filter(|system| !system.numbers).map(|system| format!("Role::\"{}\"", system.name));
    BASE.replace("PARTIES_WITHOUT_NUMBERS", &without.collect::<Vec<_>>().join(", "))
}

/// What policies may name: everything else is decided by relation or role, so that a decision depends on a [`super::Question`] alone.
const NAMEABLE: [&str; 4] = ["Role", "Purpose", "Zone", "Action"];

/// The texts, read: each policy by itself is what it may be.
struct Read {
    schema: Schema,
    policies: PolicySet,
    actions: BTreeMap<&'static str, Action>,
}

pub(super) fn load(systems: &[SystemPolicies<'_>]) -> Result<Policies, PoliciesError> {
    Ok(take_up(systems, read(systems)?))
}

pub(super) fn check(systems: &[SystemPolicies<'_>]) -> Result<Policies, PoliciesError> {
    let read = read(systems)?;
    let verdict = Validator::new(read.schema.clone()).validate(&read.policies, ValidationMode::Strict);
    if let Some(error) = verdict.validation_errors().next() {
        return Err(PoliciesError::Invalid(error.to_string()));
    }
    // A warning is, above all, a policy that can never apply: a mistake in a system's file.
    if let Some(warning) = verdict.validation_warnings().next() {
        return Err(PoliciesError::Invalid(warning.to_string()));
    }
    Ok(take_up(systems, read))
}

fn read(systems: &[SystemPolicies<'_>]) -> Result<Read, PoliciesError> {
    let actions = registered(systems)?;
    let (schema, _) = Schema::from_cedarschema_str(&schema::text(&actions.values().copied().collect::<Vec<_>>()))
        .map_err(|error| PoliciesError::Schema(format!("{error:?}")))?;
    let mut policies = PolicySet::new();
    let mut covered = Vec::new();
    add(&mut policies, "base", &base(), None, &mut covered)?;
    for system in systems {
        add(&mut policies, system.system, system.text, Some(system), &mut covered)?;
    }
    let uncovered = actions.keys().find(|name| !covered.iter().any(|covered: &EntityUid| covered.id().unescaped() == **name));
    if let Some(name) = uncovered {
        return Err(PoliciesError::Uncovered((*name).to_owned()));
    }
    Ok(Read { schema, policies, actions })
}

fn take_up(systems: &[SystemPolicies<'_>], Read { schema, policies, actions }: Read) -> Policies {
    let engine = Engine::new(schema, &policies);
    let actions: Vec<Action> = actions.into_values().collect();
    let mut names: Vec<&'static str> = systems.iter().map(|system| system.system).collect();
    names.sort_unstable();
    Policies(Arc::new(Loaded {
        action_numbers: (0..).zip(&actions).map(|(number, action)| (action.name(), number)).collect(),
        system_numbers: (0..).zip(&names).map(|(number, name)| (*name, number)).collect(),
        actions,
        systems: names,
        engine,
        remembered: RwLock::new(HashMap::new()),
    }))
}

fn registered(systems: &[SystemPolicies<'_>]) -> Result<BTreeMap<&'static str, Action>, PoliciesError> {
    let mut actions = BTreeMap::new();
    for (place, system) in systems.iter().enumerate() {
        if systems.iter().take(place).any(|other| other.system == system.system) {
            return Err(PoliciesError::SystemTwice(system.system.to_owned()));
        }
        for action in system.actions.iter().copied().flatten() {
            if !action::is_well_named(action.name(), system.system) || actions.insert(action.name(), *action).is_some() {
                return Err(PoliciesError::ActionName { system: system.system.to_owned(), action: action.name().to_owned() });
            }
        }
    }
    Ok(actions)
}

fn add(
    policies: &mut PolicySet,
    system: &str,
    text: &str,
    of: Option<&SystemPolicies<'_>>,
    covered: &mut Vec<EntityUid>,
) -> Result<(), PoliciesError> {
    let unreadable = |detail: String| PoliciesError::Unreadable { system: system.to_owned(), detail };
    let parsed = PolicySet::from_str(text).map_err(|error| unreadable(format!("{error:?}")))?;
    if parsed.num_of_templates() > 0 {
        return Err(unreadable("templates are not used: rights belong to roles".to_owned()));
    }
    for (place, policy) in (1..).zip(parsed.policies()) {
        let unnamed = || PoliciesError::Unnamed { system: system.to_owned(), place };
        let id = format!("{system}/{}", policy.annotation("id").filter(|id| !id.is_empty()).ok_or_else(unnamed)?);
        if let Some(literal) = policy.entity_literals().iter().find(|uid| !NAMEABLE.contains(&uid.type_name().to_string().as_str())) {
            return Err(PoliciesError::Literal { policy: id, literal: literal.to_string() });
        }
        if policy.effect() == Effect::Permit {
            let permitted = own_actions(policy, of).ok_or_else(|| PoliciesError::ForeignPermit(id.clone()))?;
            covered.extend(permitted);
        }
        policies.add(policy.new_id(PolicyId::new(&id))).map_err(|_| unnamed())?;
    }
    Ok(())
}

/// The actions a permit names, if it names its own system's and nothing else.
fn own_actions(policy: &Policy, system: Option<&SystemPolicies<'_>>) -> Option<Vec<EntityUid>> {
    let named = match policy.action_constraint() {
        ActionConstraint::Any => return None,
        ActionConstraint::In(actions) => actions,
        ActionConstraint::Eq(action) => vec![action],
    };
    let own = |uid: &EntityUid| {
        system.is_some_and(|system| system.actions.iter().copied().flatten().any(|action| action.name() == uid.id().unescaped()))
    };
    named.iter().all(own).then_some(named)
}
