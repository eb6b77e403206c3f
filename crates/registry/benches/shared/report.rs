//! What a measurement prints.

use std::io::Write as _;

/// A line of the report.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
