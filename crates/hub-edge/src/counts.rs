//! How much there is.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use crate::queue::collect;
use crate::table::{binding, item, kind};
use crate::{Edge, EdgeError};

/// By name, without personal data.
pub(crate) async fn counts(State(edge): State<Edge>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = edge.room.see(&caller, crate::routes::COUNTS, |tx, _| {
        let questionnaires = item::table.filter(item::kind.eq(kind::QUESTIONNAIRE));
        let rows: [(&str, i64); 6] = [
            ("bound", binding::table.filter(binding::live.is_not_null()).count().get_result(tx)?),
            ("questionnaires", questionnaires.count().get_result(tx)?),
            ("answered", questionnaires.filter(item::answered_at.is_not_null()).count().get_result(tx)?),
            ("notices", item::table.filter(item::kind.eq(kind::NOTICE)).count().get_result(tx)?),
            ("results", item::table.filter(item::kind.eq(kind::RESULT)).count().get_result(tx)?),
            ("entered", collect::last(tx)?),
        ];
        Ok::<_, EdgeError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
