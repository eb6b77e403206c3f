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
    STAGE = "状態", "State";
    IS_IN = "完了", "in";
    GOING_IN = "取込み中", "going in";
    BROKEN_OFF = "途中で終了", "broken off";
    BROKEN_OFF_NOTE = "「途中で終了」のファイルは、表の行数までが登録されています。「処理」の画面で再開するか、同じファイルをもう一度取り込むと、残りが登録されます。", "Of a file that broke off the rows shown are in. Resume its job, or take the same file in again, and the rest is.";
    READ = "行", "Rows";
    ADDED = "追加", "Added";
    CHANGED = "変更", "Changed";
    REJECTED = "エラー", "Refused";
    BY = "実行者", "By";
    KIND_RESIDENTS = "住民情報", "Resident register";
    KIND_RESULTS = "検診結果", "Results";
}
