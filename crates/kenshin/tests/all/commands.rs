//! The commands that outsiders run, on the files that outsiders read (`interfaces`): exit codes, files, JSON.

mod backup;
mod catalogue;
mod certificates;
mod files;
mod held;
mod job_files;
mod jobs;
mod joined;
mod keys;
mod master;
mod memory;
mod outbox;
mod previewed;
mod record;
mod registry;
mod served;
mod staff;
mod untouched;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::place::{Place, on_both};
use crate::support::program::{Done, run};

/// みほん市.
const CITY: &str = "991015";

/// `kenshin <command> --data … --files … <rest>`.
fn at<'a>(place: &Place, command: &[&'a str], rest: &[&'a str]) -> Done {
    let place = place.arguments();
    let place = place.iter().map(String::as_str);
    run(command.iter().copied().chain(place).chain(rest.iter().copied()).map(str::to_owned))
}

/// Sets up みほん市.
fn init(place: &Place) -> Done {
    at(place, &["init"], &["--municipality", CITY, "--name", "みほん市"])
}

#[test]
fn init_twice_makes_nothing_new_and_shows_the_password_once() {
    on_both(|place| {
        let first = init(place).ended(0);
        assert!(first.out.contains("one-time password"), "{}", first.out);
        let keys = bytes(&place.files().join("keys"));
        assert!(keys.len() >= 3, "{} keys", keys.len());
        let second = at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--json"]).ended(0).json();
        let parties: Vec<&str> = second["administrators"].as_array().unwrap().iter().map(|one| one["party"].as_str().unwrap()).collect();
        assert_eq!(parties, ["registry", "atena", "relay"].map(|system| format!("{system}.{CITY}")));
        for one in second["administrators"].as_array().unwrap() {
            assert_eq!(one["one_time_password"], serde_json::Value::Null, "{one}");
            assert!(first.out.contains(&format!("{}: admin, one-time password ", one["party"].as_str().unwrap())), "{}", first.out);
        }
        assert_eq!(second["rooms"].as_array().unwrap().len(), 3);
        assert_eq!(bytes(&place.files().join("keys")), keys, "a second init changes no key");
        for configuration in second["configurations"].as_array().unwrap() {
            let setting: wire::Setting = toml::from_str(&fs::read_to_string(configuration.as_str().unwrap()).unwrap()).unwrap();
            assert_eq!(setting.data, place.data());
        }
    });
}

