//! Step 8: the cities download results from the hub, identify and import them; paper results are matched by the five data items.

use protocol::messages::Nothing;
use protocol::messages::registry::{DOWNLOAD_RESULTS, DownloadedResults, MATCH, Match, Matched};

use super::{add, keys};
use crate::report::Counts;
use crate::ring::Ring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    keys::exchange(ring).await?;
    for city in ring.cities() {
        let downloaded: DownloadedResults = city.job(ring, DOWNLOAD_RESULTS, &Nothing {}).await?;
        add(&mut counts, "downloaded", downloaded.downloaded);
        add(&mut counts, "imported", downloaded.imported);
        add(&mut counts, "waiting", downloaded.review);
        add(&mut counts, "refused", downloaded.refused);
        let asked = Match { file: "incoming.csv".to_owned(), out: Some("matches.csv".to_owned()) };
        let matched: Matched = city.job(ring, MATCH, &asked).await?;
        add(&mut counts, "matched", matched.matched);
        add(&mut counts, "review", matched.review);
        add(&mut counts, "unmatched", matched.unmatched);
    }
    Ok(counts)
}
