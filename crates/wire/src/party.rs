//! The short name of a party, as messages and settings write it.

use std::fmt;
use std::str::FromStr;

use access::{PeerIdentity, PeerNameError, Place};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vocabulary::{InstitutionCode, MunicipalityCode};

const DOMAIN: &str = ".kenshin.internal";

/// A party of the ring: `registry.991015`, `portal.national`, `facility.9930000012`. Its certificate bears the same with `.kenshin.internal`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Party(PeerIdentity);

impl Party {
    /// A municipality's own system.
    pub fn of(system: &str, municipality: MunicipalityCode) -> Result<Self, PeerNameError> {
        PeerIdentity::new(system, Place::Municipality(municipality)).map(Self)
    }

    /// A party there is one of in the country.
    pub fn national(system: &str) -> Result<Self, PeerNameError> {
        PeerIdentity::new(system, Place::National).map(Self)
    }

    /// A screening facility (検診施設).
    pub fn facility(institution: InstitutionCode) -> Result<Self, PeerNameError> {
        PeerIdentity::new("facility", Place::Institution(institution)).map(Self)
    }

    /// Its system's name, such as `registry`.
    pub fn system(&self) -> &'static str {
        self.0.system()
    }

    /// Its municipality, if it is a municipality's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        self.0.municipality()
    }

    /// Its institution, if it is a facility.
    pub fn institution(&self) -> Option<InstitutionCode> {
        match self.0.place() {
            Place::Institution(code) => Some(code),
            Place::National | Place::Municipality(_) => None,
        }
    }

    /// What `access` knows it by.
    pub fn identity(&self) -> &PeerIdentity {
        &self.0
    }

    /// The name in its certificate.
    pub fn dns_name(&self) -> String {
        self.0.to_string()
    }
}

impl From<PeerIdentity> for Party {
    fn from(identity: PeerIdentity) -> Self {
        Self(identity)
    }
}

impl PartialOrd for Party {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Party {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.id().cmp(&other.0.id())
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.id())
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Party({self})")
    }
}

impl FromStr for Party {
    type Err = PeerNameError;

    fn from_str(text: &str) -> Result<Self, PeerNameError> {
        format!("{text}{DOMAIN}").parse().map(Self)
    }
}

impl Serialize for Party {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Party {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| de::Error::custom("expected a party such as registry.991015"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_is_written_short_and_certified_long() {
        let party: Party = "registry.991015".parse().unwrap();
        assert_eq!(party.to_string(), "registry.991015");
        assert_eq!(party.dns_name(), "registry.991015.kenshin.internal");
        assert_eq!(serde_json::from_str::<Party>("\"registry.991015\"").unwrap(), party);
        for nobody in ["registry", "registry.991016", "nobody.national", "registry.991015.kenshin.internal"] {
            assert!(nobody.parse::<Party>().is_err(), "{nobody}");
        }
    }
}
