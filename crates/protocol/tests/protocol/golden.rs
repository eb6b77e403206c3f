//! Every message, read from its golden text and written back byte for byte; an unknown field in one of our own shapes is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use protocol::messages::{MessageForm, MessageVisitor, atena, edge, portal, visit_every_message};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn golden_text(form: MessageForm) -> &'static str {
    form.golden_text().unwrap_or_else(|| panic!("no golden text of {} in golden/{}.md", form.name, form.receiver))
}

/// Reads a golden text, writes it back, and tries it with a field more; notes which were compared.
#[derive(Default)]
struct Compared(BTreeSet<(&'static str, &'static str)>, BTreeMap<&'static str, Vec<&'static str>>);

impl MessageVisitor for Compared {
    fn visit<T: Serialize + DeserializeOwned>(&mut self, form: MessageForm) {
        let (name, golden) = (form.name, golden_text(form));
        let message: T = serde_json::from_str(golden).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_string_pretty(&message).unwrap(), golden, "{name}");
        if !form.is_published {
            let mut value: serde_json::Value = serde_json::from_str(golden).unwrap();
            value.as_object_mut().unwrap().insert("unexpected".to_owned(), 1.into());
            assert!(serde_json::from_value::<T>(value).is_err(), "{name} takes an unknown field");
        }
        assert!(self.0.insert((form.receiver, name)), "{name} is named twice");
        self.1.insert(form.receiver, form.golden_headings().collect());
    }
}

/// The names of every message, each compared with its golden text.
fn compared() -> Compared {
    let mut compared = Compared::default();
    visit_every_message(&mut compared);
    compared
}

#[test]
fn every_message_is_golden_and_every_golden_text_is_a_message() {
    let Compared(names, golden) = compared();
    for (receiver, headings) in &golden {
        for heading in headings {
            assert!(names.contains(&(receiver, heading)), "golden/{receiver}.md has {heading}, which the `messages!` line does not name");
        }
    }
    for file in std::fs::read_dir(in_crate("golden")).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        // Bytes of a signature, which `signed.rs` compares.
        assert!(name == "signed" || golden.contains_key(name.as_str()), "nobody visits the messages of golden/{name}.md");
    }
}

fn in_crate(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The lines of every file of messages, those in folders too.
fn files() -> Vec<Vec<String>> {
    let (mut left, mut files) = (vec![in_crate("src/messages")], Vec::new());
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect());
        }
    }
    files
}

/// Those of all files.
fn source() -> Vec<String> {
    files().concat()
}

/// The name that a line defines as a type.
fn type_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
    rest.split(|c: char| !c.is_alphanumeric()).next()
}

#[test]
fn every_type_that_is_read_and_is_no_part_of_another_is_named_as_a_message() {
    let names: BTreeSet<&str> = compared().0.into_iter().map(|(_, name)| name).collect();
    let source = source();
    let is_field = |line: &str| line.starts_with("    ") && !line.trim_start().starts_with("//") && line.contains([':', '(']);
    let fields = source.iter().map(String::as_str).filter(|line| is_field(line) && !line.contains("::visit_messages"));
    let parts: BTreeSet<&str> = fields.flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).collect();
    let mut seen = 0;
    for (at, line) in source.iter().enumerate() {
        let Some(name) = type_of(line) else { continue };
        let above: Vec<&String> = source[..at].iter().rev().take_while(|line| line.starts_with("#[")).collect();
        // What is read from a query is no body.
        let is_body = above.iter().any(|line| line.contains("Deserialize")) && !above.iter().any(|line| line.contains("IntoParams"));
        if is_body && !parts.contains(name) {
            assert!(names.contains(name), "{name} is missing in the `messages!` line of its receiver");
            seen += 1;
        }
    }
    assert!(seen > 70, "{seen} types");
}

