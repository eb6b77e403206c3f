//! What must be so on every page.

use serde::Deserialize;

use super::chromium::Chromium;

/// The size of a screen, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) phone: bool,
}

pub(super) const PHONE: Screen = Screen { width: 390, height: 844, phone: true };
pub(super) const DESK: Screen = Screen { width: 1280, height: 900, phone: false };

#[derive(Debug, Deserialize)]
struct Seen {
    path: String,
    title: String,
    language: String,
    /// How much hangs over the right edge.
    over: f64,
    scripts: usize,
    rules: usize,
    /// What one presses and a finger misses: below 24 CSS pixels (WCAG 2.2, 2.5.8), links within a sentence excepted.
    small: Vec<String>,
}

const SEEN: &str = "({
    path: location.pathname,
    title: document.title,
    language: document.documentElement.lang,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    scripts: document.scripts.length,
    rules: Array.from(document.styleSheets).reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
    small: Array.from(document.querySelectorAll('button, input:not([type=hidden]), select, nav a, a.button'))
        .filter(one => { const box = one.getBoundingClientRect(); return box.width > 1 && (box.width < 24 || box.height < 24); })
        .map(one => one.outerHTML.slice(0, 120)),
})";

/// Looks at the page that is open.
pub(super) async fn look(chromium: &Chromium, screen: Screen) {
    let seen: Seen = chromium.found(SEEN).await;
    let name: String = seen.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    chromium.picture(&format!("{}{name}", screen.width)).await;
    let complaints = chromium.complaints().await;
    let complaints: Vec<_> = complaints.iter().filter(|complaint| !is_as_meant(complaint)).collect();
    assert!(complaints.is_empty(), "{screen:?} {seen:?}: {complaints:?}");
    assert!(seen.over <= 0.0, "{screen:?} {seen:?} hangs over the edge");
    assert!(seen.small.is_empty(), "{screen:?} {seen:?}");
    assert_eq!(seen.scripts, 0, "{}", seen.path);
    assert!(seen.rules > 50, "the stylesheet is in force: {seen:?}");
    assert!(!seen.title.is_empty() && ["ja", "en"].contains(&seen.language.as_str()), "{seen:?}");
    chromium.tab().await;
    let skips: bool = chromium.found("(document.activeElement.getAttribute('href') || '').startsWith('#')").await;
    assert!(skips, "the first stop of the keyboard leads to the content: {seen:?}");
}

/// The browser notes every answer that is not a success, and that it has forgotten the site when somebody logs out: both are as they should be.
fn is_as_meant(complaint: &str) -> bool {
    complaint.contains("/login") && complaint.contains("403") || complaint.contains("Clear-Site-Data header on")
}
