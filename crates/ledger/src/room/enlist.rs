//! The many whom a bulk act concerns.

use super::Room;
use crate::people::List;
use crate::seen::{Concerned, Enlisted};
use crate::{LedgerError, People};

impl Room {
    /// Nobody yet, of the many whom a bulk act will concern.
    pub fn people(&self) -> People {
        People::new(&self.0.vault)
    }

    /// Makes the list of the people of a bulk act durable, in portions between which others read and write, before the transaction of its
    /// entry ([`Seen::enlisted`]). A list without its entry says nothing of anybody. For a thread that may block.
    pub fn enlist_blocking(&self, people: People) -> Result<Enlisted, LedgerError> {
        match List::of(people.into_tokens()).short() {
            Ok(tokens) => Ok(Enlisted(Concerned::Many(tokens))),
            Err(list) => {
                self.0.write_list(&list)?;
                Ok(Enlisted(Concerned::List(list.len(), list.digest)))
            }
        }
    }
}
