//! Steps that follow each other.

use askama::Template;

use super::{Tone, chip};
use crate::{Html, Language, Words, words};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Going on.
    Running,
    /// Over.
    Done,
    /// Over, and wrong.
    Failed,
}

impl StepState {
    const fn as_str(self) -> &'static str {
        match self {
            StepState::Waiting => "waiting",
            StepState::Running => "running",
            StepState::Done => "done",
            StepState::Failed => "failed",
        }
    }

    const fn told(self) -> (Tone, Words) {
        match self {
            StepState::Waiting => (Tone::Neutral, words::STEP_WAITING),
            StepState::Running => (Tone::Information, words::STEP_RUNNING),
            StepState::Done => (Tone::Success, words::STEP_DONE),
            StepState::Failed => (Tone::Error, words::STEP_FAILED),
        }
    }
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// How far it is.
    pub state: StepState,
    /// What it is.
    pub title: &'a str,
    /// What happens in it, its figures, its links.
    pub body: Html,
}

#[derive(Template)]
#[template(path = "components/steps.html")]
struct StepsView<'a> {
    language: Language,
    steps: &'a [Step<'a>],
}

impl StepsView<'_> {
    fn state(&self, step: &Step<'_>) -> Html {
        let (tone, word) = step.state.told();
        chip(tone, word.of(self.language))
    }

    fn name(&self, place: &usize) -> String {
        words::STEP_NUMBER.with(self.language, &[("number", place)])
    }
}

/// Numbered steps, one below the other, each with its state.
pub fn steps(language: Language, steps: &[Step<'_>]) -> Html {
    Html::rendered(&StepsView { language, steps })
}
