//! What lies sealed in cells of a room, on its way to another party: opened, one a line, and sealed to it as a batch.

use line::Client;
use protocol::sealing::Batch;
use seal::hpke::Sealed;
use vault::{Cell, Vault};
use vocabulary::{Entropy, Id128, Party};
use zeroize::Zeroizing;

use crate::{Cause, Damaged};

/// The content of cells, one a line; wiped when dropped.
#[derive(Default)]
pub struct CellLines(Zeroizing<String>);

impl CellLines {
    /// Room for so many numbers.
    pub fn with_capacity(rows: usize) -> Self {
        // 12 digits and the end of the line; what outgrows it would leave a copy behind.
        Self(Zeroizing::new(String::with_capacity(rows * 13 + 1)))
    }

    /// Opens a cell and adds its content.
    pub fn open(&mut self, vault: &Vault, cell: &Cell<'_>, sealed: &[u8]) -> Result<(), Cause> {
        let opened = vault.open_cell(cell, sealed)?;
        self.0.push_str(std::str::from_utf8(&opened).map_err(|_| Damaged("a number"))?);
        self.0.push('\n');
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Seals them to a party by the key that it shows, for a message of this path → the message's `requestId`, and the text. Sealed again it is
    /// another text, so each try is a request of its own.
    pub async fn seal(
        &self,
        client: &Client,
        from: &Party,
        to: &Party,
        path: &str,
        entropy: &dyn Entropy,
    ) -> Result<(Id128, Sealed), Cause> {
        let receiving = client.keys(to).await?.receiving;
        let request = entropy.id128();
        let batch = Batch { sender: from, receiver: to, kind: path, request };
        Ok((request, batch.seal(&receiving, &self.0, entropy)?))
    }
}

impl std::fmt::Debug for CellLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CellLines(***)")
    }
}
