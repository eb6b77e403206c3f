//! The states of jobs on pages.

use face::Html;
use face::Language;
use face::components::{Tone, chip, number};
use protocol::messages::jobs::{Job, JobState};

use super::words;

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
        JobState::Done => (Tone::Success, words::DONE),
        JobState::Refused => (Tone::Error, words::REFUSED),
        JobState::Failed => (Tone::Error, words::FAILED),
        JobState::Cancelled => (Tone::Neutral, words::CANCELLED),
    }
}

/// `41,000 / 1,100,000`, or what is done where nobody knows how much there is.
pub(super) fn figures(job: &Job) -> String {
    let shown = |count: u64| number(i64::try_from(count).unwrap_or(i64::MAX));
    match job.progress.total {
        Some(total) => format!("{} / {}", shown(job.progress.done), shown(total)),
        None => shown(job.progress.done),
    }
}

/// Who asked, without the kind of caller before the id.
pub(super) fn who(asked_by: &str) -> &str {
    asked_by.rsplit(' ').next().unwrap_or(asked_by)
}
