//! Why a party does not start, or refuses.

use protocol::messages::network::LIST_CHANGED;
use wire::Cause;

/// Why a party does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The name of a peer.
    #[error(transparent)]
    Party(#[from] vocabulary::PartyNameError),
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::CatalogueError),
    /// A certificate cannot be made.
    #[error("the card authority cannot make its certificate")]
    Authority,
}

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RefusedError {
    /// The request was checked against a permission list that is no longer the current one.
    #[error("the permission list has changed: fetch it again")]
    ListChanged,
    /// A processing number (処理通番) stands for one use.
    #[error("the processing number was used before")]
    Used,
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    RefusedError {
        ListChanged => CONFLICT, LIST_CHANGED;
        Used => CONFLICT, "used";
    }
    through { Outbox(work::outbox::OutboxError) }
}
