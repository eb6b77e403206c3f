//! Step 2: who is due this year, and vouchers for those who may be written to.

use protocol::messages::registry::{EXTRACT, Extract, Extracted, ISSUE_VOUCHERS, IssueVouchers, IssuedVouchers};

use super::add;
use crate::report::Counts;
use crate::ring::{City, Ring};

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    for city in ring.cities() {
        let extracted = extraction(ring, city).await?;
        add(&mut counts, "rows", extracted.rows);
        for row in &extracted.counts {
            add(&mut counts, &format!("{}:{}", row.programme, row.examination), row.people);
        }
        let issued: IssuedVouchers = city.job(ring, ISSUE_VOUCHERS, &IssueVouchers { extraction: extracted.extraction }).await?;
        add(&mut counts, "vouchers", issued.vouchers);
        add(&mut counts, "withheld", issued.withheld);
    }
    Ok(counts)
}

/// The extraction of the year; asked for again it is the same.
pub(crate) async fn extraction(ring: &Ring, city: &City) -> anyhow::Result<Extracted> {
    city.job(ring, EXTRACT, &Extract { fiscal_year: ring.cities.year, on: ring.cities.eve }).await
}
