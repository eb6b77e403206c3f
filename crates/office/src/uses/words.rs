//! The words of the pages about the record of use.

face::words! {
    pub(super) const;
    TITLE = "利用の記録", "Record of use";
    LEAD = "このシステムで、いつ、誰が、何のために、何をしたかの記録です。この画面を見たことも記録されます。", "When, by whom and for what this system was used. Looking at this page is recorded too.";
    FIND = "検索", "Find";
    FIND_LEAD = "本人の番号か、利用者のIDのどちらかを入力してください。", "Enter the number of a person, or the ID of an account.";
    PERSON = "本人の番号", "Number of the person";
    PERSON_HINT = "このシステムが本人に使っている番号です。", "The number by which this system knows the person.";
    ACCOUNT = "利用者のID", "ID of the account";
    ONE_OF_BOTH = "どちらか一方を入力してください。", "Enter one of the two.";
    FOUND = "検索結果（新しい順に{most}件まで）", "Found, the newest first, up to {most}";
    ALL = "記録の一覧", "Entries";
    NOTHING = "記録はありません。", "There are no entries.";
    WHEN = "日時", "When";
    WHO = "利用者", "Who";
    WHAT = "操作", "What";
    PURPOSE = "目的", "Purpose";
    PEOPLE = "対象者数", "People";
    OUTCOME = "結果", "Outcome";
    REMARK = "備考", "Remark";
    THEMSELVES = "本人", "the person";
    WAS_READ = "閲覧", "read";
    WAS_WRITTEN = "更新", "changed";
    WAS_REFUSED = "拒否", "refused";
    IS_DOUBTED = "確認不能", "not as recorded";
    DOUBTED = "{position}番の記録は、記録したときのままであることを確認できないため、内容を表示しません。kenshin ledger verify で調べてください。", "Entry {position} cannot be shown to be as it was recorded, so nothing of it is shown. Run kenshin ledger verify.";
}
