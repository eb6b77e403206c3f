//! Actions: what a route does, said once as a constant beside it.

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

/// One thing a caller may be allowed to do, named `system:noun.verb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action {
    name: &'static str,
    zone: Zone,
}

impl Action {
    /// An action that touches nothing about a person.
    pub const fn plain(name: &'static str) -> Self {
        Action { name, zone: Zone::Plain }
    }

    /// An action that reads or writes something about a person.
    pub const fn personal(name: &'static str) -> Self {
        Action { name, zone: Zone::Personal }
    }

    /// An action that opens individual numbers or hands them on.
    pub const fn number(name: &'static str) -> Self {
        Action { name, zone: Zone::Number }
    }

    /// How many there are in several lists; for [`actions!`](crate::actions).
    #[doc(hidden)]
    pub const fn count(mut lists: &[&[Action]]) -> usize {
        let mut count = 0;
        while let [first, rest @ ..] = lists {
            count += first.len();
            lists = rest;
        }
        count
    }

    /// Several lists as one of exactly their length; for [`actions!`](crate::actions).
    #[doc(hidden)]
    #[expect(clippy::indexing_slicing, reason = "worked out by the compiler, which refuses a place outside")]
    pub const fn join<const LENGTH: usize>(mut lists: &[&[Action]]) -> [Action; LENGTH] {
        let mut all = [Action::plain(""); LENGTH];
        let mut place = 0;
        while let [first, rest @ ..] = lists {
            let mut own = *first;
            while let [action, others @ ..] = own {
                all[place] = *action;
                place += 1;
                own = others;
            }
            lists = rest;
        }
        all
    }

    /// `system:noun.verb`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it touches.
    pub const fn zone(&self) -> Zone {
        self.zone
    }
}

/// Several lists of actions as one: a system's own and those of what it is built on.
///
/// ```
/// use access::Action;
/// const OWN: [Action; 1] = [Action::plain("relay:counts.read")];
/// const ALL: &[Action] = access::actions![&OWN, &[Action::plain("relay:home.read")]];
/// assert_eq!(ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! actions {
    ($($list:expr),+ $(,)?) => {{
        const LISTS: &[&[$crate::Action]] = &[$($list),+];
        const LENGTH: usize = $crate::Action::count(LISTS);
        const ALL: [$crate::Action; LENGTH] = $crate::Action::join(LISTS);
        &ALL
    }};
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
