//! The list of records.

use std::collections::BTreeSet;

use registry::files::encoding::Encoding;
use registry::results::import;
use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::results::sheet;
use crate::support::{officer, person};

const RECORD: u16 = 2;

/// One record of each of these people.
fn examined(city: &City, people: std::ops::RangeInclusive<u32>) -> Result<(), Failed> {
    let catalogue = catalogue::Catalogue::built_in()?;
    let numbers: Vec<String> = people.map(|number| number.to_string()).collect();
    let rows: Vec<[(&str, &str); 4]> = numbers
        .iter()
        .map(|number| {
            [("resident_number", number.as_str()), ("history_number", "1"), ("fiscal_year", "2024"), ("examined_on", "2024-05-01")]
        })
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(|row| row.as_slice()).collect();
    let text = sheet(RECORD, &rows);
    let take = || import(&city.room, &officer(), &catalogue, RECORD, text.as_bytes(), "02.csv", Encoding::Utf8, &mut |_| {});
    let imported = tokio::task::block_in_place(take)?;
    assert_eq!((imported.added, imported.rejected), (numbers.len() as u64, 0));
    Ok(())
}

/// The numbers of residents in the rows of a page.
fn residents(html: &str) -> Vec<String> {
    let cells = html.split("data-label=\"住民番号\"").skip(1);
    cells.filter_map(|rest| Some(rest.split_once("<code>")?.1.split_once("</code>")?.0.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_6_records_are_looked_through_page_after_page_and_exported_and_everybody_in_them_is_named() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let people: Vec<_> = (1..=70).map(person).collect();
        city.people(&people)?;
        examined(&city, 1..=70)?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        for sort in ["?part=2", "?sort=id", "?sort=resident", "?sort=-resident&part=2"] {
            let (mut address, mut seen, mut pages) = (format!("/records{sort}"), Vec::new(), 0);
            loop {
                let page = browser.get(&address).await?;
                assert_eq!(page.status, 200, "{address}");
                seen.extend(residents(&page.html));
                pages += 1;
                assert!(pages < 5, "{address}");
                let Some(next) = page.html.split("rel=\"next\" href=\"").nth(1) else { break };
                address = next.split('"').next().unwrap().replace("&#38;", "&");
            }
            assert_eq!((pages, seen.len()), (2, 70), "{sort}");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 70, "{sort}: nobody twice");
        }
        assert!(browser.get("/records?part=3").await?.words().contains("該当するデータはありません"));
        let entries = city.entries(4).await?;
        assert!(entries.contains(&"s1001 registry:records.list read result-entry 20 20 records".to_owned()), "{entries:#?}");
        let file = browser.post("/records/export?part=2&sort=id", &[]).await?.html;
        assert_eq!(file.lines().count(), 71);
        assert!(file.contains("見本　花子70"), "{file}");
        let entries = city.entries(2).await?;
        assert!(entries.contains(&"s1001 registry:records.export read result-entry 70 70 records".to_owned()), "{entries:#?}");
        let mut other = city.officer(&ring, "s1002", "linkage_officer").await?;
        assert_eq!(other.get("/records").await?.status, 403);
        assert_eq!(other.post("/records/export", &[]).await?.status, 403);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
