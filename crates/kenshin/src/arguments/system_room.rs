//! Which system's room a command is about.

use clap::Args;
use vocabulary::MunicipalityCode;

use super::{Operator, Place, values};

/// A system's room, and who acts there.
#[derive(Debug, Clone, Args)]
pub struct SystemRoom {
    #[command(flatten)]
    pub place: Place,
    /// The system: registry, atena, relay, hub-core, network …
    #[arg(long, value_name = "SYSTEM", default_value = "registry", value_parser = values::system)]
    pub system: String,
    /// 6-digit code of the municipality; without it the one room of a national party
    #[arg(long, value_name = "CODE", value_parser = values::municipality)]
    pub municipality: Option<MunicipalityCode>,
    #[command(flatten)]
    pub operator: Operator,
}
