//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use wire::{Problem, session};

use crate::{Atena, persons};

/// The pages of its staff.
pub const OFFICE: System = System {
    title: TITLE,
    actions: office::actions!("atena"),
    find: None,
    also_named: None,
    work: office::WorkWords::NONE,
    record: RECORD,
};

/// The words of its record of use, and of what it sends.
const RECORD: office::RecordWords = office::record_words! {
    acts {
        "atena:others.tell" = "連携先への通知", "Telling other systems";
    }
    messages {
        "unified-numbers" = "統合宛名番号の通知", "Unified numbers";
        "withdrawals" = "紐付けの取消しの通知", "Withdrawals";
        "code-requests" = "符号の取得依頼", "Requests for codes";
    }
    remarks {
        "forwarded to the relay" = "中間サーバーへ転送";
    }
};

face::words! {
    pub(crate) const;
    TITLE = "統合宛名管理システム", "Atena";
    LEAD = "番号の紐付けと、転送した副本・照会の件数です。", "How many numbers are tied, and how much was forwarded.";
    PERSONS = "本人", "People";
    OWN_CODES = "業務システムの番号", "Codes of the businesses";
    CORRECTIONS = "紐付けの訂正", "Corrections";
    CODE_REQUESTS = "符号の取得依頼", "Requests for codes";
    FORWARDED = "転送した副本", "Replicas forwarded";
    INQUIRIES = "情報照会", "Inquiries";
}

impl FromRef<Atena> for Office {
    fn from_ref(state: &Atena) -> Office {
        state.office.clone()
    }
}

/// The pages of its own.
pub(crate) fn routes(state: Atena) -> Routes<Atena> {
    Routes::of(state).listed(path::HOME, face::words::HOME, session(OFFICE.actions.home), home)
}

async fn home(State(state): State<Atena>, visit: Visit) -> Result<Response, Problem> {
    let counts = persons::read_counts(&state, &visit.caller, OFFICE.actions.home).await?;
    Ok(state.office.home(&visit, LEAD, &counts.counts, count_word))
}

fn count_word(name: &str) -> Option<Words> {
    Some(match name {
        "persons" => PERSONS,
        "ownCodes" => OWN_CODES,
        "corrections" => CORRECTIONS,
        "codeRequests" => CODE_REQUESTS,
        "forwarded" => FORWARDED,
        "inquiries" => INQUIRIES,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_in_the_record_of_use_and_every_message_has_japanese_words() {
        assert_eq!(office::testing::words::unnamed(&["atena"], &super::RECORD, crate::POLICIES.actions), Vec::<String>::new());
    }
}
