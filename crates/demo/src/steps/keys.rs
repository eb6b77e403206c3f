//! Step 4: the hub asks the payers' hub to mint PMH keys, and delivers questionnaires and notices to its public side.

use protocol::messages::Nothing;
use protocol::messages::console::{EXCHANGE, Exchanged};
use vocabulary::Party;

use super::add;
use crate::report::Counts;
use crate::ring::Ring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let exchanged = exchange(ring).await?;
    let mut counts = Counts::new();
    add(&mut counts, "keys", exchanged.keys);
    Ok(counts)
}

/// One full round between the hub, the payers' hub and the hub's public side.
pub(crate) async fn exchange(ring: &Ring) -> anyhow::Result<Exchanged> {
    ring.first.job_of(ring, &Party::national("hub-core")?, EXCHANGE, &Nothing {}).await
}
