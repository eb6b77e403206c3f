//! What the registry is asked on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use vocabulary::{Date, FiscalYear, ResidentNumber};

use super::{City, Encoding, values};

/// `kenshin registry …`
#[derive(Debug, Subcommand)]
pub enum Registry {
    /// Import a full or difference file of the resident register (CSV or XLSX)
    #[command(
        after_help = "A bad row is refused with line, column and reason (and written to --rejects); the rest goes in.\nImporting the same file again changes nothing.\n\
        A registry that is not there yet is made, without an administrator: `kenshin init` can follow."
    )]
    ImportResidents(ImportResidents),
    /// Write the targets of a fiscal year as CSV
    Eligible(Eligible),
    /// Say why a person is due for a programme, or why not
    Explain(Explain),
    /// Identify people by the five data items (name, kana, sex, birth date, address)
    Match(Match),
    /// Import results of a record type (CSV or XLSX)
    ImportResults(ImportResults),
    /// Write all results of a record type as CSV, as import-results reads them
    ExportResults(ExportResults),
    /// Derive anew what all records prove (examinations, facts, 精検), after rules of the catalogue have changed
    #[command(after_help = "Run it with --dry-run first: it shows what would change, by programme, and with --out for whom.\n\
        Broken off, it goes on when it is run again. Cases, claims and replicas follow when they are made the next time.")]
    Reprove(Reprove),
}

/// `kenshin registry import-residents`
#[derive(Debug, Args)]
pub struct ImportResidents {
    #[command(flatten)]
    pub city: City,
    /// The file
    pub file: PathBuf,
    /// Its encoding
    #[arg(long, value_enum, default_value_t = Encoding::Auto)]
    pub encoding: Encoding,
    /// Where refused rows go [default: beside the file, with .rejects.csv]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Say what the import would bring, and stop; run again without this, it goes in without being read again
    #[arg(long)]
    pub dry_run: bool,
    /// Whom the file is about: a dry run of a full file counts who is missing in it [default: difference]
    #[arg(long, value_enum, requires = "dry_run")]
    pub kind: Option<FileKind>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Which people a file of the register is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// Everybody: who is not in it is missing
    Full,
    /// Those of whom something changed
    Difference,
}

/// `kenshin registry eligible`
#[derive(Debug, Args)]
pub struct Eligible {
    #[command(flatten)]
    pub city: City,
    /// The fiscal year (April to March), e.g. 2026, R8 or 令和8
    #[arg(long, value_name = "YEAR", value_parser = vocabulary::era::parse_fiscal_year)]
    pub fiscal_year: FiscalYear,
    /// Only this programme
    #[arg(long, value_name = "ID")]
    pub programme: Option<String>,
    /// Day of extraction [default: today]
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub on: Option<Date>,
    /// The CSV to write
    #[arg(long, value_name = "FILE.csv")]
    pub out: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin registry explain`
#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    pub city: City,
    /// 住民番号 of the person
    #[arg(long, value_name = "NO", value_parser = values::resident)]
    pub resident: ResidentNumber,
    /// The programme, e.g. cervix
    #[arg(long, value_name = "ID")]
    pub programme: String,
    /// The day to decide for [default: today]
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub on: Option<Date>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin registry match`
#[derive(Debug, Args)]
pub struct Match {
    #[command(flatten)]
    pub city: City,
    /// incoming.csv
    pub file: PathBuf,
    /// The CSV to write
    #[arg(long, value_name = "FILE.csv")]
    pub out: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin registry import-results`
#[derive(Debug, Args)]
pub struct ImportResults {
    #[command(flatten)]
    pub city: City,
    /// Number of the record type: 1 to 15, from 101 the city's own
    #[arg(long = "type", value_name = "N")]
    pub record_type: u16,
    /// The file
    pub file: PathBuf,
    /// Where refused rows go [default: beside the file, with .rejects.csv]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Say what the import would bring, and stop; run again without this, it goes in without being read again
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin registry reprove`
#[derive(Debug, Args)]
pub struct Reprove {
    #[command(flatten)]
    pub city: City,
    /// Show what would change, and stop; run again without this, it is changed
    #[arg(long)]
    pub dry_run: bool,
    /// A CSV of every proof that differs, and whose it is
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin registry export-results`
#[derive(Debug, Args)]
pub struct ExportResults {
    #[command(flatten)]
    pub city: City,
    /// Number of the record type: 1 to 15, from 101 the city's own
    #[arg(long = "type", value_name = "N")]
    pub record_type: u16,
    /// The CSV to write
    #[arg(long, value_name = "FILE.csv")]
    pub out: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
