//! There is one text of every query: what the whole ring asks of SQLite, PostgreSQL prepares too, in the room it belongs to.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Mutex, PoisonError};

use clap::Parser as _;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use kenshin::arguments::Arguments;

use crate::support::place::on_both;
use crate::support::program::{Done, demo, psql};

/// A small city: every statement is asked, how often does not matter.
const RESIDENTS: u32 = 200;

/// Schema and text of what was asked of SQLite in this process.
static ASKED: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

#[test]
fn t_16_every_statement_that_the_ring_asks_of_sqlite_is_prepared_by_postgresql() {
    set_default_instrumentation(|| Some(Box::new(Recorder::default()))).unwrap();
    on_both(|place| {
        if !place.data().starts_with("postgres") {
            let residents = RESIDENTS.to_string();
            let asked = ["kenshin", "demo", "--once", "--seed", "7", "--residents", &residents].map(str::to_owned);
            kenshin::run(Arguments::parse_from(asked.into_iter().chain(place.arguments()))).unwrap();
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
        fs::write(&script, asked.iter().enumerate().map(prepare).collect::<String>()).unwrap();
        let told = psql(place, &script).ended(0).err;
        let refused = told.lines().filter(|line| line.contains("ERROR")).count();
        assert_eq!(refused, 0, "{told}\n{}", fs::read_to_string(&script).unwrap());
    });
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
