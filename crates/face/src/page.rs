//! The layout that every page has.

use askama::Template;

use crate::{Html, Language, mark_path, stylesheet_path, words};

/// Whose pages these are, in the page's language.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The municipality, or the national party.
    pub municipality: &'a str,
    /// The system.
    pub system: &'a str,
    /// Where its name links to.
    pub home: &'a str,
    /// What stands above everything, such as that the data are fictional.
    pub label: Option<&'a str>,
    /// The program's version.
    pub version: &'a str,
    /// Links in the foot.
    pub links: &'a [Link<'a>],
}

/// A link.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Where to.
    pub href: &'a str,
    /// Its words.
    pub text: &'a str,
}

impl<'a> Link<'a> {
    /// A link to `href` that reads `text`.
    pub const fn new(href: &'a str, text: &'a str) -> Self {
        Link { href, text }
    }
}

/// Who is logged in.
#[derive(Clone, Copy)]
pub struct User<'a> {
    /// The person's name.
    pub name: &'a str,
    /// Where the log-out is posted to.
    pub log_out: &'a str,
    /// The session's word for forms.
    pub csrf: &'a str,
}

/// Without name and word.
impl std::fmt::Debug for User<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User(***)")
    }
}

/// How wide the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// For tables and overviews.
    #[default]
    Full,
    /// For reading and for forms.
    Reading,
    /// For one small form.
    Narrow,
}

/// A page that the browser asks for again by itself. Who reads slowly can stop it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh<'a> {
    /// After how many seconds.
    pub seconds: u32,
    /// The same page without it.
    pub stop: &'a str,
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The language all its words are in.
    pub language: Language,
    /// Whose page.
    pub site: &'a Site<'a>,
    /// Its own path and query, without `lang`: the language switch leads back to it.
    pub path: &'a str,
    /// What it is called: its one `h1`, and in the window's title.
    pub title: &'a str,
    /// A sentence below the title.
    pub lead: Option<&'a str>,
    /// The pages above it, from the home page down; empty for none.
    pub breadcrumbs: &'a [Link<'a>],
    /// The menu: what the caller's policies permit. The entry of the page itself, or above it, is marked.
    pub navigation: &'a [Link<'a>],
    /// Who is logged in.
    pub user: Option<User<'a>>,
    /// Banners above the title.
    pub notice: Html,
    /// Everything below the title.
    pub body: Html,
    /// How wide the body is.
    pub width: Width,
    /// Whether a form on it has errors; the window's title says so first.
    pub has_errors: bool,
    /// Whether the browser asks again by itself, for a page that shows something going on.
    pub refresh: Option<Refresh<'a>>,
}

impl<'a> Page<'a> {
    /// A page with nothing but its title, to be filled in with `..`.
    pub fn new(language: Language, site: &'a Site<'a>, path: &'a str, title: &'a str) -> Self {
        Page {
            language,
            site,
            path,
            title,
            lead: None,
            breadcrumbs: &[],
            navigation: &[],
            user: None,
            notice: Html::empty(),
            body: Html::empty(),
            width: Width::Full,
            has_errors: false,
            refresh: None,
        }
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Layout<'a> {
    page: &'a Page<'a>,
    stylesheet: &'static str,
    mark: &'static str,
}

struct Switch {
    language: Language,
    href: String,
    is_current: bool,
}

impl Layout<'_> {
    fn word(&self, words: crate::Words) -> &'static str {
        words.of(self.page.language)
    }

    fn window_title(&self) -> String {
        let title = format!("{} | {} {}", self.page.title, self.page.site.municipality, self.page.site.system);
        match self.page.has_errors {
            true => words::TITLE_WITH_ERRORS.with(self.page.language, &[("title", &title)]),
            false => title,
        }
    }

    fn version(&self) -> String {
        words::VERSION.with(self.page.language, &[("version", &self.page.site.version)])
    }

    fn refreshed(&self, refresh: &Refresh<'_>) -> String {
        words::REFRESHED.with(self.page.language, &[("seconds", &refresh.seconds)])
    }

    fn width(&self) -> &'static str {
        match self.page.width {
            Width::Full => "full",
            Width::Reading => "reading",
            Width::Narrow => "narrow",
        }
    }

    fn switches(&self) -> Vec<Switch> {
        let join = if self.page.path.contains('?') { '&' } else { '?' };
        let to = |language: Language| Switch {
            language,
            href: format!("{}{join}lang={}", self.page.path, language.code()),
            is_current: language == self.page.language,
        };
        Language::ALL.map(to).into()
    }

    /// The one menu entry that the page belongs to: the longest that its path begins with.
    fn current(&self) -> Option<&str> {
        let path = self.page.path.split('?').next().unwrap_or_default();
        let above = |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| href.ends_with('/') || rest.starts_with('/'));
        let entries = self.page.navigation.iter().map(|link| link.href).filter(|href| above(href));
        entries.max_by_key(|href| href.len())
    }

    fn is_current(&self, link: &Link<'_>) -> bool {
        self.current() == Some(link.href)
    }
}

/// The page as HTML.
pub fn page(page: &Page<'_>) -> String {
    Html::rendered(&Layout { page, stylesheet: stylesheet_path(), mark: mark_path() }).into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site<'static> =
        Site { municipality: "みほん市", system: "健診システム", home: "/", label: None, version: "0.1.0", links: &[] };

    #[test]
    fn the_menu_marks_the_entry_that_the_page_is_under() {
        let navigation = [Link::new("/", "ホーム"), Link::new("/residents", "住民"), Link::new("/residents/search", "検索")];
        let marked = |path: &str| {
            let html = super::page(&Page { navigation: &navigation, ..Page::new(Language::Japanese, &SITE, path, "x") });
            let menu = html.split("<nav class=\"menu\"").nth(1).unwrap();
            menu.split(r#"aria-current="true""#).nth(1).unwrap().split(['>', '<']).nth(1).unwrap().to_owned()
        };
        assert_eq!(marked("/residents/10001?tab=2"), "住民");
        assert_eq!(marked("/residents/search"), "検索");
        assert_eq!(marked("/residents-old"), "ホーム");
    }

    #[test]
    fn the_language_switch_leads_back_to_the_page() {
        let html = super::page(&Page::new(Language::English, &SITE, "/residents?page=2", "Residents"));
        assert!(html.contains(r#"href="/residents?page=2&#38;lang=ja""#), "{html}");
        assert!(html.contains("<html lang=\"en\">"));
    }
}
