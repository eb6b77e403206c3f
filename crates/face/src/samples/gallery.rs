//! A record, a form with every kind of field, and a page whose every value is hostile.

use super::{menu, of, site, user};
use crate::{Html, Language, Link, Page, Refresh, Site, User, Width, components::*, page, words};

crate::words! {
    pub(super) const;
    RECORD_TITLE = "対象者の情報", "An eligible person";
    NUMBER = "住民番号", "Resident number";
    NAME = "氏名", "Name";
    HANAKO = "健診 花子", "Kenshin Hanako";
    ADDRESS = "住所", "Address";
    ADDRESS_VALUE = "みほん市中央一丁目2番3号", "1-2-3 Chuo, Mihon City";
    STATE = "状態", "State";
    ELIGIBLE = "対象", "Eligible";
    PROTECTED_TITLE = "支援措置の対象者です", "This person is protected";
    PROTECTED_BODY = "住所と電話番号は表示されません。発送の前に担当課へ確認してください。", "Address and phone are not shown. Ask the section in charge before sending anything.";
    WHY = "判定の理由", "Why";
    WHY_BODY = "年度末年齢が40歳で、今年度の受診歴がありません。", "40 at the end of the fiscal year, and not examined in it.";
    HISTORY = "履歴", "History";
    EDIT = "変更する", "Change";
    ERASE = "取り消す", "Withdraw";
    BASICS = "基本情報", "Basics";
    FORM_TITLE = "住登外者の登録", "Register somebody outside the register";
    FORM_LEAD = "住民基本台帳に記録されていない人を登録します。", "For a person who is not in the resident register.";
    NUMBER_HINT = "15文字まで。先頭の0も入力してください。", "Up to 15 characters, with leading zeros.";
    NUMBER_WRONG = "すでに使われている番号です。", "This number is taken.";
    BORN = "生年月日", "Date of birth";
    BORN_HINT = "例: 1986年5月12日", "For example 1986, 5, 12";
    BORN_WRONG = "存在しない日付です。", "There is no such date.";
    SEX = "性別", "Sex";
    FEMALE = "女", "Female";
    MALE = "男", "Male";
    UNKNOWN = "不明", "Unknown";
    SEX_WRONG = "いずれかを選択してください。", "Choose one of them.";
    BRANCH = "支所", "Branch office";
    EAST = "東支所", "East";
    WEST = "西支所", "West";
    BRANCH_WRONG = "支所を選択してください。", "Choose a branch office.";
    CLASSES = "区分", "Classes";
    WELFARE = "生活保護", "Public assistance";
    DISASTER = "被災者", "Disaster victim";
    NOTE = "備考", "Note";
    EVIDENCE = "確認書類", "Evidence";
    PROXY = "代理人の氏名", "Name of the proxy";
    SAVE = "登録する", "Register";
    CANCEL = "やめる", "Cancel";
}

fn residents(language: Language) -> [Link<'static>; 2] {
    [Link::new("/", of(words::HOME, language)), Link::new("/residents", of(super::RESIDENTS, language))]
}

pub(super) fn record(language: Language) -> String {
    let word = |words| of(words, language);
    let notice = banner(&Banner { language, tone: Tone::Warning, title: word(PROTECTED_TITLE), body: paragraph(word(PROTECTED_BODY)) });
    let basics = description_list([
        (word(NUMBER), code("0000010001")),
        (word(NAME), word(HANAKO).into()),
        (word(ADDRESS), word(ADDRESS_VALUE).into()),
        (word(STATE), chip(Tone::Information, word(ELIGIBLE))),
    ]);
    let why = Html::all([subheading(word(WHY)), paragraph(word(WHY_BODY))]);
    let erase = Button { action: "/residents/1/withdraw", csrf: "x", values: &[], text: word(ERASE), emphasis: Emphasis::Danger };
    let actions = buttons([button_link("/residents/1/edit", word(EDIT), Emphasis::Secondary), post_button(&erase)]);
    let history =
        disclosure(word(HISTORY), link_list(&[Link::new("/residents/1/1", "2026-04-01"), Link::new("/residents/1/2", "2026-04-08")]));
    page(&Page {
        breadcrumbs: &residents(language),
        navigation: &menu(language),
        user: Some(user(language)),
        notice,
        body: Html::all([section(word(BASICS), [basics, why, actions]), history]),
        width: Width::Reading,
        ..Page::new(language, &site(language), "/residents/1", word(RECORD_TITLE))
    })
}

