//! One entry of the record of use (使用の記録): who did what to whose data, when, for which purpose, in which request.

mod decode;
mod encode;

pub use decode::EntryError;
use vocabulary::{Id128, MunicipalityCode};

/// An erasable id of a person under the room's key (`vault.token`): silent once the key is gone.
pub type Token = [u8; 16];

/// Bytes that the detail of an entry may have.
pub const MAX_DETAIL: usize = 200;

/// Persons that an entry names itself; more stand in the list under it.
pub const MAX_TOKENS: usize = 255;

/// An entry, borrowing its texts: from the caller when it is written, from the stored bytes when it is read.
///
/// The bytes are canonical: two entries are equal exactly when their bytes are. Texts are stored as words, so that an auditor of
/// the next decade needs no table of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Milliseconds since 1970 UTC, below 2^48.
    pub instant: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// Who.
    pub actor: Actor<'a>,
    /// The municipality the actor belongs to, if any.
    pub municipality: Option<MunicipalityCode>,
    /// What was done: `registry:residents.read`.
    pub action: &'a str,
    /// What for, the word of a [`vocabulary::Purpose`].
    pub purpose: &'a str,
    /// Whose data.
    pub subjects: Subjects<'a>,
    /// The request it was part of.
    pub request: Id128,
    /// A remark without personal data.
    pub detail: &'a str,
}

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// An account, a party or an institution, by the id it bears in `access`.
    Named(ActorKind, &'a str),
    /// A resident, by an erasable token: the record must fall silent about them too.
    Resident(Token),
}

/// What sort of party acted, other than a resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A member of a municipality's staff.
    Staff,
    /// A system, by its certificate.
    System,
    /// A screening facility.
    Facility,
    /// The operator at the command line.
    Operator,
    /// Somebody before log-in.
    Visitor,
}

/// Whose data an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subjects<'a> {
    /// Nobody in particular.
    Nobody,
    /// These persons; 1 to [`MAX_TOKENS`].
    Tokens(&'a [Token]),
    /// So many persons, and the SHA-256 over their tokens, each once and in order: the list under the entry holds them.
    Many(u64, [u8; 32]),
}

/// What came of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A read that was let through: the entry is durable before the data are shown.
    Read,
    /// A change, committed together with this entry.
    Written,
    /// Refused by policy or by the state of the data.
    Refused,
}

impl ActorKind {
    const ALL: [(Self, u8); 5] = [(Self::Staff, 1), (Self::System, 2), (Self::Facility, 4), (Self::Operator, 5), (Self::Visitor, 6)];

    /// The word for it in lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::System => "system",
            Self::Facility => "facility",
            Self::Operator => "operator",
            Self::Visitor => "visitor",
        }
    }
}

impl Outcome {
    const ALL: [(Self, u8); 3] = [(Self::Read, 1), (Self::Written, 2), (Self::Refused, 3)];

    /// The word for it in lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Written => "written",
            Self::Refused => "refused",
        }
    }
}

/// The number that stands for a resident as actor; [`ActorKind`] has the others.
const RESIDENT: u8 = 3;

/// The first byte of every entry of this shape.
const VERSION: u8 = 1;

fn number_of<T: Copy + PartialEq>(all: &[(T, u8)], wanted: T) -> u8 {
    all.iter().find(|(one, _)| *one == wanted).map_or(0, |(_, number)| *number)
}

