//! The master key of a system that is served: in a file that is made when asked for, or in a device behind PKCS#11.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::served::move_to;
use super::{CITY, at, init};
use crate::support::place::Place;
use crate::support::program::{Done, edge, kenshin, run};
use crate::support::setting;

/// Where Debian and others put SoftHSM2.
const SOFTHSM: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
];

/// A program with what SoftHSM2 takes from its environment.
struct Device {
    place: Place,
    module: PathBuf,
}

impl Device {
    /// A token `city` whose PIN lies in a file; none where tests are excused from what has to be installed.
    fn new() -> Option<Device> {
        let place = Place::folder();
        let module = SOFTHSM.into_iter().map(PathBuf::from).find(|path| path.exists());
        let excused = setting("KENSHIN_ONLY_SQLITE").is_some_and(|only| only == "1");
        assert!(module.is_some() || excused, "there is no SoftHSM2: run `cargo xtask test`, or install Debian's package softhsm2");
        let module = module?;
        let tokens = place.beside("tokens");
        fs::create_dir(&tokens).unwrap();
        fs::write(place.beside("softhsm2.conf"), format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display()))
            .unwrap();
        fs::write(place.beside("pin"), "12345678\n").unwrap();
        let device = Device { place, module };
        device.pin_mode(0o600);
        let mut tool = Command::new("softhsm2-util");
        tool.args(["--init-token", "--free", "--label", "city", "--so-pin", "87654321", "--pin", "12345678"]);
        assert!(device.at(tool).output().unwrap().status.success());
        Some(device)
    }

    fn pin_mode(&self, mode: u32) {
        fs::set_permissions(self.place.beside("pin"), PermissionsExt::from_mode(mode)).unwrap();
    }

    fn at(&self, mut command: Command) -> Command {
        command.env("SOFTHSM2_CONF", self.place.beside("softhsm2.conf"));
        command
    }

    /// A configuration whose master key is in the device; its rooms are of its own.
    fn config(&self, party: &str) -> PathBuf {
        let (files, own) = (self.place.files().display(), self.place.beside("own"));
        let pin = self.place.beside("pin");
        let text = format!(
            "party = \"{party}\"\nlisten = \"127.0.0.1:0\"\ndata = \"{}\"\ntls = \"{files}/tls\"\n\
             master-key = {{ pkcs11 = {{ module = \"{}\", token = \"city\", label = \"kenshin\", pin-file = \"{}\" }} }}\n",
            own.display(),
            self.module.display(),
            pin.display()
        );
        let file = self.place.beside(&format!("{party}.toml"));
        fs::write(&file, text).unwrap();
        file
    }
}

/// Runs until it says that it listens; then it is told to stop, and ends well.
fn serves(mut command: Command) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut told = Vec::new();
    let mut listens = false;
    for line in lines {
        listens = listens || line.contains("serves");
        told.push(line);
        if listens {
            break;
        }
    }
    stop(&mut child);
    assert!(listens, "{told:?}");
}

fn stop(child: &mut Child) {
    let _ = Command::new("kill").args(["-KILL", &child.id().to_string()]).status();
    child.wait().unwrap();
}

/// `make`, `serve` of one program with this configuration.
fn lives(device: &Device, program: impl Fn() -> Command, config: &Path) {
    let ask = |make: bool| {
        let mut command = device.at(program());
        command.arg("--config").arg(config).stdin(Stdio::null());
        if make {
            command.arg("--make-master-key");
        }
        command
    };
    let ended = |mut command: Command| -> Done { command.output().unwrap().into() };
    let without = ended(ask(false)).ended(1);
    assert!(without.err.contains("master key"), "{}", without.err);
    device.pin_mode(0o640);
    let open = ended(ask(true)).ended(1);
    assert!(open.err.contains("chmod 600") && !open.err.contains("12345678"), "{}", open.err);
    device.pin_mode(0o600);
    ended(ask(true)).ended(0);
    let again = ended(ask(true)).ended(1);
    assert!(again.err.contains("already"), "{}", again.err);
    // The first start makes the room, the second opens it with the same key.
    serves(ask(false));
    serves(ask(false));
}

#[test]
fn a_system_is_served_with_its_master_key_in_a_device() {
    let Some(device) = Device::new() else { return };
    init(&device.place).ended(0);
    let serve = || {
        let mut command = kenshin();
        command.args(["serve", "atena"]);
        command
    };
    lives(&device, serve, &device.config(&format!("atena.{CITY}")));
}

#[test]
fn the_public_side_is_served_with_its_master_key_in_a_device() {
    let Some(device) = Device::new() else { return };
    init(&device.place).ended(0);
    let tls = device.place.files().join("tls");
    let authority = line::pki::Authority::open(&tls).unwrap();
    let party: vocabulary::Party = "hub-edge.national".parse().unwrap();
    authority.issue(&party, &vocabulary::SystemClock, &vocabulary::SystemEntropy).unwrap().save(&tls).unwrap();
    lives(&device, || Command::new(edge()), &device.config("hub-edge.national"));
}

