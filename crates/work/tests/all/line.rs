//! Jobs over the real line: 202, events, result, files.

use access::{Action, Caller, Policies, SystemPolicies};
use line::WireError;
use protocol::messages::jobs::{Job, JobState, Jobs as JobList, TakeFile};
use store::Rooms;
use store::testing::both;
use vocabulary::{Entropy as _, SystemEntropy};
use wire::testing::{Failed, Ring, open_policies, permitting};
use wire::{House, Problem, Running, Service, peer};
use work::jobs::{DeclaredWork, JobActions, Jobs, SystemWork, Through, WorkKind};

use crate::support::{COUNT, Counted, Counter, Counting, KIND, MIGRATIONS, PATH, count, counting};

/// Work that the console may not ask for.
const SECRET: Action = Action::plain("registry:secret.do");
const ACTIONS: JobActions = work::job_actions!("registry");

struct City {
    ring: Ring,
    house: House,
    room: ledger::Room,
    running: Running,
}

async fn city(rooms: Rooms, counter: &Counter) -> Result<City, Failed> {
    let policies = open_policies(&[("registry", &[COUNT, ACTIONS.read, ACTIONS.take, ACTIONS.change])])?;
    let ring = Ring::new(rooms, policies, &["registry.991015", "console.991015"])?;
    let house = ring.house("registry.991015")?;
    let room = house.room(&MIGRATIONS).await?;
    let jobs = Jobs::of(&room, house.entropy.clone(), "/registry/v1", counting(&house.policies));
    let (runner, asked) = counter.kinds().into_runner(&jobs);
    let service = Service::new(&room).routes(asked).routes(work::jobs::routes(&jobs, ACTIONS));
    let running = wire::serve(&house, runner.serve(service)).await?;
    Ok(City { ring, house, room, running })
}

