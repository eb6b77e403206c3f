//! A TOML file read as what it should hold, with every mistake of its shape and not the first alone.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use crate::findings::{Findings, Mistake, mistake};
use crate::place::{Step, key_of, line_at, table_at, way_to};

/// Where stand-ins for missing keys are said to be: beyond every file.
const STAND_INS: usize = usize::MAX / 2;
/// Mistakes in one file after which the reader knows enough.
const MOST: usize = 200;

/// The value of a file, or findings.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str, findings: &mut Findings) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(_) => {
            let (root, errors) = DeTable::parse_recoverable(text);
            if errors.is_empty() {
                Mending { file, text, root, findings, taken_away: Vec::new(), stand_ins: Vec::new() }.run::<T>();
            }
            for error in errors {
                findings.at(file, line_at(text, error.span().map_or(0, |span| span.start)), "", mistake_of(error.message()));
            }
            None
        }
    }
}

/// A file whose mistakes are taken away one by one until it can be read.
struct Mending<'m, 'i> {
    file: &'m str,
    text: &'i str,
    root: Spanned<DeTable<'i>>,
    findings: &'m mut Findings,
    /// Keys that were there and wrong.
    taken_away: Vec<Vec<Step>>,
    /// Where stand-ins are, and how many guesses were tried for each.
    stand_ins: Vec<(Vec<Step>, usize)>,
}

impl Mending<'_, '_> {
    fn run<T: DeserializeOwned>(mut self) {
        for _ in 0..MOST {
            match T::deserialize(Deserializer::from(self.root.clone())) {
                Ok(_) => return,
                Err(error) => {
                    if !self.mend(&error) {
                        return;
                    }
                }
            }
        }
    }

    /// Notes a mistake and takes it away → whether that could be done.
    fn mend(&mut self, error: &Error) -> bool {
        let span = error.span().unwrap_or(0..0);
        if let Some(stand_in) = span.start.checked_sub(STAND_INS) {
            return self.guess_again(stand_in, error.message());
        }
        if let Some(missing) = error.message().strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            let mut way = if span == self.root.span() { Vec::new() } else { way_to(self.root.get_ref(), &span) };
            let line = if way.is_empty() { 1 } else { line_at(self.text, span.start) };
            way.push(Step::Key(missing.to_owned()));
            if !self.taken_away.contains(&way) {
                self.findings.at(
                    self.file,
                    line,
                    key_of(self.root.get_ref(), &way),
                    mistake!("ありません。追加してください", "is missing: add it"),
                );
            }
            self.stand_ins.push((way, 0));
            return self.guess_again(self.stand_ins.len() - 1, "");
        }
        let way = way_to(self.root.get_ref(), &span);
        self.findings.at(self.file, line_at(self.text, span.start), key_of(self.root.get_ref(), &way), mistake_of(error.message()));
        match way.split_last() {
            Some((Step::Key(key), parent)) => {
                let removed = table_at(self.root.get_mut(), parent).is_some_and(|table| table.remove(key.as_str()).is_some());
                self.taken_away.push(way);
                removed
            }
            Some((Step::Entry(_), _)) => {
                self.stand_ins.push((way, 0));
                self.guess_again(self.stand_ins.len() - 1, "")
            }
            None => false,
        }
    }

    /// Puts the next guess, or a word that was expected, where something is missing.
    fn guess_again(&mut self, stand_in: usize, expected: &str) -> bool {
        let Some((way, tried)) = self.stand_ins.get_mut(stand_in) else { return false };
        let word = expected.split_once("expected").and_then(|(_, words)| words.split('`').nth(1));
        let guess = match word {
            Some(word) if *tried < MOST => {
                *tried = MOST;
                Some(DeValue::String(word.to_owned().into()))
            }
            _ => guess(*tried % MOST),
        };
        *tried += 1;
        let span = STAND_INS + stand_in..STAND_INS + stand_in;
        let (Some(guess), Some((last, parent))) = (guess, way.split_last()) else { return false };
        let guess = Spanned::new(span.clone(), guess);
        match last {
            Step::Key(key) => {
                let Some(table) = table_at(self.root.get_mut(), parent) else { return false };
                table.insert(Spanned::new(span, key.clone().into()), guess);
            }
            Step::Entry(place) => {
                let Some((Step::Key(key), outer)) = parent.split_last() else { return false };
                let list = table_at(self.root.get_mut(), outer).and_then(|table| table.get_mut(key.as_str()));
                let Some(DeValue::Array(list)) = list.map(Spanned::get_mut) else { return false };
                let Some(entry) = list.get_mut(*place) else { return false };
                *entry = guess;
            }
        }
        true
    }
}

/// What the reader of TOML says, for both readers.
fn mistake_of(message: &str) -> Mistake {
    let expected = |kind: &str| {
        let (what, expected) = message.split_once(", expected ")?;
        what.starts_with(kind).then(|| expected.trim_start_matches("one of ").to_owned())
    };
    let japanese = if let Some(expected) = expected("unknown field") {
        format!("この名前の項目はありません。使えるのは {expected} です")
    } else if let Some(expected) = expected("unknown variant") {
        format!("この値は使えません。使えるのは {expected} です")
    } else {
        format!("書き方が正しくありません（{message}）")
    };
    Mistake { japanese, english: message.to_owned() }
}

/// What something missing may have been, so that the next mistake shows.
fn guess(at: usize) -> Option<DeValue<'static>> {
    let of = "a = [\"x\", \"2026-04-01\", 1, 2026, true, []]";
    let root = DeTable::parse(of).ok()?.into_inner();
    let DeValue::Array(guesses) = root.get("a")?.get_ref() else { return None };
    guesses.get(at).map(|guess| guess.get_ref().clone())
}
