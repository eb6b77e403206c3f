//! The name of a room.

use std::fmt;

use vocabulary::MunicipalityCode;

use crate::StoreError;

/// PostgreSQL keeps 63 bytes of a name; `_` and six digits come after the system.
const LONGEST_SYSTEM: usize = 40;

/// Which room: a system and the municipality whose data it is, or none for a national party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomName {
    system: String,
    municipality: Option<MunicipalityCode>,
}

impl RoomName {
    /// `RoomName::new("registry", Some(code))`; a system is named in lower-case letters, digits and `_`.
    pub fn new(system: &str, municipality: Option<MunicipalityCode>) -> Self {
        Self { system: system.to_owned(), municipality }
    }

    /// The same by the name of a party's system (`hub-core`), whose hyphens no schema has.
    pub fn of_system(system: &str, municipality: Option<MunicipalityCode>) -> Self {
        Self::new(&system.replace('-', "_"), municipality)
    }

    /// The one room of a national party.
    pub fn national(system: &str) -> Self {
        Self::new(system, None)
    }

    /// The system's name.
    pub fn system(&self) -> &str {
        &self.system
    }

    /// Whose data it is; `None` is the nation's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        self.municipality
    }

    /// The last part of the name: `991015` or `national`.
    pub fn part(&self) -> String {
        self.municipality.map_or_else(|| "national".to_owned(), |code| code.to_string())
    }

    /// The reverse of [`RoomName::part`]; `None` for what is not a room.
    pub(crate) fn from_part(system: &str, part: &str) -> Option<Self> {
        if part == "national" {
            return Some(Self::national(system));
        }
        Some(Self::new(system, Some(part.parse().ok()?)))
    }

    /// A system's name becomes a folder, a schema and a role: nothing but plain letters may be in it.
    pub(crate) fn checked(&self) -> Result<&Self, StoreError> {
        check_system(&self.system)?;
        Ok(self)
    }
}

pub(crate) fn check_system(system: &str) -> Result<(), StoreError> {
    let plain = system.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && system.len() <= LONGEST_SYSTEM && system.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(StoreError::BadName)
}

/// As the schema and the role are called: `registry_991015`.
impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.system, self.part())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_system_and_municipality() {
        let code: MunicipalityCode = "991015".parse().unwrap();
        let name = RoomName::new("registry", Some(code));
        assert_eq!(name.to_string(), "registry_991015");
        assert_eq!(RoomName::from_part("registry", "991015"), Some(name));
        assert_eq!(RoomName::national("payers_hub").to_string(), "payers_hub_national");
        assert_eq!(RoomName::from_part("registry", "notes"), None);
        assert_eq!(RoomName::of_system("hub-core", Some(code)).to_string(), "hub_core_991015");
    }

    #[test]
    fn a_name_that_is_no_plain_word_is_refused() {
        for system in ["", "Registry", "a-b", "a/b", "a\"b", "..", "1a", &"a".repeat(41)] {
            assert_eq!(RoomName::national(system).checked(), Err(StoreError::BadName), "{system}");
        }
        assert!(RoomName::national("hub_core").checked().is_ok());
    }
}
