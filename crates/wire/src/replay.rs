//! Which signed messages were seen: kept in the receiver's room until they expire, so that a crash does not forget them.

use diesel::prelude::*;
use http::StatusCode;
use protocol::Signed;
use protocol::signed::{Expected, Opened, SignedError, SignedKind, TOLERANCE};
use serde::de::DeserializeOwned;
use store::{StoreError, Tx};
use vocabulary::Clock;

use crate::problem::Problem;

diesel::table! {
    seen_message (sender, number) {
        sender -> Text,
        number -> Binary,
        expires_at -> BigInt,
    }
}

/// Why a signed message was not believed for the first time.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It is refused, or was seen before.
    #[error(transparent)]
    Refused(#[from] SignedError),
    /// Whether it was seen before could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

store::driver_errors!(ReplayError);

impl From<SignedError> for Problem {
    fn from(error: SignedError) -> Self {
        match error {
            SignedError::Unwritable => Self::internal(&error),
            // The clocks stand apart, or it was long on its way: signed anew, or later, it is believed.
            SignedError::NotYetIssued | SignedError::Expired => {
                Self::new(StatusCode::TOO_EARLY, error.code(), format!("the signed message is refused for its time: {error}"))
            }
            SignedError::Replayed => Self::conflict("replayed", "this signed message was seen before; sign a new one"),
            refused => Self::unprocessable(refused.code(), format!("the signed message is refused: {refused}")),
        }
    }
}

/// Opens a message that must not have been seen before, and remembers it in the transaction of its effect.
pub fn open_once<T>(tx: &mut Tx, signed: &Signed<T>, expected: &Expected<'_>, clock: &dyn Clock) -> Result<Opened<T>, ReplayError>
where
    T: SignedKind + DeserializeOwned,
{
    let opened = signed.open(expected, clock.now())?;
    let values = (
        seen_message::sender.eq(opened.head.sender.to_string()),
        seen_message::number.eq(opened.head.number.as_bytes().to_vec()),
        seen_message::expires_at.eq(opened.head.expires.as_millisecond()),
    );
    // not a plain insert: on PostgreSQL a refused one would spoil the whole transaction, and the other rows of a batch are good
    match store::insert_ignore!(tx, seen_message::table, values)? {
        0 => Err(SignedError::Replayed.into()),
        _ => Ok(opened),
    }
}

/// Forgets the messages that would be refused as expired anyway; returns how many.
pub fn forget_expired(tx: &mut Tx, clock: &dyn Clock) -> Result<usize, StoreError> {
    let before = clock.now_ms() - 2 * i64::try_from(TOLERANCE.as_millis()).unwrap_or_default();
    Ok(diesel::delete(seen_message::table.filter(seen_message::expires_at.lt(before))).execute(tx)?)
}
