//! `kenshin demo` with its pages, its ring closed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use super::place::Place;
use super::program::serving;

/// The running demonstration; it ends with the test, however that ends.
pub(crate) struct Demonstration {
    program: Child,
    /// Where its pages are, on this machine.
    pub(crate) port: u16,
}

impl Demonstration {
    /// Starts it on a free port and waits until the ring is closed.
    pub(crate) fn start(place: &Place, residents: u32) -> Demonstration {
        let mut program = serving(place, residents).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(program.stderr.take().unwrap());
        let mut demonstration = Demonstration { program, port: 0 };
        let mut line = String::new();
        while !line.contains("press Ctrl-C") {
            line.clear();
            assert!(told.read_line(&mut line).unwrap() > 0, "the demonstration ended before its ring was closed");
            if let Some((_, port)) = line.trim().split_once("http://localhost:") {
                demonstration.port = port.parse().unwrap();
            }
        }
        // What it says later is read too, so that it never waits for a reader.
        std::thread::spawn(move || told.read_to_end(&mut Vec::new()));
        demonstration
    }

    /// The address of a page.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
