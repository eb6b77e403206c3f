//! The controls of the privacy impact assessment, as `catalogue/controls/` has them.

use anyhow::Context as _;
use face::Words;
use serde::{Deserialize, Serialize};
use vocabulary::Date;

macro_rules! files {
    ($($name:literal)+) => {
        /// The files, in the order of the assessment.
        const FILES: &[(&str, &str)] =
            &[$((concat!($name, ".toml"), include_str!(concat!("../../../../catalogue/controls/", $name, ".toml")))),+];
    };
}

files! { "i-2" "ii-2" "ii-3" "ii-4" "ii-5" "ii-6" "iii-2" "iii-3" "iii-4" "iii-5" "iii-6" "iii-7" "iv-1" "iv-2" "iv-3" "v-1" "v-2" }

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    control: Vec<Control>,
}

/// What one sentence of the assessment asks, and what is claimed to prove it. The keys are explained beside the files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Control {
    pub(crate) id: String,
    pub(crate) passage: String,
    pub(crate) words: String,
    pub(crate) system: System,
    pub(crate) asks: String,
    pub(crate) measure: String,
    pub(crate) figure: String,
    pub(crate) state: State,
    pub(crate) judged: Option<Date>,
    pub(crate) instead: Option<String>,
    pub(crate) instead_ja: Option<String>,
    pub(crate) missing: Option<String>,
    pub(crate) missing_ja: Option<String>,
    pub(crate) register: Option<Register>,
    #[serde(default)]
    pub(crate) tests: Vec<String>,
    #[serde(default)]
    pub(crate) checks: Vec<String>,
    #[serde(default)]
    pub(crate) records: Vec<String>,
}

/// How far a control is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Tests do what its figure asks.
    Proven,
    /// Some of it.
    Partly,
    /// None of it.
    Absent,
    /// People do it; a register will hold that they did.
    Human,
}

impl State {
    pub(crate) const ALL: [State; 4] = [State::Proven, State::Partly, State::Absent, State::Human];

    pub(crate) const fn words(self) -> Words {
        match self {
            State::Proven => Words::new("立証済み", "proven"),
            State::Partly => Words::new("一部立証", "partly proven"),
            State::Absent => Words::new("未対応", "absent"),
            State::Human => Words::new("人的対策", "human"),
        }
    }
}

/// Which system the sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum System {
    Registry,
    Atena,
    Relay,
    Pmh,
    /// All of them.
    Common,
}

impl System {
    pub(crate) const fn words(self) -> Words {
        match self {
            System::Registry => Words::new("健診管理", "registry"),
            System::Atena => Words::new("統合宛名管理", "atena"),
            System::Relay => Words::new("中間サーバー", "relay"),
            System::Pmh => Words::new("PMH", "hub (PMH)"),
            System::Common => Words::new("共通", "all systems"),
        }
    }
}

/// What will hold that people did what a control asks of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Register {
    Contracts,
    Training,
    Inspections,
    Paper,
}

impl Register {
    pub(crate) const fn words(self) -> Words {
        match self {
            Register::Contracts => Words::new("委託・契約台帳（未整備）", "register of contracts (not there yet)"),
            Register::Training => Words::new("研修・誓約台帳（未整備）", "register of training and pledges (not there yet)"),
            Register::Inspections => Words::new("点検・監査台帳（未整備）", "register of inspections and audits (not there yet)"),
            Register::Paper => Words::new("紙媒体台帳（未整備）", "register of paper (not there yet)"),
        }
    }
}

/// Every control, in the order of the assessment.
pub(crate) fn controls() -> anyhow::Result<Vec<Control>> {
    let mut all = Vec::new();
    for (name, text) in FILES {
        let file: File = toml::from_str(text).with_context(|| format!("catalogue/controls/{name}"))?;
        all.extend(file.control);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn c_ii_6_pmh_1_every_control_has_a_test_a_record_or_says_what_is_missing() {
        let all = controls().unwrap();
        let ids: BTreeSet<&str> = all.iter().map(|control| control.id.as_str()).collect();
        assert_eq!((all.len(), ids.len()), (288, 288), "no control is lost, and none stands twice");
        for control in &all {
            let id = &control.id;
            for (key, text) in
                [("passage", &control.passage), ("words", &control.words), ("asks", &control.asks), ("figure", &control.figure)]
            {
                assert!(!text.trim().is_empty(), "{id} has no {key}");
            }
            assert_eq!(control.instead.is_some(), control.instead_ja.is_some(), "{id}: what was done instead is said in both languages");
            assert!(control.instead.is_none() || control.state == State::Proven, "{id}: instead");
            assert_eq!(control.missing.is_some(), control.missing_ja.is_some(), "{id}: what is missing is said in both languages");
            let says = (control.judged.is_some(), control.missing.is_some(), control.register.is_some());
            let expected = match control.state {
                State::Proven => (true, false, false),
                State::Partly | State::Absent => (false, true, false),
                State::Human => (false, control.missing.is_some(), true),
            };
            assert_eq!(says, expected, "{id}: judged, missing, register");
            let evidence = control.tests.len() + control.records.len();
            assert_eq!(evidence > 0, matches!(control.state, State::Proven | State::Partly), "{id}: {evidence} tests and records");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/controls");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<String> = files.filter(|name| name.ends_with(".toml")).collect();
        assert_eq!(files, FILES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
}