#[test]
fn init_of_the_hub_makes_its_room_and_its_first_administrator_whether_a_city_is_there_or_not() {
    on_both(|place| {
        let hub = |more: &[&'static str]| at(place, &["init"], &[&["--hub", "--name", "みほんPMH"], more].concat());
        let first = hub(&[]).ended(0);
        assert!(first.out.contains("hub-core.national: admin, one-time password "), "{}", first.out);
        init(place).ended(0);
        let second = hub(&["--json"]).ended(0).json();
        assert_eq!(second["administrators"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&second["administrators"][0]["one_time_password"], &second["municipality"]),
            (&serde_json::Value::Null, &serde_json::Value::Null)
        );
        assert_eq!((second["rooms"].as_array().unwrap().len(), second["configurations"].as_array().unwrap().len()), (1, 1));
        let file = second["configurations"][0].as_str().unwrap();
        let setting: wire::Setting = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!((setting.party.to_string().as_str(), setting.data.as_str()), ("hub-core.national", place.data()));
        assert!(setting.pages.is_some() && setting.media.is_none() && setting.consumers.is_empty());
        let registry = format!("registry.{CITY}");
        let lacks = &second["lacking"].as_array().unwrap().iter().find(|lacking| lacking["file"] == file).unwrap();
        assert_eq!(lacks["consumers"], serde_json::json!([registry]), "the city came after the hub");
        let city = fs::read_to_string(place.files().join("etc").join(format!("registry.{CITY}.toml"))).unwrap();
        let city: wire::Setting = toml::from_str(&city).unwrap();
        assert!(setting.listen != city.listen && setting.pages != city.pages, "one machine can serve both");
        let accounts = at(place, &["accounts", "list"], &["--system", "hub-core"]).ended(0).out;
        assert!(accounts.contains("admin"), "{accounts}");
        for (command, rest) in [(["jobs", "start"], "exchange"), (["accounts", "list"], "--json"), (["accounts", "reissue"], "admin")] {
            let of_city = at(place, &command, &["--system", "hub-core", "--municipality", CITY, rest]).ended(2).err;
            assert!(of_city.contains("leave --municipality out"), "{of_city}");
        }
        // C-II-6-PMH-5: what opens individual numbers is not for the operator.
        let exchange = at(place, &["jobs", "start"], &["--system", "hub-core", "exchange"]).ended(1).err;
        assert!(exchange.contains("no policy permits it"), "{exchange}");
        at(place, &["migrate"], &[]).ended(0);
        at(place, &["doctor"], &[]).ended(0);
        let logs = at(place, &["ledger", "verify"], &["--json"]).ended(0).json();
        assert_eq!(logs.as_array().unwrap().len(), 4);
    });
}

#[test]
fn init_refuses_what_is_no_municipality() {
    let place = Place::folder();
    at(&place, &["init"], &["--name", "みほん市"]).ended(2);
    at(&place, &["init"], &["--hub", "--municipality", CITY, "--name", "みほん市"]).ended(2);
    at(&place, &["init"], &["--municipality", "991016", "--name", "みほん市"]).ended(2);
    at(&place, &["init"], &["--municipality", CITY, "--name", " "]).ended(2);
    at(&place, &["init"], &["--hub", "--name", "PMH", "--consumer", "atena.991015"]).ended(2);
    at(&place, &["init"], &["--party", "console.991015", "--name", "みほん市"]).ended(2);
    assert!(!place.files().exists(), "nothing was made");
}

#[test]
fn c_iii_3_r4_reg_2_what_init_writes_is_its_owners_alone() {
    on_both(|place| {
        init(place).ended(0);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let mut seen = 0;
        let mut folders = vec![place.files().to_owned()];
        while let Some(folder) = folders.pop() {
            assert_eq!(mode(&folder), 0o700, "{}", folder.display());
            for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.extension().is_none_or(|ending| !["sqlite-wal", "sqlite-shm"].iter().any(|other| ending == *other)) {
                    assert_eq!(mode(&entry), 0o600, "{}", entry.display());
                    seen += 1;
                }
            }
        }
        // three configurations with the address of the data, three keys of rooms, three master keys, five certificates with their keys
        assert!(seen >= 19, "{seen} files");
        let config = fs::read_to_string(place.files().join("etc").join(format!("registry.{CITY}.toml"))).unwrap();
        assert!(config.contains(place.data()));
    });
}

