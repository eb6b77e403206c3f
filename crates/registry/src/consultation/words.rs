//! The words of the pages about people.

use face::Words;

face::words! {
    pub(super) const;
    TITLE = "住民の検索", "Find a resident";
    LEAD = "検索と閲覧は、担当者と目的とともにすべて記録されます。", "Every search and every look is recorded with your name and its purpose.";
    ASK = "検索条件", "Whom to look for";
    NUMBER = "住民番号", "Resident number";
    NUMBER_HINT = "住民番号が分かるときは、これだけで検索できます。先頭の0も入力してください。", "Where it is known, it is enough. Enter leading zeros too.";
    NUMBER_WRONG = "住民番号は15文字までの半角英数字です。", "A resident number is up to 15 letters and digits.";
    KANA = "氏名（カナ）", "Name in kana";
    KANA_HINT = "生年月日とあわせて入力します。ひらがなでも、空白がなくても検索できます。", "Together with the date of birth. Hiragana will do, with or without a space.";
    KANA_MISSING = "氏名（カナ）を入力してください。", "Enter the name in kana.";
    BORN = "生年月日", "Date of birth";
    BORN_HINT = "例: 1976年5月5日。和暦は「S51」のように入力できます。", "For example 1976, 5, 5. Years of an era can be written as S51.";
    BORN_MISSING = "生年月日を入力してください。", "Enter the date of birth.";
    BORN_WRONG = "存在しない日付です。", "There is no such date.";
    NOTHING_ASKED = "住民番号、または氏名（カナ）と生年月日を入力してください。", "Enter a resident number, or a name in kana and a date of birth.";
    PURPOSE = "目的", "Purpose";
    PURPOSE_HINT = "利用の記録に残ります。", "It stands in the record of use.";
    PURPOSE_WRONG = "この目的では検索できません。", "You may not search for this purpose.";
    FOUND = "検索結果 {count}件", "Found: {count}";
    FOUND_CAPTION = "検索結果", "Whom the search found";
    NOBODY = "該当する住民は見つかりませんでした。条件を変えて検索してください。", "Nobody was found. Change what you are looking for.";
    NAME = "氏名", "Name";
    SEX = "性別", "Sex";
    STATE = "状態", "State";
    ADDRESS = "住所", "Address";
    PROTECTED = "支援措置", "Protected";
    RESIDENT = "住民", "Resident";
    FOREIGN = "外国人住民", "Foreign resident";
    OUTSIDE = "住登外", "Outside the register";
    MOVED_OUT = "転出", "Moved out";
    DIED = "死亡", "Died";
    REMOVED = "消除", "Removed from the register";
    NOT_YET = "転入・出生前", "Not yet a resident";
    SINCE = "{since}から", "since {since}";
    FROM_TO = "{since}から{until}まで", "from {since} to {until}";
    AGED = "{age}歳", "aged {age}";
    PERSON = "住民の情報", "A resident";
    BASICS = "基本情報", "Basics";
    PROTECTED_TITLE = "支援措置の対象者です", "This person is protected";
    PROTECTED_HIDDEN = "住所、受診した場所などは、あなたの権限では表示されません。照会を受けても居所を伝えず、支援措置担当に引き継いでください。", "Address and places of examination are not shown to your role. Tell nobody where this person is: hand over to the protective-measures officer.";
    PROTECTED_SHOWN = "住所を表示しています。誰にも伝えないでください。発送の前に担当課へ確認してください。", "The address is shown. Tell it to nobody, and ask the section in charge before sending anything.";
    WITHHELD = "非表示", "not shown";
    DUE_TITLE = "{year}年度の検診", "Screening in fiscal year {year}";
    PROGRAMME = "事業", "Programme";
    EXAMINATION = "検査", "Examination";
    VERDICT = "判定", "Verdict";
    WHY = "理由", "Why";
    DUE = "対象", "Due";
    NOT_DUE = "対象外", "Not due";
    ALL_HOLD = "すべての条件を満たしています", "every rule holds";
    NEXT_YEAR = "次は{year}年度", "next in {year}";
    HOLDS = "○ 満たす", "holds";
    HOLDS_NOT = "× 満たさない", "does not hold";
    EXAMINED = "受診歴", "Examinations";
    EXAMINED_ON = "受診日", "Examined on";
    NEVER_EXAMINED = "受診の記録はありません。", "No examination is known.";
    JUDGEMENT = "判定", "Judgement";
    NEEDS_DETAILED = "要精密検査", "Detailed examination needed";
    INSTITUTION = "医療機関", "Institution";
    SOURCE = "取込元", "From";
    FROM_FILE = "ファイルから", "a file";
    FROM_HUB = "PMHから", "the hub";
    FROM_FORM = "画面入力", "a form";
    RECORDS = "記録", "Records";
    RECORDS_GUARDED = "場所を示す項目は表示していません。", "Items that tell of places are not shown.";
    NO_RECORDS = "記録はありません。", "There are no records.";
    RECORD = "{name}（{year}年度、履歴番号{history}）", "{name} (fiscal year {year}, history number {history})";
    VERSION = "版", "Version";
    FORMER_ITEM = "{name}（現在は使われていない項目）", "{name} (an item that is no longer in use)";
    YES = "はい", "Yes";
    NO = "いいえ", "No";
    USES = "利用の記録", "Record of use";
    USES_OF = "{name}さん（{number}）", "{name} ({number})";
    USES_NOTE = "この住民の情報を、いつ、誰が、何のために利用したかの記録です。新しい順に200件まで表示します。一括処理は含まれません。", "When, by whom and for what this person's data were used, newest first, up to 200. Bulk work is not among them.";
    SEARCH_AGAIN = "検索へ戻る", "Back to the search";
    A_FIND = "住民の検索", "Search for residents";
    A_SEE = "住民の情報の閲覧", "Look at a resident";
    A_USES = "利用の記録の閲覧", "Look at the record of use";
    A_EXPLAIN = "対象者判定の確認", "Explanation of a verdict";
    A_IMPORT = "住民情報の取込み", "Import of the register";
    A_RESULTS = "検診結果の取込み", "Import of results";
    A_DOWNLOAD = "PMHの結果の取得", "Results from the hub";
    A_TARGETS = "PMHへの対象者の登録", "Registration with the hub";
    A_NUMBER = "統合宛名番号の取得", "Unified numbers";
    A_REPLICAS = "副本の登録", "Replicas";
    A_INQUIRE = "情報照会", "Inquiry";
    A_FETCH = "照会への回答の取得", "Answer to an inquiry";
    A_ISSUE = "受診券の発行", "Issue of vouchers";
    A_PRINT = "受診券の印刷", "Print of vouchers";
    A_ENTER = "結果の入力", "Entry of a result";
    A_EXTRACT = "対象者の抽出", "Extraction";
    A_IDENTIFY = "本人の突合", "Identification";
}

/// What an action of the record of use is called; none for those that have no word yet.
pub(crate) fn action(name: &str) -> Option<Words> {
    Some(match name {
        "registry:residents.find" => A_FIND,
        "registry:residents.read" => A_SEE,
        "registry:uses.read" => A_USES,
        "registry:extractions.explain" => A_EXPLAIN,
        "registry:residents.import" => A_IMPORT,
        "registry:results.import" => A_RESULTS,
        "registry:results.enter" => A_ENTER,
        "registry:hub-results.download" => A_DOWNLOAD,
        "registry:hub-targets.register" => A_TARGETS,
        "registry:residents.number" => A_NUMBER,
        "registry:replicas.make" => A_REPLICAS,
        "registry:inquiries.make" => A_INQUIRE,
        "registry:answers.fetch" => A_FETCH,
        "registry:vouchers.issue" => A_ISSUE,
        "registry:vouchers.print" => A_PRINT,
        "registry:extractions.make" => A_EXTRACT,
        "registry:residents.identify" => A_IDENTIFY,
        _ => return None,
    })
}
