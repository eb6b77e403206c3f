//! `kenshin ledger verify` with keys and checkpoints that were kept elsewhere, `kenshin ledger checkpoint`, and `kenshin ledger erase`.

use std::fs::{self, File};
use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use ledger::testing::caller;
use ledger::{Act, Frontier, LedgerError, Outcome, PersonId, Room, Seen, Subject, leaf};
use store::{Data, RoomName, Rooms};
use vault::FileMaster;
use vocabulary::{ManualClock, Purpose, SystemEntropy};

use super::{CITY, Done, at, init, outbox};
use crate::support::place::{Place, on_both};
use crate::support::program::kenshin;

#[test]
fn a_room_that_was_rewritten_and_signed_anew_is_whole_by_its_own_word_and_refused_by_the_key_that_was_kept() {
    let (place, forged) = (Place::folder(), Place::folder());
    let told = init(&place).ended(0).out;
    init(&forged).ended(0);
    let key = |of: &Place| of.files().join("etc").join(format!("registry.{CITY}.ledger-key"));
    let kept = fs::read_to_string(key(&place)).unwrap();
    assert!(kept.starts_with("kenshin") || kept.contains('+'), "{kept}");
    assert!(told.contains(kept.trim()), "init shows it: {told}");
    let verify = |of: &Place, rest: &[&str]| at(of, &["ledger", "verify"], rest);
    let kept = key(&place);
    let kept = ["--key", kept.to_str().unwrap(), "--json"];
    let registry = |done: super::Done| {
        let logs = done.json();
        logs.as_array().unwrap().iter().find(|log| log["room"] == format!("registry_{CITY}")).unwrap().clone()
    };
    let own = registry(verify(&place, &kept).ended(0));
    assert_eq!((own["whole"].as_bool(), own["key_given"].as_bool()), (Some(true), Some(true)));

    // The same room with another history, signed by keys that lie in it: by its own word it is whole.
    let alone = verify(&forged, &[]).ended(0);
    assert!(alone.out.contains("keys taken from the room itself"), "{}", alone.out);
    let refused = registry(verify(&forged, &kept).ended(1));
    assert_eq!((refused["whole"].as_bool(), refused["key_given"].as_bool()), (Some(false), Some(true)));
    assert!(!refused["findings"].as_array().unwrap().is_empty());

    // A second init does not replace the key that was kept by what the room says.
    fs::copy(key(&place), key(&forged)).unwrap();
    init(&forged).ended(0);
    assert_eq!(fs::read(key(&forged)).unwrap(), fs::read(key(&place)).unwrap());
    let nothing = place.beside("nothing.txt");
    fs::write(&nothing, "no key\n").unwrap();
    verify(&place, &["--key", nothing.to_str().unwrap()]).ended(1);
}

#[test]
fn a_list_of_people_goes_by_an_act_that_is_in_the_record_and_is_missed_when_it_goes_otherwise() {
    on_both(|place| {
        init(place).ended(0);
        let room = outbox::room(place);
        let mut entries = Vec::new();
        for first in [0, 1_000] {
            let mut people = room.people();
            people.extend((first..first + 1_000).map(|number: u32| PersonId::new(number.to_string())));
            let read = room.see_blocking(&caller("test", Purpose::Operation), Act::new("test:people.read"), |_, _| {
                Ok::<_, LedgerError>(Seen::many(people, ()))
            });
            read.unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            entries.push(runtime.block_on(room.ledger_size()).unwrap() - 1);
        }
        let erase = |entry: u64, reason: &[&str]| {
            let entry = entry.to_string();
            let rest = [&["--system", "relay", "--municipality", CITY, "--entry", &entry], reason].concat();
            at(place, &["ledger", "erase"], &rest)
        };
        erase(entries[0], &[]).ended(2);
        erase(entries[1] + 100, &["--reason", "kept for ten years"]).ended(1);
        erase(entries[0], &["--reason", "kept for ten years"]).ended(0);
        erase(entries[0], &["--reason", "again"]).ended(1);
        at(place, &["ledger", "verify"], &[]).ended(0);
        room.raw().write_blocking(|tx| Ok::<_, LedgerError>(tx.batch_execute("DELETE FROM ledger_people")?)).unwrap();
        let missed = at(place, &["ledger", "verify"], &[]).ended(1).out;
        assert!(missed.contains(&format!("entry {}: ", entries[1])) && !missed.contains(&format!("entry {}: ", entries[0])), "{missed}");
    });
}

