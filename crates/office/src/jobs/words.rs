//! The words of the pages about jobs.

face::words! {
    pub(super) const;
    TITLE = "処理", "Jobs";
    LEAD = "取込みや抽出など、時間のかかる処理の一覧です。画面を閉じても処理は続きます。", "Imports, extractions and other long work. It goes on when you close the page.";
    LIST = "処理の一覧", "Jobs";
    CANCEL_CHOSEN = "選択した処理を取り消す", "Cancel the chosen";
    CANCELLED_NOW = "{count}件の処理を取り消しました。", "Cancelled: {count}";
    GO_ON = "{count}件の処理を再開しました。", "Going on again: {count}";
    ALL = "すべて", "All";
    GOING = "進行中", "Going on";
    STOPPED = "要確認", "To be looked at";
    ENDED = "完了", "Done";
    KIND = "処理", "Work";
    STATE = "状態", "State";
    PROGRESS = "進み", "Progress";
    ASKED_BY = "依頼者", "Asked by";
    ASKED_AT = "依頼日時", "Asked at";
    STARTED_AT = "開始日時", "Started at";
    NEXT_AT = "次の試行", "Next attempt";
    FINISHED_AT = "終了日時", "Ended at";
    APPROVED_BY = "承認者", "Approved by";
    PURPOSE = "目的", "Purpose";
    ATTEMPTS = "試行回数", "Attempts";
    STEP = "手順", "Step";
    PROBLEM = "理由", "Why";
    FILES = "作成したファイル", "Files";
    NO_FILES = "なし", "none";
    RESULT = "結果", "Result";
    WAITING = "待ち", "Waiting";
    RUNNING = "実行中", "Running";
    AWAITING = "承認待ち", "Waiting for approval";
    DONE = "完了", "Done";
    REFUSED = "受付不可", "Refused";
    FAILED = "失敗", "Failed";
    CANCELLED = "取消し", "Cancelled";
    JOB = "処理の状況", "A job";
    HOW_FAR = "進み具合", "How far it is";
    ABOUT = "処理の内容", "About it";
    DONE_ROWS = "処理した件数", "Done";
    CANCEL = "処理を取り消す", "Cancel it";
    RESUME = "続きから再開する", "Go on from where it stood";
    MUST_END = "すでに登録内容の更新が始まっているため、取り消せません。最後まで処理されます。", "It has begun to change what holds, and is done to its end: it can no longer be cancelled.";
    BY_HAND = "この処理はコマンドから依頼されたものです。同じコマンドをもう一度実行すると、続きから再開します。", "A command asked for it: run that command again, and it goes on where it stood.";
    FORGOTTEN = "終了から30日を過ぎたため、再開できません。もう一度依頼してください。", "It ended more than 30 days ago and cannot go on: ask for it anew.";
    NOT_NOW = "今の状態ではこの操作はできません。", "This cannot be done in its state.";
    OWN = "自分が依頼した処理は承認できません。", "Nobody approves what they asked for.";
}
