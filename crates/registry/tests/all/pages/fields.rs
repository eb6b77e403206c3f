//! Which items of a person each page shows to whom: the matrix in `fields.txt`, which changes only by being looked at (C-II-2-REG-6).

use std::collections::BTreeSet;

use access::{CallerKind, ROLES};
use axum::http::Method;
use registry::files::encoding::Encoding;
use store::testing::both;
use vocabulary::Purpose;
use wire::Door;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::support::{file, individual, officer, person};

const MATRIX: &str = include_str!("fields.txt");
const PHONE: &str = "000-5555-0123";

#[tokio::test(flavor = "multi_thread")]
async fn c_ii_2_reg_6_each_role_sees_the_items_of_the_matrix_and_nobody_what_is_for_contact() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        // The test's residents have no telephone: it stands behind ward and branch.
        let text = file(&[person(1)]).replace(",101,01,,", &format!(",101,01,{PHONE},"));
        assert!(text.contains(PHONE));
        let import = || registry::residents::import(&city.room, &officer(), text.as_bytes(), "r.csv", Encoding::Utf8, &mut |_| {});
        tokio::task::block_in_place(import)?;
        let row = [("resident_number", "1"), ("examined_on", "2024-05-01")].map(|(item, value)| (item.to_owned(), value.to_owned()));
        let catalogue = catalogue::Catalogue::built_in()?;
        let enter = || registry::results::enter(&city.room, &officer(), &catalogue, 2, &row.into(), "");
        tokio::task::block_in_place(enter)?;
        let number = individual(1);
        let items = [
            ("name", "見本　花子1"),
            ("kana", "ミホン　ハナコ"),
            ("birth", "1976-05-05"),
            ("address", "みほん市中央一丁目1番"),
            ("phone", PHONE),
            ("number", number.as_str()),
        ];
        let mut found = Vec::new();
        for (place, role) in ROLES.iter().filter(|role| role.kind == CallerKind::Staff).enumerate() {
            let mut browser = city.officer(&ring, &format!("fields{place}"), role.name).await?;
            for route in
                city.routes.iter().filter(|route| route.is_page && route.rule.door() == Door::Session && route.method == Method::GET)
            {
                let places = [("{id}", "1"), ("{record}", "2"), ("{row}", "1")];
                let path = places.iter().fold(route.path.clone(), |path, (name, value)| path.replace(name, value));
                let purposes = if route.rule.purpose() == Purpose::Consultation { Purpose::ALL } else { &Purpose::ALL[..1] };
                let mut seen = BTreeSet::new();
                for purpose in purposes {
                    let page = browser.get(&format!("{path}?for={purpose}")).await?;
                    seen.extend(items.iter().filter(|(_, value)| page.status == 200 && page.html.contains(value)).map(|(item, _)| *item));
                }
                if route.path == "/residents" {
                    let page = browser.post("/residents", &[("number", "1"), ("for", "consultation")]).await?;
                    seen.extend(items.iter().filter(|(_, value)| page.status == 200 && page.html.contains(value)).map(|(item, _)| *item));
                }
                if !seen.is_empty() {
                    found.push(format!("{} {}: {}", role.name, route.path, seen.into_iter().collect::<Vec<_>>().join(" ")));
                }
            }
        }
        let matrix: Vec<&str> = MATRIX.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(found, matrix, "found on the left, in fields.txt on the right:\n{}", found.join("\n"));
        assert!(
            !matrix.iter().any(|line| line.contains("phone") || line.contains("number")),
            "no page is for contact, and none shows a number"
        );
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
