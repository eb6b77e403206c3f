//! People: numbers tied to each other.

pub(crate) mod codes;
mod correct;
pub(crate) mod number;
pub(crate) mod tell;

use access::{Action, Caller};
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use crate::forwarding::{forwarded, inquiry};
use crate::{Atena, AtenaError};

diesel::table! {
    person (id) {
        id -> BigInt, unified -> Text, number_index -> Binary, sealed_number -> Binary, name -> Text, kana -> Text, sex -> SmallInt,
        birth -> Integer, sealed_address -> Binary, source -> Text, at -> BigInt,
    }
}
diesel::table! {
    own_code (business, code) { business -> Text, code -> Text, person -> BigInt, at -> BigInt, }
}
diesel::table! {
    code_request (processing_number) { processing_number -> Binary, person -> BigInt, }
}
diesel::table! {
    own_code_former (id) { id -> BigInt, business -> Text, code -> Text, person -> BigInt, since -> BigInt, until -> BigInt, }
}
diesel::allow_tables_to_appear_in_same_query!(person, own_code);

/// How much there is.
pub(crate) async fn counts(State(atena): State<Atena>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    Ok(Json(read_counts(&atena, &caller, crate::routes::COUNTS).await?))
}

/// The same, recorded under an action.
pub(crate) async fn read_counts(atena: &Atena, caller: &Caller, action: Action) -> Result<Counts, AtenaError> {
    let counts = atena.room.see(caller, action, |tx, _| {
        let rows: [(&str, i64); 6] = [
            ("persons", person::table.count().get_result(tx)?),
            ("ownCodes", own_code::table.count().get_result(tx)?),
            ("corrections", own_code_former::table.count().get_result(tx)?),
            ("codeRequests", code_request::table.count().get_result(tx)?),
            ("forwarded", forwarded::table.count().get_result(tx)?),
            ("inquiries", inquiry::table.count().get_result(tx)?),
        ];
        Ok::<_, AtenaError>(Seen::nobody(rows).map(Counts::of))
    });
    counts.await
}
