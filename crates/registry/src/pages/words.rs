//! The words of the home page.

face::words! {
    pub(crate) const;
    SYSTEM = "健診システム", "Health Screening";
    RESIDENTS = "住民", "Residents";
    HOME_LEAD = "今年度の検診の状況と、最近の取込みです。", "This year's screening at a glance, and what was imported last.";
    FIGURES = "現在の状況", "At a glance";
    CURRENT_RESIDENTS = "住民", "Residents";
    CURRENT_RESIDENTS_NOTE = "転出・死亡・住登外を除く", "without those who left, died or are outside the register";
    TARGETS = "{year}年度の対象者", "Due in fiscal year {year}";
    TARGETS_NOTE = "{day}現在、検査{examinations}件", "as of {day}, {examinations} examinations";
    NO_TARGETS = "対象者", "Due";
    NO_TARGETS_NOTE = "抽出はまだ行われていません", "no extraction was made yet";
    VOUCHERS = "発行した受診券", "Vouchers issued";
    RESULTS = "検診結果", "Results";
    QUEUE = "確認待ちの結果", "Results to be checked";
    QUEUE_NOTE = "本人の突合を人が確認するもの", "a person has to say whose they are";
    FOLLOW_UP = "精密検査の結果待ち", "Detailed examinations not known";
    PEOPLE = "人", "people";
    ROWS = "件", "rows";
    IMPORTS = "最近の取込み", "Last imports";
    NO_IMPORTS = "まだ何も取り込まれていません。", "Nothing was imported yet.";
    WHEN = "日時", "When";
    KIND = "種類", "What";
    FILE = "ファイル", "File";
    READ = "行", "Rows";
    ADDED = "追加", "Added";
    CHANGED = "変更", "Changed";
    REJECTED = "エラー", "Refused";
    BY = "実行者", "By";
    J_IMPORT_RESIDENTS = "住民情報の取込み", "Import of the register";
    J_IMPORT_RESULTS = "検診結果の取込み", "Import of results";
    J_EXTRACT = "対象者の抽出", "Extraction";
    J_ISSUE = "受診券の発行", "Issue of vouchers";
    J_PRINT = "受診券の印刷", "Print of vouchers";
    J_REPROVE = "判定規則の再適用", "Proofs derived anew";
    J_IDENTIFY = "本人の突合", "Identification";
    J_FOLLOW_UP = "精密検査の対象者と請求の作成", "Follow-up and claims";
    J_NUMBERS = "統合宛名番号の付番依頼", "Unified numbers";
    J_TEMPLATES = "PMHへの雛形の登録", "Templates to the hub";
    J_TARGETS = "PMHへの対象者の登録", "Targets to the hub";
    J_DOWNLOAD = "PMHからの結果の取得", "Results from the hub";
    J_REPLICAS = "副本の作成と送信", "Replicas";
    J_INQUIRE = "情報照会", "Inquiries";
    J_ANSWERS = "情報照会の回答の取得", "Answers to inquiries";
    KIND_RESIDENTS = "住民情報", "Resident register";
    KIND_RESULTS = "検診結果", "Results";
}

/// What a sort of job is called.
pub(crate) fn job(kind: &str) -> Option<face::Words> {
    Some(match kind {
        "import-residents" => J_IMPORT_RESIDENTS,
        "import-results" => J_IMPORT_RESULTS,
        "extract" => J_EXTRACT,
        "issue-vouchers" => J_ISSUE,
        "print-vouchers" => J_PRINT,
        "match" => J_IDENTIFY,
        "follow-up" => J_FOLLOW_UP,
        "unified-numbers" => J_NUMBERS,
        "register-templates" => J_TEMPLATES,
        "register-targets" => J_TARGETS,
        "download-results" => J_DOWNLOAD,
        "make-replicas" => J_REPLICAS,
        "inquire" => J_INQUIRE,
        "fetch-answers" => J_ANSWERS,
        "reprove" => J_REPROVE,
        _ => return None,
    })
}
