//! The words of the pages, in both languages.

use deployment::systems;
use face::{Language, Words};
use vocabulary::Party;

face::words! {
    pub(super) const;
    WHERE = "みほん市・となり市", "Mihon and Tonari";
    SYSTEM = "Kenshin 実演環境", "Kenshin demonstration";
    FICTIONAL = "実演環境です。市区町村も人物も架空です。", "A demonstration: the cities and the people are fictional.";
    TITLE = "検診の輪", "The ring of screening";
    LEAD = "住民情報の取込みから、他市への情報提供までを、実際の通信手順で実行しています。", "From the resident register to the answer for another city, run over the real protocols.";
    OVERVIEW = "状況", "At a glance";
    STEPS = "十一の手順", "The eleven steps";
    PARTIES = "参加するシステム", "The parties";
    STEPS_DONE = "終わった手順", "Steps done";
    TIME = "所要時間", "Time taken";
    SECONDS = "秒", "s";
    OF_ELEVEN = "／ 11段階", "of 11";
    ENTRIES = "利用の記録", "Record of use";
    ENTRY_UNIT = "件", "entries";
    PARTY = "システム", "Party";
    ROLE = "役割", "What it is";
    ADDRESS = "連携用アドレス（相互TLS）", "Address for programs (mutual TLS)";
    COUNTS = "保有する件数", "What it holds";
    COUNT = "件数", "Count";
    NAME = "項目", "Item";
    UNREACHED = "いまは応答がありません。", "It does not answer just now.";
    NONE_YET = "まだありません。", "Nothing yet.";
    CLOSED_TITLE = "輪が閉じました", "The ring is closed";
    CLOSED_BODY = "十一の手順がすべて終わりました。利用の記録は kenshin ledger verify で検証できます。", "All eleven steps are done. Prove the record of use with kenshin ledger verify.";
    FAILED_TITLE = "途中で止まりました", "The ring stopped";
    FAILED_BODY = "同じコマンドをもう一度実行すると、続きから再開します。", "Run the same command again: it goes on where it stopped.";
    RECORD_BODY = "すべての参照と更新は、改ざんを検知できる記録に残ります。二つの市は互いの記録に立ち会い、巻き戻しや書き換えがあれば見つけます。", "Every look and every change is in a record that shows any alteration. The two cities witness each other's records and find one that was rolled back or rewritten.";
    NEWEST = "最新の利用の記録", "The newest entries";
    AT = "時刻", "At";
    WHO = "操作した者", "Who";
    WHAT = "操作", "What";
    PEOPLE = "対象人数", "People";
    HERSELF = "本人", "The person";
    STAFF = "職員の画面", "The pages of the staff";
    STAFF_BODY = "各市の健診システムの職員画面を、次の架空の職員として開けます。パスワードは起動のたびに変わります。証明書は実演用の認証局が発行したものなので、ブラウザの警告を確認して進んでください。", "Open each city's registry as this fictional officer. The password changes at every start. The certificate is of the demonstration's own authority, so the browser warns: confirm it to go on.";
    CITY = "市", "City";
    USER_ID = "ユーザーID", "User ID";
    PASSWORD = "パスワード", "Password";
    STEP_1 = "住民情報を取り込む", "Import the resident register";
    STEP_2 = "対象者を抽出し、受診券を発行する", "Extract who is due, issue vouchers";
    STEP_3 = "雛形と対象者をPMHに登録する", "Register templates and targets with the hub";
    STEP_4 = "PMHキーを採番する", "Mint PMH keys";
    STEP_5 = "カードを発行し、仮名識別子を紐付ける", "Issue cards, bind pseudonyms";
    STEP_6 = "住民がログインし、同意し、問診に答える", "Residents log in, consent and answer";
    STEP_7 = "検診施設で受診する", "Visits at facilities";
    STEP_8 = "結果を取り込み、本人を確認する", "Results come back and are identified";
    STEP_9 = "精密検査の追跡、請求、集計", "Follow-up, claims, counts";
    STEP_10 = "副本を登録する", "Register replicas";
    STEP_11 = "転出先の市が照会する", "Another city asks";
    EMULATED = "{name}（模擬）", "{name} (emulated)";
}

/// The titles of the steps, in their order.
pub(super) const STEP_TITLES: [Words; 11] = [STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7, STEP_8, STEP_9, STEP_10, STEP_11];

/// The systems that a step passes through, in order.
pub(super) const STEP_SYSTEMS: [&[&str]; 11] = [
    &["registry"],
    &["registry"],
    &["registry", "atena", "relay", "resident-network", "network", "hub-core"],
    &["hub-core", "payers-hub"],
    &["resident-network", "payers-hub", "online-eligibility", "portal", "hub-edge"],
    &["portal", "hub-edge", "hub-core"],
    &["portal", "hub-edge", "hub-core"],
    &["registry", "hub-core"],
    &["registry"],
    &["registry", "atena", "relay"],
    &["registry", "atena", "relay", "network", "portal"],
];

/// What a party is.
pub(super) fn system(party: &Party, language: Language) -> String {
    let kind = party.kind();
    let name = match language {
        Language::Japanese => kind.japanese.to_owned(),
        Language::English => {
            let mut letters = kind.english.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    };
    if systems::outside().any(|one| one.system() == kind.name) { EMULATED.with(language, &[("name", &name)]) } else { name }
}
