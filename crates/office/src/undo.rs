//! Undoing: the page that tells of an act holds which rows the act touched, sealed for the session that did it. Nothing else is undone, whatever a
//! form says.

use serde::{Deserialize, Serialize};
use vault::Cell;
use wire::Problem;

use crate::{Fields, Office, Visit};

/// The field in which it stands.
pub const UNDO: &str = "undo";

/// For how long an act can be undone, in milliseconds.
const TIME_MS: i64 = 60 * 60 * 1000;

/// What an act touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// When it was done, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The keys of the rows.
    pub rows: Vec<String>,
}

impl Office {
    /// What an act of this visitor touched, for the field [`UNDO`] of the button that posts to `undo`.
    pub fn seal_touched(&self, visit: &Visit, undo: &str, touched: &Touched) -> Result<String, Problem> {
        let plain = serde_json::to_vec(touched).map_err(|_| wire::Defect("the rows of an act"))?;
        let session = visit.session.id();
        Ok(self.room.vault().seal(&cell(&session, undo), &plain).map(hex::encode)?)
    }

    /// What the act touched that is to be undone; none of what this session did not do, of another act, or after an hour.
    pub fn touched(&self, visit: &Visit, undo: &str, fields: &Fields) -> Option<Touched> {
        let (sealed, session) = (hex::decode(fields.get(UNDO)).ok()?, visit.session.id());
        let plain = self.room.vault().open_cell(&cell(&session, undo), &sealed).ok()?;
        let touched: Touched = serde_json::from_slice(&plain).ok()?;
        (self.clock.now_ms() - touched.at <= TIME_MS).then_some(touched)
    }
}

/// It lies in no table: what it is sealed for is its use.
fn cell<'c>(session: &'c str, undo: &'c str) -> Cell<'c> {
    Cell::new("undo", session, undo)
}
