//! Each witness is told of a record's latest checkpoint, by itself: one that is away holds up nobody.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::Method;
use ledger::{LedgerError, Room, SignedCheckpoint, VerifierKey, origin_digest};
use line::{NoAnswer, TextServer};

use super::{PREFIX, WitnessSetting, WitnessSettingError};
use crate::house::House;
use crate::rounds::{self, Bell};
use crate::server::Stop;

/// Times that a witness is asked in a round: by what is known here, and by what it says then.
const TRIES: usize = 3;

/// How long after the start a witness is first asked: where parties start one after another it may be the next.
const SETTLED: Duration = Duration::from_secs(3);

/// A witness and the record that it cosigns.
pub(crate) struct Telling {
    room: Room,
    key: VerifierKey,
    server: TextServer,
    /// Milliseconds after which it is told again although nothing was recorded.
    again: i64,
    /// When it answered last, by our own clock: its own may be slow.
    answered: AtomicI64,
}

/// Why a witness has not cosigned.
#[derive(Debug, thiserror::Error)]
enum UntoldError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("the witness refuses it ({0})")]
    Refused(u16),
    #[error("the witness answers what cannot be: {0}")]
    Answer(&'static str),
    #[error(
        "the witness says that the record does not go on from what it cosigned, and shows no checkpoint that a key of this room signed"
    )]
    Unfounded,
    #[error("the witness refuses it, and shows a checkpoint from which the record does go on")]
    Mistaken,
}

/// The witnesses of the setting, to be told of the room's checkpoints.
pub(crate) fn witnesses(house: &House, room: &Room) -> Result<Vec<Telling>, WitnessSettingError> {
    house.setting.witnesses.iter().map(|setting| Telling::of(house, room, setting)).collect()
}

impl Telling {
    /// Tells the witness of each checkpoint, until told to stop.
    pub(crate) async fn keep(self, mut stop: Stop) {
        if !stop.sleep(SETTLED).await {
            return;
        }
        let telling = Arc::new(self);
        let round = || {
            let telling = Arc::clone(&telling);
            async move { telling.round().await }
        };
        rounds::repeat("witness", Bell::default(), stop, round).await;
    }

    fn of(house: &House, room: &Room, setting: &WitnessSetting) -> Result<Self, WitnessSettingError> {
        let key = setting.key.0.clone();
        if !key.is_witness() {
            return Err(WitnessSettingError::Key(key.to_string()));
        }
        let server = match (&setting.party, &setting.url) {
            (Some(party), None) => house.client.text_server(party, PREFIX),
            (None, Some(url)) => {
                let authority = match &setting.authority {
                    Some(file) => fs::read_to_string(file).map_err(|error| WitnessSettingError::Authority(file.clone(), error))?,
                    None => house.identity.authority_pem().to_owned(),
                };
                TextServer::at(url, &authority, &house.clock)?
            }
            _ => return Err(WitnessSettingError::Place(key.to_string())),
        };
        let again = house.setting.within() / 4;
        Ok(Self { room: room.clone(), key, server, again, answered: AtomicI64::default() })
    }

    /// Has the latest checkpoint cosigned, unless it is already, and lately.
    async fn round(&self) -> Result<(), UntoldError> {
        let Some(note) = self.room.checkpoint().await? else { return Ok(()) };
        let (size, last) = (note.checkpoint().size, self.room.cosigned(&self.key).await?);
        let known = last.as_ref().map_or(0, |last| last.checkpoint().size);
        if let Some(last) = last.as_ref().filter(|_| known > size) {
            // What was cosigned once stands beside a record that is shorter.
            return Ok(self.room.heed(last).await?);
        }
        if known == size && last.is_some_and(|last| !self.is_due(&last)) {
            return Ok(());
        }
        let mut old = known;
        for _ in 0..TRIES {
            let asked = self.room.ask_to_cosign(&note, old).await?.to_string();
            let answer = self.server.ask(Method::POST, "add-checkpoint", Some(asked)).await?;
            match answer.status.as_u16() {
                200 => {
                    self.room.keep_cosignature(&note, &answer.text, &self.key).await?;
                    self.answered.store(self.room.clock().now_ms(), Ordering::Release);
                    return Ok(());
                }
                409 => {
                    let said: u64 = answer.text.trim_end().parse().map_err(|_| UntoldError::Answer("no size"))?;
                    if said > size {
                        return self.answer_for_it().await;
                    }
                    if said == old {
                        return Err(UntoldError::Answer("the size is the one that it was told"));
                    }
                    if said < known {
                        tracing::error!(
                            alarm = "witness",
                            witness = self.key.name(),
                            said,
                            known,
                            "the witness has forgotten what it cosigned"
                        );
                    }
                    old = said;
                }
                422 => return self.answer_for_it().await,
                status => return Err(UntoldError::Refused(status)),
            }
        }
        Err(UntoldError::Answer("another size each time"))
    }

    fn is_due(&self, last: &SignedCheckpoint) -> bool {
        let at = last.cosigned_at(&self.key).ok().and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(0);
        let at = at.saturating_mul(1_000).max(self.answered.load(Ordering::Acquire));
        self.room.clock().now_ms().saturating_sub(at) >= self.again
    }

    /// The witness says that it cosigned something else of this record. It is believed by what it shows, which this room's own key must have signed: a
    /// witness that lies stops nobody.
    async fn answer_for_it(&self) -> Result<(), UntoldError> {
        let path = format!("{}/checkpoint", origin_digest(self.room.verifier_key().name()));
        let answer = self.server.ask(Method::GET, &path, None).await?;
        let shown = SignedCheckpoint::parse(&answer.text).map_err(|_| UntoldError::Unfounded)?;
        match self.room.heed(&shown).await {
            Ok(()) => Err(UntoldError::Mistaken),
            Err(LedgerError::Note(_)) => Err(UntoldError::Unfounded),
            Err(error) => {
                if let LedgerError::Damaged(what) = &error {
                    let (witness, shown) = (self.key.name(), shown.checkpoint().size);
                    tracing::error!(alarm = "witness", witness, shown, what, "the record of use is not the one that the witness cosigned");
                }
                Err(error.into())
            }
        }
    }
}
