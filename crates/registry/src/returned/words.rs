//! The words of the pages about letters that came back.

face::words! {
    pub(super) const;
    TITLE = "返戻郵便", "Returned letters";
    LEAD = "戻ってきた郵便物を登録すると、住所が変わるか、担当者が確認済みにするまで、その住所へ郵便を送りません。", "Nothing is sent to an address from which a letter came back until the address changes or an officer has looked into it.";
    LIST = "返戻の一覧", "Letters that came back";
    OPEN = "発送停止中", "Nothing is sent";
    CLEARED = "確認済み", "Looked into";
    DAY = "返戻日", "Came back on";
    DAY_HINT = "郵便物が戻った日です。例: 2026年5月20日。和暦は「R8」のように入力できます。", "The day it came back, for example 2026, 5, 20. Years of an era can be written as R8.";
    DAY_WRONG = "今日までの日付を入力してください。", "Enter a day that is not to come.";
    NUMBER = "住民番号", "Resident number";
    NUMBER_HINT = "宛名の人の番号です。送ったあとに住所が変わっているときは、登録の必要はありません。", "Of the person it was sent to. If the address has changed since it was sent, there is nothing to record.";
    NUMBER_WRONG = "住民番号は15文字までの半角英数字です。", "A resident number is up to 15 letters and digits.";
    NOBODY = "この番号の住民はいません。", "There is no resident of this number.";
    TWICE = "この人の同じ返戻日の郵便は登録済みです。", "A letter to this person that came back on this day is recorded already.";
    NAME = "氏名", "Name";
    REASON = "理由", "Why";
    REASON_WRONG = "理由を選択してください。", "Choose why it came back.";
    BY = "登録者 / 確認者", "Recorded by / looked into by";
    STATE = "状態", "State";
    ANOTHER = "返戻の登録", "Record a letter that came back";
    SAVE = "登録する", "Record";
    SAVED = "登録しました。この住所へは郵便を送りません。", "Recorded: nothing is sent to this address by letter.";
    CLEAR = "選択したものを確認済みにする（発送を再開）", "Mark as looked into (letters are sent again)";
    CLEARED_NOW = "{count}件を確認済みにしました。", "Looked into: {count}";
    UNDONE = "{count}件の発送を停止しました。", "Nothing is sent any more: {count}";
    NOTHING_CHOSEN = "一覧から選択してください。", "Choose at least one.";
}
