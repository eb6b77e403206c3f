//! Every kind of page with every component in it, for the tests and for whoever wants to look at them.

mod gallery;
mod overview;
mod plain;
mod work;

use crate::{Language, Link, Site, User, Words};

/// A page that can be rendered in either language.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What it is called.
    pub name: &'static str,
    /// Renders it.
    pub render: fn(Language) -> String,
}

/// All of them.
pub fn samples() -> Vec<Sample> {
    let sample = |name, render| Sample { name, render };
    vec![
        sample("log-in", plain::log_in),
        sample("log-in-refused", plain::log_in_refused),
        sample("new-password", plain::new_password),
        sample("new-password-wrong", plain::new_password_wrong),
        sample("screen-lock", plain::screen_lock),
        sample("error-401", |language| plain::error(language, 401)),
        sample("error-403", |language| plain::error(language, 403)),
        sample("error-404", |language| plain::error(language, 404)),
        sample("error-409", |language| plain::error(language, 409)),
        sample("error-422", |language| plain::error(language, 422)),
        sample("error-500", |language| plain::error(language, 500)),
        sample("error-503", |language| plain::error(language, 503)),
        sample("overview", overview::overview),
        sample("list", overview::list),
        sample("list-empty", overview::list_empty),
        sample("record", gallery::record),
        sample("form", gallery::form_page),
        sample("form-wrong", gallery::form_wrong),
        sample("work-list", work::list),
        sample("review", work::compare),
        sample("job", work::job),
        sample("hostile", gallery::hostile),
    ]
}

crate::words! {
    pub(super) const;
    MUNICIPALITY = "みほん市", "Mihon City";
    SYSTEM = "健診システム", "Health Screening";
    FICTIONAL = "これはデモです。登場する人と市はすべて架空です。", "This is a demonstration. All people and cities in it are fictional.";
    HELP = "使い方", "Help";
    RESIDENTS = "住民", "Residents";
    PROGRAMMES = "事業", "Programmes";
    RECORD = "利用の記録", "Record of use";
    PERSON = "健診 花子", "Kenshin Hanako";
}

fn of(words: Words, language: Language) -> &'static str {
    words.of(language)
}

fn site(language: Language) -> Site<'static> {
    const LINKS: [[Link<'static>; 1]; 2] = [[Link::new("/help", HELP.ja)], [Link::new("/help", HELP.en)]];
    let [japanese, english] = &LINKS;
    let links: &'static [Link<'static>] = if language == Language::Japanese { japanese } else { english };
    Site {
        municipality: of(MUNICIPALITY, language),
        system: of(SYSTEM, language),
        home: "/",
        label: Some(of(FICTIONAL, language)),
        version: "0.1.0",
        links,
    }
}

fn user(language: Language) -> User<'static> {
    User { name: of(PERSON, language), log_out: "/log-out", csrf: "0123456789abcdef" }
}

fn menu(language: Language) -> [Link<'static>; 4] {
    [
        Link::new("/", of(crate::words::HOME, language)),
        Link::new("/residents", of(RESIDENTS, language)),
        Link::new("/programmes", of(PROGRAMMES, language)),
        Link::new("/record", of(RECORD, language)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    #[test]
    fn t_37_every_page_is_well_made_in_both_languages() {
        for sample in samples() {
            for language in Language::ALL {
                let html = (sample.render)(language);
                assert_eq!(check::problems(&html), Vec::<String>::new(), "{} in {}", sample.name, language.code());
                assert!(html.contains(&format!("<html lang=\"{}\">", language.code())), "{}", sample.name);
                assert!(html.contains(crate::stylesheet_path()));
            }
        }
    }

    #[test]
    fn an_english_page_has_no_japanese_but_the_switch() {
        for sample in samples() {
            let words = check::words(&(sample.render)(Language::English)).replace("日本語", "");
            let japanese: String = words.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}')).collect();
            assert_eq!(japanese, "", "{}", sample.name);
        }
    }

    #[test]
    fn t_20_what_people_enter_is_text_wherever_it_stands() {
        for language in Language::ALL {
            let html = gallery::hostile(language);
            assert!(!html.contains("<script"), "{html}");
            let heard = check::words(&html).matches(gallery::HOSTILE).count();
            assert!(heard >= 12, "it is shown as it was entered, {heard} times");
        }
    }

    #[test]
    fn a_refused_log_in_says_the_same_for_every_reason_and_keeps_no_password() {
        let html = plain::log_in_refused(Language::Japanese);
        assert!(html.contains(crate::words::LOG_IN_REFUSED.ja) && html.contains("value=\"s1001\""));
        assert!(html.contains("<title>エラー: ログイン"));
        let password = html.split("<input").find(|tag| tag.contains("type=\"password\"")).unwrap();
        assert!(!password.split('>').next().unwrap().contains("value="));
    }

    #[test]
    fn errors_stand_beside_their_fields_and_lead_there_from_the_top() {
        let html = gallery::form_wrong(Language::Japanese);
        for target in ["number", "born-year", "sex-1", "branch"] {
            assert!(html.contains(&format!("href=\"#{target}\"")), "{target}");
        }
        assert!(html.contains("id=\"number-error\"") && html.contains("aria-describedby=\"number-hint number-error\""));
        assert!(html.contains("＊") && html.contains("※必須"));
        assert!(html.contains("4件の項目に誤りがあります。"));
    }
}
