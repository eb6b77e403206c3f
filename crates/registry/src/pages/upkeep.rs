//! Sessions whose hours are over end even when nobody asks anything of them again, and every log-in has one end in the record of use.

use std::time::Duration;

use access::Caller;
use ledger::{Outcome, Subject};
use wire::Stop;

use super::Pages;
use crate::RegistryError;

const EVERY: Duration = Duration::from_secs(10 * 60);

/// Ends overdue sessions until told to stop.
pub(crate) async fn end_sessions(pages: Pages, caller: Caller, mut stop: Stop) {
    loop {
        if let Err(error) = end_overdue(&pages, &caller).await {
            tracing::warn!(%error, "sessions");
        }
        if !stop.sleep(EVERY).await {
            return;
        }
    }
}

async fn end_overdue(pages: &Pages, caller: &Caller) -> Result<(), RegistryError> {
    for ended in pages.accounts.end_overdue_sessions().await? {
        let note = format!("session of {} expired", ended.account);
        pages.registry.room.event(caller, super::LOG_OUT, Outcome::Written, Subject::None, &note).await?;
    }
    Ok(())
}
