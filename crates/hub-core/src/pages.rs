//! 職員画面: what is different about this system's office, and its home page.

use axum::extract::{FromRef, State};
use axum::response::Response;
use face::Words;
use office::{Office, Routes, System, Visit, path};
use wire::{Problem, session};

use crate::{Hub, counts};

/// The pages of its staff.
pub const OFFICE: System =
    System { title: TITLE, actions: office::actions!("hub-core"), find: None, also_named: None, work: WORK, record: RECORD };

/// The words of its record of use, and of what it sends.
const RECORD: office::RecordWords = office::record_words! {
    acts {
        "hub-core:deliveries.send" = "公開側への引渡し", "Delivery to the public side";
        "hub-core:deliveries.prepare" = "公開側へ渡すものの準備", "Preparation of deliveries";
        "hub-core:people.forget" = "保存期間を過ぎた人の消去", "Forgetting people after their time";
        "hub-core:keys.mint" = "PMHキーの取得", "Obtaining of keys";
        "hub-core:held.read" = "保留した行の確認", "Look at held rows";
        "hub-core:held.return" = "保留した行の再取込み", "Return of held rows";
        "hub-core:held.drop" = "保留した行の破棄", "Dropping of a held row";
        "hub-core:held.settle" = "保留した行の不一致の確認", "Settling of missing held rows";
        "hub-core:collections.take" = "公開側からの結果の受取り", "Collection of results";
    }
    messages {
        "deliveries" = "公開側への引渡し", "Deliveries to the public side";
        "pmh-keys" = "PMHキーの通知", "Keys of people";
    }
    remarks {
        "{} rows that were held for {}" = "{1}あてに保留していた{0}行";
        "alarm: {} rows of numbers that were not asked for, or came twice" = "警告：依頼していない番号、又は重複した番号の{0}行";
        "{} people whose numbers cannot be read" = "番号を読み取れない{0}人";
        "up to {}, {} rows held" = "{0}まで、保留{1}行";
        "version {}" = "版 {0}";
        "held rows" = "保留した行";
        "held row {}" = "保留した行{0}";
        "{} held rows" = "保留した行{0}件";
        "held row {}: {}" = "保留した行{0}：{1}";
    }
};

/// The words of its work.
const WORK: office::WorkWords = office::work_words! {
    kinds {
        "exchange" = "公開側との受渡し", "Exchange with the public side"; "登録された対象者のPMHキーの取得、公開側への引渡し、公開側からの結果の受取りを、いま行います。", "Obtains keys for the people registered, delivers them to the public side and collects results, now.";
    }
    fields {
        "keys" = "PMHキーのある人", "People with a key";
        "delivered" = "公開側へ渡した行", "Rows delivered to the public side";
        "collected" = "公開側から受け取った行", "Rows collected from the public side";
        "behind" = "まだ終わっていない市町村", "Municipalities still waiting";
    }
    steps {
        "cities" = "市町村ごとの受渡し", "exchanging, city by city";
        "collections" = "結果の受取り", "collecting results";
    }
    not_taken {}
};

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

#[cfg(test)]
mod tests {
    #[test]
    fn everything_in_the_record_of_use_and_every_message_has_japanese_words() {
        assert_eq!(office::testing::words::unnamed(&["hub-core"], &super::RECORD, crate::POLICIES.actions), Vec::<String>::new());
        assert_eq!(office::testing::words::unnamed_steps("hub-core", &super::WORK), Vec::<String>::new());
    }
}
