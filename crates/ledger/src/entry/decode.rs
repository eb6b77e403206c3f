use vocabulary::{Id128, MunicipalityCode};

use super::{Actor, ActorKind, Entry, MAX_DETAIL, Outcome, RESIDENT, Subjects, VERSION, with_number};

/// Why an entry cannot be written, or bytes are no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Written by another version, or no entry at all.
    #[error("an entry of an unknown version")]
    Version,
    /// The bytes end too early.
    #[error("an entry that ends before its end")]
    Short,
    /// There are bytes after the end.
    #[error("an entry with bytes after its end")]
    Long,
    /// A field holds what it may not.
    #[error("an entry with a bad {0}")]
    Field(&'static str),
    /// A text or a list is too long to be written.
    #[error("too long for an entry: {0}")]
    TooLong(&'static str),
    /// What lies there cannot be shown to be what was recorded.
    #[error("an entry that is not as it was recorded, or whose hashes are not: run `kenshin ledger verify`")]
    Doubted,
    /// An instant before 1970 or beyond 48 bits of milliseconds.
    #[error("an instant that does not fit an entry")]
    Instant,
}

impl<'a> Entry<'a> {
    /// Reads stored bytes: all of them, in their one canonical form, or not at all.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, EntryError> {
        let mut rest = Rest(bytes);
        if rest.byte()? != VERSION {
            return Err(EntryError::Version);
        }
        let outcome = with_number(&Outcome::ALL, rest.byte()?).ok_or(EntryError::Field("outcome"))?;
        let [a, b, c, d, e, f] = rest.array()?;
        let instant = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let [a, b, c] = rest.array()?;
        let municipality = municipality(u32::from_be_bytes([0, a, b, c]))?;
        let request = Id128::from_bytes(rest.array()?);
        let actor = match rest.byte()? {
            RESIDENT => Actor::Resident(rest.array()?),
            kind => Actor::Named(with_number(&ActorKind::ALL, kind).ok_or(EntryError::Field("actor"))?, rest.text("actor")?),
        };
        let action = rest.text("action")?;
        let purpose = rest.text("purpose")?;
        let subjects = match rest.byte()? {
            0 => Subjects::Nobody,
            1 => {
                let count = usize::from(rest.byte()?);
                let (tokens, _) = rest.take(count * 16)?.as_chunks();
                if tokens.is_empty() {
                    return Err(EntryError::Field("subjects"));
                }
                Subjects::Tokens(tokens)
            }
            2 => Subjects::Many(u64::from_be_bytes(rest.array()?), rest.array()?),
            _ => return Err(EntryError::Field("subjects")),
        };
        let detail = rest.text("detail")?;
        if detail.len() > MAX_DETAIL {
            return Err(EntryError::Field("detail"));
        }
        if !rest.0.is_empty() {
            return Err(EntryError::Long);
        }
        Ok(Self { instant, outcome, actor, municipality, action, purpose, subjects, request, detail })
    }
}

fn municipality(number: u32) -> Result<Option<MunicipalityCode>, EntryError> {
    if number == 0 {
        return Ok(None);
    }
    let mut digits = [b'0'; 6];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    // Three bytes hold more than six digits.
    let text = std::str::from_utf8(&digits).ok().filter(|_| rest == 0);
    text.and_then(|text| MunicipalityCode::parse(text).ok()).map(Some).ok_or(EntryError::Field("municipality"))
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], EntryError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(EntryError::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EntryError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(EntryError::Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, EntryError> {
        self.array().map(|[byte]| byte)
    }

    fn text(&mut self, field: &'static str) -> Result<&'a str, EntryError> {
        let length = usize::from(self.byte()?);
        std::str::from_utf8(self.take(length)?).map_err(|_| EntryError::Field(field))
    }
}
