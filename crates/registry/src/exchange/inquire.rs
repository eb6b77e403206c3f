//! 情報照会: one inquiry for a person, a municipality and an information, ever; signed when it is decided, sent until atena has it.

use std::collections::HashMap;
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use jiff::SignedDuration;
use line::WireError;
use protocol::Signed;
use protocol::messages::atena::{INQUIRIES, InquiryReceipt, InquiryRequest};
use protocol::messages::inquiries::Inquiry;
use protocol::messages::registry::{Inquire, Inquired};
use protocol::signed::Head;
use vocabulary::{FiscalYear, Id128, MunicipalityCode, ResidentNumber, day};

use super::table::{inquiry, state};
use crate::numbers::table::unified_number;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// 異動事由 of those who moved in.
const MOVED_IN: &str = "転入";
/// Fiscal years before this one that are asked about.
const YEARS: i16 = 5;
/// The signature stays the same through every retry, so it has to last through an outage.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How often the job tries to hand over what the relay cannot take yet.
const TRIES: u32 = 40;
/// Ids in one statement.
const ROWS: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(250);

/// Decides whom to ask about, and hands the inquiries to atena.
pub(super) async fn inquire(registry: &Registry, caller: &Caller, job: Inquire) -> Result<Inquired, RegistryError> {
    let list = registry.catalogue.permission_list();
    if list.information(&job.information).is_none() {
        return Err(RegistryError::Asked("the permission list has no such information".to_owned()));
    }
    if job.provider == registry.municipality {
        return Err(RegistryError::Asked("name another municipality than this one".to_owned()));
    }
    decide(registry, caller, job).await?;
    for _ in 0..TRIES {
        if send(registry, caller).await? == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let count = registry.room.raw().read(|tx| Ok::<i64, RegistryError>(inquiry::table.count().get_result(tx)?)).await?;
    Ok(Inquired { inquiries: u64::try_from(count).unwrap_or(0) })
}

async fn decide(registry: &Registry, caller: &Caller, job: Inquire) -> Result<(), RegistryError> {
    let signer = registry.room.vault().signer(wire::RING).await?;
    let (task, now, today) = (registry.clone(), registry.clock.now(), registry.clock.today());
    let from = FiscalYear(FiscalYear::of(today).0 - YEARS).first_day();
    let business = &registry.catalogue.permission_list().business;
    let body = Inquiry {
        business: business.id.clone(),
        procedure: business.procedure.clone(),
        information: job.information.clone(),
        from,
        to: today,
        provider: job.provider,
    };
    let write = registry.room.write(caller, super::INQUIRE, move |tx, record| {
        let asked = inquiry::table
            .filter(inquiry::provider.eq(job.provider.as_str()).and(inquiry::information.eq(&job.information)))
            .select(inquiry::resident);
        let eligible = resident::table
            .filter(resident::sealed_number.is_not_null().and(resident::id.ne_all(asked)))
            .filter(resident::id.eq_any(unified_number::table.select(unified_number::resident)))
            .order(resident::id)
            .select((resident::id, resident::number));
        let mut people: Vec<(i64, String)> = Vec::new();
        if job.residents.is_empty() {
            people = eligible.filter(resident::event.eq(MOVED_IN)).load(tx)?;
        } else {
            for named in job.residents.chunks(ROWS) {
                let named: Vec<&str> = named.iter().map(|number| number.as_str()).collect();
                people.extend(eligible.filter(resident::number.eq_any(named)).load::<(i64, String)>(tx)?);
            }
        }
        for (id, number) in &people {
            record.subject(number);
            let head = Head {
                sender: task.party.clone(),
                receiver: task.relay.clone(),
                number: task.entropy.id128(),
                issued: now,
                expires: now.checked_add(LIFE).unwrap_or(now),
            };
            let values = (
                inquiry::id.eq(task.entropy.id128().as_bytes().to_vec()),
                inquiry::resident.eq(*id),
                inquiry::provider.eq(job.provider.as_str()),
                inquiry::information.eq(&job.information),
                inquiry::from_day.eq(day::to_number(body.from)),
                inquiry::to_day.eq(day::to_number(body.to)),
                inquiry::envelope.eq(Signed::seal(&head, &body, &signer)?.into_bytes()),
                inquiry::state.eq(state::PENDING),
                inquiry::reason.eq(""),
                inquiry::at.eq(now.as_millisecond()),
            );
            diesel::insert_into(inquiry::table).values(values).execute(tx)?;
        }
        record.note(format!("{} inquiries decided", people.len()));
        Ok::<_, RegistryError>(())
    });
    write.await
}

#[derive(Queryable)]
struct Waiting {
    id: Vec<u8>,
    resident: i64,
    provider: String,
    information: String,
    from_day: i32,
    to_day: i32,
    envelope: Vec<u8>,
}

/// Hands pending inquiries to atena → how many have to wait because the relay has not heard of the person yet.
pub(super) async fn send(registry: &Registry, caller: &Caller) -> Result<u64, RegistryError> {
    let rows = registry.room.read_recorded(caller, super::INQUIRE, |tx, record| {
        let columns = (
            inquiry::id,
            inquiry::resident,
            inquiry::provider,
            inquiry::information,
            inquiry::from_day,
            inquiry::to_day,
            inquiry::envelope,
        );
        let rows: Vec<Waiting> = inquiry::table.filter(inquiry::state.eq(state::PENDING)).order(inquiry::at).select(columns).load(tx)?;
        let ids: Vec<i64> = rows.iter().map(|row| row.resident).collect();
        let mut numbers: HashMap<i64, String> = HashMap::with_capacity(ids.len());
        // A database takes so many values in one statement and no more.
        for ids in ids.chunks(ROWS) {
            let those = resident::table.filter(resident::id.eq_any(ids.to_vec())).select((resident::id, resident::number));
            numbers.extend(those.load::<(i64, String)>(tx)?);
        }
        numbers.values().for_each(|number| record.subject(number));
        Ok::<_, RegistryError>(
            rows.into_iter().filter_map(|row| numbers.get(&row.resident).cloned().map(|number| (row, number))).collect::<Vec<_>>(),
        )
    });
    let mut waiting = 0;
    for (row, number) in rows.await? {
        let id = Id128::from_bytes(row.id.clone().try_into().map_err(|_| RegistryError::Malformed("a stored inquiry"))?);
        let request = request(registry, row, &number)?;
        let receipt: Result<InquiryReceipt, WireError> = registry.client.post(&registry.atena, INQUIRIES, id, &request).await;
        let (now_in, reason, remote) = match receipt {
            Ok(receipt) => (state::ASKED, String::new(), Some(receipt.inquiry.as_bytes().to_vec())),
            // The relay hears of new unified numbers in the background: the same inquiry again, later.
            Err(WireError::Refused { problem, .. }) if problem.status == 404 => {
                waiting += 1;
                continue;
            }
            Err(WireError::Refused { problem, .. }) if (400..500).contains(&problem.status) => {
                (state::REFUSED, format!("{}", problem.status), None)
            }
            Err(error) => return Err(error.into()),
        };
        let write = registry.room.write(caller, super::INQUIRE, move |tx, record| {
            record.subject(&number);
            let changes = (inquiry::state.eq(now_in), inquiry::reason.eq(reason), inquiry::remote.eq(remote));
            diesel::update(inquiry::table.find(id.as_bytes().to_vec())).set(changes).execute(tx)?;
            Ok::<_, RegistryError>(())
        });
        write.await?;
    }
    Ok(waiting)
}

fn request(registry: &Registry, row: Waiting, number: &str) -> Result<InquiryRequest, RegistryError> {
    let business = &registry.catalogue.permission_list().business;
    let date = |number| day::from_number(number).ok_or(RegistryError::Malformed("a stored day"));
    Ok(InquiryRequest {
        resident_number: ResidentNumber::parse(number).map_err(|_| RegistryError::Malformed("a stored resident number"))?,
        business: business.id.clone(),
        procedure: business.procedure.clone(),
        information: row.information,
        from: date(row.from_day)?,
        to: date(row.to_day)?,
        provider: MunicipalityCode::parse(&row.provider).map_err(|_| RegistryError::Malformed("a stored municipality"))?,
        envelope: Signed::from_bytes(row.envelope),
    })
}