#[test]
fn the_page_of_the_protocol_says_every_path() {
    let page = std::fs::read_to_string(in_crate("../../docs/protocol.md")).unwrap();
    let mut seen = 0;
    for line in source() {
        let is_path = line.starts_with("pub const ") || line.starts_with("    format!(\"/{system}");
        let Some(path) = line.split('"').nth(1).filter(|path| is_path && path.starts_with('/')) else { continue };
        let path = path.replace("{{", "{").replace("}}", "}").replace("{system}", "<system>");
        assert!(page.contains(&path), "docs/protocol.md does not say {path}");
        seen += 1;
    }
    assert!(seen > 60, "{seen} paths");
}

/// The fields of each type, as they are written in JSON.
fn fields(source: &[String]) -> BTreeMap<&str, Vec<String>> {
    let mut fields: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut of = None;
    for line in source {
        let field = line.strip_prefix("    pub ").and_then(|rest| rest.split_once(':')).map(|(field, _)| field);
        match (of, field.filter(|field| !field.contains(' '))) {
            _ if line.starts_with("pub struct ") => of = type_of(line),
            _ if line == "}" => of = None,
            (Some(name), Some(field)) => fields.entry(name).or_default().push(in_json(field)),
            _ => {}
        }
    }
    fields
}

/// `fiscal_year` → `fiscalYear`
fn in_json(field: &str) -> String {
    let mut begins = false;
    let letter = |letter: char| match std::mem::replace(&mut begins, letter == '_') {
        _ if letter == '_' => None,
        true => Some(letter.to_ascii_uppercase()),
        false => Some(letter),
    };
    field.chars().filter_map(letter).collect()
}

#[test]
fn the_page_of_the_protocol_says_every_field_of_what_goes_to_a_path() {
    let page = std::fs::read_to_string(in_crate("../../docs/protocol.md")).unwrap();
    let (files, source) = (files(), source());
    let everywhere = fields(&source);
    let mut seen = 0;
    for file in &files {
        let (here, mut about) = (fields(file), String::new());
        for line in file {
            if let Some(told) = line.strip_prefix("///") {
                about.push_str(told);
                continue;
            }
            let types = std::mem::take(&mut about);
            let Some(path) = line.split('"').nth(1).filter(|path| line.starts_with("pub const ") && path.starts_with('/')) else {
                continue;
            };
            let is_about = |line: &&str| line.split(path).skip(1).any(|rest| !rest.starts_with(['/', '-', '{']));
            let rows: Vec<&str> = page.lines().filter(is_about).collect();
            for name in types.split("[`").skip(1).filter_map(|name| name.split('`').next()?.rsplit("::").next()) {
                for field in here.get(name).or(everywhere.get(name)).into_iter().flatten() {
                    let says = |row: &&str| row.split(|c: char| !c.is_alphanumeric()).any(|word| word == field);
                    assert!(rows.iter().any(says), "docs/protocol.md does not say {field} of {name} at {path}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "{seen} fields");
}

/// The golden text of one message.
fn golden<T: DeserializeOwned>(receiver: &str, name: &str) -> T {
    struct Wanted<'a>(&'a str, &'a str, Option<&'static str>);
    impl MessageVisitor for Wanted<'_> {
        fn visit<T: Serialize + DeserializeOwned>(&mut self, form: MessageForm) {
            if (form.receiver, form.name) == (self.0, self.1) {
                self.2 = Some(golden_text(form));
            }
        }
    }
    let mut wanted = Wanted(receiver, name, None);
    visit_every_message(&mut wanted);
    serde_json::from_str(wanted.2.unwrap()).unwrap()
}

#[test]
fn a_message_that_is_printed_shows_nobody() {
    let shown = format!("{:?}", golden::<atena::PersonsRequest>("atena", "PersonsRequest"));
    for personal in ["見本", "ミホン", "1986", "中央", "Female"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    assert!(!format!("{:?}", golden::<edge::Binding>("edge", "Binding")).contains("1b1b"));
    assert!(!format!("{:?}", golden::<portal::Questionnaires>("portal", "Questionnaires")).contains("\"2\"}"));
}
