use super::signed::Promise;
use super::walk::Walk;
use super::{Finding, Problem};
use crate::log::{Row, position};
use crate::merkle::Frontier;

/// A checkpoint is signed by the first append that finds the last one a second old; ten are no excuse.
const UNSIGNED_AT_MOST: i64 = 10_000;

/// Weighs what the walk saw against the head and against what was signed: what is wrong, and where first.
pub(super) fn judge(walk: Walk<'_>, head: Option<&Row>, promises: &[Promise]) -> Vec<Finding> {
    let mut findings = walk.findings.clone();
    if let Some(differs) = walk.tree.differs.clone() {
        // A promise that covers these entries and holds speaks for the entries and against the tile.
        let right = walk.vouched >= differs.end;
        let problem = if right { Problem::Tile } else { Problem::Entry };
        // Where a row has the wrong number of entries, the tile says which one.
        for gap in
            findings.iter_mut().filter(|finding| finding.problem == Problem::Gap && (finding.from..finding.to).contains(&differs.start))
        {
            gap.from = differs.start;
        }
        findings.push(Finding::between(problem, differs.start, differs.end));
    }
    broken_promises(&walk, promises, &mut findings);
    if !walk.stopped {
        against_length(&walk, promises, &mut findings);
        against_head(&walk, head, &mut findings);
        unsigned(&walk, promises, &mut findings);
    }
    findings.sort_by_key(|finding| (finding.from, finding.to));
    findings
}

/// Sizes that were reached with another root than was signed.
fn broken_promises(walk: &Walk<'_>, promises: &[Promise], findings: &mut Vec<Finding>) {
    let mut good = 0;
    let (mut rewritten, mut forked) = (false, false);
    for (promise, held) in promises.iter().zip(&walk.held) {
        if *held {
            good = promise.size;
        } else if promise.outside && !forked {
            findings.push(Finding::between(Problem::Forked, good, promise.size));
            forked = true;
        } else if !promise.outside && !rewritten {
            rewritten = true;
            if !findings.iter().any(|finding| finding.problem == Problem::Entry && finding.from < promise.size) {
                findings.push(Finding::between(Problem::Rewritten, good, promise.size));
            }
        }
    }
}

/// Whatever says that the log was longer.
fn against_length(walk: &Walk<'_>, promises: &[Promise], findings: &mut Vec<Finding>) {
    let size = walk.tree.frontier.size();
    let longest =
        |outside: bool| promises.iter().filter(|promise| promise.outside == outside).map(|promise| promise.size).max().unwrap_or(0);
    let inside = longest(false).max(walk.length_by_tiles.unwrap_or(0));
    if inside > size {
        findings.push(Finding::between(Problem::Truncated, size, inside));
    }
    if longest(true) > size {
        findings.push(Finding::between(Problem::RolledBack, size, longest(true)));
    }
}

fn against_head(walk: &Walk<'_>, head: Option<&Row>, findings: &mut Vec<Finding>) {
    let computed = &walk.tree.frontier;
    let size = computed.size();
    let Some((head_size, root, frontier, _)) = head else {
        findings.push(Finding::between(Problem::Head, 0, size));
        return;
    };
    let head_size = position(*head_size);
    if head_size != size {
        let truncated = findings.iter().any(|finding| finding.problem == Problem::Truncated);
        match head_size > size {
            true if truncated => {}
            true => findings.push(Finding::between(Problem::Truncated, size, head_size)),
            false => findings.push(Finding::between(Problem::Beyond, head_size, size)),
        }
        return;
    }
    let Some(stored) = Frontier::from_bytes(size, frontier) else {
        findings.push(Finding::between(Problem::Head, 0, size));
        return;
    };
    let differs = computed.parts().zip(stored.parts()).find(|(one, other)| one != other);
    match differs {
        Some(((first, leaves, _), _)) => {
            let end = first + leaves;
            let explained = findings.iter().any(|finding| finding.problem == Problem::Entry && (first..end).contains(&finding.from));
            if walk.vouched >= end {
                findings.push(Finding::between(Problem::Head, first, end));
            } else if !explained {
                // Tiles that agree were compared already: what differs lies after them.
                findings.push(Finding::between(Problem::Entry, first.max(walk.vouched), end));
            }
        }
        None if *root != stored.root() => findings.push(Finding::between(Problem::Head, 0, size)),
        None => {}
    }
}

/// Entries that are later than any unsigned entry can be.
fn unsigned(walk: &Walk<'_>, promises: &[Promise], findings: &mut Vec<Finding>) {
    let size = walk.tree.frontier.size();
    if walk.held.contains(&false) || walk.vouched == size {
        return;
    }
    let signed_at = promises.iter().zip(&walk.held).rev().find(|(_, held)| **held).map(|(promise, _)| promise.instant);
    let missing = match signed_at {
        None => true,
        Some(None) => false,
        Some(Some(signed_at)) => walk.latest.is_some_and(|latest| latest - signed_at > UNSIGNED_AT_MOST),
    };
    if missing {
        findings.push(Finding::between(Problem::Unsigned, walk.vouched, size));
    }
}
