//! Jobs, and messages that could not be sent.

use diesel::prelude::*;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{EXTRACT, Extract};
use store::testing::both;
use vocabulary::{Entropy as _, FiscalYear, Purpose, SystemEntropy};
use wire::testing::Failed;

use super::city::{City, clock, ring, sealed};

diesel::table! {
    outbox (id) {
        id -> BigInt, peer -> Text, kind -> Text, subject -> Binary, request_key -> Binary, payload -> Binary, state -> Text,
        attempts -> Integer, last_error -> Nullable<Text>, enqueued_at -> BigInt,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_approved_by_a_second_person_followed_without_a_script_and_cancelled() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let job = city.staff.ask_for_job(&city.room, "extract", Purpose::Eligibility).await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let listed = browser.get("/jobs").await?;
        assert!(
            listed.words().contains("対象者の抽出") && listed.words().contains("承認待ち") && listed.html.contains(&format!("/jobs/{job}"))
        );
        assert!(!browser.get("/jobs?part=done").await?.html.contains(&format!("/jobs/{job}")));
        let path = format!("/jobs/{job}");
        let waits = browser.get(&path).await?;
        assert!(
            waits.words().contains("別の職員の承認") && !waits.html.contains("http-equiv=\"refresh\""),
            "it changes when somebody approves"
        );
        assert_eq!(browser.post(&format!("{path}/approve"), &[]).await?.leads_to(), (303, path.as_str()));
        let goes_on = browser.get(&path).await?;
        assert!(goes_on.html.contains("http-equiv=\"refresh\"") && goes_on.words().contains("s1001"), "{}", goes_on.words());
        assert!(!browser.get(&format!("{path}?refresh=off")).await?.html.contains("http-equiv=\"refresh\""));
        assert_eq!(browser.post(&format!("{path}/approve"), &[]).await?.status, 409, "once");
        assert_eq!(browser.post(&format!("{path}/cancel"), &[]).await?.leads_to(), (303, path.as_str()));
        assert!(browser.get(&path).await?.words().contains("取消し"));
        assert_eq!(browser.post(&format!("{path}/resume"), &[]).await?.leads_to(), (303, path.as_str()));
        let mut auditor = city.officer(&ring, "s1002", "auditor").await?;
        assert_eq!(auditor.get(&path).await?.status, 403);
        let entries = city.entries(20).await?;
        for note in ["approved", "cancelled", "resumed"] {
            let entry = format!("s1001 registry:job-pages.change written operation 0 job {job}: {note}");
            assert!(entries.contains(&entry), "{entry}: {entries:#?}");
        }
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_that_only_its_command_resumes_is_cancelled_on_its_page() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let job = city.staff.ask_for_job(&city.room, "extract", Purpose::Eligibility).await?;
        // As a command left it, and upkeep a day later.
        let left = |tx: &mut store::Tx| {
            Ok::<_, store::StoreError>(diesel::sql_query("UPDATE job SET by_hand = 1, state = 'failed'").execute(tx).map(drop)?)
        };
        city.room.raw().write(left).await?;
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let path = format!("/jobs/{job}");
        let failed = browser.get(&path).await?;
        assert!(
            failed.words().contains("コマンドから依頼されたもの") && !failed.words().contains("続きから再開する"),
            "{}",
            failed.words()
        );
        assert!(failed.html.contains(&format!("action=\"{path}/cancel\"")), "{}", failed.html);
        assert_eq!(browser.post(&format!("{path}/cancel"), &[]).await?.leads_to(), (303, path.as_str()));
        assert!(!browser.get(&path).await?.html.contains(&format!("action=\"{path}/cancel\"")));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_work_that_the_setting_names_waits_on_page_and_line_for_somebody_else_of_the_staff() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let unknown = City::with_setting(&ring, &clock, "992020", |setting| setting.second_person = vec!["dance".to_owned()]).await;
        assert!(unknown.is_err_and(|error| error.to_string().contains("the work dance")));
        let city = City::with_setting(&ring, &clock, "991015", |setting| setting.second_person = vec!["extract".to_owned()]).await?;
        let mut one = city.officer(&ring, "s1001", "health_officer").await?;
        let mut other = city.officer(&ring, "s1002", "health_officer").await?;
        let mut linkage = city.officer(&ring, "s1003", "linkage_officer").await?;
        one.get("/work?kind=extract").await?;
        let form = [("kind", "extract"), ("for", "eligibility"), ("fiscalYear", "2026")];
        let form = [form.as_slice(), &[("on-year", "2026"), ("on-month", "6"), ("on-day", "1")]].concat();
        let asked = one.post("/work", &form).await?;
        let own = one.get(&asked.to).await?;
        assert!(own.words().contains("自分が依頼したものは承認できません") && !own.words().contains("承認する"), "{}", own.words());
        let approve = format!("{}/approve", asked.to);
        assert_eq!(one.post(&approve, &[]).await?.status, 409);
        assert!(!linkage.get(&asked.to).await?.words().contains("承認する"), "it is no work of theirs");
        assert_eq!(linkage.post(&approve, &[]).await?.status, 409);
        assert!(other.get(&asked.to).await?.words().contains("承認する"));
        assert_eq!(other.post(&approve, &[]).await?.leads_to(), (303, asked.to.as_str()));
        super::start::ended(&mut other, &asked.to).await?;
        // What a program asked for on the line waits for somebody of the staff, and ends when they refuse it.
        let console = ring.house("console.991015")?.client;
        let extract = Extract { fiscal_year: FiscalYear(2027), on: "2027-06-01".parse()? };
        let job: Job = console.post(&city.running.party, EXTRACT, SystemEntropy.id128(), &extract).await?;
        assert_eq!(job.state, JobState::AwaitingApproval);
        let path = format!("/jobs/{}", job.id);
        assert_eq!(other.post(&format!("{path}/cancel"), &[]).await?.leads_to(), (303, path.as_str()));
        assert_eq!(other.post(&format!("{path}/approve"), &[]).await?.status, 409);
        let job: Job = console.get(&city.running.party, &format!("/registry/v1/jobs/{}", job.id)).await?;
        assert_eq!((job.state, job.attempts), (JobState::Cancelled, 0));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_20_jobs_are_cancelled_together_and_the_cancelling_is_undone_and_the_list_is_exported_as_a_recorded_act() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let mut jobs = Vec::new();
        for (kind, purpose) in
            [("extract", Purpose::Eligibility), ("print-vouchers", Purpose::Invitation), ("issue-vouchers", Purpose::Invitation)]
        {
            jobs.push(city.staff.ask_for_job(&city.room, kind, purpose).await?.to_string());
            clock.advance(jiff::SignedDuration::from_secs(60));
        }
        let mut browser = city.officer(&ring, "s1001", "health_officer").await?;
        let page = browser.get("/jobs?sort=at").await?;
        let places: Vec<usize> = jobs.iter().map(|job| page.html.find(&format!("/jobs/{job}")).unwrap()).collect();
        assert!(places.is_sorted(), "the oldest first");
        assert!(page.html.contains("aria-sort=\"ascending\"") && page.html.contains("/jobs/export?sort=at"));
        assert_eq!(browser.post("/jobs/cancel", &[]).await?.status, 422, "nothing was chosen");
        let [one, other, last] = jobs.as_slice() else { panic!() };
        let cancelled = browser.post("/jobs/cancel", &[("row", one), ("row", other)]).await?;
        assert!(cancelled.words().contains("2件の処理を取り消しました") && cancelled.html.contains("action=\"/jobs/undo\""));
        assert!(browser.get(&format!("/jobs/{one}")).await?.words().contains("取消し"));
        let act = sealed(&cancelled.html, "undo");
        // What the act did not touch is not undone, nor by somebody else, in another log-in, for another act or with another seal.
        let mut others = city.officer(&ring, "s1003", "health_officer").await?;
        others.get("/jobs").await?;
        let forged = format!("{act}00");
        for (who, what) in [("rows", [("row", last.as_str()), ("undo", "")]), ("forged", [("row", one), ("undo", forged.as_str())])] {
            let refused = browser.post("/jobs/undo", &what).await?;
            assert!(refused.status == 422 && refused.words().contains("元に戻せませんでした"), "{who}: {}", refused.words());
        }
        assert_eq!(others.post("/jobs/undo", &[("undo", act.as_str())]).await?.status, 422, "another's act");
        assert_eq!(browser.post("/returned/undo", &[("undo", act.as_str())]).await?.status, 422, "another act");
        assert!(browser.get(&format!("/jobs/{one}")).await?.words().contains("取消し"));
        let undone = browser.post("/jobs/undo", &[("undo", act.as_str()), ("row", last.as_str())]).await?;
        assert!(undone.words().contains("2件の処理を再開しました"), "{}", undone.words());
        let again = browser.get(&format!("/jobs/{one}")).await?;
        assert!(again.words().contains("承認待ち"), "nobody has approved it: {}", again.words());
        browser.language = "en";
        let file = browser.post("/jobs/export?sort=at", &[]).await?.html;
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].ends_with("Work,State,Done,Asked by,Asked at") || lines[0].contains("Asked at"), "{file}");
        assert!(lines.len() == 4 && lines[1].starts_with("Extraction,Waiting for approval,"), "{file}");
        let entries = city.entries(5).await?;
        assert!(entries.contains(&"s1001 registry:job-pages.read read operation 0 export: 3 jobs".to_owned()), "{entries:#?}");
        let mut auditor = city.officer(&ring, "s1002", "auditor").await?;
        assert_eq!(auditor.post("/jobs/export", &[]).await?.status, 403);
        auditor.get("/uses").await?;
        let record = auditor.post("/uses/export?sort=when", &[]).await?.html;
        assert!(record.lines().count() > 10 && record.contains("書き出し：処理3件") && !record.contains("export"), "{record}");
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_is_sent_again_or_given_up_for_a_reason() {
    both(|rooms| async move {
        let clock = clock();
        let ring = ring(rooms, &clock)?;
        let city = City::open(&ring, &clock, "991015").await?;
        let dead = |id: i64, key: u8| {
            (
                (outbox::id.eq(id), outbox::peer.eq("hub-core.national"), outbox::kind.eq("target"), outbox::subject.eq(vec![key])),
                (outbox::request_key.eq(vec![key; 16]), outbox::payload.eq(vec![0_u8]), outbox::state.eq("dead"), outbox::attempts.eq(3)),
                (outbox::last_error.eq("422 asked"), outbox::enqueued_at.eq(0)),
            )
        };
        let put = move |tx: &mut store::Tx| {
            for (id, key) in [(1_001, 0xa1), (1_002, 0xb2)] {
                diesel::insert_into(outbox::table).values(dead(id, key)).execute(tx)?;
            }
            Ok::<_, store::StoreError>(())
        };
        city.room.raw().write(put).await?;
        let mut officer = city.officer(&ring, "s1001", "linkage_officer").await?;
        let listed = officer.get("/messages?part=dead").await?;
        assert!(listed.html.contains(&"a1".repeat(16)) && listed.words().contains("内容に誤りがあるため"), "{}", listed.words());
        assert!(listed.words().contains("PMH（中核）") && !listed.html.contains("hub-core.national"), "{}", listed.words());
        let [one, other] = ["a1", "b2"].map(|key| format!("registry_991015/{}", key.repeat(16)));
        assert_eq!(officer.post("/messages/retry", &[]).await?.status, 422, "nothing was chosen");
        assert_eq!(officer.post("/messages/drop", &[("row", &one)]).await?.status, 422, "no reason");
        let whom = officer.post("/messages/people", &[("row", &one)]).await?;
        assert!(whom.status == 200 && whom.words().contains("対象者なし"), "it does not open: {}", whom.words());
        let dropped = officer.post("/messages/drop", &[("row", &one), ("reason", "sent by letter")]).await?;
        assert!(dropped.status == 200 && dropped.words().contains("1件を破棄しました"), "{}", dropped.words());
        let again = officer.post("/messages/retry", &[("row", &other), ("row", &one)]).await?;
        assert!(again.words().contains("1件をもう一度送ります"), "{}", again.words());
        let gone = officer.post("/messages/retry", &[("row", &one)]).await?;
        assert!(gone.status == 422 && gone.words().contains("もう一度送ったものはありません"), "{}", gone.words());
        let entries = city.entries(20).await?;
        assert!(
            entries.iter().any(|entry| entry == "s1001 outbox:messages.people read operation 0 target to hub-core.national"),
            "{entries:#?}"
        );
        assert!(entries.iter().any(|entry| entry == "s1001 outbox:messages.drop written operation 0 sent by letter"), "{entries:#?}");
        let mut health = city.officer(&ring, "s1002", "health_officer").await?;
        assert_eq!(health.get("/messages").await?.status, 403);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
