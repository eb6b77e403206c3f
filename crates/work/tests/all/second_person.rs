//! Work that a second person approves (C-III-3-R2-PMH-6), and who may ask for what purpose (C-II-3-REG-6).

use std::sync::Arc;

use access::{AccountRules, Accounts, Action, Caller, Hasher, LogIn, NewAccount, Origin, Policies, SystemPolicies, Terminal};
use protocol::messages::jobs::{Job, JobState};
use store::testing::both;
use vocabulary::{Entropy as _, Id128, ManualClock, Party, Purpose, SystemEntropy};
use work::jobs::{Change, JobError, Jobs, SystemWork, Through, WorkKind};

use crate::support::{
    COUNT, Counted, Counter, Counting, KIND, approve, approving, ask, clock, counting, effects, jobs, officer, try_to_ask, until_counted,
};

const CHANGE: Action = Action::plain("registry:jobs.change");

/// Jobs that a second person approves, and the accounts of their room.
struct Office {
    jobs: Jobs,
    accounts: Accounts,
}

impl Office {
    async fn open(rooms: &store::Rooms, clock: &Arc<ManualClock>) -> Office {
        let jobs = jobs(rooms, clock).await;
        let policies = wire::testing::open_policies(&[("registry", &[COUNT, CHANGE])]).unwrap();
        let jobs = Jobs::of(jobs.room(), Arc::new(SystemEntropy), "/registry/v1", counting(&policies));
        let accounts = jobs.room().accounts(AccountRules::default(), Hasher::new(1), Arc::new(SystemEntropy));
        Office { jobs: approving(&jobs), accounts }
    }

    /// Somebody with an account, as their session makes them; accounts of one personnel number are one person's.
    async fn staff(&self, account: &str, personnel: &str, privileged: bool) -> Caller {
        let role = if privileged { "administrator" } else { "linkage_officer" };
        let new = NewAccount {
            id: account.to_owned(),
            personnel: personnel.to_owned(),
            name: "見本　花子".to_owned(),
            privileged,
            valid_from: None,
            valid_until: None,
            roles: vec![role.to_owned()],
        };
        let once = self.accounts.create(&officer("console:root"), new).await.unwrap();
        let desk = Terminal { agent: "desk", id: None };
        let opened = match self.accounts.log_in(account, once, &desk, &Origin::default()).await.unwrap() {
            LogIn::Opened(_, session) => Ok(session),
            LogIn::Refused(refusal) => Err(refusal),
        };
        Caller::from_session(&opened.unwrap(), COUNT.purpose(), SystemEntropy.id128())
    }

    async fn ask(&self, caller: &Caller, upto: u64) -> Id128 {
        let job = try_to_ask(&self.jobs, caller, upto, Through::Form).await.unwrap();
        assert_eq!(job.state, JobState::AwaitingApproval);
        job.id
    }

    async fn look_at(&self, caller: &Caller, id: Id128) -> Job {
        let (jobs, by) = (self.jobs.clone(), caller.clone());
        self.jobs.room().see(caller, COUNT, move |tx, _| jobs.look_at(tx, &by, id)).await.unwrap()
    }

