//! Undoing: the page that tells of an act holds which rows the act touched, sealed for the session that did it. Nothing else is undone, whatever a
//! form says.

use face::Html;
use face::components::{self, Button, Emphasis};
use serde::{Deserialize, Serialize};
use vault::Cell;
use wire::Problem;

use crate::{Fields, Office, Visit, words};

/// What is told when [`Office::touched`] gives nothing.
pub const NOT_UNDONE: face::Words = words::NOT_UNDONE;

/// The field in which it stands.
const UNDO: &str = "undo";

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
    /// Tells of an act of this visitor, with the button that posts what it touched to `undo`.
    pub fn undoable(&self, visit: &Visit, undo: &str, title: &str, touched: &Touched) -> Result<Html, Problem> {
        let plain = serde_json::to_vec(touched).map_err(|_| wire::Defect("the rows of an act"))?;
        let (session, language) = (visit.session.id(), visit.guest.language);
        let sealed = hex::encode(self.room.vault().seal(&cell(&session, undo), &plain)?);
        let (values, text) = ([(UNDO, sealed.as_str())], words::UNDO.of(language));
        let button = Button { action: undo, csrf: visit.session.csrf(), values: &values, text, emphasis: Emphasis::Secondary };
        Ok(components::undo(language, title, &button))
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
