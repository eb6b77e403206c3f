//! Signed notes and checkpoints as C2SP publishes them (`c2sp.org/signed-note`, `c2sp.org/tlog-checkpoint`), and what witnesses say of them
//! (`c2sp.org/tlog-cosignature`).

mod cosign;

use std::fmt::{self, Display, Write as _};
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::merkle::{HASH, Hash};
use crate::tiles::decimal;

/// The bytes that name the kinds of key in key ids and verifier keys: Ed25519 over the note, and over a witness's word of when it saw the note.
const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;

/// How the extension line with the instant begins.
const INSTANT: &str = "kenshin-signed-at ";

/// A note may not be longer; nothing of ours comes near.
const MAX_NOTE: usize = 64 * 1024;

/// Why a note is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note, or not a checkpoint.
    #[error("not a signed checkpoint: {0}")]
    Shape(&'static str),
    /// No signature by that key.
    #[error("the checkpoint bears no signature by the key")]
    Unsigned,
    /// A signature by that key that does not hold.
    #[error("the signature of the checkpoint does not hold")]
    Signature,
}

/// The public half of the key that signs a log's checkpoints, or that a witness cosigns them with: `name+id+key` in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: u8,
    id: [u8; 4],
    key: VerifyingKey,
}

/// What a log commits to: its name, its size, its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log: `kenshin/<room>`.
    pub origin: String,
    /// Entries in it.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
    /// When it was signed, in milliseconds since 1970 UTC: an extension line of ours.
    pub instant: Option<i64>,
}

/// A checkpoint with its signatures, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

impl VerifierKey {
    /// Names the public key of a log.
    pub fn new(name: &str, key: VerifyingKey) -> Self {
        Self::of_kind(ED25519, name, key)
    }

    /// Names the public key of a witness.
    pub fn of_witness(name: &str, key: VerifyingKey) -> Self {
        Self::of_kind(COSIGNATURE, name, key)
    }

    fn of_kind(kind: u8, name: &str, key: VerifyingKey) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(name.as_bytes());
        hasher.update([b'\n', kind]);
        hasher.update(key.as_bytes());
        let [a, b, c, d, ..] = hasher.finalize().0;
        Self { name: name.to_owned(), kind, id: [a, b, c, d], key }
    }

    /// The name of the log it signs for, or of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a witness's.
    pub fn is_witness(&self) -> bool {
        self.kind == COSIGNATURE
    }

    /// Whether the key signed these bytes.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), BASE64_STANDARD.encode(bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = NoteError::Shape("a verifier key reads name+id+key");
        // The key itself may contain a plus sign.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(shape) };
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| shape)?;
        let Some((&kind @ (ED25519 | COSIGNATURE), key)) = bytes.split_first() else { return Err(shape) };
        let key = VerifyingKey::try_from(key).map_err(|_| shape)?;
        let made = Self::of_kind(kind, name, key);
        if name.is_empty() || format!("{:08x}", u32::from_be_bytes(made.id)) != id { Err(shape) } else { Ok(made) }
    }
}

impl Checkpoint {
    /// The text that is signed.
    pub fn body(&self) -> String {
        let mut body = format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root));
        if let Some(instant) = self.instant {
            // Writing to a String cannot fail.
            let _ = writeln!(body, "{INSTANT}{instant}");
        }
        body
    }

    /// Signs with the key that `key` is the public half of.
    pub fn sign(self, key: &VerifierKey, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> SignedCheckpoint {
        let body = self.body();
        let signature = sign(body.as_bytes()).to_vec();
        let text = format!("{body}\n{}", signature_line(key, &signature));
        SignedCheckpoint { checkpoint: self, text, signatures: vec![(key.name.clone(), key.id, signature)] }
    }
}

impl SignedCheckpoint {
    /// Reads one note.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        if text.len() > MAX_NOTE {
            return Err(NoteError::Shape("it is too long"));
        }
        let (body, signed) = text.rsplit_once("\n\n").ok_or(NoteError::Shape("no empty line before the signatures"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(NoteError::Shape("no origin"))?;
        let size = lines.next().and_then(decimal).ok_or(NoteError::Shape("the size is no number"))?;
        let root = BASE64_STANDARD.decode(lines.next().unwrap_or_default()).unwrap_or_default();
        let root = <[u8; HASH]>::try_from(root).map_err(|_| NoteError::Shape("the root is no hash"))?;
        let instant = lines.find_map(|line| line.strip_prefix(INSTANT)?.parse().ok());
        let signed = signed.strip_suffix('\n').ok_or(NoteError::Shape("it does not end with a line feed"))?;
        let signatures = signed.split('\n').map(signature).collect::<Option<Vec<_>>>().ok_or(NoteError::Shape("a bad signature line"))?;
        Ok(Self { checkpoint: Checkpoint { origin: origin.to_owned(), size, root, instant }, text: text.to_owned(), signatures })
    }

    /// Reads a file of notes, one after another, with or without empty lines between them. One that breaks off or cannot be read is told of in its
    /// place, and ends at the latest with two empty lines.
    pub fn parse_all(text: &str) -> Vec<Result<Self, NoteError>> {
        let mut notes = Vec::new();
        let mut note = String::new();
        let mut signed = false;
        for line in text.split_inclusive('\n') {
            let signature = line.starts_with('\u{2014}');
            if (signed && !signature) || (line == "\n" && note.ends_with("\n\n")) {
                notes.push(Self::parse(&note));
                note.clear();
                signed = false;
            }
            if note.is_empty() && line.trim_end().is_empty() {
                continue;
            }
            signed |= signature;
            note.push_str(line);
        }
        if !note.is_empty() {
            notes.push(Self::parse(&note));
        }
        notes
    }

    /// What is signed; to be believed only after [`SignedCheckpoint::verify`].
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The whole note.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether one of the signatures claims to be by this key.
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.signatures.iter().any(|(name, id, _)| *name == key.name && *id == key.id)
    }

    /// Checks the signatures by this key: there is one at least, and each holds.
    pub fn verify(&self, key: &VerifierKey) -> Result<&Checkpoint, NoteError> {
        if key.is_witness() {
            self.cosigned_at(key)?;
            return Ok(&self.checkpoint);
        }
        let (mut all, body) = (self.by(key)?, self.body());
        if all.all(|bytes| key.signed(body.as_bytes(), bytes)) { Ok(&self.checkpoint) } else { Err(NoteError::Signature) }
    }

    /// What claims to be signatures by this key: one at least.
    fn by(&self, key: &VerifierKey) -> Result<impl Iterator<Item = &[u8]>, NoteError> {
        let named = move |(name, id, _): &&(String, [u8; 4], Vec<u8>)| *name == key.name && *id == key.id;
        let mut all = self.signatures.iter().filter(named).map(|(_, _, bytes)| bytes.as_slice()).peekable();
        if all.peek().is_none() { Err(NoteError::Unsigned) } else { Ok(all) }
    }

    /// What is signed, with its last line feed.
    fn body(&self) -> String {
        self.text.rsplit_once("\n\n").map(|(body, _)| format!("{body}\n")).unwrap_or_default()
    }
}

