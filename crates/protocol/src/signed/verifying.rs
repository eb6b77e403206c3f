//! What the signatures of a party are verified with.

use jiff::Timestamp;
use seal::VerifyingKey;

use super::TOLERANCE;

/// The verifying keys of a party: the present one, and former ones for what was signed in their time.
#[derive(Clone, Debug)]
pub struct VerifyingKeys {
    present: VerifyingKey,
    former: Vec<Former>,
}

#[derive(Clone, Debug)]
struct Former {
    key: VerifyingKey,
    from: Timestamp,
    until: Timestamp,
}

impl VerifyingKeys {
    /// One that signed between these instants, before the present one took its place.
    pub fn push_former(&mut self, key: VerifyingKey, from: Timestamp, until: Timestamp) {
        self.former.push(Former { key, from, until });
    }

    /// Each, the present one first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &VerifyingKey> {
        std::iter::once(&self.present).chain(self.former.iter().map(|former| &former.key))
    }

    /// Until when this key, if it may have signed what says that it was signed then, was the sender's: for ever if it is the present one.
    pub(super) fn time_of(&self, key: &VerifyingKey, issued: Timestamp) -> Option<Timestamp> {
        if self.present == *key {
            return Some(Timestamp::MAX);
        }
        let fits = |former: &&Former| former.key == *key && former.from - TOLERANCE <= issued && issued <= former.until + TOLERANCE;
        self.former.iter().find(fits).map(|former| former.until)
    }
}

impl From<VerifyingKey> for VerifyingKeys {
    fn from(present: VerifyingKey) -> Self {
        Self { present, former: Vec::new() }
    }
}
