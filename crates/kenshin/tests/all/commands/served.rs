//! The program serving a system as `init` configured it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use vocabulary::Party;

use crate::support::program::kenshin;

/// Ends with the test, however that ends.
pub(super) struct Served {
    process: Child,
    /// Where it says that it is.
    pub(super) at: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    /// Serves what a setting file configures, on free ports, until it says `where_is`, after which its address stands.
    pub(super) fn start(config: &Path, where_is: &str) -> Served {
        Served::start_at(config, 0, where_is)
    }

    /// The same at a port; its pages on a free one.
    pub(super) fn start_at(config: &Path, port: u16, where_is: &str) -> Served {
        let party = move_to(config, port);
        let own = ["registry", "atena", "relay", "hub-core", "hub-edge"].contains(&party.system());
        let mut command = kenshin();
        command.args(["serve", if own { party.system() } else { "outside" }, "--config"]).arg(config);
        Served::by(command, where_is)
    }

    /// The same by a command that serves.
    pub(super) fn by(mut command: Command, where_is: &str) -> Served {
        let mut served = Served { process: command.stderr(Stdio::piped()).spawn().unwrap(), at: String::new() };
        let mut told = BufReader::new(served.process.stderr.take().unwrap());
        let mut line = String::new();
        served.at = loop {
            line.clear();
            assert!(told.read_line(&mut line).unwrap() > 0, "{command:?} ended before it served");
            if let Some((_, at)) = line.trim().split_once(where_is) {
                break at.to_owned();
            }
        };
        // What it says from here on must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        served
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Writes into a setting file that it is served at a port, its pages on a free one → whose it is.
pub(super) fn move_to(config: &Path, port: u16) -> Party {
    let text = fs::read_to_string(config).unwrap();
    let of_ports = |line: &str| match line.split_once(" = \"127.0.0.1:") {
        Some(("listen", _)) => format!("listen = \"127.0.0.1:{port}\"\n"),
        Some(("pages", _)) => "pages = \"127.0.0.1:0\"\n".to_owned(),
        _ => format!("{line}\n"),
    };
    fs::write(config, text.lines().map(of_ports).collect::<String>()).unwrap();
    text.split('"').nth(1).unwrap().parse().unwrap()
}
