//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use wire::{Problem, session};

use crate::{Relay, counts};

/// The office.
pub(crate) const OFFICE: System = System {
    title: TITLE,
    actions: office::actions!("relay"),
    find: None,
    also_named: Some(crate::also_named),
    work: office::WorkWords::NONE,
};

face::words! {
    pub(crate) const;
    TITLE = "中間サーバー", "Relay";
    LEAD = "符号、副本、情報照会と情報提供の件数です。", "How many codes, replicas, inquiries and provisions there are.";
    PERSONS = "本人", "People";
    CODES = "符号", "Codes";
    REPLICAS = "副本", "Replicas";
    INQUIRIES = "情報照会", "Inquiries";
    ANSWERED = "回答のあった照会", "Inquiries answered";
    PROVISIONS = "情報提供", "Provisions";
}

impl FromRef<Relay> for Office {
    fn from_ref(state: &Relay) -> Office {
        state.office.clone()
    }
}

/// The pages of its own.
pub(crate) fn routes(state: Relay) -> Routes<Relay> {
    Routes::of(state).listed(path::HOME, face::words::HOME, session(OFFICE.actions.home), home)
}

async fn home(State(state): State<Relay>, visit: Visit) -> Result<Response, Problem> {
    let counts = counts::read(&state, &visit.caller, OFFICE.actions.home).await?;
    Ok(state.office.home(&visit, LEAD, &counts.counts, count_word))
}

fn count_word(name: &str) -> Option<Words> {
    Some(match name {
        "persons" => PERSONS,
        "codes" => CODES,
        "replicas" => REPLICAS,
        "inquiries" => INQUIRIES,
        "answered" => ANSWERED,
        "provisions" => PROVISIONS,
        _ => return None,
    })
}
