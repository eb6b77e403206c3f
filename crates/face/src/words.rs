//! The words of the layout, each in both languages. Systems have tables of their own, made by the same macro.

use crate::Language;

/// A word or sentence in both languages; `{name}` in it is filled in by [`Words::with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// In Japanese.
    pub ja: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Words {
    /// Both languages of it; neither may be empty, and both have as many places to fill.
    pub const fn new(ja: &'static str, en: &'static str) -> Self {
        assert!(!ja.is_empty() && !en.is_empty(), "a translation is missing");
        assert!(places(ja) == places(en), "the languages differ in their places");
        Words { ja, en }
    }

    /// In one language.
    pub const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Japanese => self.ja,
            Language::English => self.en,
        }
    }

    /// In one language, with its places filled in.
    pub fn with(&self, language: Language, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let fill = |text: String, (name, value): &(&str, &dyn std::fmt::Display)| text.replace(&format!("{{{name}}}"), &value.to_string());
        values.iter().fold(self.of(language).to_owned(), fill)
    }
}

const fn places(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut found = 0;
    while let [first, tail @ ..] = rest {
        if *first == b'{' {
            found += 1;
        }
        rest = tail;
    }
    found
}

/// What is wrong with a table of words: a word in the wrong language, places that differ. For the test that [`crate::words!`] makes.
pub fn problems(table: &[(&str, Words)]) -> Vec<String> {
    let is_japanese = |letter: char| matches!(letter, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    let places = |text: &str| {
        let mut names: Vec<String> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    };
    let mut found = Vec::new();
    for (name, words) in table {
        if !words.ja.contains(is_japanese) {
            found.push(format!("{name}: {:?} is not Japanese", words.ja));
        }
        if words.en.contains(is_japanese) {
            found.push(format!("{name}: {:?} is not English", words.en));
        }
        if places(words.ja) != places(words.en) {
            found.push(format!("{name}: the languages fill in different places"));
        }
    }
    found
}

/// Makes a table of words and its test: `face::words! { pub(crate) const; SAVE = "保存", "Save"; … }`, one in a module. A line without its
/// English does not compile.
#[macro_export]
macro_rules! words {
    ($vis:vis const; $($(#[$doc:meta])* $name:ident = $ja:literal, $en:literal;)+) => {
        $(
            $(#[$doc])*
            #[doc = concat!($ja, " — ", $en)]
            $vis const $name: $crate::Words = $crate::Words::new($ja, $en);
        )+

        #[cfg(test)]
        #[test]
        fn every_word_is_in_its_language() {
            let table = [$((stringify!($name), $crate::Words::new($ja, $en))),+];
            assert_eq!($crate::words::problems(&table), Vec::<String>::new());
        }
    };
}

words! {
    pub const;
    SKIP = "本文へ移動", "Skip to main content";
    LANGUAGE = "言語", "Language";
    NAVIGATION = "メニュー", "Menu";
    BREADCRUMB = "現在位置", "You are here";
    HOME = "ホーム", "Home";
    RECORDED = "このシステムの操作はすべて記録されています。", "Everything done in this system is recorded.";
    VERSION = "版 {version}", "Version {version}";
    REFRESHED = "この画面は{seconds}秒ごとに自動で更新されます。", "This page is refreshed every {seconds} seconds.";
    STOP_REFRESH = "自動更新を止める", "Stop refreshing";
    LOG_OUT = "ログアウト", "Log out";
    LOG_IN = "ログイン", "Log in";
    LOG_IN_LEAD = "職員ごとに発行されたIDでログインしてください。IDの共用はできません。", "Log in with the ID issued to you personally. IDs may not be shared.";
    LOG_IN_REFUSED = "ログインできませんでした。IDまたはパスワードが違うか、一時的にロックされています。", "Log-in failed. The ID or password is wrong, or log-in is locked for a while.";
    LOG_IN_HELP = "パスワードを忘れたときは、システム管理者に再発行を依頼してください。", "If you have forgotten your password, ask an administrator for a new one.";
    ACCOUNT_ID = "ユーザーID", "User ID";
    PASSWORD = "パスワード", "Password";
    CURRENT_PASSWORD = "現在のパスワード", "Current password";
    NEW_PASSWORD = "新しいパスワード", "New password";
    NEW_PASSWORD_AGAIN = "新しいパスワード（確認）", "New password, again";
    PASSWORD_CHANGE = "パスワードの変更", "Change your password";
    PASSWORD_CHANGE_LEAD = "新しいパスワードを設定してください。", "Set a new password.";
    PASSWORD_HINT = "{shortest}文字以上。覚えやすい言葉をいくつかつなげると、長くて安全なパスワードになります。", "At least {shortest} characters. A few words strung together make a long and safe password.";
    SAVE_PASSWORD = "変更する", "Change password";
    SCREEN_LOCK = "画面をロックしました", "The screen is locked";
    SCREEN_LOCK_LEAD = "しばらく操作がなかったため、画面をロックしました。パスワードを入力すると続きから再開できます。", "Nothing was done for a while, so the screen was locked. Enter your password to go on where you were.";
    KEPT_FORM = "送信した内容はまだ登録されていません。パスワードを入力すると、その内容から続けられます。", "What you sent was not done. Once you give your password you can go on with it.";
    UNLOCK = "ロックを解除", "Unlock";
    REQUIRED = "※必須", "required";
    ERROR_MARK = "＊", "Error: ";
    TITLE_WITH_ERRORS = "エラー: {title}", "Error: {title}";
    CHECK_INPUT = "入力内容を確認してください", "Check what you entered";
    CHECK_INPUT_COUNT = "{count}件の項目に誤りがあります。", "Fields to correct: {count}";
    YES = "はい", "Yes";
    NO = "いいえ", "No";
    YEAR = "年", "Year";
    MONTH = "月", "Month";
    DAY = "日", "Day";
    CHOOSE = "選択してください", "Choose one";
    NOT_CHOSEN = "（空欄）", "(empty)";
    INFORMATION = "お知らせ", "Information";
    SUCCESS = "完了", "Done";
    WARNING = "注意", "Caution";
    ERROR = "エラー", "Error";
    STEP_DONE = "完了", "Done";
    STEP_RUNNING = "実行中", "Running";
    STEP_WAITING = "未着手", "Waiting";
    STEP_FAILED = "失敗", "Failed";
    STEP_NUMBER = "手順{number}", "Step {number}";
    PAGES = "ページ", "Pages";
    FILTERS = "絞り込み", "Show only";
    SORT = "並べ替え", "Sort by";
    CHOSEN = "選択", "Choose";
    CHOOSE_ROW = "{row}を選択", "Choose {row}";
    FIRST_PAGE = "最初へ", "First page";
    ITEM = "項目", "Item";
    COMPARED = "照合", "Compared";
    AGREES = "一致", "the same";
    DIFFERS = "不一致", "different";
    APPROVAL = "別の職員の承認を待っています", "Waiting for a second person";
    APPROVAL_LEAD = "依頼者: {who}。内容を確認してから承認してください。", "Asked for by {who}. Check it before you approve.";
    APPROVAL_OWN = "自分が依頼したものは承認できません。ほかの職員に依頼してください。", "Nobody approves what they asked for: ask somebody else.";
    APPROVE = "承認する", "Approve";
    PREVIOUS = "前へ", "Previous";
    NEXT = "次へ", "Next";
    PAGE_NUMBER = "{number}ページ", "Page {number}";
    RANGE = "全{total}件中 {first}〜{last}件", "{first}–{last} of {total}";
    EMPTY = "該当するデータはありません。", "There is nothing to show.";
    SEARCH = "検索", "Search";
    REQUEST_ID = "お問い合わせ番号", "Request ID";
    BACK_HOME = "ホームへ戻る", "Back to the home page";
    BAD_REQUEST = "リクエストを処理できません", "The request cannot be handled";
    BAD_REQUEST_DO = "前の画面へ戻り、もう一度操作してください。", "Go back to the page before and try again.";
    UNAUTHENTICATED = "ログインが必要です", "You need to log in";
    UNAUTHENTICATED_DO = "ログインしてから、もう一度操作してください。", "Log in, then try again.";
    FORBIDDEN = "この操作を行う権限がありません", "You may not do this";
    FORBIDDEN_DO = "必要な場合は、システム管理者に権限の付与を申請してください。", "If your work needs it, apply to an administrator for the right.";
    STALE_FORM = "画面が古くなっています", "The page is out of date";
    NOT_FOUND = "ページが見つかりません", "Page not found";
    NOT_FOUND_DO = "アドレスが正しいか確認するか、ホームから探してください。", "Check the address, or start from the home page.";
    CONFLICT = "ほかの操作と重なりました", "Something else happened at the same time";
    CONFLICT_DO = "画面を開き直して最新の内容を確認し、もう一度操作してください。", "Open the page again, look at what is there now, and try again.";
    TOO_LARGE = "送信されたデータが大きすぎます", "What was sent is too large";
    TOO_LARGE_DO = "データを分けて送信してください。", "Send it in parts.";
    UNPROCESSABLE = "入力内容に誤りがあります", "Something entered is not right";
    UNPROCESSABLE_DO = "前の画面へ戻り、入力内容を確認してください。", "Go back and check what you entered.";
    TOO_MANY = "アクセスが集中しています", "Too many requests";
    TOO_MANY_DO = "しばらく待ってから、もう一度操作してください。", "Wait a moment, then try again.";
    FAILED = "システムエラーが発生しました", "Something went wrong on our side";
    FAILED_DO = "入力した内容は保存されていません。お問い合わせ番号を添えて、システム管理者に連絡してください。", "Nothing you entered was saved. Tell an administrator the request ID.";
    UNAVAILABLE = "ただいま利用できません", "Not available just now";
    UNAVAILABLE_DO = "しばらく待ってから、もう一度操作してください。", "Wait a moment, then try again.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_the_wrong_language_is_found() {
        assert_eq!(problems(&[("A", Words::new("保存", "Save"))]), Vec::<String>::new());
        for wrong in [Words::new("Save", "Save"), Words::new("保存", "保存"), Words::new("{a}件", "{b} rows")] {
            assert_eq!(problems(&[("A", wrong)]).len(), 1, "{wrong:?}");
        }
    }

    #[test]
    fn places_are_filled_in_whatever_their_order() {
        let values: [(&str, &dyn std::fmt::Display); 3] = [("first", &1), ("last", &20), ("total", &"1,234")];
        assert_eq!(RANGE.with(Language::Japanese, &values), "全1,234件中 1〜20件");
        assert_eq!(RANGE.with(Language::English, &values), "1–20 of 1,234");
    }
}
