//! What online eligibility is told: link numbers of cards, PMH keys of link numbers; never an individual number.

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::Private;
use protocol::messages::Accepted;
use protocol::messages::online_eligibility::{self, LinkNumberRow, LinkNumbers, PmhKeyRow, PmhKeys};
use vocabulary::Id128;

use super::PayersHub;
use super::people::{payer_certificate, payer_person};
use crate::RefusedError;

const BATCH: i64 = 1_000;
const TELL: Act = Act::new("payers-hub:online-eligibility.tell");

/// Sends all that is pending, a batch at a time; the next batch begins where the last was acknowledged.
pub(super) async fn pending(hub: PayersHub, caller: Caller) -> Result<(), RefusedError> {
    while cards(&hub, &caller).await? || keys(&hub, &caller).await? {}
    Ok(())
}

async fn cards(hub: &PayersHub, caller: &Caller) -> Result<bool, RefusedError> {
    let rows = hub
        .room
        .waiting(caller, TELL, |tx, record| {
            let query = payer_certificate::table
                .inner_join(payer_person::table.on(payer_person::id.eq(payer_certificate::person)))
                .filter(payer_certificate::told.eq(0))
                .order(payer_certificate::serial)
                .limit(BATCH)
                .select((payer_certificate::serial, payer_person::link_number));
            let rows: Vec<(String, Vec<u8>)> = query.load(tx)?;
            rows.iter().for_each(|(serial, _)| record.subject(serial));
            Ok::<_, RefusedError>(rows)
        })
        .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let told: Vec<String> = rows.iter().map(|(serial, _)| serial.clone()).collect();
    let rows = rows.into_iter().filter_map(|(certificate_serial, link)| {
        Some(LinkNumberRow { link_number: Private::new(crate::id128(&link)?), certificate_serial })
    });
    let message = LinkNumbers { rows: rows.collect() };
    let key = crate::key_of("link-numbers", told.iter().map(String::as_bytes));
    let _: Accepted = hub.client.post(&hub.online_eligibility, online_eligibility::LINK_NUMBERS, key, &message).await?;
    hub.room
        .write(caller, TELL, move |tx, _| {
            diesel::update(payer_certificate::table.filter(payer_certificate::serial.eq_any(told)))
                .set(payer_certificate::told.eq(1))
                .execute(tx)?;
            Ok::<_, RefusedError>(())
        })
        .await?;
    Ok(true)
}

async fn keys(hub: &PayersHub, caller: &Caller) -> Result<bool, RefusedError> {
    let rows = hub
        .room
        .waiting(caller, TELL, |tx, record| {
            let query = payer_person::table
                .filter(payer_person::pmh_key.is_not_null().and(payer_person::key_told.eq(0)))
                .order(payer_person::id)
                .limit(BATCH)
                .select((payer_person::id, payer_person::pmh_key, payer_person::link_number));
            let rows: Vec<(i64, Option<Vec<u8>>, Vec<u8>)> = query.load(tx)?;
            for (_, _, link) in &rows {
                record.subject(&crate::named(link));
            }
            Ok::<_, RefusedError>(rows)
        })
        .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let told: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
    let key = crate::key_of("pmh-keys", told.iter().map(|id| id.to_be_bytes()));
    let rows = rows.into_iter().filter_map(|(_, key, link)| row(&key?, &link));
    let message = PmhKeys { rows: rows.collect() };
    let _: Accepted = hub.client.post(&hub.online_eligibility, online_eligibility::PMH_KEYS, key, &message).await?;
    hub.room
        .write(caller, TELL, move |tx, _| {
            diesel::update(payer_person::table.filter(payer_person::id.eq_any(told))).set(payer_person::key_told.eq(1)).execute(tx)?;
            Ok::<_, RefusedError>(())
        })
        .await?;
    Ok(true)
}

fn row(key: &[u8], link: &[u8]) -> Option<PmhKeyRow> {
    let (pmh_key, link_number): (Id128, Id128) = (crate::id128(key)?, crate::id128(link)?);
    Some(PmhKeyRow { pmh_key: Private::new(pmh_key), link_number: Private::new(link_number) })
}
