//! The caller: who asks, for which purpose, in which request.

use std::{fmt, sync::Arc};

use vocabulary::{Id128, InstitutionCode, MunicipalityCode, Party, PartyPlace, Purpose, Reach};

use crate::RoleSet;

/// What sort of party a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallerKind {
    /// A member of a municipality's staff, by a personal account.
    Staff,
    /// A system, by its certificate.
    System,
    /// A resident, by a session of the portal.
    Resident,
    /// A screening facility, by its tablet's certificate.
    Facility,
    /// The operator at the command line.
    Operator,
    /// Somebody who has not said who they are: before log-in.
    Visitor,
}

impl CallerKind {
    pub(crate) const ALL: [CallerKind; 6] =
        [CallerKind::Staff, CallerKind::System, CallerKind::Resident, CallerKind::Facility, CallerKind::Operator, CallerKind::Visitor];

    /// What a party is as a caller.
    fn of_party(party: &Party) -> Self {
        match party.kind().reach {
            Reach::Facility => CallerKind::Facility,
            Reach::City | Reach::Nation => CallerKind::System,
        }
    }

    /// The kind's name in records of use.
    pub const fn as_str(self) -> &'static str {
        match self {
            CallerKind::Staff => "staff",
            CallerKind::System => "system",
            CallerKind::Resident => "resident",
            CallerKind::Facility => "facility",
            CallerKind::Operator => "operator",
            CallerKind::Visitor => "visitor",
        }
    }

    /// The kind's entity type in policies.
    pub(crate) const fn entity_type(self) -> &'static str {
        match self {
            CallerKind::Staff => "Staff",
            CallerKind::System => "System",
            CallerKind::Resident => "Resident",
            CallerKind::Facility => "Facility",
            CallerKind::Operator => "Operator",
            CallerKind::Visitor => "Visitor",
        }
    }
}

impl fmt::Display for CallerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who asks. Made only in this crate, from something that was proved; cheap to clone.
#[derive(Clone)]
pub struct Caller {
    kind: CallerKind,
    id: Arc<str>,
    municipality: Option<MunicipalityCode>,
    roles: RoleSet,
    purpose: Purpose,
    request: Id128,
}

impl Caller {
    pub(crate) fn staff(account: &str, municipality: Option<MunicipalityCode>, roles: RoleSet, purpose: Purpose, request: Id128) -> Self {
        Caller { kind: CallerKind::Staff, id: account.into(), municipality, roles, purpose, request }
    }

    /// The operator at the command line of the machine that holds the data; `account` is the name they are known by there.
    pub fn console(account: &str, municipality: Option<MunicipalityCode>, purpose: Purpose, request: Id128) -> Self {
        let kind = CallerKind::Operator;
        Caller { kind, id: account.into(), municipality, roles: RoleSet::of_kind(kind), purpose, request }
    }

    /// The party at the other end of a mutually authenticated line, or a system acting for itself in a background task.
    pub fn peer(peer: &Party, purpose: Purpose, request: Id128) -> Self {
        let kind = CallerKind::of_party(peer);
        let roles = RoleSet::named(kind, [peer.system()]).unwrap_or_default();
        let id = match peer.place() {
            PartyPlace::Institution(code) => code.to_string(),
            PartyPlace::National | PartyPlace::Municipality(_) => peer.to_string(),
        };
        Caller { kind, id: id.into(), municipality: peer.municipality(), roles, purpose, request }
    }

    /// A screening facility whose tablet's certificate was verified.
    pub fn facility(institution: InstitutionCode, purpose: Purpose, request: Id128) -> Self {
        let kind = CallerKind::Facility;
        Caller { kind, id: institution.to_string().into(), municipality: None, roles: RoleSet::of_kind(kind), purpose, request }
    }

    /// A resident behind a session that the portal opened after verifying the card; `subject` is the portal's own id of the person.
    pub fn resident(subject: &str, purpose: Purpose, request: Id128) -> Self {
        let kind = CallerKind::Resident;
        Caller { kind, id: subject.into(), municipality: None, roles: RoleSet::of_kind(kind), purpose, request }
    }

