//! What a process that serves gives away of its memory.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::{Child, Command};

use super::served::{Served, move_to};
use super::{CITY, at, init};
use crate::support::place::Place;
use crate::support::program::{edge, kenshin};

/// A program without the power to look into every process, which root has.
fn powerless(program: Command) -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return program;
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-all", "--inh-caps=-all"]).arg(program.get_program()).args(program.get_args());
    command
}

/// Whether another process of the same user and power may read its environment, and with that its memory.
fn may_be_looked_into(process: u32) -> bool {
    let mut look = Command::new("cat");
    look.arg(format!("/proc/{process}/environ"));
    powerless(look).output().unwrap().status.success()
}

/// Ended with the test.
struct Sleeper(Child);

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn no_core_is_written_of_a_program_that_serves_and_nobody_of_its_user_may_look_into_it() {
    let place = Place::folder();
    init(&place).ended(0);
    at(&place, &["init"], &["--party", "hub-edge.national", "--name", "PMH"]).ended(0);
    let config = |party: &str| place.files().join("etc").join(format!("{party}.toml"));
    let (registry, public) = (config(&format!("registry.{CITY}")), config("hub-edge.national"));
    move_to(&registry, 0);
    move_to(&public, 0);
    let mut all = kenshin();
    all.args(["serve", "registry", "--config"]).arg(&registry);
    let mut apart = Command::new(edge());
    apart.arg("--config").arg(&public);
    for (program, says) in [(all, "listens on "), (apart, "addr=")] {
        let served = Served::by(powerless(program), says);
        let limits = fs::read_to_string(format!("/proc/{}/limits", served.id())).unwrap();
        let core: Vec<&str> = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap().split_whitespace().collect();
        assert_eq!(core, ["0", "0", "bytes"]);
        assert!(!may_be_looked_into(served.id()));
    }
    let mut sleep = Command::new("sleep");
    sleep.arg("600");
    let mut sleeper = Sleeper(powerless(sleep).spawn().unwrap());
    // At once it is still what makes it powerless.
    while !may_be_looked_into(sleeper.0.id()) {
        assert!(sleeper.0.try_wait().unwrap().is_none(), "a program that does not forbid it may be looked into");
    }
}