#[test]
fn a_panic_tells_its_place_and_nothing_of_what_it_says() {
    let again = std::env::current_exe().unwrap();
    let told = std::process::Command::new(again).args(["--exact", "commands::panics", "--ignored", "--nocapture"]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(!told.status.success() && out.contains("1 failed"), "{out}");
    assert!(err.contains("panicked at") && err.contains("commands.rs:"), "{err}");
    assert!(!err.contains("見本") && !out.contains("見本"), "{err}{out}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn panics() {
    kenshin::hide_panics();
    panic!("見本　花子");
}

#[test]
fn what_init_made_is_sound_to_migrate_doctor_and_ledger_verify() {
    on_both(|place| {
        init(place).ended(0);
        at(place, &["migrate"], &[]).ended(0);
        let findings = at(place, &["doctor"], &["--json"]).ended(0).json();
        let names: BTreeSet<&str> = findings.as_array().unwrap().iter().map(|finding| finding["what"].as_str().unwrap()).collect();
        assert!(names.len() >= 8, "an authority, three rooms, four certificates: {names:?}");
        assert!(findings.as_array().unwrap().iter().all(|finding| finding["ok"] == true), "{findings}");
        let logs = at(place, &["ledger", "verify"], &["--json"]).ended(0).json();
        let logs = logs.as_array().unwrap();
        assert_eq!(logs.len(), 3);
        assert!(logs.iter().all(|log| log["whole"] == true));
        assert!(logs.iter().any(|log| log["entries"].as_u64().unwrap() > 0), "making the administrator is recorded");
    });
}

#[test]
fn doctor_says_what_is_missing() {
    let place = Place::folder();
    let empty = at(&place, &["doctor"], &[]).ended(1);
    assert!(empty.out.contains("kenshin init"), "{}", empty.out);
    init(&place).ended(0);
    let key = place.files().join("keys").join(format!("registry.{CITY}.key"));
    fs::rename(&key, place.beside("away.key")).unwrap();
    let without = at(&place, &["doctor"], &[]).ended(1);
    assert!(without.out.contains("BAD") && without.out.contains("master key"), "{}", without.out);
    fs::rename(place.beside("away.key"), &key).unwrap();
    let whole = at(&place, &["doctor"], &[]).ended(0).out;
    assert!(whole.contains("what is for them waits: [peers]: \"hub-core.national\""), "{whole}");
    assert!(whole.contains("1 account is in use") && whole.contains(&format!("registry.{CITY} can start")), "{whole}");
    // A setting with a misspelt key, or a folder that is not there, starts nothing.
    let setting = place.files().join("etc").join(format!("registry.{CITY}.toml"));
    let text = fs::read_to_string(&setting).unwrap();
    for (wrong, why) in [
        (text.replace("master-key", "master_key"), "master_key"),
        (text.replace("/input/", "/inputs/"), "media"),
        (text.replace("party = \"registry", "party = \"console"), "nothing that this program can serve"),
    ] {
        assert_ne!(wrong, text, "{why}");
        let file = place.beside("wrong.toml");
        fs::write(&file, wrong).unwrap();
        let told = at(&place, &["doctor"], &["--config", file.to_str().unwrap()]).ended(1).out;
        assert!(told.contains("BAD  wrong.toml") && told.contains(why), "{told}");
    }
    let setting = place.files().join("etc").join(format!("atena.{CITY}.toml"));
    let text = fs::read_to_string(&setting).unwrap();
    fs::write(&setting, text.replace("listen =", "listens =")).unwrap();
    let mistyped = at(&place, &["doctor"], &[]).ended(1).out;
    assert!(mistyped.contains("unknown field `listens`"), "{mistyped}");
}

#[test]
fn doctor_counts_what_waits_for_somebody() {
    on_both(|place| {
        init(place).ended(0);
        let asked = ["--system", "registry", "--municipality", CITY, "follow-up", "fiscalYear=R8"];
        at(place, &["jobs", "start"], &asked).ended(0);
        at(place, &["doctor"], &[]).ended(0);
        let rooms = store::Rooms::open(store::Data::parse(place.data()).unwrap()).unwrap();
        let room =
            rooms.existing(&store::RoomName::new("registry", Some(vocabulary::MunicipalityCode::parse(CITY).unwrap()))).unwrap().unwrap();
        let fail = |tx: &mut store::Tx| {
            Ok::<_, store::StoreError>(diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE job SET state = 'failed'"), tx)?)
        };
        assert_eq!(room.write_blocking(fail).unwrap(), 1);
        drop((room, rooms));
        let failed = at(place, &["doctor"], &[]).ended(1).out;
        assert!(failed.contains("1 failed jobs, to be resumed or cancelled: kenshin jobs list --system registry"), "{failed}");
    });
}

#[test]
fn one_changed_byte_of_the_record_of_use_is_found() {
    let place = Place::folder();
    init(&place).ended(0);
    let data = place.data().to_owned();
    run(["ledger", "verify", "--data", &data]).ended(0);
    let room = rooms(place.files()).into_iter().find(|room| room.starts_with(place.files().join("registry"))).unwrap();
    // What an entry says was done, as it stands in the file of the room.
    let mut bytes = fs::read(&room).unwrap();
    let act = b"registry:accounts.manage";
    let places: Vec<usize> = bytes.windows(act.len()).enumerate().filter(|(_, window)| window == act).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the entry is in the file");
    for at in places {
        bytes[at + act.len() - 1] ^= 1;
    }
    fs::write(&room, bytes).unwrap();
    let found = run(["ledger", "verify", "--data", &data]).ended(1);
    assert!(found.out.contains("NOT WHOLE"), "{}", found.out);
}

#[test]
fn ledger_verify_proves_nothing_where_there_is_nothing() {
    let place = Place::folder();
    at(&place, &["ledger", "verify"], &[]).ended(1);
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(["completions", shell]).ended(0);
        assert!(script.out.contains("import-residents"), "{shell}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_teaches() {
    let wrong: [&[&str]; 13] = [
        &[],
        &["nothing-like-it"],
        &["demo", "--residents", "many"],
        &["demo", "--residents", "3"],
        &["synth", "--residents", "100"],
        &["synth", "--residents", "20", "--out", "city"],
        &["registry", "eligible", "--municipality", "991016", "--fiscal-year", "2026", "--out", "out.csv"],
        &["registry", "eligible", "--municipality", CITY, "--fiscal-year", "2026", "--on", "2026-02-30", "--out", "out.csv"],
        &["registry", "explain", "--municipality", CITY, "--resident", "A-00012345678901", "--programme", "cervix"],
        &["registry", "match", "--municipality", CITY, "--as", "a person", "in.csv", "--out", "out.csv"],
        &["init", "--name", "みほん市"],
        &["registry", "import-residents", "--municipality", CITY, "--encoding", "ebcdic", "file.csv"],
        &["serve", "everything", "--config", "file.toml"],
    ];
    for arguments in wrong {
        let done = run(arguments).ended(2);
        assert!(done.err.contains("--help"), "{arguments:?}: {}", done.err);
    }
    // What a city has, its registry knows.
    let place = Place::folder();
    init(&place).ended(0);
    let of = ["--municipality", CITY, "--out", "out.csv"];
    let told = at(&place, &["registry", "eligible", "--fiscal-year", "2026", "--programme", "heart"], &of).ended(2).err;
    assert!(["stomach", "cervix", "oral_health"].iter().all(|known| told.contains(known)), "{told}");
    let told = at(&place, &["registry", "export-results", "--type", "16"], &of).ended(2).err;
    assert!(told.contains("15"), "{told}");
    let help = run(["--help"]).ended(0);
    assert!(help.out.contains("Exit codes") && help.out.contains("kenshin demo"), "{}", help.out);
}

#[test]
fn serve_refuses_a_configuration_of_something_else() {
    let place = Place::folder();
    init(&place).ended(0);
    let config = place.files().join("etc").join(format!("registry.{CITY}.toml"));
    let done = run(["serve", "atena", "--config", config.to_str().unwrap()]).ended(1);
    assert!(done.err.contains("not what was asked for"), "{}", done.err);
    run(["serve", "registry", "--config", "/nowhere.toml"]).ended(1);
}

#[test]
fn synth_writes_the_same_bytes_again() {
    let place = Place::folder();
    let write = |name: &str, seed: &str| {
        let out = place.beside(name);
        run(["synth", "--residents", "200", "--seed", seed, "--out", out.to_str().unwrap()]).ended(0);
        bytes(&out)
    };
    let first = write("first", "5");
    assert!(first.len() >= 5);
    assert!(write("second", "5").iter().zip(&first).all(|(second, first)| second.1 == first.1));
    assert!(write("third", "6") != first);
}

/// The files right below a folder and below its `results`, sorted.
fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = below(folder.to_owned()).chain(below(folder.join("results"))).filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// The SQLite files of the rooms.
fn rooms(folder: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "sqlite")).collect()
}
