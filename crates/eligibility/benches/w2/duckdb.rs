//! The peer, run beside us: DuckDB over the same city in normalised tables, by `benches/duckdb_baseline.py`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the script says.
pub(crate) struct Peer {
    pub(crate) version: String,
    pub(crate) counts: Duration,
    pub(crate) list: Duration,
    /// Programme:examination and count.
    pub(crate) counted: Vec<(String, u64)>,
}

/// Where a `duckdb` is put when Python has none.
const PACKAGES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/duckdb");

/// Runs the script over the tables in a folder; `None` when Python is missing, or its `duckdb` package is and cannot be fetched.
pub(crate) fn run(folder: &Path) -> anyhow::Result<Option<Peer>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/duckdb_baseline.py");
    let ask = || Command::new("python3").env("PYTHONPATH", PACKAGES).arg(script).arg(folder).output();
    let Ok(mut output) = ask() else { return Ok(None) };
    if output.status.code() == Some(3) {
        let fetch = ["-m", "pip", "install", "--quiet", "--target", PACKAGES, "duckdb"];
        if !Command::new("python3").args(fetch).status().is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        output = ask()?;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    anyhow::ensure!(output.status.success(), "duckdb_baseline.py: {}", String::from_utf8_lossy(&output.stderr));
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim).unwrap_or_default().to_owned();
    let time = |key: &str| value(key).parse().map(Duration::from_secs_f64);
    let counted = text.lines().filter_map(|line| line.strip_prefix("count "));
    let counted = counted.filter_map(|line| line.split_once(' ')).filter_map(|(id, count)| Some((id.to_owned(), count.parse().ok()?)));
    Ok(Some(Peer { version: value("version "), counts: time("counts ")?, list: time("list ")?, counted: counted.collect() }))
}
