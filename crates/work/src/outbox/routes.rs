//! What an operator asks of an outbox: what waits and what is dead, run again, drop.

use std::sync::Arc;

use access::Action;
use axum::extract::State;
use futures::future::BoxFuture;
use protocol::messages::Nothing;
use protocol::messages::console::{self, OutboxDrop, OutboxMessage, OutboxMessages};
use vocabulary::Id128;
use wire::{Json, Path, Problem, RequestCaller, Routes, Service, peer};

use super::deliver::show;
use super::{Outbox, OutboxError, StoredMessage};

/// Messages that a list shows.
const MOST: i64 = 1_000;

/// The outboxes of a system: of its one room, or of all its rooms.
#[derive(Clone)]
pub struct Outboxes(Arc<dyn Fn() -> BoxFuture<'static, Vec<Outbox>> + Send + Sync>);

impl From<Outbox> for Outboxes {
    fn from(outbox: Outbox) -> Self {
        Self::of(move || {
            let outbox = outbox.clone();
            async move { vec![outbox] }
        })
    }
}

impl Outboxes {
    /// Of a system with several rooms.
    pub fn of<F, Fut>(all: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Vec<Outbox>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(all())))
    }

    /// Adds what is waiting in them to the `/readyz` and `/metrics` of a service.
    pub fn show(&self, service: Service) -> Service {
        let all = self.clone();
        show(service, move || {
            let all = all.clone();
            async move { all.all().await }
        })
    }

    /// All of them.
    pub async fn all(&self) -> Vec<Outbox> {
        (self.0)().await
    }
}

impl std::fmt::Debug for Outboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outboxes")
    }
}

/// What an operator may do with the messages of a system; made by [`outbox_actions!`](crate::outbox_actions!).
#[derive(Clone, Copy, Debug)]
pub struct OutboxActions {
    /// List what waits and what is dead.
    pub read: Action,
    /// Run again, drop.
    pub mend: Action,
}

impl OutboxActions {
    /// All of them, for the system's list.
    pub const fn all(&self) -> [Action; 2] {
        [self.read, self.mend]
    }
}

/// The actions on the messages of a system: `work::outbox_actions!("atena")`. They belong into its policies' list.
#[macro_export]
macro_rules! outbox_actions {
    ($system:literal) => {
        $crate::outbox::OutboxActions {
            read: ::access::Action::plain(concat!($system, ":outbox.read")).called("未送信の照会", "Look at what is to be sent"),
            mend: ::access::Action::plain(concat!($system, ":outbox.mend")).called("未送信の再送・取消し", "Send again or give up"),
        }
    };
}

/// The routes under `/<system>/v1/outbox`.
pub fn routes(outboxes: impl Into<Outboxes>, system: &str, actions: OutboxActions) -> Routes<Outboxes> {
    Routes::of(outboxes.into())
        .refusing::<OutboxError>()
        .get(&console::outbox(system), peer(actions.read), list)
        .post(&console::outbox_retry(system), peer(actions.mend).unkeyed(), retry)
        .post(&console::outbox_drop(system), peer(actions.mend).unkeyed(), drop_message)
}

async fn list(State(outboxes): State<Outboxes>, RequestCaller(caller): RequestCaller) -> Result<Json<OutboxMessages>, Problem> {
    let mut messages = Vec::new();
    for outbox in outboxes.all().await {
        messages.extend(outbox.messages_for(&caller, MOST).await?.into_iter().map(OutboxMessage::from));
    }
    Ok(Json(OutboxMessages { messages }))
}

impl From<StoredMessage> for OutboxMessage {
    fn from(message: StoredMessage) -> Self {
        let StoredMessage { key, peer, kind, dead, attempts, last_error, enqueued_at, .. } = message;
        Self { key, peer, kind, dead, attempts, last_error, enqueued_at }
    }
}

async fn retry(
    State(outboxes): State<Outboxes>,
    RequestCaller(caller): RequestCaller,
    Path(key): Path<Id128>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<Nothing>, Problem> {
    for outbox in outboxes.all().await {
        match outbox.retry(&caller, key).await {
            Err(OutboxError::Unknown) => {}
            outcome => return Ok(outcome.map(|()| Json(Nothing {}))?),
        }
    }
    Err(OutboxError::Unknown.into())
}

async fn drop_message(
    State(outboxes): State<Outboxes>,
    RequestCaller(caller): RequestCaller,
    Path(key): Path<Id128>,
    Json(asked): Json<OutboxDrop>,
) -> Result<Json<Nothing>, Problem> {
    for outbox in outboxes.all().await {
        match outbox.drop_message(&caller, key, &asked.reason).await {
            Err(OutboxError::Unknown) => {}
            outcome => return Ok(outcome.map(|()| Json(Nothing {}))?),
        }
    }
    Err(OutboxError::Unknown.into())
}
