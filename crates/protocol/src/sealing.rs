//! Numbers of a batch on their way: one a line, sealed to the receiver, bound to sender, receiver, kind and request.
//!
//! This crate never sees what the lines hold: it cannot name the type that could.

use seal::hpke::{self, HpkeError, Receiver, ReceivingKey, Sealed};
use vocabulary::{Entropy, Id128, Party};
use zeroize::Zeroizing;

/// What a sealed batch is for: `kenshin <sender> <receiver> <kind>`, where the kind is the path it is posted to.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Who seals.
    pub sender: &'a Party,
    /// Who opens.
    pub receiver: &'a Party,
    /// The path of the message.
    pub kind: &'a str,
    /// The message's `requestId`.
    pub request: Id128,
}

/// Why sealed lines are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// They do not open.
    #[error(transparent)]
    Hpke(#[from] HpkeError),
    /// They are not text.
    #[error("the sealed lines are not text")]
    NotText,
    /// Not one a row.
    #[error("the sealed lines are not as many as the rows")]
    NotAsMany,
}

impl Batch<'_> {
    fn info(&self) -> Vec<u8> {
        format!("kenshin {} {} {}", self.sender, self.receiver, self.kind).into_bytes()
    }

    /// Seals lines; the text is the caller's to wipe.
    pub fn seal(&self, to: &ReceivingKey, lines: &str, entropy: &dyn Entropy) -> Result<Sealed, SealingError> {
        Ok(hpke::seal(to, &self.info(), self.request.to_string().as_bytes(), lines.as_bytes(), entropy)?)
    }

    /// Opens lines; they are wiped when dropped.
    pub fn open(&self, receiver: &Receiver, sealed: &Sealed) -> Result<Lines, SealingError> {
        let plain = receiver.open(&self.info(), self.request.to_string().as_bytes(), sealed)?;
        match std::str::from_utf8(&plain) {
            Ok(_) => Ok(Lines(plain)),
            Err(_) => Err(SealingError::NotText),
        }
    }
}

/// Lines that were sealed.
pub struct Lines(Zeroizing<Vec<u8>>);

impl Lines {
    /// One for each row; an empty one where the row has none.
    pub fn of_rows(&self, rows: usize) -> Result<Vec<&str>, SealingError> {
        let lines: Vec<&str> = self.iter().collect();
        if lines.len() == rows { Ok(lines) } else { Err(SealingError::NotAsMany) }
    }

    /// Each line.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let some = !self.0.is_empty();
        text.split('\n').filter(move |_| some)
    }
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines(***)")
    }
}

#[cfg(test)]
mod tests {
    use seal::Secret;
    use vocabulary::SeededEntropy;

    use super::*;

    fn receiver() -> Receiver {
        Receiver::new("ring", hpke::Suite::XWing, &[Secret::random(&SeededEntropy::new(5))]).unwrap()
    }

    #[test]
    fn lines_open_only_for_the_request_they_were_sealed_for() {
        let receiver = receiver();
        let entropy = SeededEntropy::new(1);
        let (registry, atena, relay): (Party, Party, Party) =
            ("registry.991015".parse().unwrap(), "atena.991015".parse().unwrap(), "relay.991015".parse().unwrap());
        let batch = Batch { sender: &registry, receiver: &atena, kind: "/atena/v1/persons", request: entropy.id128() };
        let sealed = batch.seal(receiver.public(), "a\n\nb\n", &entropy).unwrap();
        let lines = batch.open(&receiver, &sealed).unwrap();
        assert_eq!(lines.of_rows(3).unwrap(), ["a", "", "b"], "a row without a number has an empty line");
        assert_eq!(lines.of_rows(2).unwrap_err(), SealingError::NotAsMany);
        for other in [
            Batch { sender: &relay, ..batch },
            Batch { receiver: &relay, ..batch },
            Batch { kind: "/payers-hub/v1/pmh-keys", ..batch },
            Batch { request: entropy.id128(), ..batch },
        ] {
            assert!(other.open(&receiver, &sealed).is_err(), "{other:?}");
        }
        let empty = batch.seal(receiver.public(), "", &entropy).unwrap();
        assert!(batch.open(&receiver, &empty).unwrap().of_rows(0).unwrap().is_empty());
    }
}
