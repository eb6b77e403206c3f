//! The hub (PMH, R-PMH-1 and 2): templates, targets, and the results that come back.

mod download;
mod judge;
mod outcome;
mod register;
mod row;
pub(crate) mod table;
mod tell;
mod template;

use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::DeclaredWork;
use work::outbox::Deliverer;

pub(crate) use outcome::look;

use crate::Registry;

access::actions! {
    TEMPLATES = plain "registry:hub-templates.register" for HubRegistration, "PMHへの雛形の登録", "Registration of templates with the hub";
    TARGETS = number "registry:hub-targets.register" for HubRegistration, "PMHへの対象者の登録", "Registration with the hub";
    DOWNLOAD = personal "registry:hub-results.download" for ResultEntry, "PMHの結果の取得", "Results from the hub";
}

/// The work with the hub.
pub(crate) fn kinds() -> DeclaredWork<Registry> {
    DeclaredWork::new()
        .job(messages::REGISTER_TEMPLATES, peer(TEMPLATES), "register-templates", template::register)
        .job(messages::REGISTER_TARGETS, peer(TARGETS), "register-targets", register::register)
        .job(messages::DOWNLOAD_RESULTS, peer(DOWNLOAD), "download-results", download::download)
}

/// What the outbox sends to the hub.
pub(crate) fn messages(deliverer: Deliverer, registry: &Registry) -> Deliverer {
    deliverer.message(tell::NewTask(registry.clone()))
}
