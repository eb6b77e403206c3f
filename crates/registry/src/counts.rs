//! How much there is, for the page of the deployment.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use crate::exchange::table::{inquiry, replica_sent};
use crate::extraction::table::{extraction, extraction_row};
use crate::follow_up::table::{claim, detailed_case};
use crate::hub::table::{hub_result, hub_target};
use crate::imports::import;
use crate::numbers::table::unified_number;
use crate::residents::table::{resident, resident_history};
use crate::results::table::{examination, record_row};
use crate::vouchers::table::voucher;
use crate::{Registry, RegistryError};

access::actions! {
    COUNTS = plain "registry:counts.read", "件数の照会", "Counts";
}

/// By name, without personal data.
pub(crate) async fn counts(State(registry): State<Registry>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = registry.room.see(&caller, COUNTS, |tx, _| {
        let rows: [(&str, i64); 16] = [
            ("residents", resident::table.count().get_result(tx)?),
            ("formerRows", resident_history::table.count().get_result(tx)?),
            ("imports", import::table.count().get_result(tx)?),
            ("extractions", extraction::table.count().get_result(tx)?),
            ("eligible", extraction_row::table.count().get_result(tx)?),
            ("vouchers", voucher::table.filter(voucher::number.is_not_null()).count().get_result(tx)?),
            ("withheld", voucher::table.filter(voucher::number.is_null()).count().get_result(tx)?),
            ("records", record_row::table.count().get_result(tx)?),
            ("examinations", examination::table.count().get_result(tx)?),
            ("unifiedNumbers", unified_number::table.count().get_result(tx)?),
            ("hubTargets", hub_target::table.count().get_result(tx)?),
            ("hubResults", hub_result::table.count().get_result(tx)?),
            ("detailedCases", detailed_case::table.count().get_result(tx)?),
            ("claims", claim::table.count().get_result(tx)?),
            ("replicas", replica_sent::table.count().get_result(tx)?),
            ("inquiries", inquiry::table.count().get_result(tx)?),
        ];
        Ok::<_, RegistryError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
