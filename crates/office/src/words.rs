//! The words of the pages that every member of staff has.

use face::Words;

face::words! {
    pub(crate) const;
    LEFT = "ログアウトしました。", "You have logged out.";
    ELSEWHERE = "同じユーザーIDで別の端末またはブラウザーからログインされたため、こちらのログインは終了しました。心当たりがないときは、システム管理者に連絡してください。", "Somebody logged in with the same ID on another machine or browser, so this log-in has ended. If it was not you, tell an administrator.";
    OVER = "ログインは終了しています。続けるには、もう一度ログインしてください。", "This log-in is over. Log in again to go on.";
    EMPTY_LOG_IN = "ユーザーIDとパスワードを入力してください。", "Enter your user ID and password.";
    KEPT = "送信した内容が残っています", "What you sent is still here";
    GO_ON_LEAD = "{at}に送信した「{does}」は、まだ行われていません。{name}さんとして、その内容から続けますか。", "“{does}”, which you sent at {at}, was not done. Go on with it as {name}?";
    OTHER_LOG_IN = "画面を開いた後に、ログインし直されています。{at}に送信した「{does}」は、まだ行われていません。いまログインしている{name}さんとして続けますか。", "Somebody logged in again after this page was opened, and “{does}”, sent at {at}, was not done. Go on with it as {name}, who is logged in now?";
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
    E_CANCELLED = "この処理は取り消されています。必要な場合は、もう一度始めてください。", "The job was cancelled. Start it anew if it is needed.";
    E_NOT_DEAD = "このメッセージは送信中です。送信が止まったものだけを操作できます。", "The message is being sent. Only messages that are not sent any more can be changed.";
    E_TOO_MANY = "この端末または同じネットワークからの操作が、短い時間に集中しています。1分ほど待ってから、もう一度操作してください。", "Too much was asked from this machine or its network in a short time. Wait about a minute, then try again.";
    E_TOO_LARGE = "送信された内容が大きすぎるため、受け付けませんでした。前の画面へ戻り、文章を短くするか、分けて入力してください。", "What was sent is too large and was not taken. Go back and shorten the text, or enter it in parts.";
    E_SLOW = "送信が時間内に終わらなかったため、受け付けませんでした。通信の状態を確認してから、もう一度送信してください。", "What was sent did not arrive in time and was not taken. Check the connection, then send it again.";
    R_NOT_FOUND = "指定されたもの（抽出、人、ファイルなど）が見つかりません。", "What was named is not there.";
    R_FORBIDDEN = "この操作は許可されていません。", "This is not allowed.";
    R_WRONG = "内容に誤りがあるため、受け付けられません。", "It cannot be taken as it is.";
    R_UNAVAILABLE = "いまは処理できません。しばらくしてから、自動的に、またはもう一度行ってください。", "Not just now: it is tried again by itself, or can be done again later.";
    R_INTERNAL = "システムの問題で処理できませんでした。お問い合わせ番号または日時を添えて、システム管理者に連絡してください。", "It failed inside this system: tell an administrator when.";
    R_FILE = "ファイルを読み取れないか、書き込めません。", "A file cannot be read or written.";
    R_STALE = "確認した後に内容が変わりました。もう一度確認してください。", "It was changed since it was looked at: look again.";
    R_OTHER_WORK = "同じ受付番号で、別の処理がすでに依頼されています。", "The same key was used for other work.";
    R_DEADLY = "処理の途中でプログラムが繰り返し終了しました。この機械には大きすぎる可能性があります。システム管理者に連絡してください。", "The program ended in the middle of it time after time; it may be too much for this machine.";
    R_SEALED = "暗号化された内容を開けません。鍵の設定を確認してください。", "What was sealed does not open: look at the keys.";
    R_SIGNED = "署名を確認できないか、有効期間外のため、受け付けられません。", "A signature is not believed, or it is not its time.";
    R_KEY_REUSED = "同じ番号で、別の内容がすでに送られています。", "Something else was sent under the same key.";
    R_ACCOUNT = "アカウントの操作を受け付けられません。", "This cannot be done to the account.";
    R_TAKEN = "すでに別の内容で登録されています。", "Something else is registered already.";
    R_NO_LIST = "提供可否の一覧がまだありません。", "There is no permission list yet.";
    R_LIST_CHANGED = "提供可否の一覧が変わりました。", "The permission list has changed.";
    R_NOT_TAKEN = "一部が受け付けられませんでした。", "Some of it was not taken.";
    R_NOT_MADE = "送る内容を作成できませんでした。", "What was to be sent could not be made.";
    R_NOT_SETTLED = "相手は受け付けましたが、こちらの記録を更新できませんでした。", "It was taken, but could not be settled here.";
    R_NOBODY = "送る相手がありません。", "There is nobody to send it to.";
    FIGURES = "現在の状況", "At a glance";
    COUNTED = "件", "rows";
    EXPORT = "Excelファイルで書き出す（このページ以降、最大{most}行。記録されます）", "Export as a workbook (from this page on, up to {most} rows; it is recorded)";
    UNDO = "元に戻す", "Undo";
    NOT_UNDONE = "元に戻せませんでした。元に戻せるのは、自分が行った直後（1時間以内、ログインしている間）の操作だけです。一覧から操作してください。", "Nothing was undone: only what you did yourself within the hour, in this log-in, can be. Do it from the list.";
    NOTHING_CHOSEN = "一覧から選択してください。", "Choose at least one.";
    PLACES = "業務", "Work";
    NATION = "全国", "Nationwide";
}

/// What a refusal of ours, or of another party, is in words, by its word for programs; beside what [`refusal`] says of it.
pub(crate) fn answer(code: &str) -> Option<Words> {
    Some(match code {
        "not-found" => R_NOT_FOUND,
        "forbidden" | "unauthenticated" => R_FORBIDDEN,
        "asked" | "bad-answers" | "bad-rows" | "long-reason" | "malformed" | "too-many-rows" | "unreadable" => R_WRONG,
        "unavailable" | "not taken yet" => R_UNAVAILABLE,
        "internal" => R_INTERNAL,
        "file" | "media" => R_FILE,
        "stale" => R_STALE,
        "other-work" => R_OTHER_WORK,
        "deadly" => R_DEADLY,
        "sealed" | "sealed-lines" => R_SEALED,
        "signature" | "other-kind" | "other-sender" | "other-receiver" | "not-yet-issued" | "expired" | "replayed" => R_SIGNED,
        "idempotency-key-reused" => R_KEY_REUSED,
        "account" => R_ACCOUNT,
        "taken" | "bound-otherwise" | "used" => R_TAKEN,
        "no-list" => R_NO_LIST,
        "list-changed" => R_LIST_CHANGED,
        "not-taken" => R_NOT_TAKEN,
        "not made" => R_NOT_MADE,
        "not settled" => R_NOT_SETTLED,
        "nobody" => R_NOBODY,
        code => return refusal(code),
    })
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