/// The setting of みほん市's registry, with another master key.
fn named(place: &Place, key: &str) -> PathBuf {
    let file = place.files().join("etc").join(format!("registry.{CITY}.toml"));
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().map(|line| if line.starts_with("master-key") { format!("master-key = {key}\n") } else { format!("{line}\n") });
    fs::write(&file, lines.collect::<String>()).unwrap();
    move_to(&file, 0);
    file
}

/// Whether a command beside the server opens the room.
fn opens(command: &mut Command, place: &Place) -> Done {
    command.args(["accounts", "list", "--municipality", CITY]).args(place.arguments()).output().unwrap().into()
}

#[test]
fn a_key_that_a_passphrase_closes_serves_with_it_and_the_commands_find_it_where_the_setting_says() {
    let place = Place::folder();
    init(&place).ended(0);
    let (key, secret) = (place.files().join("keys").join(format!("registry.{CITY}.key")), place.beside("passphrase"));
    let plain = fs::read_to_string(&key).unwrap();
    fs::write(&secret, "開け 胡麻 と 六つの 言葉 1234\n").unwrap();
    fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
    let closed = |passphrase: &str| named(&place, &format!("{{ file = \"{}\", passphrase = {passphrase} }}", key.display()));
    let config = closed(&format!("{{ file = \"{}\" }}", secret.display()));
    let serve = || {
        let mut command = kenshin();
        command.args(["serve", "registry", "--config"]).arg(&config);
        command
    };
    fs::write(&secret, "開け 胡麻\n").unwrap();
    let short = Done::from(serve().arg("--make-master-key").output().unwrap()).ended(1).err;
    assert!(short.contains("at least 16 characters") && fs::read_to_string(&key).unwrap() == plain, "{short}");
    fs::write(&secret, "開け 胡麻 と 六つの 言葉 1234\n").unwrap();
    let not_yet = Done::from(serve().output().unwrap()).ended(1).err;
    assert!(not_yet.contains("--make-master-key closes it"), "{not_yet}");
    Done::from(serve().arg("--make-master-key").output().unwrap()).ended(0);
    assert!(!fs::read_to_string(&key).unwrap().contains(plain.lines().last().unwrap().split_once(' ').unwrap().1));
    let again = Done::from(serve().arg("--make-master-key").output().unwrap()).ended(1).err;
    assert!(again.contains("already"), "{again}");
    serves(serve());
    opens(&mut kenshin(), &place).ended(0);
    at(&place, &["doctor"], &[]).ended(0);
    let log = at(&place, &["ledger", "verify"], &["--json"]).ended(0).json();
    assert!(log.as_array().unwrap().iter().all(|log| log["stamp_read"] == true), "{log}");
    // From the environment, and by a descriptor, the same; without it, or with another, nothing opens.
    closed("{ environment = \"KENSHIN_PASSPHRASE\" }");
    opens(kenshin().env("KENSHIN_PASSPHRASE", "開け 胡麻 と 六つの 言葉 1234"), &place).ended(0);
    for wrong in ["開け 胡麻", ""] {
        let told = opens(kenshin().env("KENSHIN_PASSPHRASE", wrong), &place).ended(1).err;
        assert!(told.contains("passphrase") && !told.contains("胡麻"), "{told}");
        let mut verify = kenshin();
        verify.args(["ledger", "verify"]).args(place.arguments()).env("KENSHIN_PASSPHRASE", wrong);
        let told = Done::from(verify.output().unwrap()).ended(1).err;
        assert!(told.contains("passphrase") && !told.contains("胡麻"), "a key that does not open is not one that is elsewhere: {told}");
    }
    closed("{ descriptor = 0 }");
    opens(kenshin().stdin(fs::File::open(&secret).unwrap()), &place).ended(0);
}

#[test]
fn a_key_that_systemd_hands_over_serves_from_its_folder_of_credentials() {
    let place = Place::folder();
    init(&place).ended(0);
    let (key, credentials) = (place.files().join("keys").join(format!("registry.{CITY}.key")), place.beside("credentials"));
    fs::create_dir(&credentials).unwrap();
    fs::rename(&key, credentials.join("registry")).unwrap();
    fs::set_permissions(credentials.join("registry"), PermissionsExt::from_mode(0o440)).unwrap();
    let config = named(&place, "{ credential = \"registry\" }");
    let without = opens(&mut kenshin(), &place).ended(1).err;
    assert!(without.contains("LoadCredentialEncrypted=registry"), "{without}");
    let unverified = at(&place, &["ledger", "verify"], &[]).ended(1).err;
    assert!(unverified.contains("LoadCredentialEncrypted=registry"), "{unverified}");
    opens(kenshin().env("CREDENTIALS_DIRECTORY", &credentials), &place).ended(0);
    let mut serve = kenshin();
    serve.args(["serve", "registry", "--config"]).arg(&config).env("CREDENTIALS_DIRECTORY", &credentials);
    serves(serve);
    named(&place, "{ credential = \"../credentials/registry\" }");
    opens(kenshin().env("CREDENTIALS_DIRECTORY", &credentials), &place).ended(1);
}

