//! The theorems.

use access::{Action, ROLES};
use vocabulary::SYSTEMS;

/// Something that every allowed request keeps.
#[derive(Clone, Copy, Debug)]
pub struct Theorem {
    /// A name for it.
    pub name: &'static str,
    /// What it says, for an auditor.
    pub says: &'static str,
    /// The same in Cedar, of an action.
    pub condition: fn(&Action) -> String,
}

/// What holds of every system.
pub const THEOREMS: &[Theorem] = &[
    Theorem {
        name: "own municipality",
        says: "Nobody reaches another municipality's data; whoever belongs to none reaches a municipality's only as a national system, or what touches nobody.",
        condition: |action| {
            let of_none = format!("principal is System || {}", touches_nobody(action));
            let own = "principal.municipality == resource.municipality";
            in_its_zone(
                action,
                &format!("if resource has municipality then (if principal has municipality then {own} else ({of_none})) else true"),
            )
        },
    },
    Theorem {
        name: "individual numbers",
        says: "What is declared to open individual numbers or to hand them on is done by health and linkage officers, by the systems that work with numbers and by a \
               city's console: by no operator, facility, resident, visitor, and by no administrator or auditor who is nothing else.",
        condition: |action| {
            if !matches!(action.zone(), access::Zone::Number) {
                return "true".to_owned();
            }
            let without: Vec<String> =
                SYSTEMS.iter().filter(|system| !system.numbers).map(|system| format!("Role::\"{}\"", system.name)).collect();
            in_its_zone(
                action,
                &format!(
                    "(principal is Staff && principal in [Role::\"health_officer\", Role::\"linkage_officer\"]) || (principal is System && !(principal in [{}]))",
                    without.join(", ")
                ),
            )
        },
    },
    Theorem {
        name: "visitors",
        says: "Whoever is not logged in does what touches nobody, and nothing else.",
        condition: |action| in_its_zone(action, &format!("!(principal is Visitor) || {}", touches_nobody(action))),
    },
    Theorem {
        name: "residents",
        says: "A resident reaches data for their own access alone.",
        condition: |action| in_its_zone(action, &to_purposes("Resident", action, &["own-access"])),
    },
    Theorem {
        name: "facilities",
        says: "A facility reaches data for examinations and their results alone.",
        condition: |action| in_its_zone(action, &to_purposes("Facility", action, &["examination", "result-entry"])),
    },
    Theorem {
        name: "accounts",
        says: "Accounts and what they may do are managed by administrators, a role that staff alone bear, and by nobody for having another.",
        condition: |action| match action.name().ends_with(":accounts.manage") {
            true => "principal in Role::\"administrator\"".to_owned(),
            false => "true".to_owned(),
        },
    },
    Theorem {
        name: "administrators",
        says: "An administrator who is nothing else reaches nobody's data but accounts and the record of use.",
        condition: |action| {
            let verb = action.name().split_once(':').map_or("", |(_, verb)| verb);
            if touches_nobody(action) || OF_ADMINISTRATORS.contains(&verb) {
                return "true".to_owned();
            }
            let others: Vec<String> =
                ROLES.iter().filter(|role| role.name != "administrator").map(|role| format!("Role::\"{}\"", role.name)).collect();
            in_its_zone(
                action,
                &format!("!(principal is Staff) || !(principal in Role::\"administrator\") || principal in [{}]", others.join(", ")),
            )
        },
    },
];

/// What touches people and is administrators' to do: accounts, and the record of use.
const OF_ADMINISTRATORS: &[&str] = &["accounts.manage", "entries.read"];

/// Whether it is declared to touch nobody's data.
fn touches_nobody(action: &Action) -> bool {
    matches!(action.zone(), access::Zone::Plain)
}

/// A room stands in the zone that the action touches: that much the routes settle.
fn in_its_zone(action: &Action, condition: &str) -> String {
    format!("resource.zone != Zone::\"{}\" || ({condition})", action.zone().as_str())
}

fn to_purposes(kind: &str, action: &Action, purposes: &[&str]) -> String {
    let purposes: Vec<String> = purposes.iter().map(|purpose| format!("Purpose::\"{purpose}\"")).collect();
    format!("!(principal is {kind}) || {} || [{}].contains(context.purpose)", touches_nobody(action), purposes.join(", "))
}
