use crate::entry::{Entry, EntryError};
use crate::merkle::{Hash, leaf};
use crate::people::List;

/// One entry on its way into the log: its stored form and its hash, which is made where the entry is, not under a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    bytes: Vec<u8>,
    leaf: Hash,
    /// The list under its digest.
    pub(crate) people: Option<List>,
}

/// Entries that are appended together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bundle {
    bytes: Vec<u8>,
    leaves: Vec<Hash>,
    people: Vec<List>,
}

impl Draft {
    pub(crate) fn of(entry: &Entry<'_>, people: Option<List>) -> Result<Self, EntryError> {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend_from_slice(&[0; 2]);
        entry.encode(&mut bytes)?;
        let (length, body) = bytes.split_first_chunk_mut::<2>().ok_or(EntryError::Short)?;
        *length = u16::try_from(body.len()).map_err(|_| EntryError::TooLong("entry"))?.to_be_bytes();
        let leaf = leaf(body);
        Ok(Self { bytes, leaf, people })
    }
}

impl From<Draft> for Bundle {
    fn from(draft: Draft) -> Self {
        Self { bytes: draft.bytes, leaves: vec![draft.leaf], people: draft.people.into_iter().collect() }
    }
}

impl Bundle {
    /// Takes an entry behind its own; its people are written already.
    pub(crate) fn add(&mut self, draft: &Draft) {
        self.bytes.extend_from_slice(&draft.bytes);
        self.leaves.push(draft.leaf);
    }

    #[cfg(test)]
    pub(crate) fn push(&mut self, entry: &[u8]) {
        self.bytes.extend_from_slice(&u16::try_from(entry.len()).unwrap().to_be_bytes());
        self.bytes.extend_from_slice(entry);
        self.leaves.push(leaf(entry));
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// Lists that are written with the entries.
    pub(crate) fn people(&self) -> &[List] {
        &self.people
    }

    pub(crate) fn len(&self) -> usize {
        self.leaves.len()
    }
}

/// The entries of stored bytes, as their bytes; `None` once where the bytes break off.
pub(crate) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry =
            bytes.split_first_chunk::<2>().and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        bytes = entry.map_or(&[], |(_, rest)| rest);
        Some(entry.map(|(entry, _)| entry))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::tests::parts;

    proptest! {
        #[test]
        fn a_bundle_gives_back_its_entries_and_their_hashes(parts in proptest::collection::vec(parts(), 0..10)) {
            let mut bundle = Bundle::default();
            for part in &parts {
                bundle.add(&Draft::of(&part.entry(), None).unwrap());
            }
            let read: Vec<_> = entries(bundle.bytes()).map(Option::unwrap).collect();
            prop_assert_eq!(read.iter().map(|entry| leaf(entry)).collect::<Vec<_>>(), bundle.leaves());
            prop_assert_eq!(read.len(), parts.len());
            for (read, part) in read.iter().zip(&parts) {
                prop_assert_eq!(Entry::decode(read).unwrap(), part.entry());
            }
        }

        #[test]
        fn any_bytes_end_and_break_at_most_once(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let read: Vec<_> = entries(&bytes).collect();
            prop_assert!(read.iter().rev().skip(1).all(Option::is_some));
        }
    }
}