    async fn approve(&self, caller: &Caller, id: Id128) -> Result<Job, JobError> {
        self.jobs.change(caller, CHANGE, id, Change::Approve).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_work_waits_for_a_second_person_and_not_for_a_second_account() {
    both(|rooms| async move {
        let office = Office::open(&rooms, &clock()).await;
        let runner = Counter::new(100).runner(&office.jobs);
        let one = office.staff("s1001", "P1", false).await;
        let same = office.staff("s1001-admin", "ｐ１", true).await;
        let other = office.staff("s2002", "P2", false).await;
        let id = office.ask(&one, 20).await;
        assert!(!runner.run_next().await.unwrap(), "it waits");
        for nobody in [&one, &same] {
            let refused = office.approve(nobody, id).await;
            assert!(matches!(refused, Err(JobError::SamePerson)), "{refused:?}");
            let told = office.jobs.no_second_person(&office.jobs.find(id).await.unwrap(), nobody).await.unwrap();
            assert!(matches!(told, Some(JobError::SamePerson)), "{told:?}");
        }
        assert!(!runner.run_next().await.unwrap(), "it waits");
        assert!(office.jobs.no_second_person(&office.jobs.find(id).await.unwrap(), &other).await.unwrap().is_none());
        assert_eq!(office.look_at(&other, id).await.asked, Some(serde_json::json!({ "upto": 20 })), "what they approve");
        assert_eq!(office.approve(&other, id).await.unwrap().state, JobState::Waiting);
        assert!(runner.run_next().await.unwrap());
        let job = office.jobs.find(id).await.unwrap();
        assert_eq!((job.state, job.approved_by.as_deref()), (JobState::Done, Some("staff s2002")));
        assert_eq!(effects(office.jobs.room()).await.len(), 20);
        // Afterwards too, the page and the record say what was approved.
        assert_eq!(office.look_at(&other, id).await.asked, Some(serde_json::json!({ "upto": 20 })));
        let entries = ledger::newest(office.jobs.room().raw(), 200).await.unwrap();
        let noted = |note: String| entries.iter().any(|found| found.entry().unwrap().detail == note);
        assert!(noted(format!("job {id}: {KIND}, of upto: 20")) && noted(format!("job {id}: approved, of upto: 20")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_work_that_the_second_person_refuses_ends_without_an_effect() {
    both(|rooms| async move {
        let office = Office::open(&rooms, &clock()).await;
        let runner = Counter::new(100).runner(&office.jobs);
        let (one, other) = (office.staff("s1001", "P1", false).await, office.staff("s2002", "P2", false).await);
        let id = office.ask(&one, 20).await;
        assert_eq!(office.jobs.change(&other, CHANGE, id, Change::Cancel).await.unwrap().state, JobState::Cancelled);
        assert!(matches!(office.approve(&other, id).await, Err(JobError::NotNow(_))));
        assert!(!runner.run_next().await.unwrap());
        let again = office.jobs.change(&one, CHANGE, id, Change::Resume).await.unwrap();
        assert_eq!(again.state, JobState::AwaitingApproval, "taken up again it waits again");
        assert!(!runner.run_next().await.unwrap());
        assert_eq!(effects(office.jobs.room()).await.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_who_cannot_be_told_from_the_one_who_asked_approves_nothing() {
    both(|rooms| async move {
        let office = Office::open(&rooms, &clock()).await;
        let staff = office.staff("s1001", "P1", false).await;
        let operator = officer("console:yamada");
        let by_staff = office.ask(&staff, 5).await;
        let at_the_console = office.ask(&operator, 6).await;
        let program = Caller::peer(&"hub-core.national".parse().unwrap(), COUNT.purpose(), SystemEntropy.id128());
        for (approver, id) in [(&operator, by_staff), (&staff, at_the_console), (&program, by_staff)] {
            let refused = office.approve(approver, id).await;
            assert!(matches!(refused, Err(JobError::NotTwoPeople)), "{approver:?}: {refused:?}");
        }
        // A program is no person: whoever approves what it asked for is the first.
        let by_program = office.ask(&program, 7).await;
        assert!(matches!(office.approve(&program, by_program).await, Err(JobError::SamePerson)));
        assert_eq!(office.approve(&staff, by_program).await.unwrap().approved_by.as_deref(), Some("staff s1001"));
        assert_eq!(office.approve(&officer("console:suzuki"), at_the_console).await.unwrap().state, JobState::Waiting);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_what_was_asked_for_where_nobody_approved_waits_too_unless_it_has_begun() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(1);
        let begun = ask(&jobs, "s1001", 20).await.id;
        let before = counter.runner(&jobs);
        let running = tokio::spawn(async move { before.run_next().await.map(drop) });
        until_counted(&jobs, 10).await;
        running.abort();
        let _ = running.await;
        clock.advance(jiff::SignedDuration::from_secs(31));
        let waiting = ask(&jobs, "s1001", 30).await.id;
        assert_eq!(jobs.find(waiting).await.unwrap().state, JobState::Waiting);
        counter.gate.add_permits(100);
        let now = approving(&jobs);
        let runner = counter.runner(&now);
        while runner.run_next().await.unwrap() {}
        assert_eq!(jobs.find(begun).await.unwrap().state, JobState::Done, "what has changed something is done to its end");
        assert_eq!(jobs.find(waiting).await.unwrap().state, JobState::AwaitingApproval);
        assert!(matches!(approve(&now, waiting, "s1001").await, Err(JobError::SamePerson)));
        approve(&now, waiting, "s2002").await.unwrap();
        assert!(runner.run_next().await.unwrap());
        assert_eq!(jobs.find(waiting).await.unwrap().state, JobState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_iii_3_r2_pmh_6_a_setting_that_names_work_which_there_is_not_is_refused_by_its_name() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let refused = jobs.with_second_person(&[KIND.to_owned(), "dance".to_owned()]).map(drop).unwrap_err().to_string();
        assert_eq!(refused, "second-person names the work dance, and registry has no such work: it has count");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_ii_3_reg_6_work_is_asked_for_and_let_go_on_for_its_own_purpose_alone_and_a_refusal_is_recorded() {
    both(|rooms| async move {
        let text = "@id(\"count\") permit (principal in Role::\"console\", action == Action::\"registry:counting.do\", resource) \
                    when { context.purpose == Purpose::\"statistics\" };\n\
                    @id(\"change\") permit (principal, action == Action::\"registry:jobs.change\", resource);";
        let all = [COUNT, CHANGE];
        let policies = Policies::load(&[SystemPolicies { system: "registry", actions: &[&all], text }]).unwrap();
        let jobs = jobs(&rooms, &clock()).await;
        let work = SystemWork::of("registry", vec![WorkKind::of::<Counting, Counted>(KIND, COUNT)], &policies, &[]).unwrap();
        let counted = Jobs::of(jobs.room(), Arc::new(SystemEntropy), "/registry/v1", work.clone());
        let jobs = Jobs::of(jobs.room(), Arc::new(SystemEntropy), "/registry/v1", work);
        let console: Party = "console.991015".parse().unwrap();
        let of = |purpose| Caller::peer(&console, purpose, SystemEntropy.id128());
        let mut asked = Vec::new();
        for purpose in Purpose::ALL.iter().copied() {
            match try_to_ask(&jobs, &of(purpose), 5, Through::Form).await {
                Ok(job) => asked.push((purpose, job)),
                Err(error) => assert!(matches!(error, JobError::NotForCaller), "{error}"),
            }
        }
        let [(Purpose::Statistics, job)] = asked.as_slice() else { panic!("{asked:?}") };
        let refused = async || {
            let newest = ledger::newest(jobs.room().raw(), 200).await.unwrap();
            newest.iter().filter(|found| found.entry().unwrap().outcome == ledger::Outcome::Refused).count()
        };
        assert_eq!(refused().await, Purpose::ALL.len() - 1);
        // Where a service counts whom it refuses, nobody makes the record grow by asking again.
        counted.count_refused(&wire::RefusedAttempts::of(jobs.room(), 600));
        for _ in 0..3 {
            assert!(try_to_ask(&counted, &of(Purpose::Operation), 5, Through::Form).await.is_err());
        }
        assert_eq!(refused().await, Purpose::ALL.len());
        // Letting it go on is judged for what it was asked for, by whomever and from wherever.
        let id = job.id;
        jobs.change(&of(Purpose::Operation), CHANGE, id, Change::Cancel).await.unwrap();
        let atena = Caller::peer(&"atena.991015".parse().unwrap(), Purpose::Statistics, SystemEntropy.id128());
        assert!(matches!(jobs.change(&atena, CHANGE, id, Change::Resume).await, Err(JobError::NotPermitted)));
        assert_eq!(jobs.change(&of(Purpose::Operation), CHANGE, id, Change::Resume).await.unwrap().state, JobState::Waiting);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_the_system_does_not_do_and_what_is_not_its_message_are_refused() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let other = WorkKind::of::<Counting, Counted>("dance", COUNT);
        let asked = jobs.ask_for(&other, &officer("s1001"), serde_json::json!({ "upto": 5 }), Through::Form).await;
        assert!(matches!(asked, Err(JobError::NoSuchWork)), "{asked:?}");
        let kind = jobs.kind(KIND).unwrap();
        let asked = jobs.ask_for(kind, &officer("s1001"), serde_json::json!({ "upto": "many" }), Through::Form).await;
        assert!(matches!(&asked, Err(JobError::Input(wrong)) if wrong.field() == Some("upto")), "{asked:?}");
    })
    .await;
}
