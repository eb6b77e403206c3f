//! `kenshin-edge`: the public side of the hub alone, for machines in the zone that the portal reaches. It cannot hold an individual number:
//! nothing it links can name one.

mod start;

use std::alloc::System;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use tracing_subscriber::EnvFilter;
use zeroizing_alloc::ZeroAlloc;

/// Memory is written over when it is given back, so that nothing of what was served stays in the process.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

/// Serves the public side of the hub (PMH) until it is told to stop (Ctrl-C, SIGTERM).
#[derive(Debug, Parser)]
#[command(name = "kenshin-edge", version, about)]
#[command(
    after_help = "The file names the party hub-edge.national, where to listen, the data, the master key and the folder of certificates:\n\n  \
    party = \"hub-edge.national\"\n  listen = \"0.0.0.0:8450\"\n  data = \"postgres://kenshin@localhost/kenshin\"\n  \
    master-key = \"/etc/kenshin/master.key\"\n  tls = \"/etc/kenshin/tls\"\n  consumers = [\"portal.national\", \"hub-core.national\"]\n\n\
    `kenshin init --party hub-edge.national` writes such a file with room, key and certificate; where the authority lies elsewhere,\n\
    `kenshin certify hub-edge.national` issues the certificate there. The master key is made once, by --make-master-key (or by init);\n\
    a start without it ends.\n\
    RUST_LOG sets how much is told on standard error [default: info].\nExit codes: 0 stopped when asked, 1 did not start, 2 wrong usage."
)]
struct Arguments {
    /// Its configuration
    #[arg(long, value_name = "FILE.toml")]
    config: PathBuf,
    /// Make the master key that the configuration names, where there is none, and end: once, before the first start
    #[arg(long)]
    make_master_key: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let told = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(told).with_writer(std::io::stderr).with_ansi(false).init();
    wire::panics::tell_places_only(|place| tracing::error!("{place}"));
    match outcome(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn outcome(arguments: &Arguments) -> anyhow::Result<()> {
    wire::memory::keep_to_itself().context("the memory of this process cannot be kept from others")?;
    if arguments.make_master_key { start::make_master_key(&arguments.config) } else { start::run(&arguments.config) }
}
