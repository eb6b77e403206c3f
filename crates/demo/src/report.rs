//! The report of the eleven steps, as `--report` writes it and the page shows it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// What a step counted, by name.
pub type Counts = BTreeMap<String, u64>;

/// The whole ring.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Whether every step went well.
    pub ok: bool,
    /// From the first step to the last.
    pub seconds: f64,
    /// In their order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// 1 to 11.
    pub number: u8,
    /// What it does.
    pub name: &'static str,
    /// Whether it went well.
    pub ok: bool,
    /// How long it took.
    pub seconds: f64,
    /// What it counted.
    pub counts: Counts,
}

/// Number, name, time and the first counts, in a line.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> = self.counts.iter().take(6).map(|(name, count)| format!("{name} {count}")).collect();
        write!(f, "{:>2}  {:34} {:>7.2} s  {}", self.number, self.name, self.seconds, counts.join(", "))
    }
}

/// Names of the steps, in the order of the ring.
pub const NAMES: [&str; 11] = [
    "import of the resident register",
    "extraction and vouchers",
    "registration with the hub",
    "PMH keys",
    "cards and pseudonyms",
    "residents at the portal",
    "visits at facilities",
    "results come back",
    "follow-up, claims, counts",
    "replicas",
    "another city asks",
];

/// The report while it grows; shared with the page.
#[derive(Debug, Clone, Default)]
pub struct Live(Arc<Mutex<(Report, Option<u8>)>>);

impl Live {
    /// The report so far, and the step that runs.
    pub fn now(&self) -> (Report, Option<u8>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn begins(&self, number: u8) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(number);
    }

    pub(crate) fn ended(&self, step: Step) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.0.seconds += step.seconds;
        live.0.steps.push(step);
        live.0.ok = live.0.steps.len() == NAMES.len() && live.0.steps.iter().all(|step| step.ok);
        live.1 = None;
    }
}

impl Report {
    /// As JSON.
    pub fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
