//! The witnesses (立会人) of a party's record of use, and the party as a witness of others (C2SP tlog-witness). Witnesses are other municipalities'
//! instances, or anybody who speaks that protocol: they see sizes and hashes, and nothing of what is recorded.

mod answer;
mod file;
mod tell;

use std::path::PathBuf;

use futures::future::BoxFuture;
use ledger::{Expectation, NoteError, VerifierKey};
use line::pki::PkiError;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use vocabulary::Party;

pub(crate) use self::answer::routes;
pub(crate) use self::file::keep as keep_file;
pub(crate) use self::tell::witnesses;
use crate::server::{Figure, Figures};
use crate::setting::Setting;

/// Where a party answers as a witness: the submission and monitoring prefix of the specification.
pub(crate) const PREFIX: &str = "/witness";

/// The fewest seconds for which a cosignature is good: a witness is asked every ten.
const LEAST_SECONDS: u64 = 60;

/// Reads for how long a cosignature is good.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    if seconds < LEAST_SECONDS { Err(D::Error::custom(WitnessSettingError::Seconds(seconds))) } else { Ok(seconds) }
}

/// A verifier key as `kenshin init` shows it: of a log `kenshin/registry_991015+…`, of a witness `kenshin/registry_991015/witness+…`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyText(pub VerifierKey);

impl TryFrom<String> for KeyText {
    type Error = NoteError;

    fn try_from(text: String) -> Result<Self, NoteError> {
        Ok(Self(text.parse()?))
    }
}

/// A witness of a party's record of use: a party of the ring, or a server at a URL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WitnessSetting {
    /// What its cosignatures are verified with.
    pub key: KeyText,
    /// Which party it is; its address stands under `peers`.
    #[serde(default)]
    pub party: Option<Party>,
    /// The beginning of its addresses, where it is no party of the ring: `https://witness.example/kenshin`.
    #[serde(default)]
    pub url: Option<String>,
    /// The certificate (PEM) of the authority that vouches for the server at the URL; the party's own without.
    #[serde(default)]
    pub authority: Option<PathBuf>,
}

/// Why the witnesses of a setting cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum WitnessSettingError {
    /// Neither or both of the two ways to reach it.
    #[error("witnesses: {0} needs either `party` or `url`")]
    Place(String),
    /// Not the key of a witness, or not of a log.
    #[error("{0} is not the kind of key that belongs there: `witnesses` has keys of witnesses (…/witness+…), `witnessed` those of logs")]
    Key(String),
    /// A cosignature is required, and there is nobody who could give one.
    #[error("witness-required: without `witnesses` nobody cosigns the record, and nothing could be recorded")]
    Required,
    /// A cosignature would be too old before the witness is asked again.
    #[error("witness-seconds: {0} is too short, {LEAST_SECONDS} at least")]
    Seconds(u64),
    /// The authority's certificate cannot be read.
    #[error("witnesses: {0}: {1}")]
    Authority(PathBuf, std::io::Error),
    /// The authority's certificate is none.
    #[error(transparent)]
    Pki(#[from] PkiError),
}

impl Setting {
    /// What it expects of the witnesses of the party's record.
    pub fn expected_witnesses(&self) -> Result<Expectation, WitnessSettingError> {
        if self.witness_required && self.witnesses.is_empty() {
            return Err(WitnessSettingError::Required);
        }
        Ok(Expectation {
            witnesses: self.witnesses.iter().map(|witness| witness.key.0.clone()).collect(),
            within: self.within(),
            is_required: self.witness_required,
        })
    }

    /// Milliseconds for which a cosignature is good.
    pub(crate) fn within(&self) -> i64 {
        i64::try_from(self.witness_seconds).unwrap_or(i64::MAX).saturating_mul(1_000)
    }

    /// The keys of the logs that the party witnesses.
    pub(crate) fn witnessed_logs(&self) -> Result<Vec<VerifierKey>, WitnessSettingError> {
        let keys = self.witnessed.iter().map(|KeyText(key)| key);
        keys.map(|key| if key.is_witness() { Err(WitnessSettingError::Key(key.to_string())) } else { Ok(key.clone()) }).collect()
    }
}

/// What `/readyz` says of the witnesses of a room: wrong when none has cosigned for longer than was expected.
pub(crate) fn reading(room: &ledger::Room) -> Result<(), String> {
    let seconds = room.since_witnessed().unwrap_or_default() / 1_000;
    if room.is_unwitnessed() { Err(format!("no witness has cosigned the record of use for {seconds} seconds")) } else { Ok(()) }
}

/// The figure of `/metrics` that goes with it.
pub(crate) fn figures(room: &ledger::Room) -> Figures {
    let room = room.clone();
    let read = move || -> BoxFuture<'static, Vec<Vec<Figure>>> {
        let age = room.since_witnessed().and_then(|age| u32::try_from(age / 1_000).ok()).unwrap_or_default();
        Box::pin(async move { vec![vec![(Vec::new(), f64::from(age))]] })
    };
    Figures { names: vec![("witness_age_seconds", "Seconds since a witness cosigned the record of use last")], read: Box::new(read) }
}
