//! Actions: what a route does, said once as a constant beside it.

use vocabulary::Purpose;

/// What an action touches, which decides the rules that hold whatever a system's own policies say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// Nothing about a person: keys, liveness, catalogues, a log-in form.
    Plain,
    /// Anything about a person, by name, by the city's number or by pseudonym.
    Personal,
    /// Opens individual numbers (個人番号) or hands them on; taking them in to be sealed is `Personal`.
    Number,
}

impl Zone {
    pub(crate) const ALL: [Zone; 3] = [Zone::Plain, Zone::Personal, Zone::Number];

    /// The zone's name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Zone::Plain => "plain",
            Zone::Personal => "personal",
            Zone::Number => "number",
        }
    }
}

/// One thing a caller may be allowed to do, named `system:noun.verb`: what it touches, what it is for, what people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action {
    name: &'static str,
    zone: Zone,
    purpose: Purpose,
    japanese: &'static str,
    english: &'static str,
}

impl Action {
    /// An action that touches nothing about a person.
    pub const fn plain(name: &'static str) -> Self {
        Action { name, zone: Zone::Plain, purpose: Purpose::Operation, japanese: "", english: "" }
    }

    /// An action that reads or writes something about a person.
    pub const fn personal(name: &'static str) -> Self {
        Action { zone: Zone::Personal, ..Action::plain(name) }
    }

    /// An action that opens individual numbers or hands them on.
    pub const fn number(name: &'static str) -> Self {
        Action { zone: Zone::Number, ..Action::plain(name) }
    }

    /// The same done for a purpose; without it, it is for the running of the system.
    #[must_use]
    pub const fn for_purpose(self, purpose: Purpose) -> Self {
        Action { purpose, ..self }
    }

    /// The same with what people call it, in Japanese and in English.
    #[must_use]
    pub const fn called(self, japanese: &'static str, english: &'static str) -> Self {
        assert!(!japanese.is_empty() && !english.is_empty(), "an action is called something in both languages");
        Action { japanese, english, ..self }
    }

    /// `system:noun.verb`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it touches.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// What it is for. Where an officer names the purpose, this stands for the one that is named.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What people call it in Japanese and in English; empty for an action of a test.
    pub const fn words(&self) -> (&'static str, &'static str) {
        (self.japanese, self.english)
    }
}

/// The actions of a feature, beside its routes: a constant each, and all of them as `ACTIONS` for the system's list.
///
/// A line is name, zone, id, purpose (left out: the running of the system), and what it is called.
///
/// ```
/// access::actions! {
///     NUMBER = personal "atena:persons.number" for Numbering, "付番", "Numbering";
///     /// How many rows there are.
///     COUNTS = plain "atena:counts.read", "件数の照会", "Counts";
/// }
/// # fn main() {
/// assert_eq!(ACTIONS, [NUMBER, COUNTS]);
/// assert_eq!(NUMBER.purpose().as_str(), "numbering");
/// # }
/// ```
#[macro_export]
macro_rules! actions {
    ($($(#[$about:meta])* $name:ident = $zone:ident $id:literal $(for $purpose:ident)?, $japanese:literal, $english:literal;)+) => {
        $(
            $(#[$about])*
            pub(crate) const $name: $crate::Action =
                $crate::Action::$zone($id)$(.for_purpose($crate::Purpose::$purpose))?.called($japanese, $english);
        )+
        /// All of them.
        pub(crate) const ACTIONS: &[$crate::Action] = &[$($name),+];
    };
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Whether `name` is `system:noun.verb` in lower case, digits and hyphens.
pub(crate) fn is_well_named(name: &str, system: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    name.split_once(':')
        .filter(|(owner, _)| *owner == system && word(owner))
        .and_then(|(_, rest)| rest.split_once('.'))
        .is_some_and(|(noun, verb)| word(noun) && word(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_system_noun_and_verb() {
        assert!(is_well_named("registry:residents.read", "registry"));
        assert!(is_well_named("hub-core:pmh-keys.mint", "hub-core"));
        for bad in
            ["registry:residents", "residents.read", "registry:Residents.read", "registry:.read", "atena:persons.read", "registry:a.b.c"]
        {
            assert!(!is_well_named(bad, "registry"), "{bad}");
        }
    }
}
