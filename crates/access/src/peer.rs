//! The other end of a mutually authenticated line, as its certificate names it.

use std::{fmt, str::FromStr};

use vocabulary::{InstitutionCode, MunicipalityCode};

use crate::{CallerKind, Role};

/// Where a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// One for the whole country.
    National,
    /// A municipality's own.
    Municipality(MunicipalityCode),
    /// A screening facility's (検診施設), by its 10-digit institution code.
    Institution(InstitutionCode),
}

/// A party of the ring, read from the DNS name in a certificate that the transport has already verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PeerIdentity {
    role: &'static Role,
    place: Place,
}

/// A name that is not `system.place.kenshin.internal`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a party: expected <system>.<municipality, institution or national>.kenshin.internal")]
pub struct PeerNameError(String);

const DOMAIN: &str = ".kenshin.internal";

impl PeerIdentity {
    /// The party called `system` at `place`.
    pub fn new(system: &str, place: Place) -> Result<Self, PeerNameError> {
        Role::named(system)
            .filter(|role| match role.kind {
                CallerKind::System => !matches!(place, Place::Institution(_)),
                CallerKind::Facility => matches!(place, Place::Institution(_)),
                _ => false,
            })
            .map(|role| PeerIdentity { role, place })
            .ok_or_else(|| PeerNameError(system.to_owned()))
    }

    /// The system's name, such as `registry`.
    pub fn system(&self) -> &'static str {
        self.role.name
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Its municipality, if it is a municipality's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        match self.place {
            Place::Municipality(code) => Some(code),
            Place::National | Place::Institution(_) => None,
        }
    }

    pub(crate) fn kind(&self) -> CallerKind {
        self.role.kind
    }

    /// `system.place`, the party's id in records of use.
    pub fn id(&self) -> String {
        match self.place {
            Place::National => format!("{}.national", self.role.name),
            Place::Municipality(code) => format!("{}.{code}", self.role.name),
            Place::Institution(code) => format!("{}.{code}", self.role.name),
        }
    }
}

/// Writes the DNS name.
impl fmt::Display for PeerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{DOMAIN}", self.id())
    }
}

/// Reads the DNS name.
impl FromStr for PeerIdentity {
    type Err = PeerNameError;

    fn from_str(name: &str) -> Result<Self, PeerNameError> {
        let refused = || PeerNameError(name.to_owned());
        let (system, place) = name.strip_suffix(DOMAIN).and_then(|party| party.split_once('.')).ok_or_else(refused)?;
        let place = match Role::named(system).map(|role| role.kind) {
            _ if place == "national" => Place::National,
            Some(CallerKind::Facility) => Place::Institution(place.parse().map_err(|_| refused())?),
            _ => Place::Municipality(place.parse().map_err(|_| refused())?),
        };
        PeerIdentity::new(system, place).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_name_is_read_and_written_alike() {
        for name in ["registry.991015.kenshin.internal", "hub-core.national.kenshin.internal", "relay.992020.kenshin.internal"] {
            assert_eq!(name.parse::<PeerIdentity>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_name_outside_the_ring_is_nobody() {
        for name in [
            "registry.991015.example.com",
            "registry.991016.kenshin.internal",
            "registry.kenshin.internal",
            "auditor.991015.kenshin.internal",
            "resident.national.kenshin.internal",
            "facility.national.kenshin.internal",
            "registry.991015.x.kenshin.internal",
            "",
        ] {
            assert!(name.parse::<PeerIdentity>().is_err(), "{name}");
        }
    }
}
