//! Step 11: the city that people moved to asks the one they left; the answers come sealed, and the people read who asked.

use outside_public::portal::Purposes;
use protocol::messages::Nothing;
use protocol::messages::portal::Scope;
use protocol::messages::registry::{FETCH_ANSWERS, FetchedAnswers, INQUIRE, Inquire, Inquired};

use super::{add, portal};
use crate::report::Counts;
use crate::ring::Ring;

pub(crate) async fn run(ring: &Ring) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    let movers: Vec<_> = ring.second.people.movers(&ring.first.people).into_iter().take(synth::part::MOVERS).collect();
    let asked = Inquire {
        provider: ring.first.code,
        information: "oral_health_screening".to_owned(),
        residents: movers.iter().map(|person| person.resident).collect(),
    };
    let inquired: Inquired = ring.second.job(ring, INQUIRE, &asked).await?;
    add(&mut counts, "inquiries", inquired.inquiries);
    let fetched: FetchedAnswers = ring.second.job(ring, FETCH_ANSWERS, &Nothing {}).await?;
    add(&mut counts, "answered", fetched.answered);
    add(&mut counts, "refused", fetched.refused);
    add(&mut counts, "pending", fetched.pending);
    for person in movers {
        let session = portal::log_in(ring, &ring.second, person).await?;
        session.consent(&Purposes::current().own, &Scope::OWN).await?;
        let records = session.access_records().await?;
        add(&mut counts, "accessRecords", records.rows.len() as u64);
        add(&mut counts, "missing", records.missing.len() as u64);
    }
    Ok(counts)
}
