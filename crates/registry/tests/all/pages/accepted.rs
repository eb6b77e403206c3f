//! A changed folder of the city's holds when it has been looked at and accepted, and not before.

use office::testing::Browser;
use store::testing::both;
use wire::testing::{Failed, Ring};

use super::city::{City, clock, ring};
use crate::support::{city_folder, edit, person};

/// What the button of the page sends along.
fn digest(html: &str) -> Result<String, Failed> {
    let value = html.split("name=\"digest\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(value.ok_or("no digest on the page")?.to_owned())
}

/// The words of the form for person 1 of the folder's record type.
async fn form(browser: &mut Browser) -> Result<String, Failed> {
    browser.get("/entry/101").await?;
    Ok(browser.post("/entry/101", &[("resident_number", "1")]).await?.words())
}

async fn ready(ring: &Ring, city: &City) -> Result<String, Failed> {
    let client = ring.house("console.991015")?.client;
    let answer: serde_json::Value = client.get(&city.running.party, "/readyz").await?;
    Ok(answer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_2_a_changed_folder_does_not_hold_until_an_officer_accepts_what_it_would_change() {
    both(|rooms| async move {
        let (clock, folder) = (clock(), city_folder());
        let ring = ring(rooms, &clock)?;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        let mut people: Vec<_> = (1..=15).map(person).collect();
        people.iter_mut().take(13).for_each(|one| one.birth = "1950-05-05");
        people.iter_mut().skip(13).take(1).for_each(|one| one.birth = "1940-05-05");
        city.people(&people)?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let page = browser.get("/city-folder").await?;
        assert!(page.words().contains("フォルダーの内容は同じです") && !page.html.contains("name=\"digest\""), "{}", page.words());
        assert!(!ready(&ring, &city).await?.contains("waits to be accepted"));

        // From 80 instead of 65, another price, and a name.
        edit(&folder, "programmes/hearing.toml", "ages = [{ from = 65 }]", "ages = [{ from = 80 }]")?;
        edit(&folder, "prices.csv", "M-0001,hearing,audiometry,2026,2200,1,500", "M-0001,hearing,audiometry,2026,2400,1,500")?;
        edit(&folder, "records/101_hearing.toml", "name = \"補聴器\", id", "name = \"補聴器の使用\", id")?;
        let page = browser.get("/city-folder").await?;
        let words = page.words();
        for what in [
            "適用を待っている変更",
            "examination.audiometry.ages",
            "80",
            "2200",
            "2400",
            "補聴器の使用",
            "聴力検診 10～19人 10人未満 10人未満 10～19人",
            "の住民情報と検診結果で数えました",
        ] {
            assert!(words.contains(what), "{what}: {words}");
        }
        assert!(ready(&ring, &city).await?.contains("waits to be accepted"));
        assert!(!form(&mut browser).await?.contains("補聴器の使用"), "it holds before it was accepted");
        browser.get("/city-folder").await?;
        let looks = city.entries(60).await?.into_iter().filter(|entry| entry.contains("who would be due in")).count();
        assert_eq!(looks, 1, "the city is counted once for a change");

        // A start with the changed folder goes on with what was accepted.
        city.running.stop().await;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        let mut browser = city.officer(&ring, "s1002", "health_officer").await?;
        assert!(!form(&mut browser).await?.contains("補聴器の使用"), "it holds after a start");
        assert!(ready(&ring, &city).await?.contains("waits to be accepted"));

        // The first press asks once more; what was changed meanwhile is not accepted.
        let page = browser.get("/city-folder").await?;
        let seen = digest(&page.html)?;
        let asked = browser.post("/city-folder", &[("digest", &seen), ("confirmed", "0")]).await?;
        assert!(asked.status == 200 && asked.words().contains("この変更を適用しますか"), "{}", asked.words());
        let (_, of_files) = seen.split_once('-').ok_or("what holds is not named")?;
        let unnamed = browser.post("/city-folder", &[("digest", of_files), ("confirmed", "1")]).await?;
        assert_eq!(unnamed.status, 409, "what it would follow was not looked at");
        edit(&folder, "prices.csv", "2400", "2500")?;
        let stale = browser.post("/city-folder", &[("digest", &seen), ("confirmed", "1")]).await?;
        assert!(stale.status == 409 && stale.words().contains("2500"), "{}", stale.words());
        assert!(!form(&mut browser).await?.contains("補聴器の使用"));

        let seen = digest(&stale.html)?;
        let done = browser.post("/city-folder", &[("digest", &seen), ("confirmed", "1")]).await?;
        assert!(done.words().contains("変更を適用しました（版2）") && done.words().contains("s1002"), "{}", done.words());
        assert!(form(&mut browser).await?.contains("補聴器の使用"), "it holds at once");
        assert!(!ready(&ring, &city).await?.contains("waits to be accepted"));
        let entries = city.entries(30).await?;
        let accepted = entries.iter().filter(|entry| entry.starts_with("s1002 registry:city-folder.accept written operation 0 version 2"));
        assert_eq!(accepted.count(), 1, "{entries:#?}");

        // What does not fit is told and cannot be accepted; a start goes on.
        edit(&folder, "programmes/hearing.toml", "record = 101", "record = 109")?;
        let page = browser.get("/city-folder").await?;
        assert!(
            page.words().contains("フォルダーに誤りがあります") && page.words().contains("programmes/hearing.toml"),
            "{}",
            page.words()
        );
        let (japanese, english) = ("結果の種類 109 はありません", "no record type 109");
        assert!(page.words().contains(japanese) && !page.words().contains(english), "{}", page.words());
        browser.language = "en";
        assert!(browser.get("/city-folder").await?.words().contains(english));
        browser.language = "ja";
        assert_eq!(browser.post("/city-folder", &[("digest", &seen), ("confirmed", "1")]).await?.status, 409);
        city.running.stop().await;
        let city = City::with_catalogue(&ring, &clock, "991015", Some(&folder)).await?;
        assert!(ready(&ring, &city).await?.contains("has mistakes"));
        city.running.stop().await;
        std::fs::remove_dir_all(folder)?;
        Ok::<_, Failed>(())
    })
    .await;
}
