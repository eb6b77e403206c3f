//! Layouts: which item each value of a stored record is of.
//!
//! A layout is the items of a record type in their order, as the catalogue had them when a record was written. Every stored record names
//! its layout, so that an item that is added, moved or renamed in the catalogue changes nothing of what was stored before: that makes
//! another layout, for records written from then on.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::Record;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use super::table::record_layout;
use crate::RegistryError;

/// Bytes of a layout's digest.
pub(crate) const DIGEST: usize = 16;

/// The items of a record type in the order of a record's values.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    digest: [u8; DIGEST],
    record: u16,
    items: Vec<NamedItem>,
    places: HashMap<String, usize>,
}

/// An item: its id, which never means something else, and what its column was called when the layout was first used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct NamedItem {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Layout {
    /// The layout of a record type as the catalogue has it.
    pub(crate) fn of(record: &Record) -> Self {
        let items = record.items.iter().map(|item| NamedItem { id: item.id.clone(), name: item.header().to_owned() });
        Self::new(record.number, items.collect())
    }

    fn new(record: u16, items: Vec<NamedItem>) -> Self {
        let mut digest = Sha256::new_with_prefix(b"record layout 1\0").chain_update(record.to_be_bytes());
        for item in &items {
            digest.update(item.id.as_bytes());
            digest.update([0]);
        }
        let places = items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        let mut short = [0; DIGEST];
        short.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
        Self { digest: short, record, items, places }
    }

    /// What tells it from every other: record type, ids and their order.
    pub(crate) fn digest(&self) -> &[u8; DIGEST] {
        &self.digest
    }

    /// Its items, in their order.
    pub(crate) fn items(&self) -> &[NamedItem] {
        &self.items
    }

    /// The place of an item among the values.
    pub(crate) fn place(&self, item: &str) -> Option<usize> {
        self.places.get(item).copied()
    }

    /// Whether it has an item that its record type no longer has.
    fn has_more_than(&self, record: &Record) -> bool {
        self.record == record.number && self.items.iter().any(|item| record.place(&item.id).is_none())
    }

    /// Keeps it, so that records can be read that are written under it.
    pub(crate) fn keep(&self, tx: &mut Tx, now: i64) -> Result<(), RegistryError> {
        let items = serde_json::to_string(&self.items).map_err(|_| wire::Defect("a layout that cannot be written"))?;
        let row = (
            record_layout::digest.eq(self.digest.to_vec()),
            record_layout::record.eq(i16::try_from(self.record).unwrap_or(i16::MAX)),
            record_layout::items.eq(items),
            record_layout::at.eq(now),
        );
        store::insert_ignore!(tx, record_layout::table, row, (record_layout::digest))?;
        Ok(())
    }
}

/// The layouts that records of a room were written under.
#[derive(Debug, Default)]
pub(crate) struct Layouts(HashMap<[u8; DIGEST], Arc<Layout>>);

impl Layouts {
    /// Reads those of a room: a few for each record type.
    pub(crate) fn load(tx: &mut Tx) -> Result<Self, RegistryError> {
        let rows: Vec<(Vec<u8>, i16, String)> =
            record_layout::table.select((record_layout::digest, record_layout::record, record_layout::items)).load(tx)?;
        let layout = |(digest, record, items): (Vec<u8>, i16, String)| {
            let items: Vec<NamedItem> = serde_json::from_str(&items).ok()?;
            let layout = Layout::new(u16::try_from(record).ok()?, items);
            // Somebody who changes the list changes what every record means.
            (layout.digest.as_slice() == digest).then_some((layout.digest, Arc::new(layout)))
        };
        let layouts = rows.into_iter().map(|row| layout(row).ok_or(wire::Damaged("a layout of records")));
        Ok(Self(layouts.collect::<Result<_, wire::Damaged>>()?))
    }

    pub(crate) fn get(&self, digest: &[u8; DIGEST]) -> Option<&Arc<Layout>> {
        self.0.get(digest)
    }

    /// Whether records may hold items that their record type no longer has.
    pub(crate) fn have_more_than(&self, record: &Record) -> bool {
        self.0.values().any(|layout| layout.has_more_than(record))
    }
}
