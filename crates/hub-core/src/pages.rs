//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use wire::{Problem, session};

use crate::{Hub, counts};

/// The office.
pub(crate) const OFFICE: System = System { title: TITLE, actions: office::actions!("hub-core"), find: None, also_named: None, job_word };

face::words! {
    pub(crate) const;
    TITLE = "PMH（中核）", "Hub Core";
    LEAD = "全市町村の登録と結果の件数です。", "Registrations and results of all municipalities.";
    TEMPLATE_COUNT = "雛形", "Templates";
    PERSON_COUNT = "登録された人", "People registered";
    KEY_COUNT = "PMHキー", "Keys";
    TASK_COUNT = "登録依頼", "Tasks";
    REFUSED = "登録できなかった行", "Rows refused";
    DELIVERED = "公開側へ渡した対象者", "Delivered to the public side";
    COLLECTED = "公開側から受け取った結果", "Collected from the public side";
    STRAYS = "宛先のない結果", "Results of nobody known";
    EXCHANGE = "公開側との受渡し", "Exchange with the public side";
    RESULT_COUNT = "検診結果", "Results";
}

impl FromRef<Hub> for Office {
    fn from_ref(state: &Hub) -> Office {
        state.office.clone()
    }
}

/// The pages of its own.
pub(crate) fn routes(state: Hub) -> Routes<Hub> {
    Routes::of(state).listed(path::HOME, face::words::HOME, session(OFFICE.actions.home), home)
}

async fn home(State(state): State<Hub>, visit: Visit) -> Result<Response, Problem> {
    let counts = counts::read(&state, &visit.caller, OFFICE.actions.home).await?;
    Ok(state.office.home(&visit, LEAD, &counts.counts, count_word))
}

fn count_word(name: &str) -> Option<Words> {
    Some(match name {
        "templates" => TEMPLATE_COUNT,
        "persons" => PERSON_COUNT,
        "keys" => KEY_COUNT,
        "tasks" => TASK_COUNT,
        "refused" => REFUSED,
        "delivered" => DELIVERED,
        "collected" => COLLECTED,
        "strays" => STRAYS,
        "results" => RESULT_COUNT,
        _ => return None,
    })
}

fn job_word(kind: &str) -> Option<Words> {
    (kind == "exchange").then_some(EXCHANGE)
}
