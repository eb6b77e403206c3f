//! Whether everything that crates write into the record of use, and send, has Japanese words: their sources are looked through for it.

use std::fs;
use std::path::{Path, PathBuf};

use access::Action;

use crate::record_words::SHARED;
use crate::{RecordWords, WorkWords};

/// What has no words, by crate: acts that are no action, kinds of messages, and texts that are given to the record as a remark, whether it is
/// `.note(…)`, `.event(…)`, a variable `note`, or a function `noted` that makes one.
pub fn unnamed(crates: &[&str], words: &RecordWords, actions: &[&[Action]]) -> Vec<String> {
    let mut missing = Vec::new();
    for name in crates {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
        let files = files(&folder);
        assert!(!files.is_empty(), "{}", folder.display());
        for file in files {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let mut report = |what: String| missing.push(format!("{}: {what}", file.display()));
            of_acts(text, words, actions, &mut report);
            of_messages(text, words, &mut report);
            of_remarks(text, words, &mut report);
        }
    }
    let unnamed = actions.iter().copied().flatten().filter(|action| action.words().0.is_empty());
    missing.extend(unnamed.map(|action| format!("the action {action} has no words")));
    missing
}

/// The steps that a crate's work is at and that have no words, or have some and are nowhere.
pub fn unnamed_steps(name: &str, words: &WorkWords) -> Vec<String> {
    let mut steps = Vec::new();
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src")) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let calls = after(&text, ".progress(").map(until_closed);
        steps.extend(calls.flat_map(|call| literals(call.split(", ").next().unwrap_or_default())));
    }
    let no_words = steps.iter().filter(|step| words.step(step).is_none()).map(|step| format!("the step {step} has no words"));
    let idle =
        words.steps.iter().filter(|(name, _)| steps.iter().all(|step| step != name)).map(|(name, _)| format!("no step is called {name}"));
    no_words.chain(idle).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        match (path.is_dir(), name.as_str()) {
            (true, "testing" | "tests") | (false, "tests.rs" | "testing.rs") => {}
            (true, _) => found.extend(files(&path)),
            (false, name) if name.ends_with(".rs") => found.push(path),
            (false, _) => {}
        }
    }
    found
}

fn of_acts(text: &str, words: &RecordWords, actions: &[&[Action]], report: &mut impl FnMut(String)) {
    for act in after(text, "Act::new(\"").filter_map(|rest| rest.split('"').next()).filter(|act| !act.starts_with("test:")) {
        let is_action = actions.iter().copied().flatten().any(|action| action.name() == act);
        let is_named = words.acts.iter().chain(SHARED.acts).any(|(name, _)| *name == act);
        if !is_action && !is_named && is_code(text, act) {
            report(format!("the act {act} has no words"));
        }
    }
}

/// Not an example in a comment.
fn is_code(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.contains(name) && !line.trim_start().starts_with("//"))
}

fn of_messages(text: &str, words: &RecordWords, report: &mut impl FnMut(String)) {
    for kind in after(text, "const KIND: &'static str = \"").filter_map(|rest| rest.split('"').next()) {
        if words.messages.iter().all(|(name, _)| *name != kind) {
            report(format!("the message {kind} has no words"));
        }
    }
}

fn of_remarks(text: &str, words: &RecordWords, report: &mut impl FnMut(String)) {
    let called = [".note(", ".event(", " noted(", "&noted("].into_iter().flat_map(|call| after(text, call).map(until_closed));
    let kept = after(text, "let note = ").map(|rest| rest.split(";\n").next().unwrap_or_default());
    let made = after(text, "fn noted(").map(|rest| rest.split("\n}").next().unwrap_or_default());
    for literal in called.chain(kept).chain(made).flat_map(literals) {
        let remark = pattern(&literal);
        let says_something = remark.replace("{}", "").contains(|letter: char| letter.is_ascii_alphabetic());
        if says_something && words.remarks.iter().chain(SHARED.remarks).all(|words| words.en != remark) {
            report(format!("the remark {remark:?} has no Japanese"));
        }
    }
}

fn after<'t>(text: &'t str, what: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(what).filter_map(move |(at, _)| text.get(at + what.len()..))
}

/// Up to the bracket that closes the call whose arguments these are.
fn until_closed(arguments: &str) -> &str {
    let (mut depth, mut in_text, mut is_escaped) = (1_i32, false, false);
    for (at, letter) in arguments.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => is_escaped = true,
            '"' => in_text = !in_text,
            '(' if !in_text => depth += 1,
            ')' if !in_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return arguments.get(..at).unwrap_or_default();
        }
    }
    arguments
}

fn literals(code: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some((_, after)) = rest.split_once('"') {
        let Some((literal, left)) = after.split_once('"') else { break };
        found.push(literal.to_owned());
        rest = left;
    }
    found
}

/// A format string with `{}` for each of its places.
fn pattern(literal: &str) -> String {
    let mut pattern = String::new();
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once('{') {
        pattern.push_str(before);
        pattern.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    pattern + rest
}
