//! `POST` 情報提供等記録 from the network system, for the person: what this organisation asked and answered (番号法23条).

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::access_records::AccessRecord;
use protocol::messages::relay::{AccessRecords, AccessRecordsRequest};
use store::Tx;
use vocabulary::{MunicipalityCode, Timestamp};
use wire::{Json, Problem, RequestCaller};

use crate::table::{id128, inquiry, provision, state};
use crate::{Relay, RelayError, codes};

/// Both directions, in the order of asking.
pub(crate) async fn read(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<AccessRecordsRequest>,
) -> Result<Json<AccessRecords>, Problem> {
    let me = relay.party.municipality().ok_or(wire::Defect("the relay's name"))?;
    let room = relay.room.clone();
    let rows = relay.room.see(&caller, crate::routes::RECORDS, move |tx, _| {
        let index = codes::index(room.vault(), &request.code);
        let unified = codes::whose(tx, room.vault(), &request.code)?;
        let mut rows = provided(tx, me, &index)?;
        match &unified {
            Some(unified) => rows.extend(asked(tx, me, unified)?),
            // We were asked about somebody we do not know: that is on record too.
            None if rows.is_empty() => return Err(wire::Unknown("the code").into()),
            None => {}
        }
        rows.sort_by_key(|row| (row.asked_at, row.processing_number));
        let who = unified.as_deref().map_or_else(|| crate::person_of_code(&index), crate::person_id);
        Ok::<_, RelayError>(Seen::person(who, rows))
    });
    Ok(Json(AccessRecords { rows: rows.await? }))
}

#[derive(Queryable)]
struct Row {
    processing_number: Vec<u8>,
    other: String,
    business: String,
    information: String,
    asked_at: i64,
    answered_at: Option<i64>,
    state: String,
}

impl Row {
    fn record(self, asker: MunicipalityCode, provider: MunicipalityCode) -> Result<AccessRecord, RelayError> {
        let instant = |ms| Timestamp::from_millisecond(ms).map_err(|_| wire::Damaged("a time"));
        Ok(AccessRecord {
            processing_number: id128(&self.processing_number)?,
            asker,
            provider,
            business: self.business,
            information: self.information,
            asked_at: instant(self.asked_at)?,
            answered_at: self.answered_at.map(instant).transpose()?,
            outcome: outcome(&self.state).to_owned(),
        })
    }
}

fn outcome(text: &str) -> &'static str {
    match text {
        state::ANSWERED | state::FETCHED | state::ERASED => "answered",
        state::REFUSED => "refused",
        state::EXPIRED => "expired",
        _ => "open",
    }
}

fn municipality(text: &str) -> Result<MunicipalityCode, RelayError> {
    MunicipalityCode::parse(text).map_err(|_| wire::Damaged("a municipality").into())
}

fn asked(tx: &mut Tx, me: MunicipalityCode, unified: &str) -> Result<Vec<AccessRecord>, RelayError> {
    let columns = (
        inquiry::processing_number,
        inquiry::provider,
        inquiry::business,
        inquiry::information,
        inquiry::asked_at,
        inquiry::answered_at,
        inquiry::state,
    );
    let rows: Vec<Row> = inquiry::table.filter(inquiry::unified.eq(unified)).select(columns).load(tx)?;
    rows.into_iter().map(|row| municipality(&row.other).and_then(|provider| row.record(me, provider))).collect()
}

fn provided(tx: &mut Tx, me: MunicipalityCode, code_index: &[u8]) -> Result<Vec<AccessRecord>, RelayError> {
    let columns = (
        provision::processing_number,
        provision::asker,
        provision::business,
        provision::information,
        provision::asked_at,
        provision::answered_at,
        provision::state,
    );
    let rows: Vec<Row> = provision::table.filter(provision::code_index.eq(code_index)).select(columns).load(tx)?;
    rows.into_iter().map(|row| municipality(&row.other).and_then(|asker| row.record(asker, me))).collect()
}
