//! Step 10: replicas go through atena to the relay; what the relay stored has the digest that the registry signed.

use anyhow::bail;
use protocol::messages::Nothing;
use protocol::messages::registry::{MAKE_REPLICAS, MadeReplicas};
use vocabulary::Party;

use super::add;
use crate::report::Counts;
use crate::ring::Ring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let made: MadeReplicas = city.job(ring, MAKE_REPLICAS, &Nothing {}).await?;
        let held = city.holds(&Party::of("relay", city.code)?).await?;
        let stored = held.counts.get("replicas").copied().unwrap_or_default();
        if stored != made.accepted {
            bail!("{}: the relay holds {stored} replicas, of which it acknowledged {}", city.code, made.accepted);
        }
        add(&mut counts, "replicas", made.replicas);
        add(&mut counts, "digestsEqual", made.accepted);
        add(&mut counts, "refused", made.refused);
    }
    Ok(counts)
}
