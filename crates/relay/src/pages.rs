//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use wire::{Problem, session};

use crate::{Relay, counts};

/// The pages of its staff.
pub const OFFICE: System = System {
    title: TITLE,
    actions: office::actions!("relay"),
    find: None,
    also_named: Some(crate::also_named),
    work: office::WorkWords::NONE,
    record: RECORD,
};

/// The words of its record of use, and of what it sends.
const RECORD: office::RecordWords = office::record_words! {
    acts {
        "relay:permission-list.fetch" = "提供可否の一覧の取得", "Fetching the permission list";
        "relay:permits.ask" = "情報提供の許可の照会", "Asking for permits";
        "relay:codes.ask" = "符号の取得依頼", "Asking for codes";
        "relay:answers.send" = "情報照会への回答", "Answering inquiries";
    }
    messages {
        "permit-requests" = "情報提供の許可の照会", "Requests for permits";
        "code-requests" = "符号の取得依頼", "Requests for codes";
        "answers" = "情報照会への回答", "Answers to inquiries";
    }
    remarks {
        "permission list {}" = "提供可否の一覧 {0}";
        "the permission list has changed" = "提供可否の一覧が変わったため";
        "the inquiry is over already" = "終了済みの照会";
        "inquiries past their time" = "期限を過ぎた照会";
        "alarm: {} codes refused" = "警告：受け付けなかった符号{0}件";
        "sent" = "送信済み";
        "refused" = "拒否";
    }
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

#[cfg(test)]
mod tests {
    #[test]
    fn everything_in_the_record_of_use_and_every_message_has_japanese_words() {
        assert_eq!(office::testing::words::unnamed(&["relay"], &super::RECORD, crate::POLICIES.actions), Vec::<String>::new());
    }
}
