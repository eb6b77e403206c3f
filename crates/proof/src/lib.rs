//! What the shipped policies promise, proved for every request that there can be.
//!
//! A test tries some callers; a proof tries all. Cedar's symbolic compiler turns the policies and a [`Theorem`] into a question about any caller, room and
//! purpose, with any roles, which the solver cvc5 answers: either no allowed request breaks the theorem, or here is one that does. `cargo xtask prove` runs it.
//!
//! What is proved is said of the policies and of what a request says of itself: who the caller is and which zone an action touches is settled by
//! `access` and the routes before, which tests try. To add a theorem: a line of [`THEOREMS`].

mod theorems;

use std::fmt;

use access::{Action, PolicyTexts};
use anyhow::{Context as _, anyhow};
use cedar_policy::{ActionConstraint, EntityUid, Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicySet, solver::LocalSolver};

pub use theorems::{THEOREMS, Theorem};

/// What was proved.
#[derive(Debug, Default)]
pub struct Proof {
    /// Kinds of caller × actions, each with any roles, room and purpose.
    pub kinds_of_request: usize,
    /// Requests that are allowed and break a theorem.
    pub refuted: Vec<Refuted>,
}

/// A theorem that does not hold.
#[derive(Debug)]
pub struct Refuted {
    /// Which one.
    pub theorem: &'static str,
    /// Of which action.
    pub action: &'static str,
    /// The kind of caller.
    pub caller: String,
    /// Such a request, as the solver found it.
    pub request: String,
}

impl fmt::Display for Refuted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refuted { theorem, action, caller, request } = self;
        write!(f, "{theorem}: {caller} may do {action}: {request}")
    }
}

/// Proves the theorems of these actions, or finds what refutes them; of others it says nothing.
pub async fn prove(texts: &PolicyTexts, actions: &[Action], theorems: &[Theorem]) -> anyhow::Result<Proof> {
    let (schema, _) = Schema::from_cedarschema_str(&texts.schema).map_err(|error| anyhow!("the schema: {error}"))?;
    let policies: PolicySet = texts.policies.parse().map_err(|error| anyhow!("the policies: {error}"))?;
    let mut compiler =
        CedarSymCompiler::new(LocalSolver::cvc5_with_args(["--tlimit-per=60000"]).context("cvc5 does not start: is it installed?")?)?;
    let mut proof = Proof::default();
    for env in schema.request_envs() {
        let name = env.action().id().unescaped();
        let Some(action) = actions.iter().find(|action| action.name() == name) else { continue };
        let allowed = CompiledPolicySet::compile(&of_action(&policies, env.action())?, &env, &schema).with_context(|| action.name())?;
        proof.kinds_of_request += 1;
        let all: Vec<String> = theorems.iter().map(|theorem| format!("({})", (theorem.condition)(action))).collect();
        if compiler.check_implies_opt(&allowed, &compiled(&all.join(" && "), &env, &schema)?).await? {
            continue;
        }
        for theorem in theorems {
            let promised = compiled(&(theorem.condition)(action), &env, &schema)?;
            if let Some(found) = compiler.check_implies_with_counterexample_opt(&allowed, &promised).await? {
                proof.refuted.push(Refuted {
                    theorem: theorem.name,
                    action: action.name(),
                    caller: env.principal().to_string(),
                    request: found.request.to_string(),
                });
            }
        }
    }
    Ok(proof)
}

/// The policies without what permits other actions, which decides nothing here.
fn of_action(policies: &PolicySet, action: &EntityUid) -> anyhow::Result<PolicySet> {
    let applies = |policy: &&Policy| match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(some) => some.contains(action),
    };
    Ok(PolicySet::from_policies(policies.policies().filter(applies).cloned())?)
}

/// All that a theorem lets be allowed, as one policy.
fn compiled(condition: &str, env: &RequestEnv, schema: &Schema) -> anyhow::Result<CompiledPolicySet> {
    let text = format!("permit (principal, action, resource) when {{ {condition} }};");
    let policy: PolicySet = text.parse().map_err(|error| anyhow!("{text}: {error}"))?;
    CompiledPolicySet::compile(&policy, env, schema).context(text)
}
