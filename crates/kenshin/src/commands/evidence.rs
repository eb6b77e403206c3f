//! `kenshin evidence`: what proves each control of the privacy impact assessment.

use face::Language;

use crate::arguments::Evidence;
use crate::evidence::{self, State};
use crate::{Ending, output};

/// Tells it, and writes the package; refused when a test that is claimed failed in the run that is given, or was not run.
pub(crate) fn run(options: &Evidence) -> anyhow::Result<Ending> {
    let all = evidence::evidence(options.results.as_deref())?;
    if let Some(out) = &options.out {
        evidence::write(&all, out)?;
        output::say(&format!("written to {}: open index.html", out.display()));
    }
    if let Some(run) = evidence::run(&all) {
        output::say(&format!("results of commit {} on {}", run.commit, run.databases));
    }
    output::result(options.json, &all, |all| {
        let line = |(state, count): (State, usize)| format!("{count:>4}  {}", state.words().of(Language::English));
        output::under(&format!("{:>4}  controls", all.len()), evidence::counts(all).into_iter().map(line))
    })?;
    Ok(if evidence::unmet(&all) { Ending::Refused } else { Ending::Done })
}
