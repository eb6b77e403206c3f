//! The pages in a real browser, at a desk and on a phone, in both languages: nothing hangs over the edge, nothing is too small for a
//! finger, nothing was refused by the pages' own policy, and no script is needed.

mod chromium;
mod looks;

use std::collections::BTreeSet;

use thirtyfour::By;

use self::chromium::Chromium;
use self::looks::{DESK, PHONE, look};
use crate::support::demonstration::Demonstration;
use crate::support::place::Place;

const RESIDENTS: u32 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn t_20_the_demonstrations_pages_fit_a_phone_and_a_desk_and_keep_to_their_policy() {
    let place = Place::folder();
    let demonstration = Demonstration::start(&place, RESIDENTS);
    let chromium = Chromium::start().await;
    let first = demonstration.page("/");
    for screen in [PHONE, DESK] {
        chromium.screen(screen).await;
        let mut seen = BTreeSet::new();
        let mut open = vec![format!("{first}?lang=ja&refresh=off"), format!("{first}?lang=en&refresh=off")];
        while let Some(page) = open.pop() {
            if seen.insert(page.clone()) {
                chromium.go(&page).await;
                look(&chromium, screen).await;
                open.extend(chromium.links().await.into_iter().filter(|link| link.starts_with(&first)));
            }
        }
        assert!(seen.len() > 15, "{seen:?}");
    }
    chromium.end().await;
}

/// What a page is one of: all people's pages are one, and a list sorted and parted in many ways.
fn shape(page: &str) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let numbered = |part: &str| part.contains(|character: char| character.is_ascii_digit());
    let path: Vec<&str> = path.split('/').map(|part| if numbered(part) { "#" } else { part }).collect();
    let keys: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", path.join("/"), keys.join("&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn t_20_staff_find_a_person_in_a_browser_on_a_phone_and_at_a_desk() {
    let place = Place::folder();
    let demonstration = Demonstration::start(&place, RESIDENTS);
    let residents = std::fs::read_to_string(place.files().join("input/991015/residents.csv")).unwrap();
    let number = residents.lines().nth(1).unwrap().split(',').next().unwrap();
    let chromium = Chromium::start().await;
    chromium.go(&demonstration.page("/?lang=ja&refresh=off")).await;
    let pages = chromium.links().await.into_iter().find(|link| link.starts_with("https://")).unwrap();
    let words = chromium.texts("table code").await;
    let [id, password, ..] = words.as_slice() else { panic!("{words:?}") };
    for screen in [PHONE, DESK] {
        chromium.screen(screen).await;
        chromium.go(&pages).await;
        look(&chromium, screen).await;
        chromium.fill("id", id).await;
        chromium.fill("password", "not this one").await;
        chromium.send().await;
        assert!(chromium.text("main").await.contains("ログインできません"), "{}", chromium.text("main").await);
        look(&chromium, screen).await;
        chromium.fill("id", id).await;
        chromium.fill("password", password).await;
        chromium.send().await;
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = chromium.links().await;
        while let Some(page) = open.pop() {
            if page.starts_with(&pages) && !page.contains("lang=") && seen.insert(shape(&page)) {
                chromium.go(&page).await;
                look(&chromium, screen).await;
                open.extend(chromium.links().await);
            }
        }
        chromium.go(&format!("{pages}residents")).await;
        chromium.fill("number", number).await;
        chromium.send().await;
        look(&chromium, screen).await;
        chromium.press(By::Css("main table a")).await;
        assert!(chromium.text("main").await.contains(number));
        look(&chromium, screen).await;
        let uses = chromium.links().await.into_iter().find(|link| link.contains("/uses")).unwrap();
        chromium.go(&uses).await;
        look(&chromium, screen).await;
        chromium.go(&format!("{pages}password")).await;
        look(&chromium, screen).await;
        chromium.press(By::Css("form[action='/logout'] button")).await;
        look(&chromium, screen).await;
        chromium.go(&uses).await;
        let told = chromium.text("main").await;
        assert!(told.contains("パスワード"), "who has left sees nothing any more: {uses} {told}");
    }
    chromium.end().await;
}
