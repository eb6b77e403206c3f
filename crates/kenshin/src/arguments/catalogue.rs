//! The city's folder, and what is asked of the catalogue.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    #[command(
        after_help = "A city's folder has the folders records (types from 101), codes, national, programmes and templates of .toml files, \
        permission_list.toml, institutions.csv, prices.csv, offices.csv and gaiji.csv, each where it is needed. \
        What bears an id of the built-in catalogue replaces it wholly; anything else is added."
    )]
    Check {
        /// The city's folder
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
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
