//! What cannot be told: it holds up nobody else, an operator sees it, and mended it has one effect.

use std::sync::{Arc, Mutex};

use access::Policies;
use diesel::prelude::*;
use office::testing::Staff;
use protocol::messages::Nothing;
use protocol::messages::console::{self, OutboxMessages};
use protocol::messages::hub::{HubResult, RegistrationRow};
use protocol::messages::registry::{
    DOWNLOAD_RESULTS, DownloadedResults, EXTRACT, Extract, Extracted, FETCH_ANSWERS, FetchedAnswers, IMPORT_RESIDENTS, IMPORT_RESULTS,
    INQUIRE, ImportResidents, ImportResults, ImportedResidents, ImportedResults, Inquire, Inquired, MAKE_REPLICAS, MadeReplicas,
    REGISTER_TARGETS, REGISTER_TEMPLATES, RegisterTargets, RegisteredTargets, RegisteredTemplates, UNIFIED_NUMBERS, UnifiedNumbersObtained,
};
use registry::POLICIES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::testing::both;
use store::{Rooms, StoreError};
use vocabulary::{Clock, Date, Entropy as _, FiscalYear, ManualClock, MunicipalityCode, SystemClock, SystemEntropy};
use wire::Running;
use wire::testing::{Failed, Ring};
use work::jobs::Rehearsal;

use crate::neighbours::{self, Got};
use crate::results::sheet;
use crate::support::{Line, clock, file, folder, person};

diesel::table! {
    record_row (id) {
        id -> BigInt, resident -> BigInt, content -> Binary,
    }
}

diesel::table! {
    resident (id) {
        id -> BigInt, number -> Text, birth -> Integer,
    }
}

/// A registry between atena and a hub that can be made to refuse.
pub(crate) struct City {
    pub(crate) got: Arc<Mutex<Got>>,
    pub(crate) house: wire::House,
    pub(crate) room: ledger::Room,
    pub(crate) console: line::Client,
    pub(crate) media: std::path::PathBuf,
    ring: Ring,
    running: Vec<Running>,
}

pub(crate) async fn started(rooms: Rooms, clock: Arc<dyn Clock>) -> Result<City, Failed> {
    rehearsed(rooms, clock, None).await
}

pub(crate) async fn rehearsed(rooms: Rooms, clock: Arc<dyn Clock>, rehearsal: Option<Rehearsal>) -> Result<City, Failed> {
    let texts = neighbours::texts();
    let [atena, hub] = neighbours::policies(&texts);
    let parties = ["registry.991015", "console.991015", "atena.991015", "hub-core.national", "registry.992020"];
    let ring = Ring::at(rooms, Policies::load(&[POLICIES, atena, hub])?, &parties, clock)?;
    let got: Arc<Mutex<Got>> = Arc::default();
    let (atena, hub) = (ring.house("atena.991015")?, ring.house("hub-core.national")?);
    // Another city, which is asked where jobs are rehearsed: only its keys are asked for.
    let (mut provider, mut other) = (None, None);
    if rehearsal.is_some() {
        let there = ring.house("registry.992020")?;
        let room = there.bare_room().await?;
        provider = Some((there.party.clone(), "relay.992020".parse()?, Arc::new(room.vault().signer(wire::RING).await?)));
        other = Some(wire::serve(&there, wire::Service::new(&room)).await?);
    }
    let atena = wire::serve(&atena, neighbours::atena(&atena, Arc::clone(&got), provider).await?).await?;
    let hub = wire::serve(&hub, neighbours::hub(&hub, Arc::clone(&got)).await?).await?;
    let media = folder("messages");
    let mut house = ring.house("registry.991015")?;
    house.setting.media = Some(media.clone());
    let room = work::open_room(&house, registry::MIGRATIONS).await?;
    let registry = wire::serve(&house, registry::rehearsed(house.clone(), rehearsal).await?).await?;
    let console = ring.house("console.991015")?.client;
    Ok(City { got, house, room, console, media, ring, running: [registry, atena, hub].into_iter().chain(other).collect() })
}

impl City {
    pub(crate) async fn run<A: Serialize + Sync, T: DeserializeOwned>(&self, path: &str, job: &A) -> Result<T, Failed> {
        Ok(self.console.run_job(&self.house.party, path, SystemEntropy.id128(), job).await?)
    }

    pub(crate) async fn take(&self, name: &str, lines: &[Line]) -> Result<(), Failed> {
        std::fs::write(self.media.join(name), file(lines))?;
        let _: ImportedResidents =
            self.run(IMPORT_RESIDENTS, &ImportResidents { file: name.to_owned(), ..ImportResidents::default() }).await?;
        Ok(())
    }

    pub(crate) async fn messages(&self) -> Result<OutboxMessages, Failed> {
        Ok(self.console.get(&self.house.party, &console::outbox("registry")).await?)
    }

