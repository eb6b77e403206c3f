//! The pages that every system has.

use super::{site, user};
use crate::{
    ErrorPage, Language, LogInPage, NewPasswordPage, ScreenLockPage, error_page, log_in_page, new_password_page, screen_lock_page,
};

crate::words! {
    pub(super) const;
    LOGGED_OUT = "ログアウトしました。", "You have logged out.";
    TOO_SHORT = "12文字以上で入力してください。", "Enter at least 12 characters.";
    NOT_THE_SAME = "新しいパスワードと一致していません。", "This is not the same as the new password.";
    ROW_GONE = "この申込は取り消されています。", "This application was withdrawn.";
}

pub(super) fn log_in(language: Language) -> String {
    let site = site(language);
    let notice = Some(LOGGED_OUT.of(language));
    log_in_page(&LogInPage {
        language,
        site: &site,
        path: "/log-in",
        action: "/log-in",
        csrf: Some("x"),
        id: "",
        refused: false,
        next: None,
        kept: None,
        notice,
    })
}

pub(super) fn log_in_refused(language: Language) -> String {
    let site = site(language);
    let next = Some("/residents");
    log_in_page(&LogInPage {
        language,
        site: &site,
        path: "/log-in",
        action: "/log-in",
        csrf: Some("x"),
        id: "s1001",
        refused: true,
        next,
        kept: None,
        notice: None,
    })
}

fn new_password_with(language: Language, asks_current: bool, new_error: Option<&str>, again_error: Option<&str>) -> String {
    new_password_page(&NewPasswordPage {
        language,
        site: &site(language),
        path: "/password",
        action: "/password",
        user: user(language),
        account: "s1001",
        asks_current,
        shortest: 12,
        current_error: None,
        new_error,
        again_error,
        kept: None,
    })
}

pub(super) fn new_password(language: Language) -> String {
    new_password_with(language, false, None, None)
}

pub(super) fn new_password_wrong(language: Language) -> String {
    new_password_with(language, true, Some(TOO_SHORT.of(language)), Some(NOT_THE_SAME.of(language)))
}

pub(super) fn screen_lock(language: Language) -> String {
    screen_lock_page(&ScreenLockPage {
        language,
        site: &site(language),
        path: "/lock",
        action: "/unlock",
        account: "s1001",
        user: user(language),
        refused: false,
        next: "/residents",
        kept: None,
    })
}

pub(super) fn error(language: Language, status: u16) -> String {
    error_page(&ErrorPage {
        language,
        site: &site(language),
        path: "/residents/10001",
        user: (status != 401).then(|| user(language)),
        status,
        detail: (status == 409).then(|| ROW_GONE.of(language)),
        title: None,
        request: "00112233445566778899aabbccddeeff",
    })
}