impl City {
    async fn raw(&self, ask: impl FnOnce(&reqwest::Client, &str) -> reqwest::RequestBuilder) -> Result<reqwest::Response, Failed> {
        let (http, base) = self.ring.bare_client("console.991015", &self.running)?;
        Ok(ask(&http.build()?, &base).send().await?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_is_told_in_readiness_and_in_the_figures_and_leaves_the_system_ready() {
    both(|rooms| async move {
        let counter = Counter::new(100);
        let city = city(rooms, &counter).await?;
        let read = async |path: &str| Ok::<_, Failed>(city.raw(|http, base| http.get(format!("{base}{path}"))).await?.text().await?);
        let told = async || {
            let ready: wire::Readiness = serde_json::from_str(&read("/readyz").await?)?;
            let check = ready.checks.iter().find(|check| check.name == "jobs").ok_or("no check")?;
            assert!(ready.ready && check.ok);
            Ok::<_, Failed>(check.detail.clone())
        };
        assert_eq!(told().await?, None);
        counter.problems.lock().unwrap().push(Problem::new(http::StatusCode::BAD_GATEWAY, "peer", "refused there"));
        let ask = |http: &reqwest::Client, base: &str| {
            http.post(format!("{base}{PATH}")).header("idempotency-key", SystemEntropy.id128().to_string()).json(&Counting { upto: 25 })
        };
        let job: Job = city.raw(ask).await?.json().await?;
        for _ in 0..400 {
            if told().await?.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(told().await?.as_deref(), Some("1 count failed: resume or cancel them"));
        assert!(read("/metrics").await?.contains("kenshin_jobs{kind=\"count\",state=\"failed\"} 1.0"));
        let cancel = format!("/registry/v1/jobs/{}/cancel", job.id);
        let given_up = city.raw(|http, base| http.post(format!("{base}{cancel}")).json(&protocol::messages::Nothing {})).await?;
        assert_eq!(given_up.status(), 200);
        assert_eq!(told().await?, None, "what is given up is told no more");
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_answered_with_202_and_followed_by_events_to_its_result() {
    both(|rooms| async move {
        let counter = Counter::new(1);
        let city = city(rooms, &counter).await?;
        let key = SystemEntropy.id128().to_string();
        let ask = |http: &reqwest::Client, base: &str| {
            http.post(format!("{base}{PATH}")).header("idempotency-key", &key).json(&Counting { upto: 25 })
        };
        let accepted = city.raw(ask).await?;
        assert_eq!(accepted.status(), 202);
        let location = accepted.headers()["location"].to_str()?.to_owned();
        let job: Job = accepted.json().await?;
        assert_eq!(location, format!("/registry/v1/jobs/{}", job.id));
        let again: Job = city.raw(ask).await?.json().await?;
        assert_eq!(again.id, job.id, "the same request is the same job");

        let mut events = city.raw(|http, base| http.get(format!("{base}{location}/events"))).await?;
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        let mut text = String::new();
        while let Some(chunk) = events.chunk().await? {
            text.push_str(std::str::from_utf8(&chunk)?);
            // the work goes on only once it was heard of
            counter.gate.add_permits(1);
        }
        let told: Vec<Job> =
            text.lines().filter_map(|line| line.strip_prefix("data: ")).map(serde_json::from_str).collect::<Result<_, _>>()?;
        let last = told.last().ok_or("no event")?;
        assert_eq!((last.state, &last.result), (JobState::Done, &Some(serde_json::json!({ "numbers": 25 }))));
        assert!(told.iter().any(|job| job.state == JobState::Running && job.progress.done == 10), "{text}");

        let take = async |name: &str, reason: &str| {
            let reason = TakeFile { reason: reason.to_owned() };
            city.raw(|http, base| http.post(format!("{base}{location}/files/{name}")).json(&reason)).await
        };
        assert_eq!(take("numbers.txt", "取込元への連絡").await?.text().await?, "1-10\n11-20\n21-25\n");
        assert_eq!(take("none.txt", "取込元への連絡").await?.status(), 404);
        // III-3 R4: nothing leaves without a reason, and what it was stands in the record of use.
        assert_eq!(take("numbers.txt", " ").await?.status(), 422);
        assert_eq!(city.raw(|http, base| http.post(format!("{base}{location}/files/numbers.txt"))).await?.status(), 415);
        let record = ledger::newest(city.room.raw(), 20).await?;
        let details = record.iter().map(|found| Ok(found.entry()?.detail.to_owned())).collect::<Result<Vec<_>, Failed>>()?;
        assert!(details.contains(&format!("job {}: file numbers.txt, for: 取込元への連絡", job.id)), "{details:?}");
        let list: JobList = city.ring.house("console.991015")?.client.get(&city.house.party, "/registry/v1/jobs").await?;
        assert_eq!(list.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), [job.id]);
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_runs_a_job_gets_its_result_or_its_refusal() {
    both(|rooms| async move {
        let counter = Counter::new(100);
        let city = city(rooms, &counter).await?;
        let (console, to) = (city.ring.house("console.991015")?.client, &city.house.party);
        let counted: Counted = console.run_job(to, PATH, SystemEntropy.id128(), &Counting { upto: 12 }).await?;
        assert_eq!(counted, Counted { numbers: 12 });
        counter.problems.lock().unwrap().push(Problem::unprocessable("asked", "name another file"));
        let refused = console.run_job::<_, Counted>(to, PATH, SystemEntropy.id128(), &Counting { upto: 13 }).await;
        assert!(matches!(refused, Err(WireError::Refused { problem, .. }) if problem.code() == "asked"));
        city.running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_gives_its_jobs_back_and_the_next_one_goes_on() {
    both(|rooms| async move {
        let counter = Counter::new(1);
        let city = city(rooms, &counter).await?;
        let (console, to) = (city.ring.house("console.991015")?.client, city.house.party.clone());
        let job: Job = console.post(&to, PATH, SystemEntropy.id128(), &Counting { upto: 25 }).await?;
        let path = format!("/registry/v1/jobs/{}", job.id);
        let mut seen: Job = console.get(&to, &path).await?;
        while seen.progress.done < 10 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            seen = console.get(&to, &path).await?;
        }
        city.running.stop().await;
        counter.gate.add_permits(100);
        let (runner, asked) = {
            let room = city.house.room(&MIGRATIONS).await?;
            let jobs = Jobs::of(&room, city.house.entropy.clone(), "/registry/v1", counting(&city.house.policies));
            let (runner, asked) = counter.kinds().into_runner(&jobs);
            let service = Service::new(&room).routes(asked).routes(work::jobs::routes(&jobs, ACTIONS));
            (runner, service)
        };
        let running = wire::serve(&city.house, asked.task("jobs", |stop| runner.run(stop))).await?;
        let done: Job = console.get(&to, &format!("{path}?waitSeconds=20")).await?;
        assert_eq!((done.state, done.attempts), (JobState::Done, 2));
        running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_change_jobs_lets_those_alone_go_on_and_takes_the_files_of_those_alone_whose_kind_they_may_ask_for() {
    both(|rooms| async move {
        let counter = Counter::new(100);
        let every = [COUNT, SECRET, ACTIONS.read, ACTIONS.take, ACTIONS.change];
        let text = permitting("registry", &[COUNT, ACTIONS.read, ACTIONS.take, ACTIONS.change]);
        let text =
            format!("{text}@id(\"secret\") permit (principal in Role::\"atena\", action == Action::\"{}\", resource);", SECRET.name());
        let policies = Policies::load(&[SystemPolicies { system: "registry", actions: &[&every], text: &text }])?;
        let ring = Ring::new(rooms, policies.clone(), &["registry.991015", "console.991015"])?;
        let house = ring.house("registry.991015")?;
        let room = house.room(&MIGRATIONS).await?;
        let of = |name, action| WorkKind::of::<Counting, Counted>(name, action);
        let work = SystemWork::of("registry", vec![of(KIND, COUNT), of("secret", SECRET)], &policies, &[])?;
        let jobs = Jobs::of(&room, house.entropy.clone(), "/registry/v1", work);
        // Whoever asked could.
        let all = vec![of(KIND, COUNT), of("secret", COUNT), of("of another program", COUNT)];
        let asking = Jobs::of(&room, house.entropy.clone(), "/registry/v1", SystemWork::of("registry", all, &policies, &[])?);
        let secret = DeclaredWork::new().job("/registry/v1/work/secret", peer(SECRET), "secret", count).over(counter.clone());
        let (_, asked) = counter.kinds().and(secret).into_runner(&jobs);
        let running = wire::serve(&house, Service::new(&room).routes(asked).routes(work::jobs::routes(&jobs, ACTIONS))).await?;
        let console = ring.house("console.991015")?.client;
        for (kind, wanted) in [("secret", 403), ("of another program", 403), (KIND, 200)] {
            let (kind_of, asked) = (asking.kind(kind).ok_or("a kind")?, serde_json::to_value(Counting { upto: 5 })?);
            let atena = Caller::peer(&"atena.991015".parse()?, COUNT.purpose(), SystemEntropy.id128());
            let job = asking.ask_for(kind_of, &atena, asked, Through::Form).await?;
            let post = |verb: &str| {
                let (path, to, console) = (format!("/registry/v1/jobs/{}/{verb}", job.id), house.party.clone(), console.clone());
                async move { console.post::<_, Job>(&to, &path, SystemEntropy.id128(), &protocol::messages::Nothing {}).await }
            };
            post("cancel").await?;
            let status = post("resume").await.map_or_else(|error| error.refusal().map_or(0, |problem| problem.status), |_| 200);
            assert_eq!(status, wanted, "{kind}");
            let file = format!("/registry/v1/jobs/{}/files/numbers.txt", job.id);
            let reason = TakeFile { reason: "a test".to_owned() };
            let file = console
                .post::<_, Job>(&house.party, &file, SystemEntropy.id128(), &reason)
                .await
                .err()
                .and_then(|error| error.refusal().map(|problem| problem.status));
            assert_eq!(file, Some(if status == 200 { 404 } else { 403 }), "it has none yet, and only those may ask");
            let wanted = if status == 200 { JobState::Waiting } else { JobState::Cancelled };
            assert_eq!(jobs.find(job.id).await?.state, wanted);
        }
        running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
