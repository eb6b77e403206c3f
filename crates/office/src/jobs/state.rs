//! The states of jobs on pages.

use face::Html;
use face::Language;
use face::components::{Tone, chip, code, number};
use protocol::messages::jobs::{Job, JobState};

use super::words;
use crate::WorkWords;

/// A state as a chip.
pub(super) fn state(language: Language, state: JobState) -> Html {
    chip(tone_and_word(state).0, state_word(language, state))
}

/// What a state is called.
pub(super) fn state_word(language: Language, state: JobState) -> &'static str {
    tone_and_word(state).1.of(language)
}

fn tone_and_word(state: JobState) -> (Tone, face::Words) {
    match state {
        JobState::Waiting => (Tone::Neutral, words::WAITING),
        JobState::Running => (Tone::Information, words::RUNNING),
        JobState::AwaitingApproval => (Tone::Warning, words::AWAITING),
        JobState::Previewed => (Tone::Warning, words::PREVIEWED),
        JobState::Done => (Tone::Success, words::DONE),
        JobState::Refused => (Tone::Error, words::REFUSED),
        JobState::Failed => (Tone::Error, words::FAILED),
        JobState::Cancelled => (Tone::Neutral, words::CANCELLED),
    }
}

/// `41,000 / 1,100,000`, or what is done where nobody knows how much there is; a dash for what has come to its end without counting.
pub(super) fn figures(job: &Job) -> String {
    let shown = |count: u64| number(i64::try_from(count).unwrap_or(i64::MAX));
    match job.progress.total {
        Some(total) => format!("{} / {}", shown(job.progress.done), shown(total)),
        None if job.state == JobState::Done && job.progress.done == 0 => "—".to_owned(),
        None => shown(job.progress.done),
    }
}

/// What a job is at, in its system's words, or by its name. One that has not begun, or has come to its end, is at nothing.
pub(super) fn step(work: &WorkWords, language: Language, job: &Job) -> Option<Html> {
    let step = job.progress.step.as_str();
    if step.is_empty() || job.started_at.is_none() || job.state == JobState::Done {
        return None;
    }
    Some(work.step(step).map_or_else(|| code(step), |words| words.of(language).into()))
}

/// Who asked, without the kind of caller before the id.
pub(super) fn who(asked_by: &str) -> &str {
    asked_by.rsplit(' ').next().unwrap_or(asked_by)
}
