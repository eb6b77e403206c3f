//! The words of the registry's work, and what can be chosen in what it asks.

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use face::Language;
use ledger::Seen;
use office::Chosen;
use vocabulary::{FiscalYear, day};
use wire::Problem;

use crate::extraction::table::extraction;
use crate::{Desk, OFFICE, RegistryError};

/// The words of its work.
pub(crate) const WORK: office::WorkWords = office::work_words! {
    kinds {
        "import-residents" = "住民情報の取込み", "Import of the register"; "住民基本台帳のファイルを取り込みます。同じファイルをもう一度取り込んでも変わりません。", "Takes a file of the resident register in. The same file again changes nothing.";
        "import-results" = "検診結果の取込み", "Import of results"; "検診結果のファイルを取り込みます。受け付けない行は理由とともにファイルに残ります。", "Takes a file of results in. Rows that are refused are kept in a file with the reason.";
        "export-results" = "検診結果の出力", "Export of results"; "登録済みの検診結果を、種類ごとに、取込みと同じ形式のファイルに書き出します。", "Writes all results of a type into a file, as the import reads them.";
        "extract" = "対象者の抽出", "Extraction"; "年度の対象者を、基準日の住民情報と検診結果から抽出します。", "Finds who is due in a fiscal year, from the register and the results of a day.";
        "list-eligible" = "対象者一覧の出力", "List of who is due"; "年度の対象者を、基準日の住民情報と検診結果から判定し、一覧のファイルに書き出します。受診券を発行するときは、対象者の抽出を行ってください。", "Writes who is due in a fiscal year into a file, from the register and the results of a day. Vouchers are issued of an extraction.";
        "issue-vouchers" = "受診券の発行", "Issue of vouchers"; "抽出した対象者に受診券を発行します。送付できない人には発行しません。", "Issues vouchers to the people of an extraction, but not to whom may not be written to.";
        "print-vouchers" = "受診券の印刷", "Print of vouchers"; "発行した受診券の印刷用ファイルを、いまの宛先で作成します。", "Writes the printer's list of vouchers, with addresses as they are now.";
        "reprove" = "判定規則の再適用", "Proofs derived anew"; "市の設定を変えた後に、登録済みの結果へ判定規則を適用し直します。実行前に、変わる判定を確認できます。", "Derives anew what all records prove, after the city's rules have changed. What would change can be looked at first.";
        "match" = "本人の突合", "Identification"; "住民番号のない記録を、氏名・カナ・性別・生年月日・住所で住民と突合します。", "Finds whose records are that came without a number, by the five data items.";
        "follow-up" = "精密検査の対象者と請求の作成", "Follow-up and claims"; "年度の精密検査の対象者、医療機関ごとの請求、集計を作成し直します。", "Makes the year's follow-up, claims and statistics anew.";
        "unified-numbers" = "統合宛名番号の付番依頼", "Unified numbers"; "統合宛名番号のない住民の番号を、統合宛名管理システムに求めます。", "Asks atena for the unified numbers of those who have none.";
        "register-templates" = "PMHへの雛形の登録", "Templates to the hub"; "問診票の項目と通知文言などの雛形をPMHに登録します。", "Registers the templates of the programmes with the hub.";
        "register-targets" = "PMHへの対象者の登録", "Targets to the hub"; "抽出した対象者をPMHに登録します。個人番号を使います。", "Registers the people of an extraction with the hub, by individual number.";
        "download-results" = "PMHからの結果の取得", "Results from the hub"; "PMHに届いた検診結果を取得し、登録します。", "Fetches the results that the hub has, and registers them.";
        "make-replicas" = "副本の作成と送信", "Replicas"; "情報提供のための副本を作成し、統合宛名管理システムを通じて中間サーバーへ送ります。", "Makes replicas of what other organisations may ask for, and sends them to the relay.";
        "inquire" = "情報照会", "Inquiries"; "指定した人の検診結果を、指定した市町村に照会します。", "Asks the municipality that is named for the results of the people who are named.";
        "fetch-answers" = "情報照会の回答の取得", "Answers to inquiries"; "照会への回答を統合宛名管理システムを通じて取得します。", "Fetches the answers to inquiries from the relay.";
    }
    fields {
        "fiscalYear" = "年度", "Fiscal year" ("例 2026、令和8、R8", "Such as 2026; it begins in April");
        "on" = "基準日", "Day" ("この日の住民情報と結果で判定します", "People and results are looked at as of this day");
        "recordType" = "結果の種類", "Record type";
        "file" = "ファイル", "File" ("媒体用フォルダーに置いたファイルの名前", "Its name in the folder of managed media");
        "reprove.preview" = "実行前に確認する", "Look first" ("「はい」では、変わる判定を一覧にして、いったん止まります。確かめてから書き換えます。検診結果そのものは変わりません", "Yes: what would change is shown and the work stops; it is changed once you have looked. The results themselves stay");
        "preview" = "実行前に確認する", "Look first" ("「はい」では、ファイルを読み取って件数を示し、いったん止まります。確かめてから実行します", "Yes: the file is read, the figures are shown and the work stops; it is done once you have looked");
        "previewOfAll" = "全住民のファイルか", "Is it of everybody?" ("「はい」では、実行前の確認で、ファイルにない人を数えます", "Yes counts, when you look first, who is not in it");
        "encoding" = "文字コード", "Encoding" ("分からないときは選ばないでください。自動で判別します", "Leave it open to have it found out");
        "out" = "書き出すファイルの名前", "File to write" ("媒体用フォルダーに作成します。空欄のときは、「処理」の画面から取得します。例 totsugo.csv", "Made in the folder of managed media, such as verdicts.csv; left out, it is taken from the job");
        "extraction" = "抽出", "Extraction" ("抽出の番号", "The number of the extraction");
        "programme" = "事業", "Programme";
        "provider" = "照会先の市町村", "Municipality to ask" ("6桁の市町村コード", "Its code of six digits");
        "information" = "照会する情報", "Information to ask for";
        "residents" = "照会する人の住民番号", "Residents to ask about" ("1行に1つ。全員を同じ市町村に照会します", "One a line; all of them are asked about at the same municipality");
        "alreadyImported" = "取込み済みのファイル", "Taken in before";
        "read" = "読み取った行", "Rows read";
        "added" = "追加", "Added";
        "corrected" = "訂正", "Corrected";
        "changed" = "変更", "Changed";
        "unchanged" = "変更なし", "Unchanged";
        "removed" = "削除", "Removed";
        "rejected" = "受け付けなかった行", "Rows refused";
        "unknownColumns" = "読み取らなかった列", "Columns ignored";
        "concerned" = "取込みの影響を受ける人", "People concerned";
        "movedIn" = "転入", "Moved in";
        "movedOut" = "転出", "Moved out";
        "died" = "死亡", "Died";
        "protected" = "支援措置の開始", "Protection begins";
        "unprotected" = "支援措置の終了", "Protection ends";
        "missing" = "ファイルにない人", "Missing";
        "older" = "登録より古い異動", "Older than known";
        "confused" = "氏名・性別・生年月日の二つ以上が変わる人", "Two or more of name, sex and birth change";
        "first" = "最初の取込み", "When it was taken in first";
        "written" = "書き出した記録", "Records written";
        "rows" = "対象の行（人×事業×検査）", "Rows: a person, a programme, an examination";
        "examination" = "検査", "Examination";
        "damaged" = "読み取れなかった記録", "Records that could not be read";
        "halfImported" = "この時点で取込み中だったファイル（取込みが終わってから、やり直してください）", "Files that were half in at the time (ask again after their end)";
        "counts" = "検査ごとの対象者", "Due by examination";
        "vouchers" = "この抽出で発行した受診券", "Vouchers issued for this extraction";
        "earlier" = "以前の抽出で発行済み（人×事業）", "Issued before (person and programme)";
        "printed" = "印刷した受診券", "Vouchers printed";
        "withheld" = "送付を控えた件数（人×事業）", "Withheld (person and programme)";
        "records" = "確認した記録", "Records looked at";
        "differing" = "判定が変わる記録", "Records that differ";
        "people" = "人数", "People";
        "examinations" = "検査の判定", "Examinations";
        "facts" = "判定に使う事実", "Facts";
        "detailed" = "精密検査の判定", "Detailed examinations";
        "matched" = "一致", "Matched";
        "review" = "確認待ち", "To be checked";
        "unmatched" = "該当なし", "Nobody";
        "unreadable" = "読み取れない行", "Rows that cannot be read";
        "needsDetailed" = "精密検査が必要な件数（人×事業）", "In need of a detailed examination (person and programme)";
        "claims" = "請求の行", "Claim lines";
        "amountYen" = "請求額（円）", "Amount in yen";
        "examined" = "年度の検査", "Examinations of the year";
        "unifiedNumbers" = "統合宛名番号のある人", "People with a unified number";
        "templates" = "登録済みの雛形", "Templates registered";
        "tasks" = "登録依頼", "Tasks";
        "registered" = "登録した人", "Registered";
        "refused" = "受け付けられなかった件数", "Refused";
        "downloaded" = "取得した結果の累計", "Results fetched, ever";
        "imported" = "登録した結果の累計", "Results registered, ever";
        "replicas" = "作成した副本の累計", "Replicas made, ever";
        "accepted" = "中間サーバーに届いた副本の累計", "Replicas the relay has taken, ever";
        "inquiries" = "照会の累計", "Inquiries, ever";
        "answered" = "回答のあった照会の累計", "Answered, ever";
        "pending" = "回答待ちの照会", "Waiting for an answer";
    }
    steps {
        "reading" = "読取り", "reading";
        "applying" = "内容の反映", "applying what was read";
        "comparing" = "登録内容との比較", "comparing with what is there";
        "deciding" = "判定", "deciding";
        "judging" = "結果の確認", "judging results";
        "issuing" = "発行", "issuing";
        "writing" = "書込み", "writing";
        "numbering" = "番号の取得", "obtaining numbers";
        "templates" = "雛形の登録", "registering templates";
        "sending" = "送信", "sending";
        "waiting" = "相手の応答待ち", "waiting for the other party";
        "registering" = "登録", "registering";
        "marking" = "送信済みの記録", "marking what was sent";
        "asking" = "相手への問合せ", "asking the other party";
    }
    not_taken { "rejected" "damaged" "unreadable" "register-targets.refused" "unified-numbers.refused" }
};

