//! The words of the registry's record of use, and of what it sends.

/// The words.
pub(crate) const RECORD: office::RecordWords = office::record_words! {
    acts {
        "registry:media.erase" = "媒体フォルダーの写しの消去", "Erasure of copies in the media folder";
    }
    messages {
        "hub-tasks" = "PMHへの登録依頼", "Tasks for the hub";
        "replicas" = "副本", "Replicas";
        "inquiries" = "情報照会", "Inquiries";
    }
    remarks {
        "who is due in {} on {}: {} people, {} files half in" = "{0}年度の対象者（{1}現在）：{2}人、取込み中のファイル{3}件";
        "extraction {} of {} on {}: {} people, {} lines" = "抽出{0}：{1}年度（{2}現在）、{3}人、{4}行";
        "eligible in {} on {}" = "{0}年度の対象者（{1}現在）";
        "who would be due in {} by the folder that waits, in numbers" = "適用待ちの設定による{0}年度の対象者の人数";
        "the extractions that can be chosen" = "選択できる抽出の一覧";
        "what fiscal year {} has to be followed up" = "{0}年度の精密検査の対象";
        "fiscal year {}: {} cases" = "{0}年度：{1}件";
        "fiscal year {}: {} need a detailed examination, {} claims" = "{0}年度：要精密検査{1}件、請求{2}行";
        "extraction {}: {} vouchers of {} people" = "抽出{0}：{2}人に受診券{1}件";
        "vouchers of extraction {}" = "抽出{0}の受診券";
        "{} results of the hub" = "PMHの検診結果{0}件";
        "{} people in a new task" = "新しい登録依頼に{0}人";
        "{} people in tasks that were not sent" = "送られなかった登録依頼の{0}人";
        "task done: {} registered" = "登録依頼の完了：{0}人を登録";
        "template {} version {}" = "雛形{0}の版{1}";
        "{} people to the hub" = "PMHへ{0}人";
        "a task of {} people, {} of them withheld" = "登録依頼{0}人（うち送付を控えた{1}人）";
        "{} replicas to be made" = "作成する副本{0}件";
        "{} replicas to the relay" = "中間サーバーへの副本{0}件";
        "replicas of damaged records" = "読み取れない記録の副本";
        "{} replicas settled, {} wait for the relay" = "副本の処理済み{0}件、送信待ち{1}件";
        "{} inquiries without an answer" = "回答のない照会{0}件";
        "{} inquiries decided" = "照会の判定{0}件";
        "inquiry {}" = "照会：{0}";
        "answered" = "回答あり";
        "refused" = "拒否";
        "expired" = "期限切れ";
        "identified {} of {}, {} for a person" = "{1}件中{0}件を特定、{2}件は確認待ち";
        "{} residents to be compared with" = "突合の対象となる住民{0}人";
        "{}: {} letters" = "{0}：郵便{1}件";
        "{} letters" = "郵便{0}件";
        "cleared" = "確認済み";
        "not cleared" = "確認の取消し";
        "{} records of people after {}: {} {}" = "{1}より後の人の記録{0}件：{2}件を{3}";
        "changed" = "変更";
        "would change" = "変更する見込み";
        "{} records" = "記録{0}件";
        "record type {}" = "様式{0}";
        "record type {}, history number {}" = "様式{0}、履歴番号{1}";
        "record type {}, {} records cannot be read" = "様式{0}、読み取れない記録{1}件";
        "import {} is shown first" = "取込み{0}：実行前の確認";
        "to be shown first, record type {}: +{} ~{} ={} !{}" = "実行前の確認（様式{0}）：追加{1}、訂正{2}、変更なし{3}、受付不可{4}";
        "import {}: {} people" = "取込み{0}：{1}人";
        "import {}: +{} ~{} ={} !{}" = "取込み{0}：追加{1}、変更{2}、変更なし{3}、受付不可{4}";
        "import {}, record type {}: +{} ~{} ={} !{}" = "取込み{0}（様式{1}）：追加{2}、訂正{3}、変更なし{4}、受付不可{5}";
        "import {}: given up, and whom it brought is gone" = "取込み{0}：中止し、取り込んだ人を取り除いた";
        "the file of import {} again: nothing written" = "取込み{0}と同じファイルのため、登録なし";
        "whether the file was taken in before" = "取込み済みのファイルかどうかの確認";
        "what is known, to compare a file with" = "ファイルと比べるための登録内容";
        "what a file would change" = "ファイルによる変更の見込み";
        "who is not in a file" = "ファイルにない人";
        "who is in, to go on with a first file" = "最初のファイルの続きのための取込み済みの人";
        "version {} of the city's folder" = "市の設定の版{0}";
        "version {} of the city's folder {}: {}" = "市の設定の版{0}を{1}：{2}";
        "begun with" = "最初に適用";
        "accepted" = "適用";
        "{}: {} found" = "{0}：{1}人";
        "by number" = "番号による検索";
        "by kana and birth" = "カナと生年月日による検索";
        "protected: address withheld" = "支援措置：住所は非表示";
        "protected: address shown" = "支援措置：住所を表示";
        "{} people with unnamed characters" = "外字などのある{0}人";
        "{} people to atena, {} who cannot be read" = "統合宛名管理システムへ{0}人、番号を読み取れない{1}人";
        "a file that was handed in: {}" = "受け取ったファイル：{0}";
        "the copy of a file of job {}: {}" = "処理{0}のファイルの写し：{1}";
        "erased" = "消去";
        "there no more, or changed since" = "すでにないか、書き換えられている";
        "{} unified numbers" = "統合宛名番号{0}件";
    }
};

#[cfg(test)]
mod tests {
    #[test]
    fn everything_in_the_record_of_use_and_every_message_has_japanese_words() {
        assert_eq!(office::testing::words::unnamed(&["registry"], &super::RECORD, crate::POLICIES.actions), Vec::<String>::new());
        assert_eq!(office::testing::words::unnamed_steps("registry", &crate::pages::work::WORK), Vec::<String>::new());
    }
}
