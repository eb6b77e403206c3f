//! The master key of a system that is served: in a file that is made when asked for, or in a device behind PKCS#11.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{CITY, init};
use crate::support::place::Place;
use crate::support::program::{Done, edge, kenshin};
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
