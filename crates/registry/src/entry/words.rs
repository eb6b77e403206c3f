//! The words of the entry of results.

face::words! {
    pub(super) const;
    TITLE = "結果の入力", "Enter results";
    LEAD = "入力する記録の種類を選択してください。", "Choose the kind of record.";
    KINDS = "記録の種類", "Kinds of records";
    ITEMS = "{count}項目", "{count} items";
    FORM_LEAD = "項目はファイル取込みと同じ規則で確認されます。Tabキーで次の項目へ進み、Enterキーで登録します。", "Items are checked as in an import. Tab leads to the next, Enter saves.";
    RESIDENT = "住民番号", "Resident number";
    DATE_HINT = "例: 2026-04-01、R8.4.1", "For example 2026-04-01";
    MONTH_HINT = "例: 2026-04", "For example 2026-04";
    TIME_HINT = "例: 09:30", "For example 09:30";
    YEAR_HINT = "例: 2026", "For example 2026";
    HISTORY_HINT = "新しい記録では空欄にします。登録済みの記録を訂正するときに入力してください。", "Leave it empty for a new record; enter it to correct one that is there.";
    UNIT = "単位: {unit}", "Unit: {unit}";
    NONE = "（空欄）", "(empty)";
    YES = "はい", "Yes";
    NO = "いいえ", "No";
    REASON = "訂正の理由", "Why it is corrected";
    REASON_MISSING = "履歴番号を入力したときは、訂正の理由を入力してください。", "With a history number, say why the record is corrected.";
    OUTSIDE_YEAR = "受診日が年度（{year}年4月〜翌年3月）の外です。", "The day is not in fiscal year {year} (April to March).";
    IN_FUTURE = "受診日が今日より後です。", "The day is after today.";
    CONFIRM = "内容の確認", "Check";
    CONFIRMED = "このまま登録する", "Save it as it is";
    CONFIRM_ASKED = "このまま登録するときは、チェックを入れてください。", "Tick the box to save it as it is.";
    SAVE = "登録する", "Save";
    BACK = "種類の選択へ戻る", "Back to the kinds";
    ADDED = "登録しました（履歴番号{history}）。続けて次の人を入力できます。", "Saved, history number {history}. Go on with the next person.";
    CORRECTED = "訂正しました（履歴番号{history}）。", "Corrected, history number {history}.";
    UNCHANGED = "同じ内容が登録済みです（履歴番号{history}）。", "It was there already, history number {history}.";
}