/// What can be chosen in a field of what a kind of work asks; it also tells what the values of results are called.
pub(crate) fn choices(
    desk: &Desk,
    caller: &Caller,
    language: Language,
    (kind, field): (&str, &str),
) -> Result<Option<Vec<Chosen>>, Problem> {
    let catalogue = desk.catalogue();
    Ok(match (kind, field) {
        // What the tables of a result are named by.
        ("reprove", "facts") => Some(catalogue.facts().map(|one| named(language, &one.id, &one.name, &one.english)).collect()),
        ("reprove", "detailed") => Some(catalogue.records().iter().map(|one| named(language, &one.id, &one.name, &one.english)).collect()),
        (_, "programme") | ("reprove", "examinations") => {
            Some(catalogue.programmes().iter().map(|one| named(language, &one.id, &one.name, &one.english)).collect())
        }
        (_, "examination") => Some(examinations(&catalogue, language)),
        (_, "recordType") => {
            Some(catalogue.records().iter().map(|one| named(language, &one.number.to_string(), &one.name, &one.english)).collect())
        }
        (_, "information") => {
            Some(catalogue.permission_list().information.iter().map(|one| named(language, &one.id, &one.name, &one.english)).collect())
        }
        (_, "encoding") => Some(["utf-8", "cp932", "utf-16le", "utf-16be"].map(|code| (code.to_owned(), code.to_uppercase())).into()),
        (_, "file") => desk.media().files(),
        (_, "extraction") => Some(extractions(desk, caller, language)?),
        _ => None,
    })
}

