//! `kenshin registry reprove`.

use std::collections::BTreeMap;
use std::io::Write as _;

use ::registry::results::{self, Change, Counts, Difference, Kind, Reproved};
use vocabulary::Purpose;

use crate::arguments::Reprove;
use crate::making::Making;
use crate::{Ending, output};

const HEADING: &str = "住民番号,記録種別,履歴番号,種類,事業・事実・記録,検査,変更\n";

/// Shows what the rules make of the records, and applies it unless it is a dry run.
pub(super) fn run(options: &Reprove) -> anyhow::Result<Ending> {
    let (_, desk, caller) = super::desk(&options.city, Purpose::Operation)?;
    let mut out = options.out.as_deref().map(|path| Making::of(path, &[])).transpose()?;
    let mut written = out.as_mut().map_or(Ok(()), |out| out.write_all(HEADING.as_bytes()));
    let spinner = output::spinner("looking at what records prove");
    let reproved = results::reprove(desk.room(), &caller, desk.catalogue(), !options.dry_run, &mut |difference| {
        if let (Some(out), Ok(())) = (&mut out, &written) {
            written = out.write_all(line(difference).as_bytes());
        }
    })?;
    spinner.finish_and_clear();
    written?;
    if let Some(out) = out {
        out.finish()?;
    }
    output::result(options.json, &reproved, |reproved| told(reproved, options.dry_run))?;
    Ok(Ending::Done)
}

fn line(difference: &Difference) -> String {
    let Difference { resident, record, history, kind, what, examination, change } = difference;
    let kind = match kind {
        Kind::Examination => "受診",
        Kind::Fact => "事実",
        Kind::Detailed => "精検",
    };
    let change = match change {
        Change::Added => "追加",
        Change::Removed => "削除",
        Change::Changed => "変更",
    };
    format!("{resident},{record},{history},{kind},{what},{examination},{change}\n")
}

fn told(reproved: &Reproved, is_dry_run: bool) -> String {
    let Reproved { records, differing, people, examinations, facts, detailed } = reproved;
    let word = if is_dry_run { "would prove something else" } else { "prove something else now" };
    let mut text = format!("{records} records: {differing} of {people} people {word}");
    let mut list = |title: &str, counts: &BTreeMap<String, Counts>| {
        for (what, Counts { added, removed, changed }) in counts {
            text.push_str(&format!("\n  {title} {what}: +{added} -{removed} ~{changed}"));
        }
    };
    list("examinations of", examinations);
    list("fact", facts);
    list("detailed examinations of", detailed);
    text
}
