//! Cosignatures (`c2sp.org/tlog-cosignature`, version 1 for Ed25519): a witness says that, at a time, a checkpoint was the largest it had seen of a
//! log, and that it goes on from everything it had seen before.

use super::{NoteError, SignedCheckpoint, VerifierKey, signature_line};

/// Bytes of the time before the signature.
const TIME: usize = 8;

/// What a witness signs.
fn message(seconds: u64, body: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{body}")
}

impl SignedCheckpoint {
    /// The line by which a witness says that it saw this checkpoint, at a time in seconds since 1970 UTC.
    pub(crate) fn cosign(&self, key: &VerifierKey, seconds: u64, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> String {
        let signature = sign(message(seconds, &self.body()).as_bytes());
        signature_line(key, &[seconds.to_be_bytes().as_slice(), &signature].concat())
    }

    /// When the witness saw the checkpoint, in seconds since 1970 UTC: the latest time, where it says several. Each of its signatures must hold.
    pub fn cosigned_at(&self, key: &VerifierKey) -> Result<u64, NoteError> {
        let body = self.body();
        let mut latest = None;
        for bytes in self.by(key)? {
            let (time, signature) = bytes.split_first_chunk::<TIME>().ok_or(NoteError::Signature)?;
            let seconds = u64::from_be_bytes(*time);
            // A time is none above 2^63 - 1, and 0 says nothing of when.
            let is_time = (1..=i64::MAX.unsigned_abs()).contains(&seconds);
            if !key.is_witness() || !is_time || !key.signed(message(seconds, &body).as_bytes(), signature) {
                return Err(NoteError::Signature);
            }
            latest = latest.max(Some(seconds));
        }
        latest.ok_or(NoteError::Unsigned)
    }

    /// The checkpoint with those signature lines that are by this witness; whatever else a witness sends is left out.
    pub fn with_cosignature(&self, lines: &str, by: &VerifierKey) -> Result<Self, NoteError> {
        let sent = Self::parse(&format!("{}\n{lines}", self.body()))?;
        sent.cosigned_at(by)?;
        let own: String = sent.by(by)?.map(|bytes| signature_line(by, bytes)).collect();
        Self::parse(&format!("{}{own}", self.text))
    }

    /// The checkpoint with the signatures by one key alone.
    pub(crate) fn signed_by(&self, key: &VerifierKey) -> Result<Self, NoteError> {
        self.verify(key)?;
        let own: String = self.by(key)?.map(|bytes| signature_line(key, bytes)).collect();
        Self::parse(&format!("{}\n{own}", self.body()))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::super::Checkpoint;
    use super::*;

    fn witness(name: &str, secret: u8) -> (VerifierKey, SigningKey) {
        let signing = SigningKey::from_bytes(&[secret; 32]);
        (VerifierKey::of_witness(name, signing.verifying_key()), signing)
    }

    fn note() -> SignedCheckpoint {
        let signing = SigningKey::from_bytes(&[5; 32]);
        let key = VerifierKey::new("kenshin/registry_991015", signing.verifying_key());
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 7, root: [7; 32], instant: Some(1_790_000_000_000) };
        checkpoint.sign(&key, |body| signing.sign(body).to_bytes())
    }

    #[test]
    fn t_21_a_cosignature_holds_for_its_checkpoint_its_witness_and_its_time_alone() {
        let (key, signing) = witness("kenshin/registry_992020/witness", 8);
        let sign = |message: &[u8]| signing.sign(message).to_bytes();
        let note = note();
        let line = note.cosign(&key, 1_790_000_001, sign);
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        let cosigned = note.with_cosignature(&line, &key).unwrap();
        assert_eq!((cosigned.cosigned_at(&key), note.cosigned_at(&key)), (Ok(1_790_000_001), Err(NoteError::Unsigned)));
        assert_eq!(SignedCheckpoint::parse(cosigned.text()), Ok(cosigned.clone()));
        // Lines of others come along, and are left out.
        let (other, others) = witness("kenshin/registry_992020/witness", 9);
        let strange = note.cosign(&other, 1_790_000_009, |message| others.sign(message).to_bytes());
        assert_eq!(note.with_cosignature(&format!("{strange}{line}"), &key), Ok(cosigned.clone()));
        assert_eq!(note.with_cosignature(&strange, &key), Err(NoteError::Unsigned));
        // Of another size; at another time; without a time; as a log's signature.
        let altered = SignedCheckpoint::parse(&cosigned.text().replacen("\n7\n", "\n8\n", 1)).unwrap();
        assert_eq!(altered.cosigned_at(&key), Err(NoteError::Signature));
        let bytes = BASE64_STANDARD.decode(line.trim_end().rsplit_once(' ').unwrap().1).unwrap();
        let with = |bytes: &[u8]| format!("\u{2014} {} {}\n", key.name(), BASE64_STANDARD.encode(bytes));
        let mut later = bytes.clone();
        later[11] ^= 1;
        let never = note.cosign(&key, 0, sign);
        for wrong in [with(&later), with(&bytes[..12]), never] {
            assert_eq!(note.with_cosignature(&wrong, &key), Err(NoteError::Signature), "{wrong}");
        }
        assert_eq!(cosigned.verify(&VerifierKey::new(key.name(), signing.verifying_key())), Err(NoteError::Unsigned));
    }
}
