//! `POST` make-replicas, inquire, fetch-answers from the console.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::registry::{FetchedAnswers, Inquire, Inquired, MadeReplicas};
use wire::{Asked, Json, Problem};

use super::table::{replica_sent, state};
use super::{answers, inquire as inquiries, mark, send};
use crate::{Registry, RegistryError};

/// Makes what is new or tells something else than before, and sends it.
pub(super) async fn make_replicas(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<MadeReplicas>, Problem> {
    let _alone = registry.sending.lock().await;
    let (task, asker) = (registry.clone(), caller.clone());
    crate::work(move || mark::mark(&task, &asker)).await?;
    send::all(&registry, &caller).await?;
    let counts = registry.room.raw().read(|tx| {
        let mut of = |word: &str| replica_sent::table.filter(replica_sent::state.eq(word)).count().get_result::<i64>(tx);
        let (accepted, refused, pending) = (of(state::ACCEPTED)?, of(state::REFUSED)?, of(state::PENDING)?);
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok::<_, RegistryError>(MadeReplicas {
            replicas: count(accepted + refused + pending),
            accepted: count(accepted),
            refused: count(refused),
        })
    });
    Ok(Json(counts.await?))
}

/// Asks another municipality.
pub(super) async fn inquire(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<Inquire>,
) -> Result<Json<Inquired>, Problem> {
    let _alone = registry.sending.lock().await;
    Ok(Json(inquiries::inquire(&registry, &caller, job).await?))
}

/// Fetches what has been answered.
pub(super) async fn fetch_answers(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<FetchedAnswers>, Problem> {
    let _alone = registry.sending.lock().await;
    Ok(Json(answers::fetch(&registry, &caller).await?))
}
