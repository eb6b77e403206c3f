use super::{Actor, ActorKind, Entry, EntryError, MAX_DETAIL, Outcome, RESIDENT, Subjects, VERSION, number_of};

impl Entry<'_> {
    /// The bytes that are stored and hashed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        let mut out = Vec::with_capacity(128);
        self.encode(&mut out)?;
        Ok(out)
    }

    /// Appends the bytes that are stored and hashed.
    ///
    /// Version, outcome, instant (6 bytes), municipality (3), request (16), actor, action, purpose, subjects, detail; numbers are
    /// big-endian, texts and tokens follow their count in one byte. A detail beyond [`MAX_DETAIL`] bytes is cut.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EntryError> {
        let instant = u64::try_from(self.instant).ok().filter(|ms| *ms < 1 << 48).ok_or(EntryError::Instant)?.to_be_bytes();
        let municipality = self.municipality.map_or(0, |code| code.number()).to_be_bytes();
        out.extend_from_slice(&[VERSION, number_of(&Outcome::ALL, self.outcome)]);
        out.extend_from_slice(&instant[2..]);
        out.extend_from_slice(&municipality[1..]);
        out.extend_from_slice(self.request.as_bytes());
        match self.actor {
            Actor::Named(kind, id) => {
                out.push(number_of(&ActorKind::ALL, kind));
                text(out, "actor", id)?;
            }
            Actor::Resident(token) => {
                out.push(RESIDENT);
                out.extend_from_slice(&token);
            }
        }
        text(out, "action", self.action)?;
        text(out, "purpose", self.purpose)?;
        match self.subjects {
            Subjects::Nobody | Subjects::Tokens([]) => out.push(0),
            Subjects::Tokens(tokens) => {
                let count = u8::try_from(tokens.len()).map_err(|_| EntryError::TooLong("subjects"))?;
                out.extend_from_slice(&[1, count]);
                out.extend_from_slice(tokens.as_flattened());
            }
            Subjects::Many(count, digest) => {
                out.push(2);
                out.extend_from_slice(&count.to_be_bytes());
                out.extend_from_slice(&digest);
            }
        }
        let end = (0..=self.detail.len().min(MAX_DETAIL)).rev().find(|at| self.detail.is_char_boundary(*at)).unwrap_or(0);
        text(out, "detail", self.detail.get(..end).unwrap_or_default())
    }
}

fn text(out: &mut Vec<u8>, field: &'static str, value: &str) -> Result<(), EntryError> {
    out.push(u8::try_from(value.len()).map_err(|_| EntryError::TooLong(field))?);
    out.extend_from_slice(value.as_bytes());
    Ok(())
}
