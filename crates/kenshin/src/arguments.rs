//! The command line: what can be asked, and help that teaches.

mod accounts;
mod backup;
mod catalogue;
mod evidence;
mod hub;
mod jobs;
mod keys;
mod ledger;
mod outbox;
mod registry;
mod system_room;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use store::Data;
use vocabulary::{MunicipalityCode, Party};

pub use self::accounts::{AccountList, Accounts, OneAccount};
pub use self::backup::{Backup, Drill, Restore};
pub use self::catalogue::{Catalogue, Folder};
pub use self::evidence::Evidence;
pub use self::hub::{DropHeld, Held, HeldList, Hub, NationRoom, ReturnHeld};
pub use self::jobs::{JobList, Jobs, ListKinds, OneJob, StartJob, TakeFile};
pub use self::keys::{KeyList, KeySort, Keys, RotateKey, ShredKey};
pub use self::ledger::{Checkpoint, Cosign, Cosigned, Erase, Forget, Ledger, Verify, WitnessWork};
pub use self::outbox::{DropMessage, OneMessage, Outbox, OutboxList};
pub use self::registry::{Eligible, Explain, ExportResults, FileKind, ImportResidents, ImportResults, Match, Registry, Reprove};
pub use self::system_room::SystemRoom;
pub(crate) use self::system_room::quoted;
use crate::output::Usage;

/// Runs a city's adult screening: registry, atena, relay, hub, and the outside they talk to.
#[derive(Debug, Parser)]
#[command(name = "kenshin", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Begin with `kenshin demo`: the whole system on two fictional cities, then http://localhost:8800.\n\
    Exit codes: 0 done, 1 the input was refused in part or whole, 2 wrong usage.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole ring on two fictional cities, then serve the pages that show it
    Demo(Demo),
    /// Make a synthetic city: register, weekly differences, results, paper results with the truth beside them
    Synth(Synth),
    /// Set up a municipality, the hub or any party: rooms, keys, certificates, first administrators; asked again, renew certificates
    Init(Init),
    /// Issue certificates for parties that are served elsewhere, or that only ask: the public side, other folders, consoles, tablets
    Certify(Certify),
    /// The registry's work: import, decide, explain, identify
    #[command(subcommand)]
    Registry(Registry),
    /// The long pieces of work of a system: starting one, how they go, and changing that
    #[command(subcommand)]
    Jobs(Jobs),
    /// The messages that a system has to send to others: what waits, what was refused, and mending that
    #[command(subcommand)]
    Outbox(Outbox),
    /// The hub's number side: what it holds for cities whose rooms do not take it
    #[command(subcommand)]
    Hub(Hub),
    /// The keys of a system's room: which there are, a new one, the end of one that was stolen
    #[command(subcommand)]
    Keys(Keys),
    /// The accounts of a system's staff, where its pages cannot be reached: who there is, and a new one-time password
    #[command(subcommand)]
    Accounts(Accounts),
    /// Run one system until it is told to stop (Ctrl-C, SIGTERM)
    Serve(Serve),
    /// The record of use
    #[command(subcommand)]
    Ledger(Ledger),
    /// The city's business: record types, programmes, codes, institutions, prices
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// Tell for every control of the privacy impact assessment what proves it, and when it last did
    Evidence(Evidence),
    /// Copy every room, and the files that make the deployment, into one sealed file, while the systems run
    Backup(Backup),
    /// Put a backup back into an empty place
    Restore(Restore),
    /// Show that a backup can be put back: in a place that is thrown away, compared with what was copied, and dated
    Drill(Drill),
    /// Bring every room up to this version
    Migrate(Place),
    /// Look at everything that must hold for the systems to run, and say what to do about what does not
    Doctor(Doctor),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the generated documents (used by `cargo xtask update`)
    #[command(hide = true)]
    Documents {
        /// Where to
        #[arg(long)]
        out: PathBuf,
    },
}

/// Where the rooms are where nobody says.
const DEFAULT_DATA: &str = "kenshin-data";

