//! What of a resident's row nobody looks for among everybody: where they live, how they are reached, what their taxes say, and whether they are
//! protected (支援措置). It is one sealed cell, and this is the only door to it.
//!
//! | bytes of an opened cell | what |
//! |---|---|
//! | 1 | layout, 1 |
//! | n | [`Column::SEALED`] in their order: a code is one byte, a text stands behind its length ([`crate::packed`]) |
//! | to a multiple of 64 | 0: what is filled, and which of two short texts is the longer, is not told by the length |
//!
//! The cell is bound to id and version of its row, to the number of its person, to the digest of all that the row says and to the import that
//! brought it, which go with the row from the stage to the table and into the history; but the number, which the person keeps.

use std::fmt;
use std::ops::Range;

use diesel::prelude::*;
use vault::{Cell, Vault, VaultError};
use zeroize::Zeroizing;

use super::column::{Column, KeptValue};
use super::compare::Prepared;
use super::table::{resident, resident_history};
use crate::packed::{next_text, push_text};

const LAYOUT: u8 = 1;
/// What the length of an opened cell is a multiple of.
const PADDED: usize = 64;

/// The cell as it lies in a row of the table of residents, or of their history.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
pub(crate) struct SealedContact {
    id: i64,
    version: i32,
    contact: Vec<u8>,
    number: String,
    digest: Vec<u8>,
    import: i64,
}

/// What is selected for it of the table of residents.
type Now = (resident::id, resident::version, resident::contact, resident::number, resident::digest, resident::import);
/// What is selected for it of [`former`] rows.
type Former = (
    resident_history::id,
    resident_history::version,
    resident_history::contact,
    resident::number,
    resident_history::digest,
    resident_history::import,
);

/// What the register said before of people who have this row now.
#[diesel::dsl::auto_type]
pub(crate) fn former() -> _ {
    resident_history::table.inner_join(resident::table.on(resident::id.eq(resident_history::id)))
}

impl SealedContact {
    /// What is selected for it of the table of residents.
    pub(crate) const NOW: Now = (resident::id, resident::version, resident::contact, resident::number, resident::digest, resident::import);
    /// What is selected for it of their [`former`] rows.
    pub(crate) const FORMER: Former = (
        resident_history::id,
        resident_history::version,
        resident_history::contact,
        resident::number,
        resident_history::digest,
        resident_history::import,
    );

    /// Of the row.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// Its person's 住民番号.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    /// Opens it. One that was altered, or was another row's, is damage: it says nothing, above all not that somebody is not protected.
    pub(crate) fn open(&self, vault: &Vault) -> Result<Contact, wire::Cause> {
        let bytes = self.row().cell(|cell| vault.open_cell(cell, &self.contact))?;
        let spans = spans(&bytes).ok_or(wire::Damaged("a contact"))?;
        Ok(Contact { bytes, spans })
    }

    /// Whether its person is protected (支援措置).
    pub(crate) fn is_protected(&self, vault: &Vault) -> Result<bool, wire::Cause> {
        Ok(self.open(vault)?.is_protected())
    }

    fn row(&self) -> Row<'_> {
        Row { id: self.id, version: self.version, number: &self.number, digest: &self.digest, import: self.import }
    }
}

/// The row that a cell belongs to.
struct Row<'r> {
    id: i64,
    version: i32,
    number: &'r str,
    digest: &'r [u8],
    import: i64,
}

impl Row<'_> {
    fn cell<T>(&self, with: impl FnOnce(&Cell<'_>) -> T) -> T {
        let mut key = [0; 12];
        let bytes = self.id.to_be_bytes().into_iter().chain(self.version.to_be_bytes());
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        let beside = [self.number.as_bytes(), self.digest, &self.import.to_be_bytes()];
        with(&Cell::new("resident", &key, "contact").beside(&beside))
    }
}

/// Where somebody lives, how they are reached, and whether they are protected. Personal.
pub(crate) struct Contact {
    bytes: Zeroizing<Vec<u8>>,
    /// Of each of [`Column::SEALED`].
    spans: Spans,
}

type Spans = [Range<usize>; Column::SEALED.len()];

impl Contact {
    pub(crate) fn postal_code(&self) -> &str {
        self.text(Column::PostalCode)
    }

