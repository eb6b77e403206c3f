//! `kenshin registry reprove`.

use std::collections::BTreeMap;

use ::registry::results::{DIFFERENCES, REPROVE_JOB};
use protocol::messages::registry::{self as messages, ProofCounts, Reproved};
use vocabulary::Purpose;

use crate::arguments::Reprove;
use crate::commands::by_hand;
use crate::making::Making;
use crate::{Ending, output};

/// Shows what the rules make of the records, and applies it unless it is a dry run.
pub(super) fn run(options: &Reprove) -> anyhow::Result<Ending> {
    let (_, desk, caller) = super::desk(&options.city, Purpose::Operation)?;
    let out = options.out.as_deref().map(|path| Making::of(path, &[])).transpose()?;
    let asked = messages::Reprove { preview: options.dry_run };
    let what = ("looking at what records prove", options.dry_run);
    let job = super::done(&options.city, &desk, &caller, (REPROVE_JOB, &asked), None, what)?;
    if let Some(out) = out {
        super::write_out(&desk, &caller, &job, DIFFERENCES, out)?;
    }
    let reproved: Reproved = by_hand::result(job)?;
    output::result(options.json, &reproved, |reproved| told(reproved, options.dry_run))?;
    Ok(Ending::Done)
}

fn told(reproved: &Reproved, is_dry_run: bool) -> String {
    let Reproved { records, damaged, differing, people, examinations, facts, detailed } = reproved;
    let word = if is_dry_run { "would prove something else" } else { "prove something else now" };
    let mut text = format!("{records} records: {differing} of them, of {people} people, {word}");
    if *damaged > 0 {
        text.push_str(&format!("\n{damaged} records cannot be read; what they are said to prove stays as it is"));
    }
    let mut list = |title: &str, counts: &BTreeMap<String, ProofCounts>| {
        for (what, ProofCounts { added, removed, changed }) in counts {
            text.push_str(&format!("\n  {title} {what}: +{added} -{removed} ~{changed}"));
        }
    };
    list("examinations of", examinations);
    list("fact", facts);
    list("detailed examinations of", detailed);
    text
}