/// Takes the newest entry away, as a database's account does that has no keys: entries and tree fit, and no checkpoint speaks of it.
fn cut(room: &Room, runtime: &tokio::runtime::Runtime) {
    let mut frontier = Frontier::default();
    let size = runtime.block_on(room.ledger_size()).unwrap();
    for at in 0..size - 1 {
        frontier.push(leaf(&runtime.block_on(room.entry(at)).unwrap().unwrap()), |_, _, _| ());
    }
    let bytes = |bytes: &[u8]| {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if room.is_embedded() { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
    };
    let (root, nodes) = (bytes(&frontier.root()), bytes(&frontier.to_bytes()));
    let attack = format!(
        "DELETE FROM ledger_batch WHERE first = {last}; DELETE FROM ledger_checkpoint; \
         UPDATE ledger_head SET size = {last}, root = {root}, frontier = {nodes}",
        last = size - 1
    );
    room.raw().write_blocking(|tx| Ok::<_, LedgerError>(tx.batch_execute(&attack)?)).unwrap();
}

#[test]
fn t_21_a_record_that_the_database_alone_rewrote_is_built_upon_by_no_command() {
    on_both(|place| {
        init(place).ended(0);
        let room = outbox::room(place);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for _ in 0..3 {
            let operator = caller("test", Purpose::Operation);
            runtime.block_on(room.event(&operator, Act::new("test:things.do"), Outcome::Read, Subject::None, "")).unwrap();
        }
        let of_room = ["--system", "relay", "--municipality", CITY];
        let note = at(place, &["ledger", "checkpoint"], &of_room).ended(0).out;
        let kept = place.beside("checkpoint.txt");
        fs::write(&kept, &note).unwrap();
        let verify = |rest: &[&str]| at(place, &["ledger", "verify"], rest);
        verify(&["--checkpoint", kept.to_str().unwrap()]).ended(0);
        cut(&room, &runtime);
        for command in ["checkpoint", "erase"] {
            let rest = if command == "erase" { &["--entry", "0", "--reason", "tidying"][..] } else { &[] };
            let refused = at(place, &["ledger", command], &[&of_room, rest].concat()).ended(1);
            assert!(refused.err.contains("was not written by this system"), "{}", refused.err);
        }
        let found = verify(&[]).ended(1).out;
        assert!(found.contains("bears no stamp") && found.contains("checkpoints were removed"), "{found}");
        let found = verify(&["--checkpoint", kept.to_str().unwrap()]).ended(1).out;
        assert!(found.contains("rolled back"), "{found}");
        fs::rename(place.files().join("keys"), place.beside("keys-away")).unwrap();
        let without = verify(&[]).ended(1).out;
        assert!(without.contains("checkpoints were removed") && without.contains("master key is not at hand"), "{without}");
    });
}

#[test]
fn t_21_a_witness_without_a_line_cosigns_by_files_what_goes_on_and_nothing_else() {
    on_both(|place| {
        const OTHER: &str = "992020";
        init(place).ended(0);
        let second = ["--municipality", OTHER, "--name", "となり市", "--json"];
        at(place, &["init"], &second).ended(0);
        let etc = place.files().join("etc");
        let key = |party: &str, kind: &str| etc.join(format!("{party}.{kind}")).display().to_string();
        let (record, witness) = (key(&format!("relay.{CITY}"), "ledger-key"), key(&format!("relay.{OTHER}"), "witness-key"));
        let room = outbox::room(place);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let act = || {
            let operator = caller("test", Purpose::Operation);
            runtime.block_on(room.event(&operator, Act::new("test:things.do"), Outcome::Read, Subject::None, "")).unwrap();
        };
        let (ask, cosigned) = (place.beside("ask.txt"), place.beside("cosigned.txt"));
        let [ask, cosigned] = [&ask, &cosigned].map(|file| file.display().to_string());
        let of_log = ["--system", "relay", "--municipality", CITY];
        let of_witness = ["--system", "relay", "--municipality", OTHER];
        let asked = |since: &str| at(place, &["ledger", "checkpoint"], &[&of_log[..], &["--since", since, "--out", &ask]].concat());
        let cosign =
            |keys: &[&str]| at(place, &["ledger", "witness", "cosign", &ask], &[&of_witness[..], keys, &["--out", &cosigned]].concat());
        act();
        asked("0").ended(0);
        // Whose record it is has to be known.
        let unknown = cosign(&[]).ended(1).err;
        assert!(unknown.contains("is not witnessed here"), "{unknown}");
        cosign(&["--key", &record]).ended(0);
        let keep = |keys: &[&str]| at(place, &["ledger", "cosigned", &cosigned], &[&of_log[..], keys].concat());
        assert!(keep(&[]).ended(1).err.contains("bears no cosignature"));
        keep(&["--key", &witness]).ended(0);
        // What is kept elsewhere now has the cosignature.
        let kept = place.beside("kept.txt");
        fs::write(&kept, at(place, &["ledger", "checkpoint"], &of_log).ended(0).out).unwrap();
        let lines = fs::read_to_string(&kept).unwrap().lines().filter(|line| line.starts_with('—') && line.contains("/witness ")).count();
        assert_eq!(lines, 1, "a cosignature that came by a file is kept once");
        let keys = ["--checkpoint", kept.to_str().unwrap(), "--key", &record, "--key", &witness];
        let verified = at(place, &["ledger", "verify"], &keys).ended(0).out;
        assert!(verified.contains("cosigned by witnesses 1 times"), "{verified}");
        // The witness says where it was.
        act();
        asked("0").ended(0);
        let elsewhere = cosign(&["--key", &record]).ended(1).err;
        let since = elsewhere.rsplit_once("--since ").unwrap().1.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned();
        asked(&since).ended(0);
        cosign(&["--key", &record]).ended(0);
        let origin = format!("kenshin/relay_{CITY}");
        let forget = ["ledger", "witness", "forget", &origin];
        at(place, &forget, &[&of_witness[..], &["--reason", "restored from a backup"]].concat()).ended(0);
        at(place, &forget, &[&of_witness[..], &["--reason", "restored from a backup"]].concat()).ended(1);
    });
}

/// The registry's room as it was used in a year long ago.
fn used_in_2020(place: &Place) {
    let master = FileMaster::open(place.files().join("keys").join(format!("registry.{CITY}.key")), Arc::new(SystemEntropy)).unwrap();
    let rooms = Rooms::open(Data::parse(place.data()).unwrap()).unwrap();
    let (name, clock) = (RoomName::new("registry", Some(CITY.parse().unwrap())), ManualClock::at("2020-01-01T00:00:00Z".parse().unwrap()));
    let migrations = work::migrations(registry::MIGRATIONS);
    let room = Room::open_blocking(&rooms, &name, &migrations, Arc::new(master), Arc::new(clock), Arc::new(SystemEntropy)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let operator = caller("test", Purpose::Operation);
    runtime.block_on(room.event(&operator, Act::new("test:things.do"), Outcome::Read, Subject::None, "")).unwrap();
}

#[test]
fn t_04_a_command_of_the_registry_goes_by_the_witnesses_of_its_setting_as_the_server_does() {
    on_both(|place| {
        init(place).ended(0);
        used_in_2020(place);
        let out = place.beside("due.csv").display().to_string();
        let list = || at(place, &["registry", "eligible"], &["--municipality", CITY, "--fiscal-year", "2026", "--out", &out]);
        list().ended(0);
        let etc = place.files().join("etc");
        let key = fs::read_to_string(etc.join(format!("registry.{CITY}.witness-key"))).unwrap();
        let setting = etc.join(format!("registry.{CITY}.toml"));
        let text = fs::read_to_string(&setting).unwrap();
        let key = key.lines().find(|line| line.contains('+')).unwrap();
        let lines = format!("witness-required = true\nwitnesses = [{{ party = \"registry.992020\", key = \"{key}\" }}]\n");
        fs::write(&setting, format!("{lines}{text}")).unwrap();
        let refused = list().ended(1).err;
        assert!(refused.contains("no witness has cosigned"), "{refused}");
        // Nobody could give what is required.
        fs::write(&setting, format!("witness-required = true\n{text}")).unwrap();
        assert!(at(place, &["doctor"], &[]).out.contains("without `witnesses` nobody cosigns"));
    });
}

#[test]
fn what_is_written_to_standard_output_by_its_path_comes_through_a_pipe_and_after_what_a_file_has() {
    let place = Place::folder();
    init(&place).ended(0);
    let of_room = ["--system", "registry", "--municipality", CITY];
    let note = at(&place, &["ledger", "checkpoint"], &of_room).ended(0).out;
    let ask = |out: &str| {
        let mut command = kenshin();
        command.args(["ledger", "checkpoint"]).args(place.arguments()).args(of_room).args(["--out", out]);
        command
    };
    for out in ["/dev/stdout", "/dev/fd/1"] {
        assert_eq!(Done::from(ask(out).output().unwrap()).ended(0).out, note, "{out}");
        let file = place.beside("notes");
        fs::write(&file, "before\n").unwrap();
        let appended = File::options().append(true).open(&file).unwrap();
        assert!(ask(out).stdout(appended).status().unwrap().success());
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("before\n{note}"), "{out}");
    }
}
