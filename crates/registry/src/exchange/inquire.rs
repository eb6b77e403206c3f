//! 情報照会: one inquiry for a person, a municipality and an information, unless it expired without an answer; signed when it is decided, sent until atena has it.

use std::time::Duration;

use catalogue::Business;
use diesel::prelude::*;
use jiff::SignedDuration;
use ledger::Seen;
use protocol::Signed;
use protocol::messages::atena::InquiryRequest;
use protocol::messages::inquiries::Inquiry;
use protocol::messages::registry::{Inquire, Inquired};
use vocabulary::{FiscalYear, ResidentNumber, day};
use work::jobs::JobRun;
use work::outbox::NewMessage;

use super::table::{inquiry, state};
use super::tell::{DecidedInquiry, NewInquiry};
use crate::numbers::table::unified_number;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// Fiscal years before this one that are asked about.
const YEARS: i16 = 5;
/// The signature stays the same through every retry, so it has to last through an outage.
const LIFE: SignedDuration = protocol::signed::LONGEST_LIFE;
/// How long the job waits for the relay to hear of people; what is left goes on without it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Inquiries of one portion.
const PORTION: usize = 500;

/// Decides whom to ask about, and waits until atena has the inquiries.
pub(super) async fn inquire(registry: Registry, run: JobRun, job: Inquire) -> Result<Inquired, RegistryError> {
    let catalogue = registry.catalogue();
    let list = catalogue.permission_list();
    if list.information(&job.information).is_none() {
        return Err(RegistryError::asked("提供可否の一覧にない情報は照会できません", "the permission list has no such information"));
    }
    if job.residents.is_empty() {
        return Err(RegistryError::asked(
            "照会する人を指定してください。全員を同じ市町村に照会します",
            "name whom to ask about: every one of them is asked about at this one municipality",
        ));
    }
    if job.provider == registry.municipality {
        return Err(RegistryError::asked("照会先には、ほかの市町村を指定してください", "name another municipality than this one"));
    }
    let (task, attempt, business) = (registry.clone(), run.clone(), list.business.clone());
    crate::work(move || decide(&task, &attempt, (&job, &business))).await?;
    run.progress("sending", 0, None);
    registry.wait_for::<NewInquiry>(PATIENCE).await?;
    let count = registry.room.count(|tx| Ok::<i64, RegistryError>(inquiry::table.count().get_result(tx)?)).await?;
    Ok(Inquired { inquiries: u64::try_from(count).unwrap_or(0) })
}

/// What is asked, and the business in whose name.
type InquiryOrder<'a> = (&'a Inquire, &'a Business);

/// In portions: who was asked about is not asked about again before that expired, and of those who are named the job knows how many it has
/// gone through.
fn decide(registry: &Registry, run: &JobRun, (job, business): InquiryOrder<'_>) -> Result<(), RegistryError> {
    let mut decided = 0;
    let mut through: usize = run.checkpoint()?.unwrap_or(0);
    loop {
        let named: Vec<&str> = job.residents.iter().skip(through).take(run.rows(PORTION)).map(|number| number.as_str()).collect();
        if named.is_empty() {
            return Ok(());
        }
        run.progress("deciding", decided, None);
        through += named.len();
        decided += portion(registry, run, (job, business), (&named, through))?;
    }
}

/// Of those who are named, who are the last of so many → how many it decided.
fn portion(
    registry: &Registry,
    run: &JobRun,
    (job, business): InquiryOrder<'_>,
    (named, through): (&[&str], usize),
) -> Result<u64, RegistryError> {
    // of each portion: a key that was changed or ended meanwhile signs nothing more
    let signer = registry.room.vault().signer_blocking(wire::RING)?;
    let (now, today) = (registry.clock.now(), registry.clock.today());
    let body = Inquiry {
        business: business.id.clone(),
        procedure: business.procedure.clone(),
        information: job.information.clone(),
        from: FiscalYear(FiscalYear::of(today).0 - YEARS).first_day(),
        to: today,
        provider: job.provider,
    };
    let decided = run.portion_blocking(super::INQUIRE, |tx, record, portion| {
        let asked = inquiry::table
            .filter(inquiry::provider.eq(job.provider.as_str()).and(inquiry::information.eq(&job.information)))
            .filter(inquiry::state.ne(state::EXPIRED))
            .select(inquiry::resident);
        let eligible = resident::table
            .filter(resident::sealed_number.is_not_null().and(resident::id.ne_all(asked)))
            .filter(resident::id.eq_any(unified_number::table.select(unified_number::resident)))
            .order(resident::id)
            .limit(run.limit(PORTION))
            .select((resident::id, resident::number));
        portion.checkpoint(&through)?;
        let people: Vec<(i64, String)> = eligible.filter(resident::number.eq_any(named)).load(tx)?;
        let mut messages = Vec::with_capacity(people.len());
        for (id, number) in &people {
            let name = registry.entropy.id128();
            let values = (
                inquiry::id.eq(name.as_bytes().to_vec()),
                inquiry::resident.eq(*id),
                inquiry::provider.eq(job.provider.as_str()),
                inquiry::information.eq(&job.information),
                inquiry::from_day.eq(day::to_number(body.from)),
                inquiry::to_day.eq(day::to_number(body.to)),
                inquiry::state.eq(state::PENDING),
                inquiry::reason.eq(""),
                inquiry::at.eq(now.as_millisecond()),
            );
            diesel::insert_into(inquiry::table).values(values).execute(tx)?;
            let request = InquiryRequest {
                resident_number: ResidentNumber::parse(number).map_err(|_| wire::Damaged("a resident number"))?,
                business: body.business.clone(),
                procedure: body.procedure.clone(),
                information: body.information.clone(),
                from: body.from,
                to: body.to,
                provider: body.provider,
                envelope: Signed::seal(&super::head_to_relay(registry, LIFE), &body, &signer)?,
            };
            messages.push(NewMessage::to(&registry.atena, DecidedInquiry { id: name, request }).about(number.as_str()).under(name));
        }
        registry.outbox.enqueue::<NewInquiry>(tx, messages)?;
        record.note(format!("{} inquiries decided", people.len()));
        Ok::<_, RegistryError>(Seen::people(people.iter().map(|(_, number)| person_id(number)), people.len() as u64))
    })?;
    registry.outbox.ring();
    Ok(decided)
}
