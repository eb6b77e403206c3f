//! Characters of the city's own: what they stand for, and the people with those that nobody has named.

use std::sync::Arc;

use registry::files::encoding::Encoding;
use store::testing::both;
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::support::{city_folder, file, officer, person};

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_1_a_character_that_gaiji_csv_names_is_written_and_one_that_it_lacks_is_kept_and_listed() {
    both(|rooms| async move {
        let (clock, folder) = (clock(), city_folder());
        let ring = ring(rooms, &clock)?;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        let (mut named, mut unnamed, mut elsewhere, mut turned) = (person(1), person(2), person(3), person(4));
        named.name = "\u{e000}本　一郎".to_owned();
        unnamed.name = "\u{e001}本　二郎".to_owned();
        elsewhere.address = "みほん市\u{e001}\u{e002}町一丁目".to_owned();
        turned.name = "見本　\u{202e}四郎".to_owned();
        let people = file(&[named, unnamed, elsewhere, turned]);
        let take = |folder: &std::path::Path, text: &str| {
            let catalogue = catalogue::Catalogue::from_dir(folder)?;
            let options = sheets::Options { encoding: Encoding::Utf8, gaiji: Arc::clone(catalogue.gaiji()), ..Default::default() };
            registry::residents::import(&city.room, &officer(), text.as_bytes(), "residents.csv", options, &mut |_| {})?;
            Ok::<_, Failed>(())
        };
        tokio::task::block_in_place(|| take(&folder, &people))?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/residents").await?;
        let words = browser.get("/residents/1?for=consultation").await?.words();
        assert!(words.contains("辻\u{e0101}本") && !words.contains('〓'), "{words}");
        let list = browser.get("/characters").await?;
        let words = list.words();
        assert!(words.contains("〓本　二郎") && words.contains("U+E001 U+E002") && !words.contains("一郎"), "{words}");
        assert!(words.contains("見本　〓四郎") && words.contains("U+202E"), "{words}");
        let seen = browser.get("/residents/4?for=consultation").await?;
        assert!(!seen.html.contains('\u{202e}') && seen.words().contains("外字未確認"), "{}", seen.words());
        assert!(!words.contains("町一丁目"), "where somebody lives is not shown here");
        let out = browser.post("/characters/export", &[]).await?;
        assert!(out.html.lines().count() == 4 && out.html.contains("U+E001"), "{}", out.html);
        let entries = city.entries(1).await?;
        assert!(entries.iter().any(|entry| entry.contains("registry:unnamed-characters.export read invitation 3")), "{entries:?}");
        // Named, and told again by the register, a person leaves the list.
        std::fs::write(folder.join("gaiji.csv"), "外字コード,文字\nU+E000,辻\u{e0101}\nU+E001,葛\u{e0100}\n")?;
        tokio::task::block_in_place(|| take(&folder, &format!("{people}\n")))?;
        let words = browser.get("/characters").await?.words();
        assert!(!words.contains("二郎") && words.contains("U+E002"), "{words}");
        city.running.stop().await;
        std::fs::remove_dir_all(folder)?;
        Ok::<_, Failed>(())
    })
    .await;
}
