//! An erasure is an act like another: it stands in the record, signed, and says which list of people is gone and why. A list that is gone
//! without such an entry was taken away by somebody else, and the verifier says so.

use access::Caller;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::entry::{Entry, Subjects};
use crate::log::{self, Head};
use crate::note::VerifierKey;
use crate::{Act, LedgerError, Room, Seen, people};

/// Under which an erasure is recorded.
pub(crate) const ERASE: Act = Act::new("ledger:people.erase");

impl Room {
    /// Takes away the list of the people whom the entry at a position concerns, and whom no search finds by it from then on: the act and its
    /// entry are one transaction. The entry itself stays, and so do others under the same list. `why` has up to 100 bytes and no personal data.
    ///
    /// Fails with [`LedgerError::NoList`] when no list lies under the entry: it names its people itself, or nobody, or the list is gone.
    pub async fn erase_people(&self, caller: &Caller, position: u64, why: &str) -> Result<(), LedgerError> {
        let (room, why) = (self.clone(), why.to_owned());
        let erased = self.change(caller, ERASE, move |tx, record| {
            let mut list = None;
            // The head stays as it is until the entry is appended to it.
            let head = Head::lock(tx, room.vault())?;
            let at = head.size();
            if position >= at {
                return Err(LedgerError::NoList);
            }
            log::each_proven(tx, &head, position..position.saturating_add(1), |_, bytes| {
                if let Ok(Entry { subjects: Subjects::Many(count, digest), .. }) = Entry::decode(bytes) {
                    list = Some((count, digest));
                }
            })?;
            let (count, digest) = list.ok_or(LedgerError::NoList)?;
            if !people::erase(tx, &digest)? {
                return Err(LedgerError::NoList);
            }
            let signature = room.log().signer.sign(&message(room.verifier_key().name(), at, count, &digest)).to_bytes();
            record.subjects(count, digest);
            record.note(format!("{} {why}", BASE64_STANDARD.encode(signature)));
            Ok(Seen::nobody(()))
        });
        erased.await
    }
}

/// Whether an entry is an erasure.
pub(crate) fn is_erasure(entry: &Entry<'_>) -> bool {
    entry.action == ERASE.name()
}

/// Whether the key of the log signed the erasure at this place.
pub(crate) fn is_signed(entry: &Entry<'_>, position: u64, keys: &[VerifierKey]) -> bool {
    let Subjects::Many(count, digest) = entry.subjects else { return false };
    let signature = entry.detail.split_once(' ').map_or(entry.detail, |(signature, _)| signature);
    let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
    keys.iter().any(|key| key.signed(&message(key.name(), position, count, &digest), &signature))
}

/// What is signed: it fits no other list, no other place and no other log.
fn message(origin: &str, position: u64, count: u64, digest: &[u8; 32]) -> Vec<u8> {
    format!("kenshin-erasure\n{origin}\n{position}\n{count}\n{}\n", BASE64_STANDARD.encode(digest)).into_bytes()
}
