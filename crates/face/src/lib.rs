//! The face of the house: page layout, components, design tokens and words, in Japanese and in English.
//!
//! A page is a [`Page`] with a body of [`components`]; [`page`] makes the HTML, [`headers`] what must go with it, [`asset`] the one
//! stylesheet and the mark, under URLs that hold their digest. There is no script and no inline style, and the Content-Security-Policy
//! forbids both. Looks follow the tokens of the Digital Agency's design system; the stylesheet is our own (`assets/*.css`).
//!
//! ```
//! use face::{Language, Page, Site, components::*};
//!
//! let site = Site { municipality: "みほん市", system: "健診システム", home: "/", label: None, version: "0.1.0", links: &[] };
//! let body = description_list([("住民番号", "10001".into()), ("事業", "歯周疾患検診".into())]);
//! let html = face::page(&Page { body, ..Page::new(Language::Japanese, &site, "/residents/10001", "対象者") });
//! assert_eq!(face::check::problems(&html), Vec::<String>::new());
//! ```
//!
//! To add a word: a line in [`words`], or in a `face::words!` table of the system; a line without its English does not compile.
//! To add a component: a function and its type in `components/`, its markup in `templates/components/`, its looks in `assets/`, a place in
//! `samples/`, which the tests render in both languages and check. A system does the same for its pages with [`check::problems`].

mod asset;
pub mod check;
pub mod components;
#[cfg(test)]
mod contrast;
mod headers;
mod html;
mod language;
mod page;
mod pages;
mod samples;
pub mod words;

pub use asset::{Asset, asset, mark_path, stylesheet_path};
pub use headers::{Keep, headers};
pub use html::Html;
pub use language::Language;
pub use page::{Link, Page, Refresh, Site, User, Width, page};
pub use pages::{ErrorPage, LogInPage, NewPasswordPage, ScreenLockPage, error_page, log_in_page, new_password_page, screen_lock_page};
pub use samples::{Sample, samples};
pub use words::Words;
