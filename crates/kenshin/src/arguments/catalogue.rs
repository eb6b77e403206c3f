//! The city's folder, and what is asked of the catalogue.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::City;

/// The city's business.
#[derive(Debug, Clone, Default, Args)]
pub struct Folder {
    /// The city's folder over the built-in catalogue
    #[arg(long, value_name = "DIR")]
    pub catalogue: Option<PathBuf>,
}

/// `kenshin catalogue …`
#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// Say of every mistake in a city's folder where it is and what to do
    #[command(after_help = format!(
        "A city's folder has, each where it is needed, {}. Its own record types are numbered from 101. \
        What bears an id of the built-in catalogue replaces it wholly; anything else is added.",
        catalogue::parts()
    ))]
    Check {
        /// The city's folder
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print what would change, and for how many people, if what lies in a registry's folder held
    Changes {
        #[command(flatten)]
        city: City,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Accept a changed folder, so that it holds for a registry from now on
    #[command(after_help = "`kenshin catalogue changes` prints the digest. Who accepts is recorded.")]
    Accept {
        #[command(flatten)]
        city: City,
        /// What was looked at: what holds and what lies in the folder must still be that
        #[arg(long, value_name = "VERSION-DIGEST")]
        digest: String,
    },
    /// Print what the catalogue holds, and where each comes from
    Show {
        #[command(flatten)]
        folder: Folder,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