fn form_with(language: Language, is_wrong: bool) -> String {
    let word = |words| of(words, language);
    let wrong = |words| is_wrong.then(|| of(words, language));
    let sexes =
        [Choice { value: "2", text: word(FEMALE) }, Choice { value: "1", text: word(MALE) }, Choice { value: "0", text: word(UNKNOWN) }];
    let branches = [Choice { value: "east", text: word(EAST) }, Choice { value: "west", text: word(WEST) }];
    let classes = [Choice { value: "welfare", text: word(WELFARE) }, Choice { value: "disaster", text: word(DISASTER) }];
    let born = if is_wrong { ["2026", "2", "30"] } else { ["", "", ""] };
    let fields = [
        Field::required("number", word(NUMBER), Input::Digits { value: "", longest: 15 })
            .hint(word(NUMBER_HINT))
            .error(wrong(NUMBER_WRONG)),
        Field::required("name", word(NAME), Input::Text { value: "", autocomplete: "off" }),
        Field::required("born", word(BORN), Input::Date { value: born }).hint(word(BORN_HINT)).error(wrong(BORN_WRONG)),
        Field::required("sex", word(SEX), Input::Radio { choices: &sexes, value: "2" }).error(wrong(SEX_WRONG)),
        Field::required("branch", word(BRANCH), Input::Select { choices: &branches, value: "west" }).error(wrong(BRANCH_WRONG)),
        Field::optional("classes", word(CLASSES), Input::Checkboxes { choices: &classes, values: &["welfare"] }),
        Field::optional("proxy", word(PROXY), Input::Text { value: "", autocomplete: "off" }),
        Field::optional("note", word(NOTE), Input::Area { value: "", rows: 4 }),
        Field::optional("evidence", word(EVIDENCE), Input::File { accept: ".pdf,.png" }),
        Field::optional("version", "", Input::Hidden { value: "7" }),
    ];
    let cancel = Some(Link::new("/residents", word(CANCEL)));
    let (method, action, csrf) = (Method::PostFiles, "/residents", Some("x"));
    let body = form(&Form { language, method, action, csrf, fields: &fields, submit: word(SAVE), cancel });
    page(&Page {
        breadcrumbs: &residents(language),
        lead: Some(word(FORM_LEAD)),
        navigation: &menu(language),
        user: Some(user(language)),
        body,
        width: Width::Reading,
        has_errors: is_wrong,
        ..Page::new(language, &site(language), "/residents/new", word(FORM_TITLE))
    })
}

pub(super) fn form_page(language: Language) -> String {
    form_with(language, false)
}

pub(super) fn form_wrong(language: Language) -> String {
    form_with(language, true)
}

/// What somebody might enter.
pub(super) const HOSTILE: &str = r#""><script>alert('x')</script>&lt;"#;

/// Every value that a caller can hand in, hostile.
pub(super) fn hostile(language: Language) -> String {
    let bad = HOSTILE;
    let links = [Link::new("/x", bad)];
    let site = Site { municipality: bad, system: bad, home: "/", label: Some(bad), version: bad, links: &links };
    let choices = [Choice { value: bad, text: bad }];
    let fields = [
        Field::required("a", bad, Input::Text { value: bad, autocomplete: "off" }).hint(bad).error(Some(bad)),
        Field::required("b", bad, Input::Area { value: bad, rows: 2 }),
        Field::required("c", bad, Input::Select { choices: &choices, value: bad }),
        Field::required("d", bad, Input::Radio { choices: &choices, value: bad }),
        Field::required("e", bad, Input::Date { value: [bad, bad, bad] }).error(Some(bad)),
        Field::optional("f", bad, Input::Hidden { value: bad }),
    ];
    let (method, action, csrf) = (Method::Post, bad, Some(bad));
    let step = Step { state: StepState::Running, title: bad, body: bad.into() };
    let body = Html::all([
        form(&Form { language, method, action, csrf, fields: &fields, submit: bad, cancel: Some(Link::new(bad, bad)) }),
        section(bad, [steps(language, &[step]), paragraph(bad), code(bad), lead(bad)]),
        table(&Table {
            caption: bad,
            columns: &[Column::text(bad), Column::number(bad)],
            rows: vec![vec![bad.into(), bad.into()]],
            dense: true,
        }),
        cards(&[Card { href: bad, title: bad, body: bad.into() }]),
        statistics(&[Statistic { label: bad, value: bad, unit: bad, note: Some(bad) }]),
        description_list([(bad, bad.into())]),
        disclosure(bad, link_list(&[Link::new(bad, bad)])),
        banner(&Banner { language, tone: Tone::Error, title: bad, body: bad.into() }),
        post_button(&Button { action: bad, csrf: bad, values: &[(bad, bad)], text: bad, emphasis: Emphasis::Danger }),
        search(language, bad, "q", bad, bad),
        pagination(&Pagination { language, href: bad, page: 1, size: 1, total: 3 }),
        progress(bad, 1, 2),
        figures([(bad, bad.to_owned())]),
        chip(Tone::Error, bad),
        button_link(bad, bad, Emphasis::Tertiary),
    ]);
    page(&Page {
        lead: Some(bad),
        breadcrumbs: &links,
        navigation: &links,
        user: Some(User { name: bad, log_out: bad, csrf: bad }),
        body,
        refresh: Some(Refresh { seconds: 5, stop: bad }),
        ..Page::new(language, &site, "/x?y=1", bad)
    })
}
