//! The permission matrix: role × action × resource, for an auditor to read and for a reviewer to see change.

use std::fmt::Write as _;

use vocabulary::Purpose;

use super::{Policies, Question, Relation};
use crate::{CallerKind, ROLES, Role, RoleSet};

const HEAD: &str = "\
# Who may do what: action × role × data of (own municipality, another municipality, a national party).
# Generated from the policies; not edited by hand. ✔ may, for the purposes named; ✘ may not, for any purpose.
# The command line asks them of the operator for work (`kenshin jobs`, and `kenshin registry` where it asks for work), and for nothing else: whoever can
# read a system's master key and data can do all that it can. What it does is recorded under the account of the operating system.
";

/// The matrix of everything that is registered, in a stable order.
pub fn permissions_txt(policies: &Policies) -> String {
    let mut text = HEAD.to_owned();
    for (number, action) in (0_u16..).zip(policies.actions()) {
        let (japanese, english) = action.words();
        let (zone, purpose) = (action.zone().as_str(), action.purpose().as_str());
        let _ = writeln!(text, "\n{action} [{zone}] {japanese} / {english}, for {purpose}\n  own other national");
        let owner = action.name().split_once(':').map_or("", |(owner, _)| owner);
        let Some(&system) = policies.0.system_numbers.get(owner) else { continue };
        for role in ROLES {
            let roles = RoleSet::named(role.kind, [role.name]).unwrap_or_default();
            let asked = policies.0.engine.permits_sometimes(action, role.kind, roles);
            let columns = relations(role).map(|relation| match asked {
                true => purposes(policies, system, number, (role.kind, roles), relation),
                false => Vec::new(),
            });
            let mark = |allowed: &[Purpose]| if allowed.is_empty() { '✘' } else { '✔' };
            let [own, other, national] = &columns;
            let _ = write!(text, "   {}    {}      {}     {} {}", mark(own), mark(other), mark(national), role.name, role.japanese);
            let allowed = Purpose::ALL.iter().filter(|purpose| columns.iter().any(|column| column.contains(purpose)));
            let words: Vec<&str> = allowed.map(|purpose| purpose.as_str()).collect();
            let _ = match words.len() {
                0 => writeln!(text),
                n if n == Purpose::ALL.len() => writeln!(text, ": any purpose"),
                _ => writeln!(text, ": {}", words.join(", ")),
            };
        }
    }
    text
}

/// How callers of this role stand to own, another's and national data: those without a municipality have nothing of their own.
fn relations(role: &Role) -> [&'static [Relation]; 3] {
    match role.kind {
        CallerKind::Staff => [&[Relation::Own], &[Relation::Other], &[Relation::MunicipalToNational, Relation::National]],
        CallerKind::System | CallerKind::Operator | CallerKind::Visitor => {
            [&[Relation::Own], &[Relation::Other, Relation::NationalToMunicipal], &[Relation::MunicipalToNational, Relation::National]]
        }
        CallerKind::Resident | CallerKind::Facility => [&[], &[Relation::NationalToMunicipal], &[Relation::National]],
    }
}

fn purposes(policies: &Policies, system: u16, action: u16, (kind, roles): (CallerKind, RoleSet), relations: &[Relation]) -> Vec<Purpose> {
    let allowed = |purpose: Purpose| {
        relations.iter().any(|&relation| policies.decide(Question { system, action, kind, roles, relation, purpose }).is_allowed())
    };
    Purpose::ALL.iter().copied().filter(|&purpose| allowed(purpose)).collect()
}
