use std::sync::Arc;

use store::Tx;

use crate::log::{self, Head};
use crate::merkle::{Consistency, Inclusion, consistency_path, inclusion_path};
use crate::note::SignedCheckpoint;
use crate::tiles::{Shelf, Tiles};
use crate::{AddCheckpoint, LedgerError, ProofError, Room};

/// Entries in the record of a room that is not opened for use: for overviews.
pub async fn size(room: &store::Room) -> Result<u64, LedgerError> {
    room.read(|tx| Ok(Head::read(tx)?.size())).await
}

impl Room {
    /// Entries in the record.
    pub async fn ledger_size(&self) -> Result<u64, LedgerError> {
        self.raw().read(|tx| Ok(Head::read(tx)?.size())).await
    }

    /// Signs what there is and returns the latest checkpoint; nothing while the record is empty. Called when a program stops, and
    /// whenever somebody outside is to keep a checkpoint.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let writer = Arc::clone(self.log());
        self.raw().write_beside(move |tx| writer.sign(tx)).await
    }

    /// The proof that the entry at a position is in the record as it was at a size.
    pub async fn inclusion(&self, index: u64, size: u64) -> Result<Inclusion, LedgerError> {
        let shelf = Arc::clone(self.shelf());
        self.raw()
            .read(move |tx| {
                within(tx, size, &shelf)?;
                let mut tiles = Tiles::new(tx, size, &shelf);
                let path = inclusion_path(index, size, |height, at| tiles.node(height, at))?;
                Ok(Inclusion { index, size, path })
            })
            .await
    }

    /// The proof that the record at one size is the beginning of the record at a later size.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Consistency, LedgerError> {
        let shelf = Arc::clone(self.shelf());
        self.raw()
            .read(move |tx| {
                within(tx, to, &shelf)?;
                let mut tiles = Tiles::new(tx, to, &shelf);
                let path = consistency_path(from, to, |height, at| tiles.node(height, at))?;
                Ok(Consistency { from, to, path })
            })
            .await
    }

    /// What a witness is asked with a checkpoint of this record: the proof that it goes on from the size that the witness cosigned last, 0 for none.
    pub async fn ask_to_cosign(&self, note: &SignedCheckpoint, old: u64) -> Result<AddCheckpoint, LedgerError> {
        let size = note.checkpoint().size;
        let proof = if old == 0 || old == size { Vec::new() } else { self.consistency(old, size).await?.path };
        Ok(AddCheckpoint { old, proof, note: note.clone() })
    }

    /// The entry at a position as its bytes, for [`crate::Entry::decode`]; nothing beyond the end.
    pub async fn entry(&self, index: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.raw()
            .read(move |tx| {
                let mut found = None;
                if index < Head::read(tx)?.size() {
                    log::each_entry(tx, index..index + 1, |_, bytes| found = Some(bytes.to_vec()))?;
                }
                Ok(found)
            })
            .await
    }
}

fn within(tx: &mut Tx, size: u64, shelf: &Shelf) -> Result<(), LedgerError> {
    if !shelf.reaches(size) {
        shelf.saw(Head::read(tx)?.size());
    }
    if shelf.reaches(size) { Ok(()) } else { Err(ProofError::Outside.into()) }
}