    pub(crate) fn address(&self) -> &str {
        self.text(Column::Address)
    }

    pub(crate) fn building(&self) -> &str {
        self.text(Column::Building)
    }

    pub(crate) fn district(&self) -> &str {
        self.text(Column::District)
    }

    pub(crate) fn phone(&self) -> &str {
        self.text(Column::Phone)
    }

    /// 異動事由.
    pub(super) fn event(&self) -> &str {
        self.text(Column::Event)
    }

    /// 支援措置.
    pub(crate) fn is_protected(&self) -> bool {
        self.bytes_of(Column::Protected) != [0]
    }

    /// Whether a letter to one goes where a letter to the other does.
    pub(crate) fn is_where(&self, other: &Contact) -> bool {
        [Column::PostalCode, Column::Address, Column::Building].iter().all(|column| self.text(*column) == other.text(*column))
    }

    /// Each column's value.
    pub(super) fn values(&self) -> impl Iterator<Item = (Column, KeptValue)> {
        Column::SEALED.into_iter().map(|column| {
            let code = || self.bytes_of(column).first().copied().unwrap_or_default();
            (column, if column.is_text() { self.text(column).to_owned().into() } else { i16::from(code()).into() })
        })
    }

    fn text(&self, column: Column) -> &str {
        std::str::from_utf8(self.bytes_of(column)).unwrap_or_default()
    }

    fn bytes_of(&self, column: Column) -> &[u8] {
        let place = Column::SEALED.iter().position(|one| *one == column);
        let span = place.and_then(|place| self.spans.get(place));
        span.and_then(|span| self.bytes.get(span.clone())).unwrap_or_default()
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// Appends the sealed cell of a row to `out`; `plain` is where it is put together.
pub(super) fn seal(
    vault: &Vault,
    Prepared { id, version, row, digest }: &Prepared,
    import: i64,
    plain: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<(), VaultError> {
    plain.clear();
    plain.push(LAYOUT);
    for column in Column::SEALED {
        if column.is_text() {
            push_text(plain, row.text(column));
        } else {
            // a code is one digit
            let [code, ..] = row.value(column).to_le_bytes();
            plain.push(code);
        }
    }
    pad(plain);
    let row = Row { id: *id, version: *version, number: row.resident.as_str(), digest, import };
    row.cell(|cell| vault.seal_into(cell, plain, out))
}

fn pad(plain: &mut Vec<u8>) {
    plain.resize(plain.len().next_multiple_of(PADDED), 0);
}

/// Where each column lies; `None` when the bytes have another layout.
fn spans(bytes: &[u8]) -> Option<Spans> {
    let mut at = 1;
    let mut spans = [const { 0..0 }; Column::SEALED.len()];
    for (span, column) in spans.iter_mut().zip(Column::SEALED) {
        *span = if column.is_text() {
            next_text(bytes, &mut at)?
        } else {
            at += 1;
            at - 1..at
        };
    }
    let is_padding = bytes.get(at..)?.iter().all(|byte| *byte == 0) && at.next_multiple_of(PADDED) == bytes.len();
    (bytes.first() == Some(&LAYOUT) && is_padding).then_some(spans)
}

#[cfg(test)]
pub(crate) mod testing {
    //! Contacts that no file brings.

    use store::Tx;

    use super::*;
    use crate::RegistryError;

    /// Gives somebody another address.
    pub(crate) fn set_address(tx: &mut Tx, vault: &Vault, id: i64, address: &str) -> Result<(), RegistryError> {
        let sealed: SealedContact = resident::table.find(id).select(SealedContact::NOW).first(tx)?;
        let contact = sealed.open(vault)?;
        let mut plain = vec![LAYOUT];
        for column in Column::SEALED {
            match column {
                Column::Address => push_text(&mut plain, address),
                column if column.is_text() => push_text(&mut plain, contact.text(column)),
                column => plain.extend_from_slice(contact.bytes_of(column)),
            }
        }
        pad(&mut plain);
        let sealed = sealed.row().cell(|cell| vault.seal(cell, &plain))?;
        diesel::update(resident::table.find(id)).set(resident::contact.eq(sealed)).execute(tx)?;
        Ok(())
    }
}
