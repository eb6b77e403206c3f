//! Jobs of the nation's room: each city's parties see and change those that their own city asked for.

use access::Caller;
use protocol::messages::jobs::JobState;
use store::testing::both;
use vocabulary::{Entropy as _, Id128, Purpose, SystemEntropy};
use work::jobs::{Change, JobError, Jobs, Through};

use crate::support::{COUNT, clock, jobs, try_to_ask};

fn console(city: &str) -> Caller {
    Caller::peer(&format!("console.{city}").parse().unwrap(), Purpose::Operation, SystemEntropy.id128())
}

async fn seen(jobs: &Jobs, caller: &Caller) -> Vec<Id128> {
    let (mine, caller) = (jobs.clone(), caller.clone());
    let listed = jobs.room().raw().read(move |tx| mine.newest(tx, &caller)).await.unwrap();
    listed.into_iter().map(|job| job.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_6_a_console_sees_takes_and_cancels_the_jobs_of_its_own_city_alone() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let (one, other) = (console("991015"), console("992020"));
        let ask = |caller: Caller| {
            let jobs = jobs.clone();
            async move { try_to_ask(&jobs, &caller, 5, Through::Form).await.unwrap().id }
        };
        let (ones, others) = (ask(one.clone()).await, ask(other.clone()).await);
        assert_ne!(ones, others, "what another city asked for is not this city's");
        assert_eq!((seen(&jobs, &one).await, seen(&jobs, &other).await), (vec![ones], vec![others]));
        let cancel = |by: Caller, id| {
            let jobs = jobs.clone();
            async move { jobs.change(&by, COUNT, id, Change::Cancel).await }
        };
        assert!(matches!(cancel(one.clone(), others).await, Err(JobError::Unknown)));
        assert!(matches!(jobs.open_file(&one, COUNT, others, "numbers.txt", "a test").await, Err(JobError::Unknown)));
        assert_eq!(jobs.find(others).await.unwrap().state, JobState::Waiting);
        assert_eq!(cancel(other, others).await.unwrap().state, JobState::Cancelled);
        let nations = Caller::console("operator", None, Purpose::Operation, SystemEntropy.id128());
        assert_eq!(seen(&jobs, &nations).await.len(), 2, "whoever keeps the nation's room sees all");
    })
    .await;
}
