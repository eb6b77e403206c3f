//! What the edge has given for cities whose rooms do not take it now: kept sealed in the nation's room, in its order, until they do.

use std::collections::BTreeSet;

use access::Caller;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::edge::Collection;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::MunicipalityCode;

use super::collect::{COLLECT, keep_in, place};
use crate::table::{held, seal, unseal};
use crate::{Hub, HubError};

/// Rows that are taken out together.
const BATCH: i64 = 500;

/// Keeps a city's rows aside, in the transaction that moves the cursor past them. Who they are about is named when the city takes them.
pub(super) fn put(tx: &mut Tx, vault: &Vault, rows: &[Collection]) -> Result<(), HubError> {
    for row in rows {
        let (sequence, municipality, _) = place(row);
        let body = seal(vault, &cell(&sequence.to_be_bytes()), row)?;
        let values = (held::sequence.eq(sequence), held::municipality.eq(number(municipality)), held::body.eq(body));
        diesel::insert_into(held::table).values(values).execute(tx)?;
    }
    Ok(())
}

/// Gives the cities what is held for them → those that do not take theirs.
pub(super) async fn give(hub: &Hub, caller: &Caller) -> Result<BTreeSet<MunicipalityCode>, HubError> {
    let waiting = hub.nation.count(|tx| {
        let of: Vec<i64> = held::table.select(held::municipality).distinct().load(tx)?;
        Ok::<_, HubError>(of.into_iter().map(|number| [u128::try_from(number).unwrap_or(0)]).collect::<Vec<_>>())
    });
    let mut behind = BTreeSet::new();
    for [number] in waiting.await? {
        let Ok(municipality) = MunicipalityCode::parse(&format!("{number:06}")) else { continue };
        if let Err(error) = of_city(hub, caller, municipality).await {
            tracing::error!(alarm = "damaged", %municipality, %error, "a city does not take what the edge had for it; it is held");
            behind.insert(municipality);
        }
    }
    Ok(behind)
}

async fn of_city(hub: &Hub, caller: &Caller, municipality: MunicipalityCode) -> Result<(), HubError> {
    let city = hub.city(municipality).await?;
    loop {
        let vault = hub.nation.vault().clone();
        let rows = hub.nation.seek(caller, COLLECT, move |tx, record| {
            let those = held::table.filter(held::municipality.eq(number(municipality))).order(held::sequence).limit(BATCH);
            let those: Vec<(i64, Vec<u8>)> = those.select((held::sequence, held::body)).load(tx)?;
            record.note(format!("{} rows that were held for {municipality}", those.len()));
            let open = |(sequence, body): (i64, Vec<u8>)| unseal(&vault, &cell(&sequence.to_be_bytes()), &body);
            Ok::<_, HubError>(Seen::nobody(those.into_iter().map(open).collect::<Result<Vec<Collection>, HubError>>()?))
        });
        let rows = rows.await?;
        let Some(last) = rows.iter().map(|row| place(row).0).max() else { return Ok(()) };
        keep_in(&city, caller, rows).await?;
        let gone = hub.nation.maintain(move |tx| {
            let those = held::municipality.eq(number(municipality)).and(held::sequence.le(last));
            diesel::delete(held::table.filter(those)).execute(tx)?;
            Ok::<_, HubError>(())
        });
        gone.await?;
    }
}

/// A municipality as a number, which tells of nobody.
fn number(municipality: MunicipalityCode) -> i64 {
    municipality.as_str().parse().unwrap_or(0)
}

fn cell(sequence: &[u8; 8]) -> Cell<'_> {
    Cell::new("held", sequence, "body")
}
