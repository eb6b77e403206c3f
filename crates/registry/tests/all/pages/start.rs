//! Work that is asked for on a page: by whom it may be, filled in field by field, and what came of it.

use access::{Caller, Policies, ResourceRef};
use registry::POLICIES;
use store::testing::both;
use vocabulary::{Id128, MunicipalityCode};
use wire::testing::Failed;

use super::city::{City, clock, ring};
use crate::support::person;

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_work_has_a_form_for_those_who_may_ask_for_it_and_for_nobody_else() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let policies = Policies::load(&[POLICIES])?;
        let resource = ResourceRef { system: "registry", municipality: Some(MunicipalityCode::parse("991015")?) };
        let mut asked_by_somebody = 0;
        for (id, role) in [("s1001", "health_officer"), ("s1002", "linkage_officer"), ("s1004", "protection_officer")] {
            let session = city.staff.employ(id, role).await?;
            let mut browser = city.browser(&ring)?;
            browser.log_in(id, super::city::GOOD).await?;
            let offered = browser.get("/work").await?;
            for kind in registry::work_kinds() {
                let caller = Caller::from_session(&session, kind.action.purpose(), Id128::from_bytes([1; 16]));
                let may = policies.allows(&caller, &kind.action, resource).is_allowed();
                let path = format!("/work?kind={}", kind.name);
                assert_eq!(offered.html.contains(&format!("\"{path}\"")), may, "{role} {}", kind.name);
                for language in ["ja", "en"] {
                    browser.language = language;
                    assert_eq!(browser.get(&path).await?.status, if may { 200 } else { 403 }, "{role} {}", kind.name);
                }
                browser.language = "ja";
                if !may {
                    assert_eq!(browser.post("/work", &[("kind", kind.name)]).await?.status, 403, "{role} {}", kind.name);
                }
                asked_by_somebody += usize::from(may);
            }
            assert_eq!(browser.get("/work?kind=nothing").await?.status, 404);
        }
        assert_eq!(asked_by_somebody, registry::work_kinds().len(), "each kind is one role's");
        let mut auditor = city.officer(&ring, "s1003", "auditor").await?;
        assert_eq!(auditor.get("/work").await?.status, 403);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_ii_3_reg_6_work_is_filled_in_by_field_asked_for_a_purpose_and_told_in_words_with_its_files() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        city.people(&[person(1)])?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        browser.get("/work?kind=extract").await?;
        let empty = browser
            .post("/work", &[("kind", "extract"), ("fiscalYear", ""), ("on-year", "令和8"), ("on-month", "13"), ("on-day", "1")])
            .await?;
        assert_eq!(empty.status, 422);
        assert!(empty.words().contains("目的") && empty.words().contains("選択してください。"), "{}", empty.words());
        let words = empty.words();
        assert!(words.contains("入力してください。") && words.contains("正しい日付を入力してください"), "{words}");
        assert!(empty.html.contains("value=\"令和8\"") && empty.html.contains("value=\"13\""), "what was typed is kept");
        let day = [("kind", "extract"), ("for", "eligibility"), ("on-year", "2026"), ("on-month", "6"), ("on-day", "1")];
        let long = browser.post("/work", &[&day[..], &[("fiscalYear", "99999999")]].concat()).await?;
        assert!(long.status == 422 && long.words().contains("年度を「2026」「令和8」「R8」のように入力してください"), "{}", long.words());
        for doubtful in ["8", "平成40", "26"] {
            let bare = browser.post("/work", &[&day[..], &[("fiscalYear", doubtful)]].concat()).await?;
            assert!(bare.status == 422 && bare.words().contains("令和8"), "{doubtful}: {}", bare.words());
        }
        let mut right = [
            ("kind", "extract"),
            ("for", "consultation"),
            ("fiscalYear", "令和８年度"),
            ("on-year", "令和8"),
            ("on-month", "6"),
            ("on-day", "1"),
        ];
        assert_eq!(browser.post("/work", &right).await?.status, 422, "no work for this purpose");
        right[1] = ("for", "eligibility");
        let asked = browser.post("/work", &right).await?;
        assert!(asked.status == 303 && asked.to.starts_with("/jobs/"), "{} {}", asked.status, asked.words());
        let done = ended(&mut browser, &asked.to).await?;
        assert!(done.words().contains("検査ごとの対象者") && done.words().contains("子宮頸がん検診"), "{}", done.words());
        assert!(!done.html.contains("halfImported") && !done.html.contains("cervix"), "no names of programs: {}", done.html);
        let entries = city.entries(200).await?;
        let entry = entries.iter().any(|entry| entry.starts_with("s1001 registry:extractions.make written eligibility"));
        assert!(entry, "for what the officer said: {entries:#?}");
        let refused = entries.iter().any(|entry| entry.starts_with("s1001 registry:extractions.make refused consultation"));
        assert!(refused, "C-II-3-REG-6, a wrong purpose is recorded: {entries:#?}");
        // The extraction can be chosen now, and nothing else can.
        let form = browser.get("/work?kind=issue-vouchers").await?;
        assert!(form.words().contains("2026年度・令和8年度（2026-06-01現在）"), "{}", form.words());
        let other = browser.post("/work", &[("kind", "issue-vouchers"), ("for", "invitation"), ("extraction", "77")]).await?;
        assert!(other.status == 422 && other.words().contains("選択してください"), "{}", other.words());
        let issued = browser.post("/work", &[("kind", "issue-vouchers"), ("for", "invitation"), ("extraction", "1")]).await?;
        ended(&mut browser, &issued.to).await?;
        let printed = browser.post("/work", &[("kind", "print-vouchers"), ("for", "invitation"), ("extraction", "1")]).await?;
        let page = ended(&mut browser, &printed.to).await?;
        assert!(page.words().contains("vouchers.csvを取得する"), "{}", page.words());
        let path = format!("{}/file", printed.to);
        let unsaid = browser.post(&path, &[("name", "vouchers.csv"), ("reason-0", " ")]).await?;
        assert!(unsaid.status == 422 && unsaid.words().contains("取得する理由を") && !unsaid.html.contains("見本"), "{}", unsaid.words());
        let long = "引渡し".repeat(16);
        let long = browser.post(&path, &[("name", "vouchers.csv"), ("reason-0", &long)]).await?;
        assert!(long.status == 422 && long.words().contains("40文字ほどまで") && !long.html.contains("見本"), "{}", long.words());
        let file = browser.post(&path, &[("name", "vouchers.csv"), ("reason-0", "印刷業者への引渡し")]).await?;
        assert!(file.status == 200 && file.html.contains("見本　花子1"), "{} {}", file.status, file.html);
        assert!(file.html.contains("子宮頸がん検診") && !file.html.contains("cervix"), "programmes by name: {}", file.html);
        assert_eq!(browser.post(&path, &[("name", "other.csv"), ("reason-0", "確認")]).await?.status, 404);
        let entries = city.entries(20).await?;
        let taken = entries.iter().any(|entry| {
            entry.starts_with("s1001 registry:job-pages.take read invitation 1 job ")
                && entry.ends_with("vouchers.csv, for: 印刷業者への引渡し")
        });
        assert!(taken, "the person of whom the file tells is named: {entries:#?}");
        let mut linkage = city.officer(&ring, "s1002", "linkage_officer").await?;
        assert!(!linkage.get(&printed.to).await?.words().contains("取得する"));
        assert_eq!(linkage.post(&path, &[("name", "vouchers.csv"), ("reason-0", "確認")]).await?.status, 403, "it is no work of theirs");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_asked_for_again_on_a_page_is_the_same_job() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut browser = city.officer(&ring, "s1001", "linkage_officer").await?;
        browser.get("/work").await?;
        // Its peer is not there: it waits, and goes on waiting.
        let asked = [("kind", "register-templates"), ("for", "hub-registration")];
        let first = browser.post("/work", &asked).await?;
        let again = browser.post("/work", &asked).await?;
        assert!(first.status == 303 && first.to == again.to, "{} {}", first.to, again.to);
        let mut told = String::new();
        for _ in 0..600 {
            told = browser.get(&first.to).await?.words();
            if told.contains("接続できません") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(told.contains("PMH（中核）") && !told.contains("is not reached"), "{told}");
        browser.language = "en";
        let told = browser.get(&first.to).await?.words();
        assert!(told.contains("hub-core.national is not reached") && !told.contains("接続"), "{told}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

/// The page of a job at its end.
pub(super) async fn ended(browser: &mut office::testing::Browser, path: &str) -> Result<office::testing::Answer, Failed> {
    for _ in 0..600 {
        let page = browser.get(path).await?;
        if page.words().contains("完了") {
            return Ok(page);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(format!("{path} does not end: {}", browser.get(path).await?.words()).into())
}
