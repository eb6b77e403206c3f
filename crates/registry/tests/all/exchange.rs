//! The registry among its neighbours, over real mutual TLS: numbers, hub, follow-up, replicas, inquiries.

use std::sync::{Arc, Mutex};

use access::Policies;
use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::hub::HubResult;
use protocol::messages::registry::{
    DOWNLOAD_RESULTS, DownloadedResults, EXTRACT, Extract, Extracted, FETCH_ANSWERS, FOLLOW_UP, FetchedAnswers, FollowUp, FollowedUp,
    IMPORT_RESIDENTS, IMPORT_RESULTS, INQUIRE, ImportResidents, ImportResults, ImportedResidents, ImportedResults, Inquire, Inquired,
    MAKE_REPLICAS, MadeReplicas, REGISTER_TARGETS, REGISTER_TEMPLATES, RegisterTargets, RegisteredTargets, RegisteredTemplates,
    UNIFIED_NUMBERS, UnifiedNumbersObtained,
};
use protocol::signed::Expected;
use registry::POLICIES;
use store::testing::both;
use vocabulary::{Date, Entropy as _, FiscalYear, Id128, Party, SystemEntropy};
use wire::testing::{Failed, Ring};

use crate::named::acts_on;
use crate::neighbours::{self, Got};
use crate::results::sheet;
use crate::support::{clock, file, folder, individual, person, reason};

diesel::table! {
    job (id) {
        id -> Binary, kind -> Text,
    }
}

const PARTIES: [&str; 5] = ["registry.991015", "console.991015", "atena.991015", "hub-core.national", "registry.992020"];