    /// Somebody before log-in; may reach only what touches nothing about a person.
    pub fn visitor(request: Id128) -> Self {
        let kind = CallerKind::Visitor;
        Caller { kind, id: "visitor".into(), municipality: None, roles: RoleSet::of_kind(kind), purpose: Purpose::Operation, request }
    }

    #[cfg(test)]
    pub(crate) fn of_parts(
        kind: CallerKind,
        id: &str,
        municipality: Option<MunicipalityCode>,
        roles: RoleSet,
        purpose: Purpose,
        request: Id128,
    ) -> Self {
        Caller { kind, id: id.into(), municipality, roles, purpose, request }
    }

    /// The same caller asking for another purpose.
    #[must_use]
    pub fn for_purpose(&self, purpose: Purpose) -> Self {
        Caller { purpose, ..self.clone() }
    }

    /// The same caller in another request.
    #[must_use]
    pub fn in_request(&self, request: Id128) -> Self {
        Caller { request, ..self.clone() }
    }

    /// What sort of party.
    pub fn kind(&self) -> CallerKind {
        self.kind
    }

    /// The account, the party, the institution, the portal's subject: what stands in records of use.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The municipality the caller belongs to; none for a national party, a facility or a resident.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        self.municipality
    }

    /// The roles the caller bears.
    pub fn roles(&self) -> RoleSet {
        self.roles
    }

    /// What the caller wants it for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The request it is part of.
    pub fn request(&self) -> Id128 {
        self.request
    }
}

/// A caller as a job keeps it, to act later for whoever asked. It belongs into a sealed cell and nowhere else: whoever can write one can be
/// anybody.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptCaller {
    kind: String,
    id: String,
    municipality: Option<String>,
    roles: Vec<String>,
    purpose: String,
    request: String,
}

impl Caller {
    /// To be kept until the work is done.
    pub fn keep(&self) -> KeptCaller {
        KeptCaller {
            kind: self.kind.as_str().to_owned(),
            id: self.id.to_string(),
            municipality: self.municipality.map(|code| code.to_string()),
            roles: self.roles.iter().map(|role| role.name.to_owned()).collect(),
            purpose: self.purpose.as_str().to_owned(),
            request: self.request.to_string(),
        }
    }
}

impl KeptCaller {
    /// Who it was; none when a word of it is no longer one of ours.
    pub fn restore(&self) -> Option<Caller> {
        let kind = CallerKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind)?;
        Some(Caller {
            kind,
            id: self.id.as_str().into(),
            municipality: self.municipality.as_deref().map(MunicipalityCode::parse).transpose().ok()?,
            roles: RoleSet::named(kind, self.roles.iter().map(String::as_str)).ok()?,
            purpose: self.purpose.parse().ok()?,
            request: self.request.parse().ok()?,
        })
    }
}

impl fmt::Debug for KeptCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptCaller({} {})", self.kind, self.id)
    }
}

/// Ids only.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({} {} {})", self.kind, self.id, self.request)
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::{Entropy, SeededEntropy};

    use super::*;

    #[test]
    fn a_kept_caller_is_the_same_one_again() {
        let request = SeededEntropy::new(1).id128();
        let code = MunicipalityCode::parse("991015").unwrap();
        let roles = RoleSet::named(CallerKind::Staff, ["auditor", "health_officer"]).unwrap();
        let caller = Caller::staff("s1001", Some(code), roles, Purpose::Eligibility, request);
        let again = caller.keep().restore().unwrap();
        assert_eq!(format!("{again:?}"), format!("{caller:?}"));
        assert_eq!((again.roles(), again.purpose(), again.municipality()), (roles, Purpose::Eligibility, Some(code)));
        assert!(KeptCaller { kind: "system".to_owned(), ..caller.keep() }.restore().is_none(), "a system bears no role of staff");
    }

    #[test]
    fn a_peer_is_what_its_certificate_says() {
        let request = SeededEntropy::new(1).id128();
        let caller = Caller::peer(&"registry.991015".parse().unwrap(), Purpose::Eligibility, request);
        assert_eq!((caller.kind(), caller.id()), (CallerKind::System, "registry.991015"));
        assert_eq!(caller.municipality().map(|code| code.to_string()).as_deref(), Some("991015"));
        assert!(caller.roles().contains("registry"));
        assert_eq!(format!("{caller:?}"), format!("Caller(system registry.991015 {request})"));
    }
}