fn with_number<T: Copy>(all: &[(T, u8)], wanted: u8) -> Option<T> {
    all.iter().find(|(_, number)| *number == wanted).map(|(one, _)| *one)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The owned parts of any entry.
    #[derive(Clone, Debug)]
    pub(crate) struct Parts {
        instant: i64,
        outcome: Outcome,
        actor: (Option<ActorKind>, String, Token),
        municipality: bool,
        action: String,
        purpose: String,
        subjects: (Vec<Token>, Option<(u64, [u8; 32])>),
        request: [u8; 16],
        detail: String,
    }

    impl Parts {
        pub(crate) fn entry(&self) -> Entry<'_> {
            Entry {
                instant: self.instant,
                outcome: self.outcome,
                actor: self.actor.0.map_or(Actor::Resident(self.actor.2), |kind| Actor::Named(kind, &self.actor.1)),
                municipality: self.municipality.then(|| MunicipalityCode::parse("991015").unwrap()),
                action: &self.action,
                purpose: &self.purpose,
                subjects: match (&self.subjects.1, self.subjects.0.as_slice()) {
                    (Some((count, digest)), _) => Subjects::Many(*count, *digest),
                    (None, []) => Subjects::Nobody,
                    (None, tokens) => Subjects::Tokens(tokens),
                },
                request: Id128::from_bytes(self.request),
                detail: &self.detail,
            }
        }
    }

    pub(crate) fn parts() -> impl Strategy<Value = Parts> {
        let kind = proptest::option::of((0..5_usize).prop_map(|at| ActorKind::ALL[at].0));
        let outcome = (0..3_usize).prop_map(|at| Outcome::ALL[at].0);
        (
            0..1_i64 << 48,
            outcome,
            (kind, "\\PC{0,60}", any::<Token>()),
            any::<bool>(),
            "[a-z-]{1,12}:[a-z.]{1,30}",
            "[a-z-]{1,20}",
            (proptest::collection::vec(any::<Token>(), 0..20), proptest::option::of(any::<(u64, [u8; 32])>())),
            any::<[u8; 16]>(),
            "\\PC{0,49}",
        )
            .prop_map(|(instant, outcome, actor, municipality, action, purpose, subjects, request, detail)| Parts {
                instant,
                outcome,
                actor,
                municipality,
                action,
                purpose,
                subjects,
                request,
                detail,
            })
    }

    fn typical() -> Entry<'static> {
        Entry {
            instant: 1_790_000_000_000,
            outcome: Outcome::Read,
            actor: Actor::Named(ActorKind::System, "registry.991015"),
            municipality: MunicipalityCode::parse("991015").ok(),
            action: "registry:residents.read",
            purpose: "resident-import",
            subjects: Subjects::Tokens(&[[7; 16]]),
            request: Id128::from_bytes([9; 16]),
            detail: "",
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(parts in parts()) {
            let entry = parts.entry();
            let bytes = entry.to_bytes().unwrap();
            prop_assert_eq!(Entry::decode(&bytes), Ok(entry));
        }

        #[test]
        fn any_bytes_are_refused_or_are_the_one_encoding_of_their_entry(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.to_bytes().unwrap(), bytes);
            }
        }

        #[test]
        fn a_changed_or_shortened_entry_is_refused_or_is_another_entry(parts in parts(), at in any::<usize>(), bit in 0..8_u32, cut in any::<usize>()) {
            let bytes = parts.entry().to_bytes().unwrap();
            let mut changed = bytes.clone();
            changed[at % bytes.len()] ^= 1 << bit;
            if let Ok(entry) = Entry::decode(&changed) {
                prop_assert_ne!(&entry, &parts.entry());
                prop_assert_eq!(entry.to_bytes().unwrap(), changed);
            }
            prop_assert!(Entry::decode(&bytes[..cut % bytes.len()]).is_err());
        }
    }

    #[test]
    fn w7_a_typical_entry_fits_two_blocks_of_sha_256() {
        // The leaf's message is one byte longer, its padding nine: 118 + 10 = 128.
        let bytes = typical().to_bytes().unwrap();
        assert!(bytes.len() <= 118, "{} bytes", bytes.len());
    }

    #[test]
    fn golden_bytes_stay_readable_for_ever() {
        let golden: String = typical().to_bytes().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            golden,
            "010101a0c4506c000f1f2709090909090909090909090909090909020f72656769737472792e393931303135\
             1772656769737472793a7265736964656e74732e726561640f7265736964656e742d696d706f727401010707070707070707070707070707070700"
        );
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused_and_a_detail_is_cut_at_a_character() {
        let long = "a".repeat(256);
        let entry = Entry { action: &long, ..typical() };
        assert_eq!(entry.to_bytes(), Err(EntryError::TooLong("action")));
        let detail = "検".repeat(100);
        let bytes = Entry { detail: &detail, ..typical() }.to_bytes().unwrap();
        assert_eq!(Entry::decode(&bytes).unwrap().detail, "検".repeat(66));
        let tokens = vec![[0; 16]; 256];
        assert_eq!(Entry { subjects: Subjects::Tokens(&tokens), ..typical() }.to_bytes(), Err(EntryError::TooLong("subjects")));
    }
}