fn key() -> Id128 {
    SystemEntropy.id128()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_does_its_part_of_the_ring_and_asking_again_changes_nothing() {
    both(|rooms| async move {
        let texts = neighbours::texts();
        let [atena, hub] = neighbours::policies(&texts);
        let ring = Ring::at(rooms, Policies::load(&[POLICIES, atena, hub])?, &PARTIES, clock())?;
        let got: Arc<Mutex<Got>> = Arc::default();
        // The other city: only its keys are asked for.
        let there = ring.house("registry.992020")?;
        let there_room = there.bare_room().await?;
        let signer = Arc::new(there_room.vault().signer(wire::RING).await?);
        let there_running = wire::serve(&there, wire::Service::new(&there_room)).await?;
        let provider = (there.party.clone(), "relay.992020".parse::<Party>()?, signer);
        let (atena_house, hub_house) = (ring.house("atena.991015")?, ring.house("hub-core.national")?);
        let atena = wire::serve(&atena_house, neighbours::atena(&atena_house, Arc::clone(&got), Some(provider)).await?).await?;
        let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
        let media = folder("exchange");
        let mut protected = person(3);
        protected.protected = "1";
        std::fs::write(media.join("residents.csv"), file(&[person(1), person(2), protected]))?;
        let stomach = |number: &'static str, judgement: &'static str| {
            vec![
                ("resident_number", number),
                ("history_number", "1"),
                ("fiscal_year", "2026"),
                ("examined_on", "2026-05-01"),
                ("institution", "0110113719"),
                ("setting", "1"),
                ("method", "1"),
                ("judgement", judgement),
                ("payment_excluded", "0"),
                ("claim_month", "2026-06"),
            ]
        };
        // Nobody wrote how she was examined.
        let mut unnamed = stomach("2", "2");
        unnamed.retain(|(item, _)| *item != "method");
        std::fs::write(media.join("02.csv"), sheet(2, &[&stomach("1", "2"), &unnamed, &stomach("3", "1")]))?;
        let detailed = [
            ("resident_number", "1"),
            ("history_number", "1"),
            ("attendance", "1"),
            ("examined_on", "2026-05-20"),
            ("detailed_judgement", "1"),
        ];
        std::fs::write(media.join("10.csv"), sheet(10, &[&detailed]))?;
        let mut house = ring.house("registry.991015")?;
        house.setting.media = Some(media.clone());
        let running = wire::serve(&house, registry::open(house.clone()).await?).await?;
        let console = ring.house("console.991015")?.client;
        let to = &house.party;
        let _: ImportedResidents = console
            .run_job(to, IMPORT_RESIDENTS, key(), &ImportResidents { file: "residents.csv".to_owned(), ..ImportResidents::default() })
            .await?;
        for (record_type, name, rows) in [(2, "02.csv", 3), (10, "10.csv", 1)] {
            let job = ImportResults { record_type, file: name.to_owned(), ..ImportResults::default() };
            let imported: ImportedResults = console.run_job(to, IMPORT_RESULTS, key(), &job).await?;
            assert_eq!((imported.added, imported.rejected), (rows, 0));
        }
        for _ in 0..2 {
            let numbered: UnifiedNumbersObtained = console.run_job(to, UNIFIED_NUMBERS, key(), &Nothing {}).await?;
            assert_eq!((numbered.unified_numbers, numbered.refused), (3, 0));
        }
        assert_eq!(got.lock().unwrap().numbers, [1, 2, 3].map(individual), "each number was sent once, sealed");
        // The hub: who is protected is not told to it.
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = console.run_job(to, EXTRACT, key(), &extract).await?;
        let same = key();
        for once in [same, same, key()] {
            let templates: RegisteredTemplates = console.run_job(to, REGISTER_TEMPLATES, key(), &Nothing {}).await?;
            assert_eq!(templates.templates, 2);
            let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
            let registered: RegisteredTargets = console.run_job(to, REGISTER_TARGETS, once, &job).await?;
            assert_eq!((registered.tasks, registered.registered, registered.refused), (1, 2, 0));
        }
        let rows = got.lock().unwrap().tasks.values().flatten().cloned().collect::<Vec<_>>();
        assert_eq!(rows.iter().map(|row| row.my_number.clone()).collect::<Vec<_>>(), [1, 2].map(individual));
        assert_eq!(rows[0].checkups[0].template, "oral_health-adult");
        // Results: one fits, one is another woman's, one is nobody's.
        let result = |sequence: i64, number: &str, name: &str| {
            let mut five = rows[0].basic_five_info.clone().unwrap();
            five.name = name.into();
            if number == "2" {
                five.address = rows[1].basic_five_info.clone().unwrap().address;
            }
            let items = [("judgement", "3"), ("sound_teeth", "20")].map(|(item, value)| (item.to_owned(), value.to_owned()));
            HubResult {
                sequence,
                id: key(),
                version: 1,
                municipality: crate::support::city(),
                municipality_identity_key: number.to_owned(),
                programme: "oral_health".to_owned(),
                fiscal_year: FiscalYear(2026),
                examined_on: Date::constant(2026, 5, 30),
                institution: "0110113719".parse().unwrap(),
                basic_five_info: five,
                answers: Default::default(),
                items: items.into_iter().collect::<std::collections::BTreeMap<_, _>>().into(),
            }
        };
        let mine = result(5, "1", "見本花子1");
        let mut again = mine.clone();
        (again.sequence, again.version) = (9, 2);
        again.items = [("judgement", "3"), ("sound_teeth", "21")]
            .into_iter()
            .map(|(item, value)| (item.to_owned(), value.to_owned()))
            .collect::<std::collections::BTreeMap<_, _>>()
            .into();
        let mut twice = mine.clone();
        (twice.sequence, twice.id) = (10, key());
        got.lock().unwrap().results = vec![mine, result(6, "2", "別人花子"), result(7, "77", "見本花子1"), again, twice];
        for _ in 0..2 {
            let downloaded: DownloadedResults = console.run_job(to, DOWNLOAD_RESULTS, key(), &Nothing {}).await?;
            assert_eq!((downloaded.downloaded, downloaded.imported, downloaded.review, downloaded.refused), (5, 2, 2, 1));
        }
        // The facility's correction is one: what it said before stays, with who and why.
        #[derive(QueryableByName)]
        struct Former {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            version: i32,
            #[diesel(sql_type = diesel::sql_types::Text)]
            source: String,
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
            #[diesel(sql_type = diesel::sql_types::Binary)]
            reason: Vec<u8>,
        }
        let room = work::open_room(&house, registry::MIGRATIONS).await?;
        let former = room.raw().read(|tx| {
            let query = diesel::sql_query("SELECT id, version, source, reason FROM record_former");
            Ok::<Vec<Former>, store::StoreError>(query.load(tx)?)
        });
        let former: Vec<_> = former
            .await?
            .into_iter()
            .map(|row| (row.version, row.source, reason(room.vault(), row.id, row.version, &row.reason)))
            .collect();
        assert_eq!(former, [(1, "hub".to_owned(), "corrected by the facility".to_owned())]);
        // Follow-up: two stomachs and an oral health check need a detailed examination; the record of one is known. What nobody named has no price.
        for _ in 0..2 {
            let made: FollowedUp = console.run_job(to, FOLLOW_UP, key(), &FollowUp { fiscal_year: FiscalYear(2026) }).await?;
            assert_eq!((made.needs_detailed, made.claims, made.amount_yen, made.examined), (3, 2, 2 * 11_000 + 4_500, 4));
        }
        // Replicas: retried until the relay has heard of the people, and made once.
        for _ in 0..2 {
            let made: MadeReplicas = console.run_job(to, MAKE_REPLICAS, key(), &Nothing {}).await?;
            assert_eq!((made.replicas, made.accepted, made.refused), (4, 4, 0));
        }
        let rounds = got.lock().unwrap().replica_rounds;
        assert_eq!(rounds, 2, "what is not taken yet is sent again, what is taken is not");
        let keys = atena_house.client.keys(to).await?.verifying_keys().unwrap();
        let relay: Party = "relay.991015".parse()?;
        let replicas = got.lock().unwrap().replicas.clone();
        let opened = |number: &str| {
            let envelope = &replicas[&(number.to_owned(), "stomach_screening".to_owned())];
            envelope.open_archived(&Expected { sender: to, receiver: &relay, keys: &keys }).unwrap().body
        };
        let (plain, guarded) = (opened("1"), opened("3"));
        assert_eq!((plain.no_automatic_answer, guarded.no_automatic_answer), (false, true));
        assert_eq!(plain.records.len(), 1);
        let items = plain.records[0].items.expose();
        assert_eq!((items["judgement"].as_str(), items["detailed_judgement"].as_str(), items["age"].as_str()), ("2", "1", "49"));
        let text = serde_json::to_string(&plain)?;
        assert!(!text.contains("見本") && !text.contains("1976") && !text.contains(&individual(1)), "it identifies nobody by itself");
        // Inquiries: once each; an answer that was made for another relay is not believed.
        let residents = ["1", "2", "3"].map(|number| number.parse().unwrap()).to_vec();
        let ask = Inquire { provider: there.party.municipality().unwrap(), information: "stomach_screening".to_owned(), residents };
        // Of whom nobody answered in time is asked again.
        for asked in [3, 4, 4] {
            let inquired: Inquired = console.run_job(to, INQUIRE, key(), &ask).await?;
            assert_eq!(inquired.inquiries, asked);
            let fetched: FetchedAnswers = console.run_job(to, FETCH_ANSWERS, key(), &Nothing {}).await?;
            assert_eq!((fetched.answered, fetched.refused, fetched.pending), (1, asked - 1, 0));
        }
        assert_eq!(got.lock().unwrap().inquiries.len(), 4);
        // Asked for twice under one key it was one job.
        let jobs = room.raw().read(|tx| {
            let asked = job::table.filter(job::kind.eq("register-targets"));
            Ok::<i64, store::StoreError>(asked.count().get_result(tx)?)
        });
        assert_eq!(jobs.await?, 2);
        // Who was sent, fetched or asked about finds it, and nobody else does.
        for number in ["1", "2"] {
            let acts = acts_on(&room, number).await?;
            for act in
                ["residents.number", "hub-targets.register", "hub-results.download", "replicas.make", "inquiries.make", "answers.fetch"]
            {
                assert!(acts.iter().any(|found| found == &format!("registry:{act}")), "{act} of person {number}: {acts:?}");
            }
        }
        let guarded = acts_on(&room, "3").await?;
        assert!(!guarded.iter().any(|act| act == "registry:hub-targets.register"), "who is protected did not go to the hub: {guarded:?}");
        for running in [running, atena, hub, there_running] {
            running.stop().await;
        }
        std::fs::remove_dir_all(media)?;
        Ok::<_, Failed>(())
    })
    .await;
}
