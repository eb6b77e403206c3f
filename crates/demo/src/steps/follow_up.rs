//! Step 9: who needs a detailed examination, what facilities are owed, how many were examined.

use protocol::messages::registry::{FOLLOW_UP, FollowUp, FollowedUp};

use super::add;
use crate::report::Counts;
use crate::ring::Ring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let followed: FollowedUp = city.job(ring, FOLLOW_UP, &FollowUp { fiscal_year: ring.cities.year }).await?;
        add(&mut counts, "needsDetailed", followed.needs_detailed);
        add(&mut counts, "claims", followed.claims);
        add(&mut counts, "amountYen", u64::try_from(followed.amount_yen)?);
        add(&mut counts, "examined", followed.examined);
    }
    Ok(counts)
}
