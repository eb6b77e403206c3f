//! Roles: who may be trusted with what, as a table that an auditor can read.

use vocabulary::{Reach, SYSTEMS, System};

use crate::CallerKind;

/// One role; rights are given to roles, never to a person's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Role {
    /// Name in policies and in the account table.
    pub name: &'static str,
    /// What it is called in the city.
    pub japanese: &'static str,
    /// What it is called in English.
    pub english: &'static str,
    /// The kind of caller that can bear it; no other kind ever does.
    pub kind: CallerKind,
}

const fn role(name: &'static str, japanese: &'static str, english: &'static str, kind: CallerKind) -> Role {
    Role { name, japanese, english, kind }
}

const STAFF: [Role; 6] = [
    role("health_officer", "保健担当", "health officer", CallerKind::Staff),
    role("protection_officer", "支援措置担当", "protective-measures officer", CallerKind::Staff),
    role("linkage_officer", "情報連携担当", "information-linkage officer", CallerKind::Staff),
    role("payment_clerk", "支払担当", "payment clerk", CallerKind::Staff),
    role("auditor", "監査担当", "auditor", CallerKind::Staff),
    role("administrator", "システム管理者", "administrator", CallerKind::Staff),
];

const OTHERS: [Role; 3] = [
    role("resident", "住民", "resident", CallerKind::Resident),
    role("operator", "運用者", "operator", CallerKind::Operator),
    role("visitor", "未認証", "not logged in", CallerKind::Visitor),
];

/// Every role there is; the order is the order of `permissions.txt`. Every kind of party is one: those are `vocabulary`'s table.
pub static ROLES: &[Role] = &ALL;

static ALL: [Role; STAFF.len() + SYSTEMS.len() + OTHERS.len()] = all();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses a place that is not there")]
const fn all() -> [Role; STAFF.len() + SYSTEMS.len() + OTHERS.len()] {
    let mut all = [STAFF[0]; STAFF.len() + SYSTEMS.len() + OTHERS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < STAFF.len() {
            STAFF[at]
        } else if at < STAFF.len() + SYSTEMS.len() {
            let System { name, japanese, english, reach, .. } = SYSTEMS[at - STAFF.len()];
            let kind = match reach {
                Reach::Facility => CallerKind::Facility,
                Reach::City | Reach::Nation => CallerKind::System,
            };
            role(name, japanese, english, kind)
        } else {
            OTHERS[at - STAFF.len() - SYSTEMS.len()]
        };
        at += 1;
    }
    all
}

const _: () = assert!(ALL.len() <= 64, "a RoleSet is one 64-bit word");

impl Role {
    /// The role of that name.
    pub fn named(name: &str) -> Option<&'static Role> {
        ROLES.iter().find(|role| role.name == name)
    }
}

/// A name that is no role, or not one that this kind of caller can bear.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no role {name:?} for {kind}")]
pub struct UnknownRole {
    /// The name that was given.
    pub name: String,
    /// The kind of caller it was given for.
    pub kind: CallerKind,
}

/// A set of roles in one word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RoleSet(u64);

impl RoleSet {
    /// No role at all.
    pub const EMPTY: RoleSet = RoleSet(0);

    /// The roles of these names, all of which a caller of this kind must be able to bear.
    pub fn named<'a>(kind: CallerKind, names: impl IntoIterator<Item = &'a str>) -> Result<RoleSet, UnknownRole> {
        names.into_iter().try_fold(RoleSet::EMPTY, |set, name| {
            let place = ROLES.iter().position(|role| role.name == name && role.kind == kind);
            place.map(|bit| RoleSet(set.0 | 1 << bit)).ok_or_else(|| UnknownRole { name: name.to_owned(), kind })
        })
    }

    /// The one role that a kind of caller has by being of that kind.
    pub(crate) fn of_kind(kind: CallerKind) -> RoleSet {
        RoleSet::named(kind, [kind.as_str()]).unwrap_or_default()
    }

    /// Whether the role of this name is among them.
    pub fn contains(self, name: &str) -> bool {
        self.iter().any(|role| role.name == name)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles in the order of [`ROLES`].
    pub fn iter(self) -> impl Iterator<Item = &'static Role> {
        ROLES.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, role)| role)
    }
}

impl std::fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(|role| role.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_one_name_and_belongs_to_one_kind() {
        for (index, role) in ROLES.iter().enumerate() {
            assert_eq!(ROLES.iter().position(|other| other.name == role.name), Some(index), "{}", role.name);
        }
        assert!(RoleSet::named(CallerKind::Staff, ["registry"]).is_err(), "a person cannot bear a system's role");
        let set = RoleSet::named(CallerKind::Staff, ["auditor", "health_officer"]).unwrap();
        assert_eq!(set.iter().map(|role| role.name).collect::<Vec<_>>(), ["health_officer", "auditor"]);
    }

    #[test]
    fn kinds_without_accounts_bear_the_role_of_their_kind() {
        for kind in [CallerKind::Resident, CallerKind::Facility, CallerKind::Operator, CallerKind::Visitor] {
            assert!(!RoleSet::of_kind(kind).is_empty(), "{kind}");
        }
    }
}
