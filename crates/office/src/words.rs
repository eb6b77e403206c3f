//! The words of the pages that every member of staff has.

face::words! {
    pub(crate) const;
    LEFT = "ログアウトしました。", "You have logged out.";
    NOT_THE_SAME = "新しいパスワードと一致していません。", "This is not the same as the new password.";
    CURRENT_WRONG = "現在のパスワードが違うか、一時的にロックされています。", "This is not the current password, or it is locked for a while.";
    TOO_SHORT = "{least}文字以上で入力してください。", "Enter at least {least} characters.";
    TOO_LONG = "長すぎます。128文字以内で入力してください。", "Too long: enter at most 128 characters.";
    TOO_FEW_CLASSES = "英小文字、英大文字、数字、記号のうち{least}種類以上を使ってください。", "Use at least {least} of: lower case, upper case, digits, signs.";
    CONTAINS_ID = "ユーザーIDを含めることはできません。", "It may not contain the user ID.";
    COMMON = "推測されやすいパスワードです。別のものにしてください。", "Too easy to guess: choose another.";
    USED_BEFORE = "以前に使ったパスワードです。別のものにしてください。", "It was used before: choose another.";
    FIGURES = "現在の状況", "At a glance";
    COUNTED = "件", "rows";
    EXPORT = "CSVで書き出す（このページ以降、最大{most}行。記録されます）", "Export as CSV (from this page on, up to {most} rows; it is recorded)";
    UNDO = "元に戻す", "Undo";
    NOTHING_CHOSEN = "一覧から選択してください。", "Choose at least one.";
    PLACES = "業務", "Work";
    NATION = "全国", "Nationwide";
    A_LEDGER = "利用の記録の検索", "Search of the record of use";
}