fn named(language: Language, value: &str, japanese: &str, english: &str) -> Chosen {
    (value.to_owned(), if language == Language::Japanese { japanese } else { english }.to_owned())
}

fn examinations(catalogue: &Catalogue, language: Language) -> Vec<Chosen> {
    let all = catalogue.programmes().iter().flat_map(|programme| &programme.examinations);
    all.map(|one| named(language, &one.id, &one.name, &one.english)).collect()
}

fn extractions(desk: &Desk, caller: &Caller, language: Language) -> Result<Vec<Chosen>, RegistryError> {
    let rows: Vec<(i64, i32, i32)> = desk.room().see_blocking(caller, OFFICE.actions.start_jobs, |tx, record| {
        record.note("the extractions that can be chosen");
        let newest = extraction::table.order(extraction::id.desc());
        Ok::<_, RegistryError>(Seen::unnamed(newest.select((extraction::id, extraction::fiscal_year, extraction::day)).load(tx)?))
    })?;
    let told = |(id, year, on): (i64, i32, i32)| {
        let on = day::from_number(on).map_or_else(String::new, |on| on.to_string());
        let text = if language == Language::Japanese {
            let wareki = FiscalYear(i16::try_from(year).unwrap_or_default()).to_wareki();
            format!("{id}：{year}年度・{wareki}年度（{on}現在）")
        } else {
            format!("{id}: fiscal year {year}, as of {on}")
        };
        (id.to_string(), text)
    };
    Ok(rows.into_iter().map(told).collect())
}
