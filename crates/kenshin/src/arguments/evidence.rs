//! What proves the assessment.

use std::path::PathBuf;

use clap::Args;

/// `kenshin evidence`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin evidence\n  kenshin evidence --out evidence\n  cargo xtask test --results results.csv && kenshin evidence \
    --results results.csv --out evidence\n\n\
    States: proven (tests do what the control asks, at its figure), partly, absent, human (training, inspection, contracts).\n\
    A proven control has the earliest day of its evidence: of dated runs theirs, of tests that of the results, or the day on which the \
    control was last judged. With results, a test that is not among them counts as not run. Ends with 1 when a test that is claimed failed \
    or was not run."
)]
pub struct Evidence {
    /// Write the package here: evidence.json, evidence.csv, index.html
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The results of a run of the tests (cargo xtask test --results), which date them
    #[arg(long, value_name = "FILE.csv")]
    pub results: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
