//! The words of the pages that every member of staff has.

face::words! {
    pub(crate) const;
    SYSTEM = "健診システム", "Health Screening";
    RESIDENTS = "住民", "Residents";
    ACCOUNTS = "アカウント", "Accounts";
    LEFT = "ログアウトしました。", "You have logged out.";
    NOT_THE_SAME = "新しいパスワードと一致していません。", "This is not the same as the new password.";
    CURRENT_WRONG = "現在のパスワードが違うか、一時的にロックされています。", "This is not the current password, or it is locked for a while.";
    TOO_SHORT = "{least}文字以上で入力してください。", "Enter at least {least} characters.";
    TOO_LONG = "長すぎます。128文字以内で入力してください。", "Too long: enter at most 128 characters.";
    TOO_FEW_CLASSES = "英小文字、英大文字、数字、記号のうち{least}種類以上を使ってください。", "Use at least {least} of: lower case, upper case, digits, signs.";
    CONTAINS_ID = "ユーザーIDを含めることはできません。", "It may not contain the user ID.";
    COMMON = "推測されやすいパスワードです。別のものにしてください。", "Too easy to guess: choose another.";
    USED_BEFORE = "以前に使ったパスワードです。別のものにしてください。", "It was used before: choose another.";
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
    KIND_RESIDENTS = "住民情報", "Resident register";
    KIND_RESULTS = "検診結果", "Results";
}
