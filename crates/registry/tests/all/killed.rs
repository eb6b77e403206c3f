//! Work with other parties, in portions of seven people, killed at each of them.

use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{
    DOWNLOAD_RESULTS, DownloadedResults, EXTRACT, Extract, Extracted, FETCH_ANSWERS, FetchedAnswers, IMPORT_RESULTS, INQUIRE,
    ImportResults, ImportedResults, Inquire, Inquired, MAKE_REPLICAS, MadeReplicas, REGISTER_TARGETS, REGISTER_TEMPLATES, RegisterTargets,
    RegisteredTargets, RegisteredTemplates, UNIFIED_NUMBERS, UnifiedNumbersObtained,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::StoreError;
use store::testing::both;
use vocabulary::{Date, Entropy as _, FiscalYear, MunicipalityCode, SystemEntropy};
use wire::testing::Failed;
use work::jobs::Rehearsal;

use crate::neighbours::Got;
use crate::outbox::{City, record_row, rehearsed, result_of};
use crate::results::sheet;
use crate::support::{clock, person};

diesel::table! { received_replica (inquiry) { inquiry -> Binary, } }

#[tokio::test(flavor = "multi_thread")]
async fn r_ops_every_job_with_another_party_that_is_killed_at_each_portion_loses_and_doubles_nothing() {
    both(|rooms| async move {
        const PEOPLE: u32 = 30;
        let rehearsal = Rehearsal::of(7);
        let city = rehearsed(rooms, clock(), Some(rehearsal.clone())).await?;
        let everybody: Vec<String> = (1..=PEOPLE).map(|number| number.to_string()).collect();
        city.take("residents.csv", &(1..=PEOPLE).map(person).collect::<Vec<_>>()).await?;
        let items = [
            ("history_number", "1"),
            ("fiscal_year", "2026"),
            ("examined_on", "2026-05-01"),
            ("institution", "0110113719"),
            ("setting", "1"),
            ("method", "1"),
            ("judgement", "1"),
            ("payment_excluded", "0"),
            ("claim_month", "2026-05"),
        ];
        let rows: Vec<Vec<(&str, &str)>> =
            everybody.iter().map(|number| std::iter::once(("resident_number", number.as_str())).chain(items).collect()).collect();
        std::fs::write(city.media.join("02.csv"), sheet(2, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>()))?;
        let job = ImportResults { record_type: 2, file: "02.csv".to_owned(), ..ImportResults::default() };
        let imported: ImportedResults = city.run(IMPORT_RESULTS, &job).await?;
        assert_eq!((imported.added, imported.rejected), (u64::from(PEOPLE), 0));
        let numbered: UnifiedNumbersObtained = city.killed(&rehearsal, UNIFIED_NUMBERS, &Nothing {}).await?;
        assert_eq!((numbered.unified_numbers, numbered.refused, numbered.damaged), (u64::from(PEOPLE), 0, 0));
        // Registration: everybody stands in one task, and in one alone.
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = city.run(EXTRACT, &extract).await?;
        let _: RegisteredTemplates = city.run(REGISTER_TEMPLATES, &Nothing {}).await?;
        let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
        let registered: RegisteredTargets = city.killed(&rehearsal, REGISTER_TARGETS, &job).await?;
        assert_eq!((registered.tasks, registered.registered, registered.refused), (5, u64::from(PEOPLE), 0));
        let rows: Vec<_> = city.got.lock().unwrap().tasks.values().flatten().cloned().collect();
        let sorted = |mut numbers: Vec<String>| {
            numbers.sort_by_key(|number| number.parse::<u32>().unwrap());
            numbers
        };
        assert_eq!(sorted(rows.iter().map(|row| row.municipality_identity_key.trim_start_matches('0').to_owned()).collect()), everybody);
        // Results of the hub: each is one record.
        city.got.lock().unwrap().results =
            (1..).zip(&rows).map(|(sequence, row)| result_of(row, sequence, &[("judgement", "3")])).collect();
        let downloaded: DownloadedResults = city.killed(&rehearsal, DOWNLOAD_RESULTS, &Nothing {}).await?;
        assert_eq!((downloaded.imported, downloaded.review, downloaded.refused), (u64::from(PEOPLE), 0, 0));
        let records = city.room.raw().read(|tx| Ok::<i64, StoreError>(record_row::table.count().get_result(tx)?));
        assert_eq!(records.await?, 2 * i64::from(PEOPLE));
        // Marks: one replica of each and information.
        let made: MadeReplicas = city.killed(&rehearsal, MAKE_REPLICAS, &Nothing {}).await?;
        assert_eq!((made.accepted, made.refused), (made.replicas, 0));
        let of_stomach =
            |got: &Got| got.replicas.keys().filter(|(_, of)| of == "stomach_screening").map(|(number, _)| number.clone()).collect();
        assert_eq!(sorted(of_stomach(&city.got.lock().unwrap())), everybody);
        // Inquiries: one of each.
        let residents = everybody.iter().map(|number| number.parse().unwrap()).collect();
        let provider = MunicipalityCode::parse("992020").unwrap();
        let ask = Inquire { provider, information: "stomach_screening".to_owned(), residents };
        let inquired: Inquired = city.killed(&rehearsal, INQUIRE, &ask).await?;
        assert_eq!(inquired.inquiries, u64::from(PEOPLE));
        assert_eq!(sorted(city.got.lock().unwrap().inquiries.values().cloned().collect()), everybody);
        // Answers: each is kept once.
        city.got.lock().unwrap().all_are_answered = true;
        let fetched: FetchedAnswers = city.killed(&rehearsal, FETCH_ANSWERS, &Nothing {}).await?;
        assert_eq!((fetched.answered, fetched.refused, fetched.pending), (u64::from(PEOPLE), 0, 0));
        let kept = city.room.raw().read(|tx| Ok::<i64, StoreError>(received_replica::table.count().get_result(tx)?));
        assert_eq!(kept.await?, i64::from(PEOPLE));
        assert_eq!(city.dead().await?, []);
        city.stop().await
    })
    .await;
}

impl City {
    /// Asks for a job of whose first attempt the first portion fails, and of each later one the second → its result.
    async fn killed<A: Serialize + Sync, T: DeserializeOwned>(&self, rehearsal: &Rehearsal, path: &str, asked: &A) -> Result<T, Failed> {
        rehearsal.fail(1);
        let job: Job = self.console.post(&self.house.party, path, SystemEntropy.id128(), asked).await?;
        let at = format!("/registry/v1/jobs/{}", job.id);
        for _ in 0..2_000 {
            let job: Job = self.console.get(&self.house.party, &at).await?;
            match job.state {
                JobState::Done => {
                    assert!(job.attempts > 4, "{path}: {} attempts", job.attempts);
                    rehearsal.fail(0);
                    return Ok(serde_json::from_value(job.result.ok_or("no result")?)?);
                }
                JobState::Waiting if job.attempts > 0 => {
                    rehearsal.fail(2);
                    let _: Job = self.console.post(&self.house.party, &format!("{at}/resume"), SystemEntropy.id128(), &Nothing {}).await?;
                }
                JobState::Waiting | JobState::Running => tokio::time::sleep(std::time::Duration::from_millis(25)).await,
                _ => return Err(format!("{path}: {:?} {:?}", job.state, job.problem).into()),
            }
        }
        Err(format!("{path} comes to no end").into())
    }
}
