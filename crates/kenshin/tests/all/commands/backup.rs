//! `kenshin backup`, `restore`, `drill`: a city that is lost comes back as it was, and what is altered comes back not at all.

mod apart;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use backup::{read_private, verify};
use ledger::testing::caller;
use ledger::{Act, Outcome, Room, Subject};
use serde_json::Value;
use vocabulary::Purpose;

use super::registry::{city, registry};
use super::{CITY, Done, at, outbox};
use crate::support::city::rows;
use crate::support::place::{Place, on_both};
use crate::support::program::kenshin;

/// Sets up みほん市 with the private half of its key of backups beside it.
fn init(place: &Place) -> PathBuf {
    let key = place.beside("backup-key.private");
    at(place, &["init"], &["--municipality", CITY, "--name", "みほん市", "--backup-key", key.to_str().unwrap()]).ended(0);
    key
}

fn backup(place: &Place, out: &Path) -> Done {
    at(place, &["backup"], &["--out", out.to_str().unwrap(), "--as", "hanako", "--json"])
}

fn restore(file: &Path, to: &Place, key: &Path) -> Done {
    at(to, &["restore"], &[file.to_str().unwrap(), "--key", key.to_str().unwrap(), "--as", "hanako", "--json"])
}

/// A place of the same kind that is empty but for the master keys, as they came from the safe.
fn empty(like: &Place) -> Place {
    let place = if like.data().starts_with("postgres") { Place::database().unwrap() } else { Place::folder() };
    copy(&like.files().join("keys"), &place.files().join("keys"));
    place
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let to = to.join(entry.file_name().unwrap());
        match entry.is_dir() {
            true => copy(&entry, &to),
            false => assert!(fs::copy(&entry, &to).is_ok()),
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true => found.append(&mut files(&entry)),
            false => assert!(found.insert(entry)),
        }
    }
    found
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Entries of each room's record, each whole by the keys that `init` wrote.
fn entries(place: &Place) -> Vec<(String, u64)> {
    let keys: Vec<PathBuf> =
        files(&place.files().join("etc")).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "ledger-key")).collect();
    assert_eq!(keys.len(), 3);
    let keys: Vec<&str> = keys.iter().flat_map(|file| ["--key", file.to_str().unwrap()]).collect();
    let logs = at(place, &["ledger", "verify"], &[&keys[..], &["--json"]].concat()).ended(0).json();
    let of = |log: &Value| {
        assert_eq!((log["whole"].as_bool(), log["key_given"].as_bool(), log["stamp_read"].as_bool()), (Some(true), Some(true), Some(true)));
        (log["room"].as_str().unwrap().to_owned(), log["entries"].as_u64().unwrap())
    };
    logs.as_array().unwrap().iter().map(of).collect()
}

/// What the newest entries of a record say of the command, the newest first.
fn said(room: &Room) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let newest = runtime.block_on(ledger::newest(room.raw(), 2_000)).unwrap();
    let entries = newest.iter().map(|found| found.entry().unwrap()).filter(|entry| entry.action.starts_with("backup:"));
    entries.map(|entry| format!("{} {} {:?}", entry.action, entry.detail, entry.actor)).collect()
}

/// Some 200 entries a second in the relay's record until `done`; each that was acknowledged is counted.
fn write(room: &Room, done: &AtomicBool, acknowledged: &AtomicU64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        while !done.load(Ordering::Relaxed) {
            beat.tick().await;
            let operator = caller("console:test", Purpose::Operation);
            let one = || room.event(&operator, Act::new("test:rooms.write"), Outcome::Written, Subject::None, "written meanwhile");
            let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
            [a, b, c, d].into_iter().for_each(|one| one.unwrap());
            acknowledged.fetch_add(4, Ordering::Relaxed);
        }
    });
}

/// Names, addresses and numbers of the register as they would stand in plain form.
fn canaries(folder: &Path) -> Vec<Vec<u8>> {
    let rows = rows(&folder.join("residents.csv"));
    let cells =
        rows.iter().take(50).flat_map(|row| ["氏名", "氏名カナ", "個人番号", "住所"].into_iter().filter_map(|heading| row.get(heading)));
    let found: Vec<Vec<u8>> = cells.filter(|cell| cell.len() > 8).map(|cell| cell.clone().into_bytes()).collect();
    assert!(found.len() > 50);
    found
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(bytes, text).is_some()
}

