//! The content of a record: the values of its items, sealed in one cell.
//!
//! | bytes of an opened content | what |
//! |---|---|
//! | 16 | digest of the [layout](super::layout) |
//! | 1 for every 8 items | a bit for each item, the lowest first: set where it has a value |
//! | rest | the values, each behind its length ([`crate::packed`]) |

use std::ops::Range;
use std::sync::Arc;

use catalogue::Record;
use vault::{Cell, Vault};
use vocabulary::Date;
use zeroize::Zeroizing;

use super::layout::{DIGEST, Layout, Layouts};
use crate::RegistryError;
use crate::packed::{next_text, push_text};

const COLUMN: &str = "content";

/// What a stored record says, by item.
pub(crate) struct RecordContent {
    layout: Arc<Layout>,
    bytes: Zeroizing<Vec<u8>>,
    /// Of each item of the layout; empty where it has no value.
    spans: Vec<Range<usize>>,
}

impl RecordContent {
    /// Opens the content of a row of `record_row`.
    pub(crate) fn open(vault: &Vault, layouts: &Layouts, row: i64, sealed: &[u8]) -> Result<Self, RegistryError> {
        let damaged = wire::Damaged("a record");
        let bytes = vault.open_cell(&Cell::new("record_row", &row.to_be_bytes(), COLUMN), sealed)?;
        let Some(layout) = bytes.first_chunk::<DIGEST>().and_then(|digest| layouts.get(digest)).cloned() else {
            return Err(damaged.into());
        };
        let Some(spans) = spans(&layout, &bytes) else { return Err(damaged.into()) };
        Ok(Self { layout, bytes, spans })
    }

    /// The content with these values, as a test wants it.
    #[cfg(test)]
    pub(crate) fn of(record: &Record, values: &[String]) -> Self {
        let layout = Layout::of(record);
        let bytes = encode(&layout, values);
        let spans = spans(&layout, &bytes).unwrap_or_default();
        Self { layout: layout.into(), bytes, spans }
    }

    /// The value of an item in its one form; empty where it has none, or the record was written when there was no such item.
    pub(crate) fn get(&self, item: &str) -> &str {
        self.layout.place(item).map_or("", |place| self.at(place))
    }

    /// The day that an item tells.
    pub(crate) fn date(&self, item: &str) -> Option<Date> {
        self.get(item).parse().ok()
    }

    /// The values in the order of a record type as it is now.
    pub(crate) fn in_order(&self, record: &Record) -> Vec<&str> {
        record.items.iter().enumerate().map(|(place, item)| self.near(place, &item.id)).collect()
    }

    /// Every value with the id of its item and what its column was called, in the order in which they were written.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let items = self.layout.items().iter().enumerate();
        items.map(|(place, item)| (item.id.as_str(), item.name.as_str(), self.at(place))).filter(|(.., value)| !value.is_empty())
    }

    /// The value of an item that is looked for at its likely place first.
    fn near(&self, place: usize, item: &str) -> &str {
        let is_here = self.layout.items().get(place).is_some_and(|here| here.id == item);
        if is_here { self.at(place) } else { self.get(item) }
    }

    fn at(&self, place: usize) -> &str {
        let bytes = self.spans.get(place).and_then(|span| self.bytes.get(span.clone()));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// Personal: health data.
impl std::fmt::Debug for RecordContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordContent(…)")
    }
}

/// Appends the sealed content of a row to `out`: the values in the order of the layout.
pub(crate) fn seal(vault: &Vault, layout: &Layout, row: i64, values: &[String], out: &mut Vec<u8>) -> Result<(), RegistryError> {
    let plain = encode(layout, values);
    Ok(vault.seal_into(&Cell::new("record_row", &row.to_be_bytes(), COLUMN), &plain, out)?)
}

/// Seals the content of a row anew for what it was before a correction.
pub(crate) fn seal_former(vault: &Vault, row: i64, version: i32, sealed: &[u8]) -> Result<Vec<u8>, RegistryError> {
    let plain = vault.open_cell(&Cell::new("record_row", &row.to_be_bytes(), COLUMN), sealed)?;
    Ok(vault.seal(&Cell::new("record_former", &former_key(row, version), COLUMN), &plain)?)
}

/// Seals why a row was corrected: an officer's own words.
pub(crate) fn seal_reason(vault: &Vault, row: i64, version: i32, reason: &str) -> Result<Vec<u8>, RegistryError> {
    Ok(vault.seal(&Cell::new("record_former", &former_key(row, version), "reason"), reason.as_bytes())?)
}

fn former_key(row: i64, version: i32) -> Vec<u8> {
    [row.to_be_bytes().as_slice(), version.to_be_bytes().as_slice()].concat()
}

fn encode(layout: &Layout, values: &[String]) -> Zeroizing<Vec<u8>> {
    let length = values.iter().map(|value| value.len() + 2).sum::<usize>();
    let mut bytes = Zeroizing::new(Vec::with_capacity(DIGEST + length));
    bytes.extend_from_slice(layout.digest());
    for eight in values.chunks(8) {
        bytes.push(eight.iter().enumerate().fold(0, |bits, (place, value)| bits | u8::from(!value.is_empty()) << place));
    }
    values.iter().filter(|value| !value.is_empty()).for_each(|value| push_text(&mut bytes, value));
    bytes
}

/// Where each value lies; `None` when the bytes are no content of the layout.
fn spans(layout: &Layout, bytes: &[u8]) -> Option<Vec<Range<usize>>> {
    let items = layout.items().len();
    let mut at = DIGEST + items.div_ceil(8);
    let bits = bytes.get(DIGEST..at)?;
    let mut spans = Vec::with_capacity(items);
    for place in 0..items {
        let has_value = bits.get(place / 8)? >> (place % 8) & 1 == 1;
        spans.push(if has_value { next_text(bytes, &mut at)? } else { 0..0 });
    }
    (at == bytes.len()).then_some(spans)
}

#[cfg(test)]
mod tests {
    use catalogue::Catalogue;

    use super::*;

    #[test]
    fn r_reg_6_values_of_every_length_come_back_at_their_places_and_nothing_else_is_read() {
        let catalogue = Catalogue::built_in().unwrap();
        let layout = Layout::of(catalogue.record(8).unwrap());
        let items = layout.items().len();
        assert!(!items.is_multiple_of(8), "the last byte of bits is not full");
        for length in [0, 1, 127, 128, 200, 16_383, 16_384] {
            let values: Vec<String> = (0..items).map(|place| if place % 3 == 0 { "歯".repeat(length) } else { String::new() }).collect();
            let bytes = encode(&layout, &values);
            let read: Vec<&str> =
                spans(&layout, &bytes).unwrap().into_iter().map(|span| std::str::from_utf8(&bytes[span]).unwrap()).collect();
            assert!(read == values, "{length}");
            assert!(spans(&layout, &bytes[..bytes.len() - 1]).is_none(), "cut short");
            assert!(spans(&layout, &[&bytes[..], &[0]].concat()).is_none(), "longer than it is");
        }
    }
}
