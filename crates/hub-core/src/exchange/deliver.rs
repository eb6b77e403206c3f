//! Deliveries to the edge, a portion at a time: a portion is sent again as it was until it is acknowledged, so that it has one effect.

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::edge::{DELIVERIES, Deliveries, Delivery};
use vocabulary::Id128;

use super::{PATIENCE, queue};
use crate::city::City;
use crate::table::{delivery, id128, unseal};
use crate::{Hub, HubError};

const DELIVER: Act = Act::new("hub-core:deliveries.send");
const BATCH: i64 = 1_000;

/// Everything of a city that the edge has not acknowledged.
pub(super) async fn all(hub: &Hub, city: &City, caller: &Caller) -> Result<(), HubError> {
    while portion(hub, city, caller).await? {}
    Ok(())
}

async fn portion(hub: &Hub, city: &City, caller: &Caller) -> Result<bool, HubError> {
    if !anything(city).await? {
        return Ok(false);
    }
    let (name, rows) = claim(hub, city, caller).await?;
    let message = Deliveries { delivery: name, municipality: city.municipality, rows };
    let _: Accepted = hub.house.client.within(PATIENCE).post(&hub.edge, DELIVERIES, name, &message).await?;
    let told = city.room.write(caller, DELIVER, move |tx, record| {
        record.note("acknowledged by the edge");
        let those = delivery::table.filter(delivery::told.eq(0).and(delivery::portion.eq(name.as_bytes().as_slice())));
        diesel::update(those).set((delivery::told.eq(1), delivery::body.eq(None::<Vec<u8>>))).execute(tx)?;
        Ok::<_, HubError>(())
    });
    told.await?;
    Ok(true)
}

async fn anything(city: &City) -> Result<bool, HubError> {
    let untold = city.room.raw().read(|tx| {
        Ok::<Option<i64>, HubError>(delivery::table.filter(delivery::told.eq(0)).select(delivery::sequence).first(tx).optional()?)
    });
    Ok(untold.await?.is_some())
}

/// The portion that was under way when the last round ended, else the next rows under a new name; the name is durable before it is sent.
async fn claim(hub: &Hub, city: &City, caller: &Caller) -> Result<(Id128, Vec<Delivery>), HubError> {
    let (inside, new) = (city.clone(), hub.house.entropy.id128());
    let claimed = city.room.write(caller, DELIVER, move |tx, record| {
        let untold = delivery::table.filter(delivery::told.eq(0)).order(delivery::sequence);
        let under_way: Option<Option<Vec<u8>>> =
            untold.filter(delivery::portion.is_not_null()).select(delivery::portion).first(tx).optional()?;
        let name = match under_way.flatten() {
            Some(name) => id128(&name)?,
            None => {
                let next: Vec<i64> = untold.limit(BATCH).select(delivery::sequence).load(tx)?;
                let next = delivery::table.filter(delivery::sequence.eq_any(next));
                diesel::update(next).set(delivery::portion.eq(new.as_bytes().as_slice())).execute(tx)?;
                new
            }
        };
        let those = untold.filter(delivery::portion.eq(name.as_bytes().as_slice()).and(delivery::body.is_not_null()));
        let those = those.select((delivery::sequence, delivery::person, delivery::body.assume_not_null()));
        let mut rows = Vec::new();
        for (sequence, person, body) in those.load::<(i64, i64, Vec<u8>)>(tx)? {
            record.subject(&person.to_string());
            rows.push(unseal(inside.room.vault(), &queue::cell(&sequence.to_be_bytes()), &body)?);
        }
        Ok::<_, HubError>((name, rows))
    });
    claimed.await
}