/// Where the rooms are.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// A directory (embedded SQLite) or postgres://user@host/database, its password in a file (PGPASSFILE, or passfile=FILE in the URL)
    #[arg(long, value_name = "DIR|URL", default_value = DEFAULT_DATA)]
    pub data: String,
    /// Where keys, certificates and input files lie [default: the data directory; ./kenshin-data with PostgreSQL]
    #[arg(long, value_name = "DIR")]
    pub files: Option<PathBuf>,
}

impl Place {
    /// Opens the place; nothing is made yet but the folder, for its owner alone.
    pub(crate) fn open(&self) -> anyhow::Result<deployment::Place> {
        deployment::Place::open(self.address()?, self.files.as_deref())
    }

    /// The place as it is; nothing is made.
    pub(crate) fn look(&self) -> anyhow::Result<deployment::Place> {
        deployment::Place::look(self.address()?, self.files.as_deref())
    }

    fn address(&self) -> anyhow::Result<&str> {
        if let Ok(data) = Data::parse(&self.data) {
            refuse_password("--data", &data)?;
        }
        Ok(&self.data)
    }
}

/// Every user of the machine reads what stands on a command line.
pub(crate) fn refuse_password(option: &str, data: &Data) -> anyhow::Result<()> {
    if data.has_password() {
        return Err(Usage(format!(
            "{option}: no password here, where every user of this machine can read it. Write postgres://user@host/database, and the \
             password as *:*:DATABASE:USER:PASSWORD into a file of mode 0600 that PGPASSFILE names, or passfile=FILE in the URL; change \
             the password if others work on this machine"
        ))
        .into());
    }
    Ok(())
}

/// `kenshin demo`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin demo\n  kenshin demo --once --report ring.json\n  kenshin demo --residents 2000 --data postgres://kenshin@localhost/kenshin\n\n\
    Killed at any moment and run again, it ends with the same counts."
)]
pub struct Demo {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub folder: Folder,
    /// People in each of the two cities
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(200..=1_200_000))]
    pub residents: u32,
    /// The same seed makes the same cities
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Port of the pages
    #[arg(long, default_value_t = 8800)]
    pub port: u16,
    /// Run the ring once and exit
    #[arg(long)]
    pub once: bool,
    /// Write the report of the eleven steps as JSON
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
}

/// `kenshin synth`
#[derive(Debug, Args)]
#[command(
    after_help = "Writes residents.csv, weekly-01.csv …, results/*.csv, incoming.csv and truth.csv; the same seed gives the same bytes."
)]
pub struct Synth {
    /// People in the register
    #[arg(long, value_parser = clap::value_parser!(u32).range(i64::from(synth::FEWEST)..=i64::from(synth::MOST)))]
    pub residents: u32,
    /// The same seed makes the same city
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The fictional municipality
    #[arg(long, default_value = "991015", value_name = "CODE", value_parser = values::municipality)]
    pub municipality: MunicipalityCode,
    /// Directory to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Encoding of the files
    #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
    pub encoding: Encoding,
    #[command(flatten)]
    pub folder: Folder,
}

/// Character encodings of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// Find out (reading only)
    Auto,
    /// UTF-8, with or without BOM
    #[value(name = "utf-8")]
    Utf8,
    /// CP932 (Windows-31J)
    Cp932,
    /// UTF-16 or UCS-2, the low byte first (reading only)
    #[value(name = "utf-16le", alias = "ucs-2le")]
    Utf16Le,
    /// UTF-16 or UCS-2, the high byte first (reading only)
    #[value(name = "utf-16be", alias = "ucs-2be")]
    Utf16Be,
}

