//! Whoever has the database: reads, rewrites and makes anew whatever they like.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use store::{StoreError, Tx};

use super::super::room::verify_in;
use super::super::{Report, Trusted};
use crate::log::{self, Bundle, Head, Log as Writer, column, ledger_batch, ledger_checkpoint, ledger_head, ledger_tile};
use crate::merkle::Frontier;
use crate::{LedgerError, Room};

pub(super) struct Log {
    pub(super) entries: Vec<Vec<u8>>,
}

pub(super) fn read(room: &store::Room) -> Log {
    let mut entries = Vec::new();
    room.read_blocking(|tx| {
        let size = Head::read(tx)?.size();
        log::each_entry(tx, 0..size, |_, bytes| entries.push(bytes.to_vec()))
    })
    .unwrap();
    Log { entries }
}

/// Ends a transaction so that nothing of it stays.
enum Undo {
    Seen(Box<Report>),
    Failed(LedgerError),
}

impl From<StoreError> for Undo {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Tampers in a transaction, verifies in it, and undoes it.
pub(super) fn look(room: &store::Room, trusted: &Trusted, tamper: impl FnOnce(&mut Forger<'_>)) -> Report {
    let outcome: Result<(), Undo> = room.write_blocking(|tx| {
        tamper(&mut Forger { tx });
        let report = verify_in(tx, room.name(), trusted, None, &mut |_| ()).map_err(Undo::Failed)?;
        Err(Undo::Seen(Box::new(report.unwrap())))
    });
    match outcome {
        Err(Undo::Seen(report)) => *report,
        Err(Undo::Failed(error)) => panic!("{error:?}"),
        Ok(()) => unreachable!(),
    }
}

/// Tampers for good.
pub(super) fn tamper(room: &store::Room, tamper: impl FnOnce(&mut Forger<'_>)) {
    room.write_blocking(|tx| {
        tamper(&mut Forger { tx });
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

pub(super) struct Forger<'t> {
    tx: &'t mut Tx,
}

impl Forger<'_> {
    pub(super) fn sql(&mut self, text: &str) {
        self.tx.batch_execute(text).unwrap();
    }

    /// Stores these entries instead, in rows of at most 50, with right counts and positions.
    pub(super) fn write_entries(&mut self, entries: &[Vec<u8>]) {
        diesel::delete(ledger_batch::table).execute(self.tx).unwrap();
        for (number, row) in entries.chunks(50).enumerate() {
            let bundle = bundle(row);
            diesel::insert_into(ledger_batch::table)
                .values((
                    ledger_batch::first.eq(column(number as u64 * 50)),
                    ledger_batch::count.eq(column(row.len() as u64)),
                    ledger_batch::entries.eq(bundle.bytes()),
                ))
                .execute(self.tx)
                .unwrap();
        }
    }

    /// Makes head and tiles fit these entries.
    pub(super) fn rebuild_tree(&mut self, entries: &[Vec<u8>]) {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        diesel::delete(ledger_tile::table).execute(self.tx).unwrap();
        for leaf in bundle(entries).leaves() {
            leaves.push(*leaf);
            let mut done = None;
            frontier.push(*leaf, |level, number, root| done = Some((level, number, root)));
            if let Some((level, number, root)) = done {
                let hashes = std::mem::take(&mut leaves);
                diesel::insert_into(ledger_tile::table)
                    .values((
                        ledger_tile::level.eq(i64::from(level)),
                        ledger_tile::number.eq(column(number)),
                        ledger_tile::root.eq(root.to_vec()),
                        ledger_tile::hashes.eq(hashes.as_flattened()),
                    ))
                    .execute(self.tx)
                    .unwrap();
            }
        }
        diesel::update(ledger_head::table)
            .set((
                ledger_head::size.eq(column(frontier.size())),
                ledger_head::root.eq(frontier.root().to_vec()),
                ledger_head::frontier.eq(frontier.to_bytes()),
            ))
            .execute(self.tx)
            .unwrap();
    }

    /// Makes everything fit these entries; whoever has no keys has no more than this.
    pub(super) fn rewrite(&mut self, entries: &[Vec<u8>]) {
        self.write_entries(entries);
        self.rebuild_tree(entries);
        diesel::delete(ledger_checkpoint::table).execute(self.tx).unwrap();
    }

    /// Makes everything fit these entries, and stamps and signs it with the room's own keys.
    pub(super) fn resign(&mut self, room: &Room, entries: &[Vec<u8>]) {
        self.rewrite(entries);
        let mut head = Head::read(self.tx).unwrap();
        head.signed = None;
        head.replace(self.tx, room.vault()).unwrap();
        let signer = room.vault().signer_blocking(crate::log::SIGNER).unwrap();
        let writer = Writer::new(room.verifier_key().clone(), signer, room.vault().clone(), room.clock().clone(), None);
        writer.sign(self.tx).unwrap();
    }

    /// Flips a bit of the hash of one entry in its tile.
    pub(super) fn change_tile(&mut self, at: u64) {
        let tile = ledger_tile::table.find((0_i64, column(at / 256)));
        let mut hashes: Vec<u8> = tile.select(ledger_tile::hashes).first(self.tx).unwrap();
        hashes[usize::try_from(at % 256).unwrap() * 32 + 9] ^= 4;
        diesel::update(tile).set(ledger_tile::hashes.eq(hashes)).execute(self.tx).unwrap();
    }
}

fn bundle(entries: &[Vec<u8>]) -> Bundle {
    let mut bundle = Bundle::default();
    entries.iter().for_each(|entry| bundle.push(entry));
    bundle
}