#[test]
fn init_makes_no_master_key_in_the_folder_of_the_data_unless_it_is_told_to() {
    let place = Place::folder();
    let data = place.beside("city");
    let data = data.to_str().unwrap();
    let init = |data: &str, more: &[&str]| {
        let asked = ["init", "--data", data, "--municipality", CITY, "--name", "みほん市"];
        run(asked.iter().chain(more))
    };
    let key = format!("registry.{CITY}.key");
    init(&format!("{data}/"), &[]).ended(0);
    assert!(!place.beside("city/keys").exists() && place.beside("city.keys").join(&key).exists());
    // The other commands go by the setting; asked again, init leaves the key where it is.
    init(data, &["--keys", place.beside("elsewhere").to_str().unwrap()]).ended(0);
    assert!(!place.beside("elsewhere").exists());
    run(["doctor", "--data", data]).ended(0);
    run(["accounts", "list", "--municipality", CITY, "--data", data]).ended(0);
    let other = place.beside("other");
    init(other.to_str().unwrap(), &["--keys", place.beside("elsewhere").to_str().unwrap()]).ended(0);
    assert!(place.beside("elsewhere").join(&key).exists() && !place.beside("other.keys").exists());
}

#[test]
fn keys_are_made_apart_from_data_and_files_however_their_paths_are_written() {
    let place = Place::folder();
    let (here, other, linked) = (place.beside("here"), place.beside("other"), place.beside("linked"));
    fs::create_dir(&here).unwrap();
    std::os::unix::fs::symlink(here.parent().unwrap(), &linked).unwrap();
    std::os::unix::fs::symlink(&other, place.beside("dangling")).unwrap();
    let init = |more: &[&str]| {
        let mut command = kenshin();
        command.current_dir(&here).args(["init", "--municipality", CITY, "--name", "みほん市"]).args(more);
        Done::from(command.output().unwrap())
    };
    for keys in ["../other", "../other/keys", "../here/../other/new/../keys", "../linked/other/keys"] {
        let told = init(&["--data", "../other", "--keys", keys]).ended(2).err;
        assert!(told.contains("is within") && !other.exists(), "{told}");
    }
    init(&["--data", "../other", "--keys", "../dangling/keys"]).ended(1);
    assert!(!other.exists());
    init(&["--data", "../other", "--files", "files", "--keys", "files/keys"]).ended(2);
    init(&["--data", "/"]).ended(2);
    init(&["--data", "."]).ended(0);
    let key = format!("here.keys/registry.{CITY}.key");
    assert!(place.beside(&key).exists() && !here.join("..keys").exists());
    // Without the keys the record is verified by its signatures alone.
    fs::rename(place.beside("here.keys"), place.beside("safe")).unwrap();
    let logs = run(["ledger", "verify", "--json", "--data", here.to_str().unwrap()]).ended(0).json();
    assert!(logs.as_array().unwrap().iter().all(|log| log["stamp_read"] == false), "{logs}");
}

#[test]
fn a_copied_folder_does_not_use_the_keys_and_marks_of_the_original() {
    let place = Place::folder();
    let (original, copy) = (place.beside("city"), place.beside("copy"));
    let (original, copy) = (original.to_str().unwrap(), copy.to_str().unwrap());
    let list = |data: &str| run(["accounts", "list", "--municipality", CITY, "--data", data]);
    run(["init", "--data", original, "--municipality", CITY, "--name", "みほん市"]).ended(0);
    assert!(Command::new("cp").args(["-a", original, copy]).status().unwrap().success());
    let setting = format!("{copy}/etc/registry.{CITY}.toml");
    let told = list(copy).ended(1).err;
    assert!(told.contains(&setting) && told.contains(original), "{told}");
    let told = run(["doctor", "--data", copy]).ended(1).out;
    assert!(told.contains(&setting), "{told}");
    run(["init", "--data", copy, "--municipality", CITY, "--name", "みほん市"]).ended(1);
    // With a setting and keys of its own it is a place of its own; by another path the original is the same.
    assert!(Command::new("cp").arg("-a").args(["city.keys", "copy.keys"].map(|name| place.beside(name))).status().unwrap().success());
    fs::write(&setting, fs::read_to_string(&setting).unwrap().replace(original, copy)).unwrap();
    list(copy).ended(0);
    std::os::unix::fs::symlink(original, place.beside("linked")).unwrap();
    list(place.beside("linked").to_str().unwrap()).ended(0);
}
