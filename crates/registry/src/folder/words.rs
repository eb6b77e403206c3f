//! The words of the page of the city's folder.

face::words! {
    pub(super) const;
    TITLE = "市の設定", "City's folder";
    LEAD = "検診の種類、項目、単価、様式などを定めた市の設定フォルダーです。変更は、内容を確認して適用するまで使われません。", "What the city does: programmes, items, prices, templates. A change is not used until it has been looked at and accepted.";
    IN_USE = "適用中の設定", "In use";
    IN_USE_LEAD = "適用中の設定とフォルダーの内容は同じです。", "What is in use is what lies in the folder.";
    VERSION = "版", "Version";
    ACCEPTED_BY = "適用した人", "Accepted by";
    ACCEPTED_AT = "適用した日時", "Accepted at";
    WAITING = "適用を待っている変更があります", "A change waits to be accepted";
    WAITING_BODY = "フォルダーの内容が、適用中の設定と異なります。次の変更を確認してください。", "What lies in the folder is not what is in use. Look at the changes below.";
    WRONG = "フォルダーに誤りがあります", "The folder has mistakes";
    WRONG_BODY = "適用中の設定のまま動いています。次の誤りを直してください。", "What is in use goes on. Mend these mistakes.";
    CHANGES = "変更の内容", "What changes";
    PART = "区分", "Part";
    ID = "対象", "What";
    KEY = "項目", "Key";
    BEFORE = "変更前", "Before";
    AFTER = "変更後", "After";
    ADDED = "（追加）", "(added)";
    REMOVED = "（削除）", "(removed)";
    EFFECTS = "対象者への影響（本日・今年度）", "Who would be due (today, this fiscal year)";
    COUNTED_AT = "{at}の住民情報と検診結果で数えました。", "Counted at {at}, by the register and the results of then.";
    PROGRAMME = "事業", "Programme";
    NOW = "現在の対象者", "Due now";
    THEN = "適用後の対象者", "Due then";
    BECOME = "新たに対象になる人", "Become due";
    CEASE = "対象でなくなる人", "Cease to be due";
    NO_EFFECTS = "10人以上が新たに対象になる事業も、対象でなくなる事業もありません。", "In no programme do 10 people or more become due or cease to be.";
    FEW = "10人未満", "fewer than 10";
    TENS = "{from}～{to}人", "{from}–{to}";
    ACCEPT = "この変更を適用する", "Accept the change";
    ACCEPT_AGAIN = "確認しました。適用する", "I have looked at it: accept";
    CONFIRM = "この変更を適用しますか", "Accept this change?";
    CONFIRM_BODY = "適用すると、すぐに使われます。取り消すには、フォルダーを元に戻して、もう一度適用します。適用した人と日時は記録されます。", "It is used at once. To take it back, put the folder back and accept it again. Who accepts, and when, is recorded.";
    ACCEPTED = "変更を適用しました（版{version}）", "Accepted as version {version}";
    STALE = "フォルダーの内容または適用中の設定が、確認した後に変わりました", "The folder, or what is in use, was changed since you looked at it";
    STALE_BODY = "次の内容をもう一度確認してください。", "Look at it again.";
}