#[test]
fn t_24_c_iii_7_r1_pmh_7_a_city_that_is_lost_while_it_is_written_to_comes_back_with_the_same_digests_and_goes_on() {
    on_both(|place| {
        let folder = city(place, "300");
        let key = init(place);
        registry(place, "import-residents", &[folder.join("residents.csv").to_str().unwrap()]).ended(0);
        let (file, relay) = (place.beside("city.backup"), outbox::room(place));
        let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
        let (made, before) = std::thread::scope(|scope| {
            scope.spawn(|| write(&relay, &done, &acknowledged));
            while acknowledged.load(Ordering::Relaxed) < 40 {
                std::thread::yield_now();
            }
            let before = acknowledged.load(Ordering::Relaxed);
            let made = backup(place, &file);
            done.store(true, Ordering::Relaxed);
            (made.ended(0).json(), before)
        });
        let after = acknowledged.load(Ordering::Relaxed);
        assert!(after > before, "somebody wrote meanwhile");
        let told = said(&relay);
        let [made_entry, begun] = &told[..] else { panic!("{told:?}") };
        assert!(begun.contains("backup begun") && begun.contains("/hanako"), "{begun}");
        assert!(made_entry.contains(made["sha256"].as_str().unwrap()), "{made_entry}");

        // Sealed, its owner's alone, and the key that opens it is not where the rooms are.
        let bytes = fs::read(&file).unwrap();
        assert_eq!((mode(&file), mode(&key), made["bytes"].as_u64()), (0o600, 0o600, Some(bytes.len() as u64)));
        let found: Vec<_> = canaries(&folder).into_iter().filter(|canary| contains(&bytes, canary)).collect();
        assert!(found.is_empty(), "{} canaries in the backup", found.len());
        // Looked for by another program: a file of SQLite's that this one closes would lose the locks of the room that it holds open.
        let private = fs::read_to_string(&key).unwrap().lines().last().unwrap().split_once(' ').unwrap().1.to_owned();
        let holds = |folder: &Path| {
            Command::new("grep").args(["--recursive", "--quiet", "--fixed-strings", &private]).arg(folder).status().unwrap().code()
        };
        assert_eq!((holds(&key), holds(place.files())), (Some(0), Some(1)));
        if !place.data().starts_with("postgres") {
            assert_eq!(holds(Path::new(place.data())), Some(1));
        }

        let back = empty(place);
        let restored = restore(&file, &back, &key).ended(0).json();
        assert_eq!(restored["rooms"], made["rooms"]);
        let notes = restored["notes"].to_string();
        assert!(
            notes.contains("names this place now (")
                && notes.contains("master-key")
                && notes.contains("do again")
                && notes.contains("authority's key"),
            "{notes}"
        );
        let (there, here) = (entries(place), entries(&back));
        let of = |all: &[(String, u64)], system: &str| all.iter().find(|(room, _)| *room == format!("{system}_{CITY}")).unwrap().1;
        // The copy has the beginning that was noted before it, and not its end; what was noted when it came back stands in the copy.
        for system in ["registry", "atena"] {
            assert_eq!(of(&here, system), of(&there, system), "{system}");
        }
        let more = of(&there, "relay") - of(&here, "relay");
        assert!(more <= after - before && of(&here, "relay") >= before, "{more} more than the copy, {} meanwhile", after - before);
        assert!(said(&outbox::room(&back))[0].contains("restored from the backup of "));

        // It goes on: sealed cells open, are changed and sealed anew.
        registry(&back, "import-residents", &[folder.join("weekly-01.csv").to_str().unwrap()]).ended(0);
        assert!(at(&back, &["accounts", "list"], &["--municipality", CITY]).ended(0).out.contains("admin"));
        for (folder, files) in [("etc", 10), ("tls", 9)] {
            let there: Vec<PathBuf> = self::files(&back.files().join(folder)).into_iter().collect();
            assert!(there.len() >= files && there.iter().all(|file| mode(file) == 0o600), "{there:?}");
        }
        assert!(!back.files().join("tls/authority.key").exists());
        restore(&file, &back, &key).ended(2);

        drilled(place, &file, &key);
    });
}

