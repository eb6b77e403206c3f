//! Pages of work: a list with acts on chosen rows, two things side by side, a job that goes on.

use super::{menu, of, site, user};
use crate::{Html, Language, Page, Refresh, components::*, page};

crate::words! {
    pub(super) const;
    LIST = "確認待ちの結果", "Results to be checked";
    LIST_LEAD = "取り込んだ結果のうち、職員の確認が必要なものです。", "Imported results that a member of staff has to look at.";
    ALL = "すべて", "All";
    OPEN = "未確認", "Open";
    PUT_BACK = "保留", "Put back";
    NUMBER = "受付番号", "Number";
    SINCE = "受付日", "Since";
    STATE = "状態", "State";
    CONFIRM = "確認済みにする", "Mark as checked";
    HOLD = "保留にする", "Put back";
    DONE = "2件を確認済みにしました", "2 rows are marked as checked";
    UNDO = "元に戻す", "Undo";
    EXPORT = "CSVで書き出す（記録されます）", "Export as CSV (it is recorded)";
    REVIEW = "本人の確認", "Whose result is this";
    COMPARE = "届いた結果と住民の照合", "The result against the resident";
    RECEIVED = "届いた結果", "The result";
    RESIDENT = "住民", "The resident";
    NAME = "氏名", "Name";
    BORN = "生年月日", "Date of birth";
    ADDRESS = "住所", "Address";
    HANAKO = "健診 花子", "Kenshin Hanako";
    HERE = "みほん市中央一丁目2番3号", "1-2-3 Chuo, Mihon City";
    THERE = "みほん市中央一丁目2番", "1-2 Chuo, Mihon City";
    JOB = "住民情報の取込み", "Import of the register";
    ROWS = "処理した行", "Rows done";
}

pub(super) fn list(language: Language) -> String {
    let word = |words| of(words, language);
    let filters = [
        Filter { href: "/queue", text: word(ALL), is_current: false },
        Filter { href: "/queue?state=open", text: word(OPEN), is_current: true },
        Filter { href: "/queue?state=held", text: word(PUT_BACK), is_current: false },
    ];
    let columns = [
        SortColumn { href: Some("/queue?sort=number"), ..SortColumn::fixed(Column::text(word(NUMBER))) },
        SortColumn { href: Some("/queue?sort=-since"), sorted: Some(Sorted::Up), ..SortColumn::fixed(Column::text(word(SINCE))) },
        SortColumn::fixed(Column::text(word(STATE))),
    ];
    let row = |number: &str, since: &str| WorkRow {
        key: Some(number.to_owned()),
        name: number.to_owned(),
        cells: vec![link("/queue/1", number), since.into(), chip(Tone::Warning, word(OPEN))],
    };
    let acts = [
        BulkAct { action: "/queue/confirm", text: word(CONFIRM), emphasis: Emphasis::Primary },
        BulkAct { action: "/queue/hold", text: word(HOLD), emphasis: Emphasis::Secondary },
    ];
    let body = work_list(&WorkList {
        language,
        caption: word(LIST),
        filters: &filters,
        columns: &columns,
        rows: vec![row("R-1001", "2026-06-01"), row("R-1002", "2026-06-02"), row("R-1003", "2026-06-02")],
        bulk: Some(Bulk { csrf: "x", acts: &acts, reason: None }),
        first: Some("/queue?state=open"),
        next: Some("/queue?state=open&after=1003"),
    });
    let button = Button { action: "/queue/undo", csrf: "x", values: &[("act", "17")], text: word(UNDO), emphasis: Emphasis::Secondary };
    let export = Button { action: "/queue/export", csrf: "x", values: &[], text: word(EXPORT), emphasis: Emphasis::Tertiary };
    page(&Page {
        lead: Some(word(LIST_LEAD)),
        navigation: &menu(language),
        user: Some(user(language)),
        notice: undo(language, word(DONE), &button),
        body: Html::all([body, buttons([post_button(&export)])]),
        ..Page::new(language, &site(language), "/queue?state=open", word(LIST))
    })
}

pub(super) fn compare(language: Language) -> String {
    let word = |words| of(words, language);
    let line = |label, left: Html, right: Html, agrees| ReviewLine { label: word(label), left, right, agrees };
    let lines = [
        line(NAME, word(HANAKO).into(), word(HANAKO).into(), true),
        line(BORN, "1986-05-12".into(), "1986-05-12".into(), true),
        line(ADDRESS, word(THERE).into(), word(HERE).into(), false),
    ];
    let of_both = Review { language, caption: word(COMPARE), left: word(RECEIVED), right: word(RESIDENT), lines: &lines };
    let act = |action, text, emphasis| post_button(&Button { action, csrf: "x", values: &[], text: word(text), emphasis });
    let acts = buttons([act("/queue/1/confirm", CONFIRM, Emphasis::Primary), act("/queue/1/hold", HOLD, Emphasis::Secondary)]);
    page(&Page {
        navigation: &menu(language),
        user: Some(user(language)),
        body: Html::all([review(&of_both), acts]),
        ..Page::new(language, &site(language), "/queue/1", word(REVIEW))
    })
}

pub(super) fn job(language: Language) -> String {
    let word = |words| of(words, language);
    let wait = approval(&Approval { language, asked_by: "s1001", hindrance: None, action: "/jobs/1/approve", csrf: "x" });
    let own = approval(&Approval {
        language,
        asked_by: "s1002",
        hindrance: Some(crate::words::APPROVAL_OWN.of(language)),
        action: "/jobs/2/approve",
        csrf: "x",
    });
    page(&Page {
        navigation: &menu(language),
        user: Some(user(language)),
        notice: Html::all([wait, own]),
        body: progress(word(ROWS), 41_000, 1_100_000),
        refresh: Some(Refresh { seconds: 3, stop: "/jobs/1?refresh=off" }),
        ..Page::new(language, &site(language), "/jobs/1", word(JOB))
    })
}
