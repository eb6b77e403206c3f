//! The work of a system: which kinds there are, whom the policies permit them, and which of them a second person has to approve.

use std::fmt;
use std::sync::Arc;

use access::{Action, Caller, Policies, ResourceRef};
use vocabulary::MunicipalityCode;

use super::WorkKind;

/// What can be asked for in a system's room, by whom. Cheap to clone.
#[derive(Clone)]
pub struct SystemWork {
    system: Arc<str>,
    kinds: Arc<[WorkKind]>,
    /// None: nobody may ask for anything.
    policies: Option<Policies>,
    /// Names of the kinds that a second person has to approve.
    approved: Arc<[String]>,
}

/// A setting that names work which the system does not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("second-person names the work {name}, and {system} has no such work: it has {}", known.join(", "))]
pub struct UnknownWork {
    name: String,
    system: String,
    known: Vec<&'static str>,
}

impl SystemWork {
    /// These kinds of work, for whom the policies permit the action of each; those of the kinds that the setting names a second person has to
    /// approve before they are done (C-III-3-R2-PMH-6).
    pub fn of(system: &str, kinds: Vec<WorkKind>, policies: &Policies, second_person: &[String]) -> Result<Self, UnknownWork> {
        Self { kinds: kinds.into(), ..Self::without_kinds(system, policies) }.with_second_person(second_person)
    }

    /// Of a system that does no work.
    pub fn without_kinds(system: &str, policies: &Policies) -> Self {
        Self { system: system.into(), policies: Some(policies.clone()), ..Self::none() }
    }

    /// No work, for nobody.
    pub(super) fn none() -> Self {
        Self { system: Arc::default(), kinds: Arc::default(), policies: None, approved: Arc::default() }
    }

    pub(super) fn with_second_person(self, kinds: &[String]) -> Result<Self, UnknownWork> {
        match kinds.iter().find(|name| self.kind(name).is_none()) {
            None => Ok(Self { approved: kinds.into(), ..self }),
            Some(name) => Err(UnknownWork {
                name: name.clone(),
                system: self.system.to_string(),
                known: self.kinds.iter().map(|kind| kind.name).collect(),
            }),
        }
    }

    pub(super) fn kinds(&self) -> &[WorkKind] {
        &self.kinds
    }

    pub(super) fn kind(&self, name: &str) -> Option<&WorkKind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    pub(super) fn needs_second_person(&self, kind: &str) -> bool {
        self.approved.iter().any(|name| name == kind)
    }

    /// Whether the caller may do something with the work of a municipality's room, or of the nation's, for the purpose that they have.
    pub(super) fn allows(&self, caller: &Caller, action: &Action, municipality: Option<MunicipalityCode>) -> bool {
        let resource = ResourceRef { system: &self.system, municipality };
        self.policies.as_ref().is_some_and(|policies| policies.allows(caller, action, resource).is_allowed())
    }
}

impl fmt::Debug for SystemWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kinds.iter().map(|kind| kind.name)).finish()
    }
}