/// `kenshin init`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin init --municipality 991015 --name みほん市\n  kenshin init --data hub --hub --name PMH --consumer registry.991015\n  \
    kenshin init --data edge --party hub-edge.national --name PMH\n\n\
    What is there stays as it is: asked again, it renews certificates with fewer than 30 days left, makes what is missing, and says what the \
    settings lack. Where the tls folder has the authority.pem of another folder, nothing is certified here (kenshin certify)."
)]
pub struct Init {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub folder: Folder,
    /// 6-digit code of the municipality, check digit included (demonstration: 991015, 992020)
    #[arg(long, value_name = "CODE", value_parser = values::municipality, required_unless_present_any = ["hub", "party"])]
    pub municipality: Option<MunicipalityCode>,
    /// Instead of a city's systems: the number side of the hub (PMH), which is one for the country
    #[arg(long, conflicts_with_all = ["municipality", "catalogue"])]
    pub hub: bool,
    /// These parties too, or alone, such as hub-edge.national or, emulated, network.national
    #[arg(long, value_name = "PARTY")]
    pub party: Vec<Party>,
    /// Parties of other folders that may ask with a token: for the hub, the registry of each city
    #[arg(long, value_name = "PARTY")]
    pub consumer: Vec<Party>,
    /// Where new master keys are made, apart from the data that they open [default: the folder DATA.keys beside a data directory; with --files or
    /// PostgreSQL the folder keys among the files]
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// Its name, as on letters and pages
    #[arg(long, value_parser = values::name)]
    pub name: String,
    /// Makes the key of backups where there is none, and writes its private half to this file, which is not there yet and nowhere in the place; without
    /// it the key is made, and shown once, only where standard output is a terminal
    #[arg(long, value_name = "FILE")]
    pub backup_key: Option<PathBuf>,
    /// Personal id of the first administrator of each system that has pages
    #[arg(long, default_value = "admin")]
    pub administrator: String,
    #[command(flatten)]
    pub operator: Operator,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin certify`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin certify hub-edge.national --data hub --out edge/tls\n  \
    kenshin certify registry.992020 --data hub --out issued --request registry.992020.csr\n\n\
    A certificate is good for 90 days; asked again, it renews those with fewer than 30 left. With a request the key never leaves whoever made it:\n  \
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=registry.992020 -keyout registry.992020.key -out registry.992020.csr")]
pub struct Certify {
    /// Whom: registry.992020, console.991015, facility.9930000121 …
    #[arg(value_name = "PARTY", required = true)]
    pub parties: Vec<Party>,
    #[command(flatten)]
    pub place: Place,
    /// Where to write them [default: among those of this folder, where `kenshin init` renews them]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A certificate request (PKCS#10, PEM) of the one party, by its own key; what it asks to be called is not heard
    #[arg(long, value_name = "FILE.csr")]
    pub request: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Whose registry, and where.
#[derive(Debug, Clone, Args)]
pub struct City {
    #[command(flatten)]
    pub place: Place,
    /// 6-digit code of the municipality
    #[arg(long, value_name = "CODE", value_parser = values::municipality)]
    pub municipality: MunicipalityCode,
    /// The city's folder over the built-in catalogue [default: the one that etc/registry.CODE.toml names]
    #[arg(long, value_name = "DIR")]
    pub catalogue: Option<PathBuf>,
    #[command(flatten)]
    pub operator: Operator,
}

impl City {
    /// The registry's room.
    pub(crate) fn room(&self) -> SystemRoom {
        let City { place, municipality, operator, .. } = self.clone();
        SystemRoom { place, system: "registry".to_owned(), municipality: Some(municipality), operator }
    }
}

/// Who acts: recorded as `console:ACCOUNT` with the account that the operating system knows, or `console:ACCOUNT/NAME`.
#[derive(Debug, Clone, Args)]
pub struct Operator {
    /// Who acts, where several people share an account of this machine
    #[arg(long = "as", value_name = "NAME", value_parser = values::person)]
    pub person: Option<String>,
}

/// `kenshin serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// The system
    #[arg(value_enum)]
    pub system: System,
    /// Its configuration
    #[arg(long, value_name = "FILE.toml")]
    pub config: PathBuf,
    /// Make the master key that the configuration names, where there is none, and end: once, for a system that `kenshin init` does not
    /// set up
    #[arg(long)]
    pub make_master_key: bool,
}

/// The systems that can be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum System {
    /// 健診管理
    Registry,
    /// 統合宛名管理システム
    Atena,
    /// 中間サーバー
    Relay,
    /// PMH, the number side
    HubCore,
    /// PMH, the public side (also as `kenshin-edge`)
    HubEdge,
    /// The outside parties, emulated
    Outside,
}

/// `kenshin doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub place: Place,
    /// Setting files to look at [default: those in the folder etc of the files]
    #[arg(long, value_name = "FILE.toml")]
    pub config: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
