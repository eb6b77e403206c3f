//! The parties of the ring: which there are, and the name of each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{InstitutionCode, MunicipalityCode};

const DOMAIN: &str = ".kenshin.internal";

/// Whose a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// One for each municipality.
    City,
    /// One for the whole country.
    Nation,
    /// One for each screening facility.
    Facility,
}

/// A kind of party: what the first part of a party's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct System {
    /// Name in certificates, messages and policies, such as `registry`.
    pub name: &'static str,
    /// What it is called in Japanese.
    pub japanese: &'static str,
    /// What it is called in English.
    pub english: &'static str,
    /// Whose it is.
    pub reach: Reach,
    /// Whether its zone of the PIA may reach individual numbers at all.
    pub numbers: bool,
    /// Whether it proves itself with a token, besides its certificate, at a provider that gives tokens.
    pub sends_tokens: bool,
    /// The business id (業務ID) that begins the scopes of the tokens it gives; without one it gives none.
    pub business: Option<&'static str>,
}

const fn system(name: &'static str, japanese: &'static str, english: &'static str, reach: Reach) -> System {
    System { name, japanese, english, reach, numbers: true, sends_tokens: false, business: None }
}

const fn city(name: &'static str, japanese: &'static str, english: &'static str) -> System {
    system(name, japanese, english, Reach::City)
}

const fn nation(name: &'static str, japanese: &'static str, english: &'static str) -> System {
    system(name, japanese, english, Reach::Nation)
}

impl System {
    const fn without_numbers(self) -> Self {
        Self { numbers: false, ..self }
    }

    const fn with_tokens(self) -> Self {
        Self { sends_tokens: true, ..self }
    }

    /// Gives tokens, and sends them.
    const fn business(self, id: &'static str) -> Self {
        Self { business: Some(id), ..self.with_tokens() }
    }
}

const FACILITY: &str = "facility";

/// Every kind of party there is, in the order of `permissions.txt`.
///
/// Tokens go between a city's own systems, to the hub and from the portal to the hub; government parties are known by certificate alone. The
/// business ids are ours: the official ones of these systems are not known to us (`031` in the published examples is another system's).
pub const SYSTEMS: &[System] = &[
    city("registry", "健診システム", "registry").business("K01"),
    city("atena", "統合宛名管理システム", "atena").business("K02"),
    city("relay", "中間サーバー", "relay").business("K03").without_numbers(),
    nation("hub-core", "PMH（中核）", "hub core").business("K04"),
    nation("hub-edge", "PMH（公開側）", "hub edge").business("K05").without_numbers(),
    nation("network", "情報提供ネットワークシステム", "network system").without_numbers(),
    nation("resident-network", "住民基本台帳ネットワークシステム", "resident network"),
    nation("payers-hub", "医療保険者等向け中間サーバー", "payers' hub"),
    nation("online-eligibility", "オンライン資格確認等システム", "online eligibility").without_numbers(),
    nation("my-key", "マイキープラットフォーム", "My Key platform").without_numbers(),
    city("resident-register", "住民情報システム", "resident register").with_tokens(),
    nation("portal", "マイナポータル", "portal").with_tokens().without_numbers(),
    city("console", "業務端末", "console"),
    system(FACILITY, "検診施設", "screening facility", Reach::Facility),
];

impl System {
    /// The kind of party of that name.
    pub fn named(name: &str) -> Option<&'static System> {
        SYSTEMS.iter().find(|system| system.name == name)
    }
}

/// Where a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyPlace {
    /// One for the whole country.
    National,
    /// A municipality's own.
    Municipality(MunicipalityCode),
    /// A screening facility's (検診施設), by its 10-digit institution code.
    Institution(InstitutionCode),
}

impl PartyPlace {
    /// Whose parties stand there.
    fn reach(self) -> Reach {
        match self {
            Self::National => Reach::Nation,
            Self::Municipality(_) => Reach::City,
            Self::Institution(_) => Reach::Facility,
        }
    }
}

/// A party of the ring: `registry.991015`, `portal.national`, `facility.9930000121`. Its certificate bears the same with `.kenshin.internal`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Party {
    system: &'static System,
    place: PartyPlace,
}

/// A name that is no party's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a party: expected <system>.<municipality, institution or national>")]
pub struct PartyNameError(String);