/// `— name base64(key id ‖ signature)` and a line feed.
fn signature_line(key: &VerifierKey, signature: &[u8]) -> String {
    let bytes = [key.id.as_slice(), signature].concat();
    format!("\u{2014} {} {}\n", key.name, BASE64_STANDARD.encode(bytes))
}

/// Reads such a line.
fn signature(line: &str) -> Option<(String, [u8; 4], Vec<u8>)> {
    let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = BASE64_STANDARD.decode(bytes).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (!name.is_empty() && !signature.is_empty()).then(|| (name.to_owned(), *id, signature.to_vec()))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;

    fn signed() -> (VerifierKey, SignedCheckpoint) {
        let signing = SigningKey::from_bytes(&[5; 32]);
        let key = VerifierKey::new("kenshin/registry/991015", signing.verifying_key());
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 1234, root: [7; HASH], instant: Some(1_790_000_000_000) };
        let note = checkpoint.sign(&key, |body| signing.sign(body).to_bytes());
        (key, note)
    }

    #[test]
    fn the_specimen_of_c2sp_signed_note_verifies() {
        // From golang.org/x/mod/sumdb/note, which the specification describes.
        let key: VerifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
                    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let (body, line) = text.rsplit_once("\n\n").unwrap();
        let (name, id, bytes) = signature(line.trim_end()).unwrap();
        assert_eq!((name.as_str(), id), (key.name(), key.id));
        key.key.verify_strict(format!("{body}\n").as_bytes(), &Signature::from_slice(&bytes).unwrap()).unwrap();
    }

    #[test]
    fn a_checkpoint_is_read_back_and_its_signature_holds() {
        let (key, note) = signed();
        let read = SignedCheckpoint::parse(note.text()).unwrap();
        assert_eq!(read, note);
        assert_eq!(read.verify(&key.to_string().parse().unwrap()), Ok(note.checkpoint()));
        let other = VerifierKey::new(key.name(), SigningKey::from_bytes(&[6; 32]).verifying_key());
        assert_eq!(read.verify(&other), Err(NoteError::Unsigned));
        let two = format!("{}\n{}", note.text(), note.text());
        assert_eq!(SignedCheckpoint::parse_all(&two), [Ok(note.clone()), Ok(note.clone())]);
        assert_eq!(SignedCheckpoint::parse_all(&format!("{}{}", note.text(), note.text())), [Ok(note.clone()), Ok(note.clone())]);
    }

    #[test]
    fn t_21_another_size_or_root_under_the_same_signature_is_refused() {
        let (key, note) = signed();
        let forged = SignedCheckpoint::parse(&note.text().replace("1234", "1233")).unwrap();
        assert_eq!(forged.verify(&key), Err(NoteError::Signature));
        let rooted = note.text().replace("BwcHBwcH", "CAcHBwcH");
        assert_eq!(SignedCheckpoint::parse(&rooted).unwrap().verify(&key), Err(NoteError::Signature));
        assert!(SignedCheckpoint::parse(&note.text().replace("1234", "01234")).is_err());
    }

    #[test]
    fn t_21_of_a_file_of_checkpoints_one_that_broke_off_anywhere_costs_no_other() {
        let (_, note) = signed();
        for at in 1..note.text().len() {
            let broken = String::from_utf8_lossy(note.text().as_bytes().split_at(at).0);
            let read = SignedCheckpoint::parse_all(&format!("{0}\n{broken}\n\n\n{0}\n{0}\n", note.text()));
            let whole = read.iter().filter(|read| read.as_ref() == Ok(&note)).count();
            assert!(read.len() == 4 && whole >= 3, "{broken}: {read:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read_without_a_panic(text in "\\PC{0,80}\n[0-9]{0,4}\n[A-Za-z0-9+/=]{0,60}\n?\n?\u{2014}? ?[a-z ]{0,9}[A-Za-z0-9+/=]{0,20}\n?") {
            let _ = SignedCheckpoint::parse(&text);
            let _ = SignedCheckpoint::parse_all(&text);
            let _ = text.parse::<VerifierKey>();
        }
    }
}
