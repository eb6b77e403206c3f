//! What is left of a file that was not read to its end, or was only shown: nobody sees what was staged, everybody whom a first file has brought. It goes by
//! itself when its job is cancelled or refused, and what was to go in when that has failed; what was to go in goes before another file is taken in, and
//! what was shown once another goes in.

use access::Caller;
use store::Tx;
use work::jobs::{JobRun, Jobs};

use super::import::ImportError;
use super::{load, stage, taken};

/// Upkeep: gives up the files that no job goes on with, if all were begun before `before` (milliseconds since 1970), and takes away what is left
/// of them. For a thread that may block.
pub(crate) fn clear(jobs: &Jobs, caller: &Caller, before: i64) -> Result<(), ImportError> {
    let room = jobs.room();
    give_up_shown(jobs)?;
    let [unread, given_up] = room.count_blocking(|tx| Ok::<_, ImportError>(taken::left(tx)?))?;
    if unread > 0 {
        room.maintain_blocking(|tx| {
            let is_young = taken::newest_unread(tx)?.is_some_and(|at| at >= before);
            if is_young || jobs.is_open(tx, super::IMPORT)? { Ok(()) } else { Ok::<_, ImportError>(taken::give_up_unread(tx, None)?) }
        })?;
    }
    if unread + given_up > 0 { take_away(&JobRun::alone(room, caller)) } else { Ok(()) }
}

/// Gives up the files that were only shown, by jobs that were cancelled or refused since, or are forgotten. While those that are shown only wait,
/// nothing is written.
fn give_up_shown(jobs: &Jobs) -> Result<(), ImportError> {
    if jobs.room().count_blocking(|tx| Ok::<_, ImportError>(no_longer_shown(jobs, tx)?.is_empty()))? {
        return Ok(());
    }
    jobs.room().maintain_blocking(|tx| {
        no_longer_shown(jobs, tx)?.into_iter().try_for_each(|number| Ok::<_, ImportError>(taken::give_up(tx, number).map(drop)?))
    })
}

/// The files that were only shown, and that no job goes on with.
fn no_longer_shown(jobs: &Jobs, tx: &mut Tx) -> Result<Vec<i64>, ImportError> {
    let mut over = Vec::new();
    for (number, job) in taken::shown(tx)? {
        if !jobs.keeps_staged(tx, job)? {
            over.push(number);
        }
    }
    Ok(over)
}

/// What an earlier attempt of this job has staged to be shown.
pub(super) fn give_up_own(run: &JobRun) -> Result<(), ImportError> {
    run.aside_blocking(|tx, _| {
        let shown = taken::shown(tx)?;
        shown.into_iter().filter(|(_, job)| *job == run.id()).try_for_each(|(number, _)| taken::give_up(tx, number).map(drop))?;
        Ok::<_, ImportError>(())
    })?;
    take_away(run)
}

/// What was to go in and was not read to its end, for a job that takes another file in, or goes on with a first one. What is only shown stays until
/// a file goes in.
pub(super) fn give_up_others(run: &JobRun, own: Option<i64>) -> Result<(), ImportError> {
    let left = run.room().count_blocking(|tx| Ok::<_, ImportError>(taken::left(tx)?))?;
    if left == [0, 0] {
        return Ok(());
    }
    run.aside_blocking(|tx, _| Ok::<_, ImportError>(taken::give_up_unread(tx, own)?))?;
    take_away(run)
}

/// Takes away what was given up; safe beside another process that does the same.
pub(super) fn take_away(run: &JobRun) -> Result<(), ImportError> {
    loop {
        let [staged, loaded] =
            run.room().count_blocking(|tx| Ok::<_, ImportError>(taken::given_up(tx)?.map(|number| number.unwrap_or(0))))?;
        match (staged, loaded) {
            (0, 0) => return Ok(()),
            (0, number) => load::give_up(run, number)?,
            (number, _) => stage::give_up(run, number)?,
        }
    }
}
