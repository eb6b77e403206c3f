//! The words of the pages that every member of staff has.

use face::Words;

face::words! {
    pub(crate) const;
    LEFT = "ログアウトしました。", "You have logged out.";
    ELSEWHERE = "同じユーザーIDで別の端末またはブラウザーからログインされたため、こちらのログインは終了しました。心当たりがないときは、システム管理者に連絡してください。", "Somebody logged in with the same ID on another machine or browser, so this log-in has ended. If it was not you, tell an administrator.";
    OVER = "ログインは終了しています。続けるには、もう一度ログインしてください。", "This log-in is over. Log in again to go on.";
    EMPTY_LOG_IN = "ユーザーIDとパスワードを入力してください。", "Enter your user ID and password.";
    KEPT = "送信した内容が残っています", "What you sent is still here";
    GO_ON_LEAD = "送信した内容はまだ登録されていません。{name}さんとして、その内容から続けますか。", "What you sent was not done. Go on with it as {name}?";
    OTHER_LOG_IN = "画面を開いた後に、ログインし直されています。送信した内容はまだ登録されていません。いまログインしている{name}さんとして続けますか。", "Somebody logged in again after this page was opened, and nothing you sent was done. Go on with it as {name}, who is logged in now?";
    GO_ON = "この内容で続ける", "Go on with it";
    LET_GO = "破棄してホームへ戻る", "Throw it away";
    NOT_THE_SAME = "新しいパスワードと一致していません。", "This is not the same as the new password.";
    CURRENT_WRONG = "現在のパスワードが違うか、一時的にロックされています。", "This is not the current password, or it is locked for a while.";
    TOO_SHORT = "{least}文字以上で入力してください。", "Enter at least {least} characters.";
    TOO_LONG = "長すぎます。128文字以内で入力してください。", "Too long: enter at most 128 characters.";
    TOO_FEW_CLASSES = "英小文字、英大文字、数字、記号のうち{least}種類以上を使ってください。", "Use at least {least} of: lower case, upper case, digits, signs.";
    CONTAINS_ID = "ユーザーIDを含めることはできません。", "It may not contain the user ID.";
    COMMON = "推測されやすいパスワードです。別のものにしてください。", "Too easy to guess: choose another.";
    USED_BEFORE = "以前に使ったパスワードです。別のものにしてください。", "It was used before: choose another.";
    E_DAMAGED = "保存されているデータが壊れているため、処理を中止しました。何も変更していません。お問い合わせ番号を添えて、システム管理者に至急連絡してください。", "What is stored for this is damaged, so nothing was done or changed. Tell an administrator the request ID at once.";
    E_FORM = "画面を開いてから、ログインし直したか別の職員に替わりました。画面を開き直してから、もう一度操作してください。", "The session has changed since the page was opened. Open the page again, then do it again.";
    E_ELSEWHERE = "このシステムの画面以外から送信された操作は受け付けません。画面を開き直してください。", "What is not sent from a page of this system is not taken. Open the page again.";
    E_UNREADABLE = "送信された内容を読み取れませんでした。前の画面へ戻り、もう一度入力してください。", "What was sent cannot be read. Go back and enter it again.";
    E_PEER = "連携先のシステムが要求を受け付けませんでした。お問い合わせ番号を添えて、システム管理者に連絡してください。", "Another system refused what this needs. Tell an administrator the request ID.";
    E_JOB_STATE = "処理の状態が変わったため、この操作はできません。処理の一覧で現在の状態を確認してください。", "The job is in another state now. Look at it in the list of jobs.";
    E_CANCELLED = "この処理は中止されています。必要な場合は、改めて開始してください。", "The job was cancelled. Start it anew if it is needed.";
    E_NOT_DEAD = "この通知は送信中です。送信が止まったものだけを操作できます。", "The message is being sent. Only messages that are not sent any more can be changed.";
    E_TOO_MANY = "この端末または同じネットワークからの操作が、短い時間に集中しています。1分ほど待ってから、もう一度操作してください。", "Too much was asked from this machine or its network in a short time. Wait about a minute, then try again.";
    E_TOO_LARGE = "送信された内容が大きすぎるため、受け付けませんでした。前の画面へ戻り、文章を短くするか、分けて入力してください。", "What was sent is too large and was not taken. Go back and shorten the text, or enter it in parts.";
    E_SLOW = "送信が時間内に終わらなかったため、受け付けませんでした。通信の状態を確認してから、もう一度送信してください。", "What was sent did not arrive in time and was not taken. Check the connection, then send it again.";
    FIGURES = "現在の状況", "At a glance";
    COUNTED = "件", "rows";
    EXPORT = "Excelファイルで書き出す（このページ以降、最大{most}行。記録されます）", "Export as a workbook (from this page on, up to {most} rows; it is recorded)";
    UNDO = "元に戻す", "Undo";
    NOTHING_CHOSEN = "一覧から選択してください。", "Choose at least one.";
    PLACES = "業務", "Work";
    NATION = "全国", "Nationwide";
    A_LEDGER = "利用の記録の検索", "Search of the record of use";
    ERASURE = "利用の記録の対象者一覧の消去", "Erasure of a list of people in the record of use";
}

/// What a refusal says beyond its status, by its word for programs.
pub(crate) fn refusal(code: &str) -> Option<Words> {
    Some(match code {
        "damaged" => E_DAMAGED,
        "form-word" => E_FORM,
        "form-elsewhere" => E_ELSEWHERE,
        "form" | "query" => E_UNREADABLE,
        "too-many" => E_TOO_MANY,
        "too-large" => E_TOO_LARGE,
        "slow-body" => E_SLOW,
        "peer" => E_PEER,
        "job-state" => E_JOB_STATE,
        "cancelled" => E_CANCELLED,
        "not-dead" => E_NOT_DEAD,
        _ => return None,
    })
}