/// A drill dates what it found, stands in the records, and leaves nothing of the city behind; so does one of a backup that is not whole.
fn drilled(place: &Place, file: &Path, key: &Path) {
    let scratch = place.data().starts_with("postgres").then(|| Place::database().unwrap());
    let drill = |file: &Path| {
        let more = scratch.as_ref().map_or_else(Vec::new, |scratch| vec!["--scratch", scratch.data()]);
        let asked = ["--backup", file.to_str().unwrap(), "--key", key.to_str().unwrap(), "--json"];
        at(place, &["drill"], &[&asked[..], &more].concat())
    };
    if scratch.is_some() {
        at(place, &["drill"], &["--backup", file.to_str().unwrap(), "--key", key.to_str().unwrap()]).ended(2);
    }
    for _ in 0..2 {
        let held = drill(file).ended(0).json();
        assert!(held["rows"].as_u64().unwrap() > 300 && held["entries"].as_u64().unwrap() > 40, "{held}");
    }
    let bad = place.beside("bad.backup");
    let mut bytes = fs::read(file).unwrap();
    bytes.pop();
    fs::write(&bad, bytes).unwrap();
    assert!(drill(&bad).ended(1).json()["wrong"].as_str().unwrap().contains("cut off"));
    let dated = fs::read_to_string(place.files().join("drills.csv")).unwrap();
    let whole: Vec<&str> = dated.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().1).collect();
    assert_eq!((whole, mode(&place.files().join("drills.csv"))), (vec!["true", "true", "false"], 0o600));
    let scratch_folders =
        fs::read_dir(place.files()).unwrap().filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("drill-"));
    assert_eq!(scratch_folders.count(), 0);
    if let Some(scratch) = scratch {
        assert!(at(&scratch, &["ledger", "verify"], &[]).ended(1).out.contains("no record of use here"));
    }
    let told = said(&outbox::room(place));
    assert!(told[0].contains(": not whole") && told[1].contains(": whole"), "{told:?}");
}

#[test]
fn t_24_a_backup_with_any_byte_altered_or_missing_is_refused_and_nothing_is_put_in_place() {
    let place = Place::folder();
    let key = init(&place);
    let file = place.beside("city.backup");
    backup(&place, &file).ended(0);
    let receiver = read_private(&fs::read_to_string(&key).unwrap()).unwrap();
    let good = fs::read(&file).unwrap();
    assert_eq!(verify(good.as_slice(), &receiver).unwrap().manifest.rooms.len(), 3);
    // The head (its length in bytes: the first line, a thumbprint, an encapsulated key) closely, the rest from end to end.
    let (head, step) = (17 + 32 + 1120, good.len() / 60);
    for at in (0..head).step_by(8).chain((head..good.len()).step_by(step)).chain([good.len() - 1]) {
        let mut altered = good.clone();
        altered[at] ^= 0x10;
        assert!(verify(altered.as_slice(), &receiver).is_err(), "byte {at}");
    }
    let to = empty(&place);
    let before = files(to.files());
    let altered = place.beside("altered.backup");
    let half = good.len() / 2;
    let flipped = |at: usize| good.iter().enumerate().map(|(place, byte)| if place == at { byte ^ 1 } else { *byte }).collect::<Vec<u8>>();
    let cases = [
        flipped(0),
        flipped(40),
        flipped(half),
        flipped(good.len() - 1),
        good[..half].to_vec(),
        good[..good.len() - 1].to_vec(),
        Vec::new(),
        [&good[..], b"x"].concat(),
    ];
    for bytes in cases {
        fs::write(&altered, bytes).unwrap();
        let told = restore(&altered, &to, &key).ended(1).err;
        assert!(told.contains("backup"), "{told}");
        assert_eq!(files(to.files()), before);
    }
    restore(&file, &to, &key).ended(0);
}

