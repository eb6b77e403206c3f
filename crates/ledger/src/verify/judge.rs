use super::signed::Promise;
use super::walk::Walk;
use super::{Finding, Problem};
use crate::log::{HeadRow, position};
use crate::merkle::Frontier;

/// A checkpoint is signed by the first append that finds the last one a second old; ten are no excuse.
const UNSIGNED_AT_MOST: i64 = 10_000;

/// Weighs what the walk saw against the head and against what was signed: what is wrong, and where first.
pub(super) fn judge(walk: &Walk<'_>, head: Option<&HeadRow>, promises: &[Promise]) -> Vec<Finding> {
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
    if !walk.stopped {
        against_length(walk, head.map_or(0, |head| position(head.size)), promises, &mut findings);
        against_head(walk, head, &mut findings);
        let said = head.and_then(|head| head.checkpoint_size).map_or(0, position);
        unsigned(walk, said, promises, &mut findings);
    }
    broken_promises(walk, promises, &mut findings);
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

/// Whatever says that the log was longer: the tiles to the entry, the head to a subtree, what was signed to the last promise kept.
fn against_length(walk: &Walk<'_>, head_size: u64, promises: &[Promise], findings: &mut Vec<Finding>) {
    let size = walk.tree.frontier.size();
    let longest =
        |outside: bool| promises.iter().filter(|promise| promise.outside == outside).map(|promise| promise.size).max().unwrap_or(0);
    let (inside, outside) = (longest(false), longest(true));
    if let Some(length) = walk.length_by_tiles {
        findings.push(Finding::between(Problem::Truncated, size, length.max(inside)));
    } else if inside > size && head_size <= size {
        findings.push(Finding::between(Problem::Rewritten, walk.vouched, inside));
    }
    if outside > size {
        findings.push(Finding::between(Problem::RolledBack, walk.vouched, outside));
    }
}

fn against_head(walk: &Walk<'_>, head: Option<&HeadRow>, findings: &mut Vec<Finding>) {
    let computed = &walk.tree.frontier;
    let size = computed.size();
    let Some(HeadRow { size: head_size, root, frontier, .. }) = head else {
        return findings.push(Finding::between(Problem::Head, 0, size));
    };
    let head_size = position(*head_size);
    let Some(stored) = Frontier::from_bytes(head_size, frontier) else {
        return findings.push(Finding::between(Problem::Head, 0, size.max(head_size)));
    };
    // Subtrees over the same entries; those of a longer or a shorter log part ways somewhere.
    let common = || computed.parts().zip(stored.parts()).take_while(|(one, other)| (one.0, one.1) == (other.0, other.1));
    let differs = common().find(|(one, other)| one.2 != other.2).map(|((first, leaves, _), _)| first..first + leaves);
    match differs {
        Some(part) if walk.vouched >= part.end => findings.push(Finding::between(Problem::Head, part.start, part.end)),
        Some(part) => {
            let explained = findings.iter().any(|finding| finding.problem == Problem::Entry && part.contains(&finding.from));
            if !explained {
                findings.push(Finding::between(Problem::Entry, part.start.max(walk.vouched), part.end));
            }
        }
        None if head_size > size && walk.length_by_tiles.is_none() => {
            let agreed = common().last().map_or(0, |((first, leaves, _), _)| first + leaves);
            findings.push(Finding::between(Problem::Truncated, agreed, head_size));
        }
        None if head_size < size => findings.push(Finding::between(Problem::Beyond, head_size, size)),
        None if head_size == size && *root != stored.root() => findings.push(Finding::between(Problem::Head, 0, size)),
        None => {}
    }
}

/// Entries that are later than any unsigned entry can be, or that the head says were signed.
fn unsigned(walk: &Walk<'_>, said: u64, promises: &[Promise], findings: &mut Vec<Finding>) {
    let size = walk.tree.frontier.size();
    let doubted = findings.iter().any(|finding| finding.problem == Problem::Checkpoint);
    // What a checkpoint speaks of, however it came out, was signed.
    let claimed = promises.iter().any(|promise| promise.size > walk.vouched);
    if doubted || claimed || walk.vouched == size {
        return;
    }
    let signed_at = promises.iter().zip(&walk.held).rev().find(|(_, held)| **held).map(|(promise, _)| promise.instant);
    let missing = match signed_at {
        None => true,
        Some(None) => false,
        Some(Some(signed_at)) => walk.latest.is_some_and(|latest| latest - signed_at > UNSIGNED_AT_MOST),
    };
    if missing || said > walk.vouched {
        findings.push(Finding::between(Problem::Unsigned, walk.vouched, size));
    }
}
