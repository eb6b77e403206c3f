//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use vocabulary::Purpose;
use wire::{Problem, session};

use crate::{Relay, counts};

/// The office.
pub(crate) const OFFICE: System = System { title: TITLE, actions: office::actions!("relay"), find: None, action_word, job_word: |_| None };

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
    A_PERSONS = "本人の登録", "Registration of people";
    A_CODES = "符号の受取り", "Receipt of codes";
    A_REPLICAS = "副本の登録", "Storage of replicas";
    A_WITHDRAW = "副本の取消し", "Withdrawal of replicas";
    A_INQUIRIES = "情報照会の受付", "Receipt of inquiries";
    A_READ = "照会結果の取得", "Look at an inquiry";
    A_PERMITS = "許可証の受取り", "Receipt of permits";
    A_ANSWERS = "回答の受取り", "Receipt of answers";
    A_RECORDS = "情報提供等記録の開示", "Disclosure of access records";
    A_COUNTS = "件数の照会", "Counts";
}

impl FromRef<Relay> for Office {
    fn from_ref(state: &Relay) -> Office {
        state.office.clone()
    }
}

/// The pages of its own.
pub(crate) fn routes(state: Relay) -> Routes<Relay> {
    Routes::of(state).listed(path::HOME, face::words::HOME, session(OFFICE.actions.home, Purpose::Operation), home)
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

fn action_word(name: &str) -> Option<Words> {
    Some(match name {
        "relay:persons.take" => A_PERSONS,
        "relay:codes.take" => A_CODES,
        "relay:replicas.store" => A_REPLICAS,
        "relay:replicas.withdraw" => A_WITHDRAW,
        "relay:inquiries.take" => A_INQUIRIES,
        "relay:inquiries.read" => A_READ,
        "relay:permits.take" => A_PERMITS,
        "relay:answers.take" => A_ANSWERS,
        "relay:access-records.read" => A_RECORDS,
        "relay:counts.read" => A_COUNTS,
        _ => return None,
    })
}
