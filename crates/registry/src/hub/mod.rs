//! The hub (PMH, R-PMH-1 and 2): templates, targets, and the results that come back.

mod download;
mod judge;
mod register;
mod row;
mod send;
pub(crate) mod table;
mod template;

use access::{Action, Caller};
use axum::extract::State;
use protocol::messages::{Nothing, registry as messages};
use vocabulary::Purpose;
use wire::{Asked, Json, Problem, Routes, peer};

use crate::{Registry, RegistryError, exchange};

pub(crate) const TEMPLATES: Action = Action::plain("registry:hub-templates.register");
pub(crate) const TARGETS: Action = Action::number("registry:hub-targets.register");
pub(crate) const DOWNLOAD: Action = Action::personal("registry:hub-results.download");

/// What is asked of the hub's part.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry)
        .post(messages::REGISTER_TEMPLATES, peer(TEMPLATES, Purpose::HubRegistration).unkeyed(), templates)
        .post(messages::REGISTER_TARGETS, peer(TARGETS, Purpose::HubRegistration).unkeyed(), targets)
        .post(messages::DOWNLOAD_RESULTS, peer(DOWNLOAD, Purpose::ResultEntry).unkeyed(), results)
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
