use std::collections::HashSet;

use super::{Sources, id_is_new, words};
use crate::LetterText;
use crate::findings::Findings;
use crate::template::in_braces;

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for (file, letter) in &sources.letters {
        id_is_new(&mut ids, &letter.id, file, "id", findings);
        let is_known = LetterText::IDS.contains(&letter.id.as_str());
        findings.unless(is_known, file, "id", || {
            format!("no letter `{}` is printed: the letters are {}", letter.id, LetterText::IDS.join(", "))
        });
        for (key, text) in letter.texts() {
            words(&[text], file, key, findings);
            for word in in_braces(text) {
                let is_known = LetterText::PLACEHOLDERS.contains(&word);
                let all = || LetterText::PLACEHOLDERS.map(|word| format!("{{{word}}}")).join(", ");
                findings.unless(is_known, file, key, || format!("{{{word}}} is filled in by nothing: write one of {}, or no brace", all()));
            }
        }
        for word in LetterText::REQUIRED {
            let stands = letter.texts().iter().any(|(_, text)| in_braces(text).any(|one| one == word));
            findings
                .unless(stands, file, "body", || format!("{{{word}}} stands in no text: write it where the letter says what it is about"));
        }
    }
}