impl Party {
    /// The party called `system` at `place`.
    pub fn new(system: &str, place: PartyPlace) -> Result<Self, PartyNameError> {
        System::named(system)
            .filter(|system| system.reach == place.reach())
            .map(|system| Self { system, place })
            .ok_or_else(|| PartyNameError(system.to_owned()))
    }

    /// A municipality's own system.
    pub fn of(system: &str, municipality: MunicipalityCode) -> Result<Self, PartyNameError> {
        Self::new(system, PartyPlace::Municipality(municipality))
    }

    /// A party there is one of in the country.
    pub fn national(system: &str) -> Result<Self, PartyNameError> {
        Self::new(system, PartyPlace::National)
    }

    /// A screening facility (検診施設).
    pub fn facility(institution: InstitutionCode) -> Result<Self, PartyNameError> {
        Self::new(FACILITY, PartyPlace::Institution(institution))
    }

    /// The party that a certificate's DNS name is of: proves nothing, whoever believes it has verified the certificate before.
    pub fn of_dns_name(name: &str) -> Result<Self, PartyNameError> {
        name.strip_suffix(DOMAIN).and_then(|party| party.parse().ok()).ok_or_else(|| PartyNameError(name.to_owned()))
    }

    /// Its system's name, such as `registry`.
    pub fn system(&self) -> &'static str {
        self.system.name
    }

    /// What kind of party it is.
    pub fn kind(&self) -> &'static System {
        self.system
    }

    /// Where it stands.
    pub fn place(&self) -> PartyPlace {
        self.place
    }

    /// Its municipality, if it is a municipality's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        match self.place {
            PartyPlace::Municipality(code) => Some(code),
            PartyPlace::National | PartyPlace::Institution(_) => None,
        }
    }

    /// Its institution, if it is a facility.
    pub fn institution(&self) -> Option<InstitutionCode> {
        match self.place {
            PartyPlace::Institution(code) => Some(code),
            PartyPlace::National | PartyPlace::Municipality(_) => None,
        }
    }

    /// The name in its certificate.
    pub fn dns_name(&self) -> String {
        format!("{self}{DOMAIN}")
    }
}

/// In the order of their names as written.
impl Ord for Party {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

impl PartialOrd for Party {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            PartyPlace::National => write!(f, "{}.national", self.system.name),
            PartyPlace::Municipality(code) => write!(f, "{}.{code}", self.system.name),
            PartyPlace::Institution(code) => write!(f, "{}.{code}", self.system.name),
        }
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Party({self})")
    }
}

impl FromStr for Party {
    type Err = PartyNameError;

    fn from_str(text: &str) -> Result<Self, PartyNameError> {
        let refused = || PartyNameError(text.to_owned());
        let (system, place) = text.split_once('.').ok_or_else(refused)?;
        let place = match System::named(system) {
            _ if place == "national" => PartyPlace::National,
            Some(system) if system.reach == Reach::Facility => PartyPlace::Institution(place.parse().map_err(|_| refused())?),
            _ => PartyPlace::Municipality(place.parse().map_err(|_| refused())?),
        };
        Self::new(system, place).map_err(|_| refused())
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
        for name in ["registry.991015", "hub-core.national", "relay.992020", "facility.9930000121"] {
            let party: Party = name.parse().unwrap();
            assert_eq!((party.to_string(), party.dns_name()), (name.to_owned(), format!("{name}.kenshin.internal")));
            assert_eq!(Party::of_dns_name(&party.dns_name()).unwrap(), party);
            assert_eq!(serde_json::from_str::<Party>(&format!("\"{name}\"")).unwrap(), party);
        }
    }

    #[test]
    fn a_name_outside_the_ring_is_nobody() {
        for name in [
            "registry",
            "registry.991016",
            "nobody.national",
            "auditor.991015",
            "resident.national",
            "facility.national",
            "registry.991015.x",
            "",
        ] {
            assert!(name.parse::<Party>().is_err(), "{name}");
            assert!(Party::of_dns_name(&format!("{name}.kenshin.internal")).is_err(), "{name}");
        }
        for name in ["registry.991015.example.com", "registry.991015", "registry.991015.kenshin.internal.kenshin.internal"] {
            assert!(Party::of_dns_name(name).is_err(), "{name}");
        }
    }
}
