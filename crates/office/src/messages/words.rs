//! The words of the pages about messages to others.

face::words! {
    pub(super) const;
    TITLE = "送信", "Messages";
    LEAD = "ほかのシステムへ送るメッセージです。「送れなかったもの」は相手に受け付けられなかったもの、または6日間送れなかったもので、ほかの送信は止まりません。", "What is to be sent to other systems. What could not be sent was refused by the other party, or could not be delivered for six days; it holds nothing else up.";
    ALL = "すべて", "All";
    DEAD = "送れなかったもの", "Could not be sent";
    WAITING = "送信待ち", "Waiting";
    LIST = "送信の一覧", "Messages";
    KIND = "種類", "Kind";
    TO = "宛先", "To";
    STATE = "状態", "State";
    ATTEMPTS = "試行回数", "Attempts";
    REFUSAL = "相手の回答", "Answer of the other party";
    SINCE = "登録日時", "Since";
    REASON = "破棄する理由（個人に関することは書かないでください）", "Why it is given up (nothing about a person)";
    PEOPLE = "選択したものの対象者を確認する", "Show whom the chosen concern";
    CONCERNED = "選択したものの対象者です。確認したことは、対象者それぞれの利用の記録に残ります。", "Whom the chosen concern. That you looked is in the record of use of each of them.";
    NOBODY = "対象者なし（内容を読み取れないものを含みます）", "nobody, or it cannot be read";
    AND_MORE = "ほか{count}人", "and {count} more";
    TOO_MANY = "対象者を一度に確認できるのは{most}件までです。選び直してください。", "Choose at most {most} to see whom they concern.";
    NONE_RETRIED = "選択したものは送信中か、ほかの職員が処理したものです。もう一度送ったものはありません。", "What was chosen is being sent, or somebody has seen to it. Nothing was sent again.";
    RETRY = "選択したものをもう一度送る", "Send the chosen again";
    DROP = "選択したものを破棄する", "Give the chosen up";
    NO_REASON = "破棄する理由を入力してください。", "Say why it is given up.";
    RETRIED = "{count}件をもう一度送ります。", "Sent again: {count}";
    DROPPED = "{count}件を破棄しました。", "Given up: {count}";
}
