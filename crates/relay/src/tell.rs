//! The relay's background work: codes, permits, answers, and what is past its time. One that fails does not hold up the others.

use access::Caller;

use crate::{Relay, RelayError, codes, inquiries, provision};

/// One round of all of it.
pub(crate) async fn pending(relay: Relay, caller: Caller) -> Result<(), RelayError> {
    let codes = all_codes(&relay, &caller).await;
    let permits = inquiries::permit::pending(&relay, &caller).await;
    let answers = provision::send::pending(&relay, &caller).await;
    let expired = inquiries::permit::expire(&relay, &caller).await;
    codes.and(permits).and(answers).and(expired)
}

async fn all_codes(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    while codes::ask::batch(relay, caller).await? {}
    Ok(())
}
