//! There is one text of every query: what the whole ring, the staff's pages and every command ask of SQLite, PostgreSQL prepares too, in the
//! room it belongs to.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Mutex, PoisonError};

use clap::Parser as _;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use kenshin::arguments::Arguments;

use crate::support::lines;
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, demo, psql};

/// みほん市.
const CITY: &str = "991015";
/// A small city: every statement is asked, how often does not matter.
const RESIDENTS: u32 = 200;

/// Schema and text of what was asked of SQLite in this process.
static ASKED: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

#[test]
fn t_16_every_statement_that_ring_pages_and_commands_ask_of_sqlite_is_prepared_by_postgresql() {
    set_default_instrumentation(|| Some(Box::new(Recorder::default()))).unwrap();
    on_both(|place| {
        if !place.data().starts_with("postgres") {
            lines::heard(place, RESIDENTS);
            commands(place);
            return;
        }
        let done: Done = demo(place, RESIDENTS).output().unwrap().into();
        done.ended(0);
        let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(asked.len() > 300, "{} statements", asked.len());
        let prepare = |(number, (schema, text)): (usize, &(String, String))| {
            format!("set role {schema}; set search_path to {schema}; prepare s{number} as {text};\n")
        };
        let script = place.beside("prepare.sql");
        // This table is there for as long as a first file is under way; the store's tests run what is asked of it on both databases.
        let lasting = asked.iter().filter(|(_, text)| !text.contains("\"postponed_index\""));
        fs::write(&script, lasting.enumerate().map(prepare).collect::<String>()).unwrap();
        let told = psql(place, &script).ended(0).err;
        let refused = told.lines().filter(|line| line.contains("ERROR")).count();
        assert_eq!(refused, 0, "{told}\n{}", fs::read_to_string(&script).unwrap());
    });
}

/// Every command that asks a room, on what the ring left; files with refused rows among them.
fn commands(place: &Place) {
    let input = place.files().join("input").join(CITY);
    let file = |name: &str| input.join(name).display().to_string();
    let (out, rejects) = (place.beside("out.csv").display().to_string(), place.beside("rejects.csv").display().to_string());
    let city = ["--municipality", CITY];
    let refused = place.beside("refused.csv");
    let text = fs::read_to_string(input.join("residents.csv")).unwrap();
    let mut lines = text.lines().take(4).map(str::to_owned).collect::<Vec<_>>();
    lines.push(lines[1].replace(',', ""));
    fs::write(&refused, lines.join("\n")).unwrap();
    let resident = lines[1].split(',').next().unwrap();
    let asked = |command: &[&str], rest: &[&str]| {
        let words = ["kenshin"].iter().chain(command).map(|word| (*word).to_owned()).chain(place.arguments());
        kenshin::run(Arguments::parse_from(words.chain(rest.iter().map(|word| (*word).to_owned())))).unwrap()
    };
    asked(&["init"], &[&city[..], &["--name", "みほん市"]].concat());
    asked(&["migrate"], &[]);
    asked(&["doctor"], &[]);
    let of_city = |rest: &[&str]| [&city[..], rest].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let registry = |command: &str, rest: &[&str]| {
        let rest = of_city(rest);
        asked(&["registry", command], &rest.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for name in ["residents.csv", "weekly-01.csv"] {
        registry("import-residents", &[&file(name), "--rejects", &rejects]);
    }
    registry("import-residents", &[refused.to_str().unwrap(), "--rejects", &rejects]);
    let mut types = BTreeSet::new();
    for one in fs::read_dir(input.join("results")).unwrap() {
        let path = one.unwrap().path();
        let number = path.file_name().unwrap().to_str().unwrap()[..2].trim_start_matches('0').to_owned();
        registry("import-results", &["--type", &number, path.to_str().unwrap(), "--rejects", &rejects]);
        types.insert(number);
    }
    assert_eq!(types.len(), 15, "{types:?}");
    registry("eligible", &["--fiscal-year", "2026", "--on", "2026-11-22", "--out", &out]);
    registry("export-results", &["--type", "2", "--out", &out]);
    registry("explain", &["--resident", resident, "--programme", "lung", "--on", "2026-11-22"]);
    registry("match", &[&file("incoming.csv"), "--out", &out]);
    asked(&["ledger", "verify"], &[]);
}

/// Notes what a connection is asked, by the room it was opened for.
#[derive(Default)]
struct Recorder {
    schema: String,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            // …/registry/991015.sqlite
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                let mut parts = url.rsplit('/');
                let name = parts.next().and_then(|file| file.strip_suffix(".sqlite"));
                self.schema = name.zip(parts.next()).map(|(name, system)| format!("{system}_{name}")).unwrap_or_default();
            }
            InstrumentationEvent::StartQuery { query, .. } if !self.schema.is_empty() => {
                if let Some(text) = in_postgresqls_words(&query.to_string()) {
                    ASKED.lock().unwrap_or_else(PoisonError::into_inner).insert((self.schema.clone(), text));
                }
            }
            _ => {}
        }
    }
}

/// The statement with PostgreSQL's quotes and places; none when it is about the connection, not about data.
fn in_postgresqls_words(text: &str) -> Option<String> {
    let text = text.split("-- binds").next()?.trim().trim_end_matches(';').replace('\n', " ").replace('`', "\"");
    let begins = text.split_whitespace().next()?.to_ascii_uppercase();
    if !matches!(begins.as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH")
        || text.contains("sqlite_")
        || text.contains("pragma_")
    {
        return None;
    }
    let mut numbered = String::with_capacity(text.len() + 64);
    for (place, part) in text.split('?').enumerate() {
        if place > 0 {
            numbered.push_str(&format!("${place}"));
        }
        numbered.push_str(part);
    }
    Some(numbered)
}
