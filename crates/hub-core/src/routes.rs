//! The routes for programs, and what they do.

use protocol::messages::{console, hub as messages};
use wire::{Routes, peer};
use work::outbox::OutboxActions;

use crate::{Hub, HubError, counts, registration, results, template};

access::actions! {
    TEMPLATES = personal "hub-core:templates.put" for HubRegistration, "雛形の登録", "Registration of templates";
    REGISTER = personal "hub-core:people.register" for HubRegistration, "対象者の登録", "Registration of people";
    TASKS = personal "hub-core:tasks.read" for HubRegistration, "登録状況の確認", "Look at a task";
    TASK_LIST = plain "hub-core:tasks.list" for HubRegistration, "登録依頼の一覧", "List of tasks";
    RESULTS = personal "hub-core:results.read" for ResultEntry, "結果の取得", "Download of results";
    EXCHANGE = number "hub-core:work.exchange" for HubRegistration, "公開側との受渡し", "Exchange with the public side";
    COUNTS = plain "hub-core:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
pub(crate) const OUTBOX: OutboxActions = work::outbox_actions!("hub-core");

/// The routes.
pub(crate) fn routes(state: Hub) -> Routes<Hub> {
    Routes::of(state)
        .refusing::<HubError>()
        .put(messages::TEMPLATE, peer(TEMPLATES), template::put)
        .post(messages::REGISTRATION_TASKS, peer(REGISTER), registration::take::take)
        .get(messages::TASKS, peer(TASK_LIST), registration::list::list)
        .get(messages::TASK, peer(TASKS), registration::task::read)
        .get(messages::RESULTS, peer(RESULTS), results::read)
        .get(&console::counts("hub-core"), peer(COUNTS), counts::counts)
}
