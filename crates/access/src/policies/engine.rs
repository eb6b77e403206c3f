//! Asking Cedar. A question costs tens of microseconds here, which is why answers are remembered.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicySet,
    PrincipalConstraint, Request, RestrictedExpression, Schema,
};
use vocabulary::Purpose;

use super::{Decision, Explanation, Question, Relation};
use crate::{Action, CallerKind, RoleSet};

pub(super) struct Engine {
    schema: Schema,
    /// By action, the policies that can apply to it: Cedar looks at each that it is handed, and there are hundreds.
    policies: HashMap<EntityUid, PolicySet>,
    authorizer: Authorizer,
}

/// What Cedar reports when a question cannot be put; it is answered with denial.
type Unasked = Box<dyn std::error::Error + Send + Sync>;

impl Engine {
    /// Actions have no groups: a policy that names actions applies to those and to no other.
    pub(super) fn new(schema: Schema, all: &PolicySet) -> Self {
        let mut of_action: HashMap<EntityUid, Vec<Policy>> = schema.actions().map(|action| (action.clone(), Vec::new())).collect();
        for policy in all.policies() {
            let named = match policy.action_constraint() {
                ActionConstraint::Any => of_action.keys().cloned().collect(),
                ActionConstraint::In(actions) => HashSet::from_iter(actions),
                ActionConstraint::Eq(action) => HashSet::from([action]),
            };
            for action in named {
                if let Some(applying) = of_action.get_mut(&action) {
                    applying.push(policy.clone());
                }
            }
        }
        let set = |(action, applying)| PolicySet::from_policies(applying).ok().map(|set| (action, set));
        let policies = of_action.into_iter().filter_map(set).collect();
        Engine { schema, policies, authorizer: Authorizer::new() }
    }

    /// Whether any policy permits the action to callers of this kind and these roles under some condition. Where none does, the answer to every
    /// question about them is denial, and it need not be asked: most of the permission matrix is that.
    pub(super) fn permits_sometimes(&self, action: &Action, kind: CallerKind, roles: RoleSet) -> bool {
        let is_kind = |name: &EntityTypeName| name.to_string() == kind.entity_type();
        let has_role = |group: &EntityUid| roles.iter().any(|role| uid("Role", role.name).is_ok_and(|uid| uid == *group));
        let concerns = |policy: &Policy| match policy.principal_constraint() {
            PrincipalConstraint::Is(name) => is_kind(&name),
            PrincipalConstraint::In(group) => has_role(&group),
            PrincipalConstraint::IsIn(name, group) => is_kind(&name) && has_role(&group),
            PrincipalConstraint::Any | PrincipalConstraint::Eq(_) => true,
        };
        let policies = uid("Action", action.name()).ok().and_then(|uid| self.policies.get(&uid));
        policies.is_some_and(|set| set.policies().any(|policy| policy.effect() == Effect::Permit && concerns(policy)))
    }

    /// The engine's answer. Municipalities stand in it as `own` and `other`: policies see how they relate, never which they are.
    pub(super) fn ask(&self, action: &Action, system: &str, question: &Question) -> Explanation {
        let (caller, resource) = match question.relation {
            Relation::Own => (Some("own"), Some("own")),
            Relation::Other => (Some("own"), Some("other")),
            Relation::MunicipalToNational => (Some("own"), None),
            Relation::NationalToMunicipal => (None, Some("other")),
            Relation::National => (None, None),
        };
        self.ask_between(action, system, (question.kind, question.roles, question.purpose), caller, resource)
    }

    /// The same with the municipalities written out.
    pub(super) fn ask_between(
        &self,
        action: &Action,
        system: &str,
        (kind, roles, purpose): (CallerKind, RoleSet, Purpose),
        caller: Option<&str>,
        resource: Option<&str>,
    ) -> Explanation {
        self.put(action, system, (kind, roles, purpose), caller, resource)
            .unwrap_or(Explanation { decision: Decision::Deny, policies: Vec::new() })
    }

    fn put(
        &self,
        action: &Action,
        system: &str,
        (kind, roles, purpose): (CallerKind, RoleSet, Purpose),
        caller: Option<&str>,
        resource: Option<&str>,
    ) -> Result<Explanation, Unasked> {
        let principal = uid(kind.entity_type(), "caller")?;
        let room = uid("Room", "room")?;
        let parents = roles.iter().map(|role| uid("Role", role.name)).collect::<Result<HashSet<_>, _>>()?;
        let mut of_room = of_municipality(resource)?;
        of_room.insert("system".to_owned(), RestrictedExpression::new_string(system.to_owned()));
        of_room.insert("zone".to_owned(), reference("Zone", action.zone().as_str())?);
        let entities = Entities::from_entities(
            [Entity::new(principal.clone(), of_municipality(caller)?, parents)?, Entity::new(room.clone(), of_room, HashSet::new())?],
            None,
        )?;
        let context = Context::from_pairs([("purpose".to_owned(), reference("Purpose", purpose.as_str())?)])?;
        let action = uid("Action", action.name())?;
        let policies = self.policies.get(&action).ok_or("an action without policies")?;
        let request = Request::new(principal, action, room, context, Some(&self.schema))?;
        let response = self.authorizer.is_authorized(&request, policies, &entities);
        let mut policies: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        policies.sort_unstable();
        // Cedar skips a policy that fails, which for a forbid would open what it closes.
        let clean = response.diagnostics().errors().next().is_none();
        let decision = match response.decision() {
            cedar_policy::Decision::Allow if clean => Decision::Allow,
            _ => Decision::Deny,
        };
        Ok(Explanation { decision, policies })
    }
}

fn of_municipality(code: Option<&str>) -> Result<HashMap<String, RestrictedExpression>, Unasked> {
    code.map(|code| Ok(("municipality".to_owned(), reference("Municipality", code)?))).into_iter().collect()
}

fn reference(kind: &str, id: &str) -> Result<RestrictedExpression, Unasked> {
    Ok(RestrictedExpression::new_entity_uid(uid(kind, id)?))
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, Unasked> {
    Ok(EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>()?, EntityId::new(id)))
}
