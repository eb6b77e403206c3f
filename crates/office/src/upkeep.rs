//! Sessions whose hours are over end even when nobody asks anything of them again, and every log-in has one end in the record of use.

use std::time::Duration;

use access::Caller;
use ledger::{Outcome, Subject};
use wire::Stop;

use crate::{Office, OfficeError};

const EVERY: Duration = Duration::from_secs(10 * 60);

/// Ends overdue sessions until told to stop.
pub(crate) async fn end_sessions(office: Office, caller: Caller, mut stop: Stop) {
    loop {
        if let Err(error) = end_overdue(&office, &caller).await {
            tracing::warn!(%error, "sessions");
        }
        if !stop.sleep(EVERY).await {
            return;
        }
    }
}

async fn end_overdue(office: &Office, caller: &Caller) -> Result<(), OfficeError> {
    for ended in office.accounts.end_overdue_sessions().await? {
        let note = format!("session of {} expired", ended.account);
        office.room.event(caller, office.system.actions.log_out, Outcome::Written, Subject::None, &note).await?;
    }
    Ok(())
}
