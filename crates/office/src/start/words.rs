//! The words of the pages on which work is asked for.

face::words! {
    pub(super) const;
    TITLE = "作業を始める", "Start work";
    LEAD = "時間のかかる作業をここから始めます。始めた作業は「処理」の画面で確認でき、画面を閉じても続きます。", "Long work is started here. It is shown under Jobs, and goes on when you close the page.";
    NONE = "あなたの担当で始められる作業はありません。", "There is no work that you may start.";
    PURPOSE = "目的", "Purpose";
    PURPOSE_HINT = "この目的で行った作業として、利用の記録に残ります。", "The record of use says that the work was done for this.";
    START = "始める", "Start";
    BACK = "作業を選び直す", "Choose other work";
    MISSING = "入力してください。", "Fill this in.";
    NOT_CHOSEN = "選択してください。", "Choose one.";
    NO_DAY = "正しい日付を入力してください（例 2026年4月1日、令和8年4月1日）。", "Enter a day that there is, such as 2026-04-01.";
    NO_FISCAL_YEAR = "年度を「2026」「令和8」「R8」のように入力してください。「8」だけでは、どの年度か分かりません。", "Write a fiscal year as 2026 or R8; 8 alone does not say which.";
    NO_NUMBER = "数字で入力してください。", "Enter a whole number.";
    WRONG = "この項目には使えない値です。見直してください。", "This cannot stand here: look at it again.";
    WRONG_AS_A_WHOLE = "入力された内容では作業を始められません。見直してください。", "The work cannot be started with this: look at it again.";
    MANY = "1行に1つずつ入力してください。", "One a line.";
    NOT_FOUND = "この作業は始められません", "This work cannot be started";
}
