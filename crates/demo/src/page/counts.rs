//! The words for what steps and parties count.

use catalogue::Catalogue;
use face::{Language, Words};

face::words! {
    const;
    ACCESS_RECORDS = "本人が見た提供等記録", "Access records people read";
    AMOUNT = "請求額（円）", "Amount claimed (yen)";
    ANSWERED = "回答", "Answered";
    ANSWERS_PASSED = "中継した回答", "Answers passed on";
    BOUND = "紐付け", "Bound";
    CARDS = "カード", "Cards";
    CERTIFICATES = "電子証明書", "Certificates";
    CHANGED = "変更", "Changed";
    CLAIMS = "請求", "Claims";
    CODES = "符号", "Codes";
    CODE_REQUESTS = "符号の取得依頼", "Requests for a code";
    COLLECTED = "公開側からの回収", "Collected from the public side";
    CONSENTS = "同意", "Consents";
    DECLINED = "受診しない", "Declined";
    DELIVERED = "公開側への受渡し", "Delivered to the public side";
    DETAILED = "要精密検査", "Need a detailed examination";
    DIGESTS_EQUAL = "副本の一致", "Replicas equal";
    DOWNLOADED = "PMHからの結果", "Results from the hub";
    ELIGIBLE = "対象者（延べ）", "Targets (person and examination)";
    ENTERED = "入力された結果", "Results entered";
    EXAMINED = "受診", "Examined";
    EXAMINATIONS = "検診", "Examinations";
    EXTRACTIONS = "抽出", "Extractions";
    FORMER = "過去の住民情報", "Former register rows";
    FORWARDED = "取り次いだ副本", "Replicas forwarded";
    HUB_RESULTS = "PMHからの結果", "Results from the hub";
    HUB_TARGETS = "PMHへの登録", "Registered with the hub";
    IMPORTED = "取込み", "Imported";
    IMPORTS = "取込み処理", "Imports";
    INQUIRIES = "情報照会", "Inquiries";
    KEYS = "PMHキー", "PMH keys";
    LAPSED = "期限切れ", "Lapsed";
    MATCHED = "一致", "Identified";
    MISSING = "取得できない記録", "Records missing";
    NOTICES = "お知らせ", "Notices";
    OWN_CODES = "自らの番号", "Own numbers";
    PENDING = "回答待ち", "Pending";
    PEOPLE = "人", "People";
    PERMITS = "提供許可証", "Permits";
    PROVISIONS = "情報提供", "Provisions";
    QUESTIONNAIRES = "問診", "Questionnaires";
    RECORDS = "検診記録", "Records";
    REFUSED = "拒否", "Refused";
    REGISTERED = "登録", "Registered";
    REJECTED = "取り込めない行", "Rows rejected";
    REPLICAS = "副本", "Replicas";
    RESIDENTS = "住民", "Residents";
    RESULTS = "結果", "Results";
    RESULTS_REJECTED = "取り込めない結果", "Results rejected";
    REVIEW = "要確認", "For review";
    ROWS = "抽出行", "Rows extracted";
    SESSIONS = "ログイン", "Sessions";
    STRAYS = "宛先のない結果", "Strays";
    TASKS = "登録処理", "Registration tasks";
    TEMPLATES = "雛形", "Templates";
    UNIFIED = "統合宛名番号", "Unified numbers";
    UNMATCHED = "該当なし", "Not in the register";
    VISITS = "受診受付", "Visits";
    VOUCHERS = "受診券", "Vouchers";
    WAITING = "送付待ち", "Waiting";
    WITHHELD = "発送抑止", "Withheld";
}

/// What a count is called; an examination of a programme by the catalogue, an unknown one by its own name.
pub(super) fn name<'a>(language: Language, catalogue: &'a Catalogue, count: &'a str) -> &'a str {
    match (word(count), count.split_once(':')) {
        (Some(word), _) => word.of(language),
        (None, Some((programme, examination))) => examined(language, catalogue, programme, examination).unwrap_or(count),
        (None, None) => count,
    }
}

fn examined<'a>(language: Language, catalogue: &'a Catalogue, programme: &str, examination: &str) -> Option<&'a str> {
    let examination = catalogue.programme(programme)?.examinations.iter().find(|one| one.id == examination)?;
    Some(match language {
        Language::Japanese => &examination.name,
        Language::English => &examination.english,
    })
}

fn word(count: &str) -> Option<Words> {
    Some(match count {
        "accessRecords" => ACCESS_RECORDS,
        "amountYen" => AMOUNT,
        "answered" => ANSWERED,
        "answersPassed" => ANSWERS_PASSED,
        "bound" => BOUND,
        "cards" => CARDS,
        "certificates" => CERTIFICATES,
        "changed" => CHANGED,
        "claims" => CLAIMS,
        "codes" => CODES,
        "codeRequests" => CODE_REQUESTS,
        "collected" => COLLECTED,
        "consents" => CONSENTS,
        "declined" => DECLINED,
        "delivered" => DELIVERED,
        "needsDetailed" | "detailedCases" => DETAILED,
        "digestsEqual" => DIGESTS_EQUAL,
        "downloaded" => DOWNLOADED,
        "eligible" => ELIGIBLE,
        "entered" => ENTERED,
        "examined" => EXAMINED,
        "examinations" => EXAMINATIONS,
        "extractions" => EXTRACTIONS,
        "formerRows" => FORMER,
        "forwarded" => FORWARDED,
        "hubResults" => HUB_RESULTS,
        "hubTargets" => HUB_TARGETS,
        "imported" => IMPORTED,
        "imports" => IMPORTS,
        "inquiries" => INQUIRIES,
        "keys" => KEYS,
        "lapsed" => LAPSED,
        "matched" => MATCHED,
        "missing" => MISSING,
        "notices" => NOTICES,
        "ownCodes" => OWN_CODES,
        "pending" => PENDING,
        "people" | "persons" => PEOPLE,
        "permits" => PERMITS,
        "provisions" => PROVISIONS,
        "questionnaires" => QUESTIONNAIRES,
        "records" => RECORDS,
        "refused" => REFUSED,
        "registered" => REGISTERED,
        "rejected" => REJECTED,
        "replicas" => REPLICAS,
        "residents" => RESIDENTS,
        "results" => RESULTS,
        "resultsRejected" => RESULTS_REJECTED,
        "review" => REVIEW,
        "rows" => ROWS,
        "sessions" => SESSIONS,
        "strays" => STRAYS,
        "tasks" => TASKS,
        "templates" => TEMPLATES,
        "unifiedNumbers" => UNIFIED,
        "unmatched" => UNMATCHED,
        "visits" => VISITS,
        "vouchers" => VOUCHERS,
        "waiting" => WAITING,
        "withheld" => WITHHELD,
        _ => return None,
    })
}