    /// Until nothing waits: kind and last error of what is dead.
    pub(crate) async fn dead(&self) -> Result<Vec<(String, String)>, Failed> {
        for _ in 0..200 {
            let messages = self.messages().await?.messages;
            if messages.iter().all(|message| message.dead) {
                return Ok(messages.into_iter().map(|message| (message.kind, message.last_error.unwrap_or_default())).collect());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        Err(format!("still waiting: {:?}", self.messages().await?).into())
    }

    pub(crate) async fn damage(&self, change: impl FnOnce(&mut store::Tx) -> QueryResult<usize> + Send + 'static) -> Result<(), Failed> {
        let changed = self.room.raw().write(|tx| Ok::<_, StoreError>(change(tx)?)).await?;
        assert_eq!(changed, 1);
        Ok(())
    }

    pub(crate) async fn stop(self) -> Result<(), Failed> {
        for running in self.running {
            running.stop().await;
        }
        Ok(std::fs::remove_dir_all(self.media)?)
    }
}

fn dead(kind: &str, error: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), error.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_12_one_person_who_cannot_be_told_holds_up_nobody_and_stands_on_the_page_of_messages() {
    both(|rooms| async move {
        // The browser looks at certificates on the machine's clock.
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let city = started(rooms, Arc::clone(&clock) as Arc<dyn Clock>).await?;
        let (today, year) = (clock.today(), FiscalYear::of(clock.today()));
        city.take("residents.csv", &[1, 2, 3, 4].map(person)).await?;
        let (on, year, month) = (today.to_string(), year.to_string(), format!("{:04}-{:02}", today.year(), today.month()));
        let stomach = |number| {
            vec![
                ("resident_number", number),
                ("history_number", "1"),
                ("fiscal_year", year.as_str()),
                ("examined_on", on.as_str()),
                ("institution", "0110113719"),
                ("setting", "1"),
                ("method", "1"),
                ("judgement", "1"),
                ("payment_excluded", "0"),
                ("claim_month", month.as_str()),
            ]
        };
        let rows = ["1", "2", "3", "4"].map(stomach);
        std::fs::write(city.media.join("02.csv"), sheet(2, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>()))?;
        let job = ImportResults { record_type: 2, file: "02.csv".to_owned(), ..ImportResults::default() };
        let imported: ImportedResults = city.run(IMPORT_RESULTS, &job).await?;
        assert_eq!((imported.added, imported.rejected), (4, 0));
        let _: UnifiedNumbersObtained = city.run(UNIFIED_NUMBERS, &Nothing {}).await?;
        // Atena refuses whatever the second stands in; of the third a record is damaged.
        city.got.lock().unwrap().poison = Some("2".to_owned());
        city.damage(|tx| {
            let third = resident::table.filter(resident::number.eq("3")).select(resident::id).first::<i64>(tx)?;
            let change = record_row::content.eq(vec![0_u8; 40]);
            diesel::update(record_row::table.filter(record_row::resident.eq(third))).set(change).execute(tx)
        })
        .await?;
        let made: MadeReplicas = city.run(MAKE_REPLICAS, &Nothing {}).await?;
        assert_eq!((made.replicas, made.accepted, made.refused), (4, 2, 2));
        let taken = |got: &Got| {
            let mut whose: Vec<String> = got.replicas.keys().map(|(number, _)| number.clone()).collect();
            whose.sort();
            whose
        };
        assert_eq!(taken(&city.got.lock().unwrap()), ["1", "4"]);
        assert_eq!(city.dead().await?, dead("replicas", "422 poison"));
        let key = city.messages().await?.messages[0].key.to_string();
        // An officer sees it, and when atena is mended it goes once.
        let staff = Staff::at(&city.room, city.house.party.municipality(), Arc::clone(&clock) as Arc<dyn Clock>);
        let mut officer = staff.officer(&city.ring, city.running[0].pages.unwrap(), "s1001", "linkage_officer").await?;
        let listed = officer.get("/messages?state=dead").await?;
        assert!(listed.html.contains(&key) && listed.words().contains("422 poison"), "{}", listed.words());
        city.got.lock().unwrap().poison = None;
        assert!(
            officer.post("/messages/retry", &[("row", &format!("registry_991015/{key}"))]).await?.words().contains("1件をもう一度送ります")
        );
        assert_eq!(city.dead().await?, []);
        assert_eq!(taken(&city.got.lock().unwrap()), ["1", "2", "4"]);
        let rounds = city.got.lock().unwrap().replica_rounds;
        let made: MadeReplicas = city.run(MAKE_REPLICAS, &Nothing {}).await?;
        assert_eq!((made.replicas, made.accepted, made.refused), (4, 3, 1));
        assert_eq!(city.got.lock().unwrap().replica_rounds, rounds, "nothing is told twice");
        // Inquiries go each alone; one of which atena knows nothing holds up no other.
        city.got.lock().unwrap().poison = Some("2".to_owned());
        let residents = ["1", "2", "4"].map(|number| number.parse().unwrap()).to_vec();
        let provider = MunicipalityCode::parse("992020").unwrap();
        let ask = Inquire { provider, information: "stomach_screening".to_owned(), residents };
        let inquired: Inquired = city.run(INQUIRE, &ask).await?;
        let fetched: FetchedAnswers = city.run(FETCH_ANSWERS, &Nothing {}).await?;
        assert_eq!((inquired.inquiries, fetched.answered, fetched.refused, fetched.pending), (3, 0, 1, 2));
        assert_eq!((city.dead().await?, city.got.lock().unwrap().inquiries.len()), (dead("inquiries", "422 poison"), 2));
        city.stop().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_1_a_task_that_the_hub_refuses_is_a_dead_letter_and_registers_its_people_once() {
    both(|rooms| async move {
        let city = started(rooms, clock()).await?;
        let mut late = person(3);
        late.protected = "1";
        city.take("residents.csv", &[person(1), person(2), late]).await?;
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = city.run(EXTRACT, &extract).await?;
        let _: RegisteredTemplates = city.run(REGISTER_TEMPLATES, &Nothing {}).await?;
        let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
        let register = async || {
            let registered: RegisteredTargets = city.run(REGISTER_TARGETS, &job).await?;
            Ok::<_, Failed>((registered.tasks, registered.registered, registered.refused))
        };
        city.got.lock().unwrap().hub_refuses = true;
        assert_eq!(register().await?, (1, 0, 2));
        assert_eq!(city.dead().await?, dead("hub-tasks", "422 asked"));
        // Sent again by an operator, it is the same task.
        city.got.lock().unwrap().hub_refuses = false;
        let key = city.messages().await?.messages[0].key;
        let path = console::outbox_retry("registry").replace("{key}", &key.to_string());
        let _: Nothing = city.console.post(&city.house.party, &path, SystemEntropy.id128(), &Nothing {}).await?;
        assert_eq!(city.dead().await?, []);
        assert_eq!(register().await?, (1, 2, 0));
        assert_eq!(city.got.lock().unwrap().tasks.keys().cloned().collect::<Vec<_>>(), [key.to_string()]);
        // Asked for again, a new task takes the place of the one that was refused.
        city.take("week.csv", &[person(1), person(2), person(3)]).await?;
        city.got.lock().unwrap().hub_refuses = true;
        assert_eq!(register().await?, (2, 2, 1));
        city.got.lock().unwrap().hub_refuses = false;
        assert_eq!(register().await?, (2, 3, 0));
        assert_eq!(city.dead().await?, []);
        let rows: Vec<_> = city.got.lock().unwrap().tasks.values().flatten().cloned().collect();
        assert_eq!(rows.len(), 3, "each once");
        // A result whose person is damaged here is for a person to look at; the others go in.
        let result = |sequence: i64, number: &str| {
            let row = rows.iter().find(|row| row.municipality_identity_key.trim_start_matches('0') == number).unwrap();
            result_of(row, sequence, &[("judgement", "3"), ("sound_teeth", "20")])
        };
        city.got.lock().unwrap().results = vec![result(5, "1"), result(6, "2"), result(7, "3")];
        city.damage(|tx| diesel::update(resident::table.filter(resident::number.eq("2"))).set(resident::birth.eq(0)).execute(tx)).await?;
        for _ in 0..2 {
            let downloaded: DownloadedResults = city.run(DOWNLOAD_RESULTS, &Nothing {}).await?;
            assert_eq!((downloaded.downloaded, downloaded.imported, downloaded.review, downloaded.refused), (3, 2, 1, 0));
        }
        city.stop().await
    })
    .await;
}

/// A result of the hub about somebody who was registered: a dental examination on 30 May 2026.
pub(crate) fn result_of(row: &RegistrationRow<String>, sequence: i64, items: &[(&str, &str)]) -> HubResult {
    let items = items.iter().map(|(item, value)| ((*item).to_owned(), (*value).to_owned()));
    HubResult {
        sequence,
        id: SystemEntropy.id128(),
        version: 1,
        municipality: crate::support::city(),
        municipality_identity_key: row.municipality_identity_key.clone(),
        programme: "oral_health".to_owned(),
        fiscal_year: FiscalYear(2026),
        examined_on: Date::constant(2026, 5, 30),
        institution: "0110113719".parse().unwrap(),
        basic_five_info: row.basic_five_info.clone().unwrap(),
        answers: Default::default(),
        items: items.collect::<std::collections::BTreeMap<_, _>>().into(),
    }
}