#[test]
fn a_backup_is_put_back_with_its_own_keys_into_an_empty_place_alone_and_written_over_nothing() {
    let place = Place::folder();
    let key = init(&place);
    let file = place.beside("city.backup");
    backup(&place, &file).ended(0);
    assert!(backup(&place, &file).ended(2).err.contains("there already"));
    let link = place.beside("link.backup");
    std::os::unix::fs::symlink(place.beside("elsewhere"), &link).unwrap();
    backup(&place, &link).ended(2);
    assert!(!place.beside("elsewhere").exists());

    // Another's key; no key; the public half.
    let other = Place::folder();
    let others_key = init(&other);
    let to = empty(&place);
    assert!(restore(&file, &to, &others_key).ended(1).err.contains("another key"));
    restore(&file, &to, &place.beside("nothing")).ended(1);
    assert!(restore(&file, &to, &place.files().join("etc/backup-key")).ended(1).err.contains("private half"));
    // Without the master keys, or with those of another.
    let (without, with_others) = (Place::folder(), empty(&other));
    assert!(restore(&file, &without, &key).ended(1).err.contains("from the safe"));
    assert!(restore(&file, &with_others, &key).ended(1).err.contains("not the key of that time"));
    // What is there is left as it is.
    let before = files(other.files());
    restore(&file, &other, &key).ended(2);
    fs::create_dir(to.files().join("etc")).unwrap();
    fs::write(to.files().join("etc/registry.991015.toml"), "ours").unwrap();
    assert!(restore(&file, &to, &key).ended(1).err.contains("empty place"));
    assert_eq!(files(other.files()), before);
    for place in [&to, &without, &with_others] {
        assert!(files(place.files()).iter().all(|file| !file.to_str().unwrap().ends_with(".sqlite")));
    }
    // The other kind of database.
    if let Some(database) = Place::database() {
        copy(&place.files().join("keys"), &database.files().join("keys"));
        assert!(restore(&file, &database, &key).ended(1).err.contains("rooms of SQLite"));
    }
    // No private half among the rooms.
    let within = place.files().join("backup-key.private");
    let third = ["--municipality", CITY, "--name", "みほん市", "--backup-key", within.to_str().unwrap()];
    fs::remove_file(place.files().join("etc/backup-key")).unwrap();
    assert!(at(&place, &["init"], &third).ended(2).err.contains("elsewhere"));
    assert!(backup(&place, &place.beside("none.backup")).ended(1).err.contains("kenshin init"));
    let rooms = place.data().to_owned() + "/registry/backup-key.private";
    assert!(at(&place, &["init"], &[&third[..5], &[&rooms]].concat()).ended(2).err.contains("elsewhere"));
    // Nor in a log: it is shown at a terminal alone.
    let told = at(&place, &["init"], &third[..4]).ended(0).out;
    assert!(told.contains("etc/backup-key: kenshin init --backup-key FILE") && !told.contains("kenshin-backup-private-1"), "{told}");
    assert!(!place.files().join("etc/backup-key").exists());
    // Nor over another file, and then there is no public half to seal to.
    at(&place, &["init"], &[&third[..5], &[key.to_str().unwrap()]].concat()).ended(1);
    assert!(!place.files().join("etc/backup-key").exists() && fs::read_to_string(&key).unwrap().contains("private"));
}

#[test]
fn t_01_a_backup_that_is_killed_leaves_no_plain_copy_and_the_next_is_whole() {
    let place = Place::folder();
    let folder = city(&place, "300");
    let key = init(&place);
    registry(&place, "import-residents", &[folder.join("residents.csv").to_str().unwrap()]).ended(0);
    let known = |place: &Place| -> BTreeSet<PathBuf> {
        let passing = |file: &PathBuf| {
            ["-wal", "-shm", ".lock"].iter().any(|ending| file.to_str().unwrap().ends_with(ending))
                || file.to_str().unwrap().contains(".marks/")
        };
        files(place.files()).into_iter().filter(|file| !passing(file)).collect()
    };
    let (before, into) = (known(&place), place.beside("backups"));
    fs::create_dir(&into).unwrap();
    let (canaries, mut broken) = (canaries(&folder), 0);
    for milliseconds in [20, 60, 100, 140, 180, 220, 260] {
        let out = into.join(format!("{milliseconds}.backup"));
        let mut program = kenshin();
        let mut program = program.args(["backup", "--out", out.to_str().unwrap()]).args(place.arguments()).spawn().unwrap();
        std::thread::park_timeout(Duration::from_millis(milliseconds));
        let _ = program.kill();
        broken += u64::from(!program.wait().unwrap().success());
        assert_eq!(known(&place), before, "nothing is left among the rooms");
    }
    assert!(broken > 0, "none was killed before its end");
    for file in files(&into) {
        let bytes = fs::read(&file).unwrap();
        assert!(canaries.iter().all(|canary| !contains(&bytes, canary)) && mode(&file) == 0o600, "{}", file.display());
    }
    let file = into.join("whole.backup");
    backup(&place, &file).ended(0);
    restore(&file, &empty(&place), &key).ended(0);
}
