//! Pages to look over something: steps with their figures, lists.

use super::{menu, of, site, user};
use crate::{Html, Language, Link, Page, Refresh, components::*, page, words};

crate::words! {
    pub(super) const;
    TITLE = "情報連携の全体像", "The ring at a glance";
    LEAD = "住民情報の取込から、他市町村への情報提供までの流れを、手順ごとに表示します。", "From the import of residents to the answer for another city, step by step.";
    DONE_TITLE = "今年度の対象者を抽出しました", "This year's eligible people are known";
    DONE_BODY = "7事業、28,412人が対象です。受診券を発行できます。", "28,412 people in seven programmes. Vouchers can be issued.";
    FIGURES = "今日の状況", "Today";
    STEPS = "手順", "Steps";
    IMPORT = "住民情報を取り込む", "Import residents";
    EXTRACT = "対象者を抽出する", "Find who is eligible";
    REGISTER = "PMHへ登録する", "Register with the hub";
    ANSWER = "他市町村へ提供する", "Answer another city";
    IMPORT_BODY = "週次の差分ファイルを取り込み、変更の履歴を残しました。", "The weekly difference file is in, and what changed is kept as history.";
    EXTRACT_BODY = "年度末年齢と前年度の受診歴から、事業ごとに判定しています。", "Decided by age at the end of the fiscal year and by what was done the year before.";
    REGISTER_BODY = "雛形と対象者を登録します。", "Templates and targets are registered.";
    ANSWER_BODY = "許可証を確認し、副本から回答します。", "The permit is checked and the replica answers.";
    PEOPLE = "人", "people";
    ENTRIES = "件", "entries";
    RESIDENTS = "住民", "Residents";
    VOUCHERS = "発行済みの受診券", "Vouchers issued";
    ENTRY_COUNT = "利用の記録", "Record of use";
    CHANGED = "前週から +312", "312 more than last week";
    SHOW = "詳しく見る", "Show details";
    NUMBER = "住民番号", "Resident number";
    NAME = "氏名", "Name";
    BORN = "生年月日", "Born";
    AGE = "年齢", "Age";
    STATE = "状態", "State";
    ELIGIBLE = "対象", "Eligible";
    EXAMINED = "受診済み", "Examined";
    PROTECTED = "支援措置", "Protected";
    LIST = "対象者の一覧", "Eligible people";
    ISSUE = "受診券を発行する", "Issue vouchers";
    EXPORT = "CSVで書き出す", "Export as CSV";
    FIND = "住民番号で探す", "Find by resident number";
    HANAKO = "健診 花子", "Kenshin Hanako";
    TARO = "見本 太郎", "Mihon Taro";
    PLACES = "業務", "Work";
    FOLLOW_UP = "精密検査の追跡", "Follow-up";
    FOLLOW_UP_BODY = "結果を確認していない人が18人います。", "18 people whose result is not known yet.";
    PAYMENT = "委託料の支払", "Payments";
    PAYMENT_BODY = "3月請求分は審査中です。", "Claims of March are under review.";
    STATISTICS = "統計・報告", "Statistics";
    STATISTICS_BODY = "年次報告の集計ができます。", "The annual report can be drawn up.";
    QUEUE = "取込の進み", "Import progress";
}

pub(super) fn overview(language: Language) -> String {
    let word = |words| of(words, language);
    let counts = || figures([(word(RESIDENTS), number(20_000)), (word(ENTRY_COUNT), number(41_204))]);
    let step = |state, title, body| {
        let counted = if state == StepState::Waiting { Html::empty() } else { counts() };
        Step { state, title: word(title), body: Html::all([paragraph(word(body)), counted, link("/steps", word(SHOW))]) }
    };
    let figure =
        |label, value, unit, note: Option<crate::Words>| Statistic { label: word(label), value, unit: word(unit), note: note.map(word) };
    let done = banner(&Banner { language, tone: Tone::Success, title: word(DONE_TITLE), body: paragraph(word(DONE_BODY)) });
    let today = statistics(&[
        figure(RESIDENTS, "20,000", PEOPLE, Some(CHANGED)),
        figure(VOUCHERS, "8,214", ENTRIES, None),
        figure(ENTRY_COUNT, "1,204,331", ENTRIES, None),
    ]);
    let ring = steps(
        language,
        &[
            step(StepState::Done, IMPORT, IMPORT_BODY),
            step(StepState::Running, EXTRACT, EXTRACT_BODY),
            step(StepState::Failed, REGISTER, REGISTER_BODY),
            step(StepState::Waiting, ANSWER, ANSWER_BODY),
        ],
    );
    let card = |href, title, body| Card { href, title: word(title), body: paragraph(word(body)) };
    let places = [
        card("/follow-up", FOLLOW_UP, FOLLOW_UP_BODY),
        card("/payments", PAYMENT, PAYMENT_BODY),
        card("/statistics", STATISTICS, STATISTICS_BODY),
    ];
    let body = Html::all([
        section(word(FIGURES), [today, progress(word(QUEUE), 14_200, 20_000)]),
        section(word(STEPS), [ring]),
        section(word(PLACES), [cards(&places)]),
    ]);
    page(&Page {
        lead: Some(word(LEAD)),
        navigation: &menu(language),
        user: Some(user(language)),
        notice: done,
        body,
        refresh: Some(Refresh { seconds: 5, stop: "/?refresh=off" }),
        ..Page::new(language, &site(language), "/", word(TITLE))
    })
}

fn list_with(language: Language, body: Html) -> String {
    let above = [Link::new("/", of(words::HOME, language)), Link::new("/programmes", of(super::PROGRAMMES, language))];
    page(&Page {
        breadcrumbs: &above,
        navigation: &menu(language),
        user: Some(user(language)),
        body,
        ..Page::new(language, &site(language), "/programmes/oral?page=2", of(LIST, language))
    })
}

pub(super) fn list(language: Language) -> String {
    let word = |words| of(words, language);
    let columns = [
        Column::text(word(NUMBER)),
        Column::text(word(NAME)),
        Column::text(word(BORN)),
        Column::number(word(AGE)),
        Column::text(word(STATE)),
    ];
    let row = |number: &str, name, born: &str, age: &str, tone, state| {
        vec![link("/residents/1", number), word(name).into(), born.into(), age.into(), chip(tone, word(state))]
    };
    let rows = vec![
        row("0000010001", HANAKO, "1986-05-12", "40", Tone::Information, ELIGIBLE),
        row("0000010002", TARO, "1976-11-03", "50", Tone::Success, EXAMINED),
        row("0000010017", HANAKO, "1966-02-28", "60", Tone::Warning, PROTECTED),
    ];
    let table = table(&Table { caption: word(LIST), columns: &columns, rows, dense: false });
    let actions = buttons([
        button_link("/vouchers/new", word(ISSUE), Emphasis::Primary),
        post_button(&Button {
            action: "/export",
            csrf: "x",
            values: &[("format", "csv")],
            text: word(EXPORT),
            emphasis: Emphasis::Secondary,
        }),
    ]);
    let pages = pagination(&Pagination { language, href: "/programmes/oral?page=", page: 2, size: 50, total: 8_214 });
    list_with(language, Html::all([search(language, "/residents", "number", word(FIND), ""), actions, table, pages]))
}

pub(super) fn list_empty(language: Language) -> String {
    let new = button_link("/vouchers/new", of(ISSUE, language), Emphasis::Primary);
    list_with(language, empty(words::EMPTY.of(language), new))
}
