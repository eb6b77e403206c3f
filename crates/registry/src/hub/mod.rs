//! The hub (PMH, R-PMH-1 and 2): templates, targets, and the results that come back.

mod download;
mod judge;
mod register;
mod row;
mod send;
pub(crate) mod table;
mod template;

use access::Caller;
use axum::extract::State;
use protocol::messages::{Nothing, registry as messages};
use vocabulary::Purpose;
use wire::{Asked, Json, Problem, Routes, peer};

use crate::{Registry, RegistryError, exchange};

access::actions! {
    TEMPLATES = plain "registry:hub-templates.register" for HubRegistration, "PMHへの雛形の登録", "Registration of templates with the hub";
    TARGETS = number "registry:hub-targets.register" for HubRegistration, "PMHへの対象者の登録", "Registration with the hub";
    DOWNLOAD = personal "registry:hub-results.download" for ResultEntry, "PMHの結果の取得", "Results from the hub";
}

/// What is asked of the hub's part.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry)
        .post(messages::REGISTER_TEMPLATES, peer(TEMPLATES).unkeyed(), templates)
        .post(messages::REGISTER_TARGETS, peer(TARGETS).unkeyed(), targets)
        .post(messages::DOWNLOAD_RESULTS, peer(DOWNLOAD).unkeyed(), results)
}

/// One round of what the registry has to send: tasks of the hub, inquiries, replicas. A job that sends is not disturbed.
pub(crate) async fn pending(registry: Registry, caller: Caller) -> Result<(), RegistryError> {
    let Ok(_alone) = registry.sending.try_lock() else { return Ok(()) };
    let tasks = send::round(&registry, &caller.for_purpose(Purpose::HubRegistration)).await.map(|_| ());
    let exchange = exchange::pending(&registry, &caller).await;
    tasks.and(exchange)
}

async fn templates(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<messages::RegisteredTemplates>, Problem> {
    let _alone = registry.sending.lock().await;
    Ok(Json(messages::RegisteredTemplates { templates: template::register(&registry, &caller).await? }))
}

async fn targets(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<messages::RegisterTargets>,
) -> Result<Json<messages::RegisteredTargets>, Problem> {
    let _alone = registry.sending.lock().await;
    Ok(Json(register::register(&registry, &caller, job).await?))
}

async fn results(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<messages::DownloadedResults>, Problem> {
    let _alone = registry.sending.lock().await;
    Ok(Json(download::download(&registry, &caller).await?))
}
