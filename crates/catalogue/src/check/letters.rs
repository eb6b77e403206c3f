use std::collections::HashSet;

use super::{Sources, id_is_new, words};
use crate::Letter;
use crate::findings::{Findings, mistake};
use crate::template::in_braces;

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for (file, text) in &sources.letters {
        id_is_new(&mut ids, &text.id, file, "id", findings);
        let Some(letter) = Letter::of(&text.id) else {
            let ids = Letter::ALL.map(|letter| letter.id).join(", ");
            let mistake = mistake!(
                "通知 `{}` は印刷されません。印刷されるのは {} です",
                "no letter `{}` is printed: the letters are {}",
                text.id,
                ids
            );
            findings.add(file, "id", mistake);
            continue;
        };
        let all = letter.placeholders.iter().map(|word| format!("{{{word}}}")).collect::<Vec<_>>().join(", ");
        for (key, text) in text.texts() {
            words(&[text], file, key, findings);
            for word in in_braces(text) {
                findings.unless(letter.placeholders.contains(&word), file, key, || {
                    mistake!(
                        "{{{word}}} に入るものはありません。使えるのは {all} です",
                        "{{{word}}} is filled in by nothing: write one of {all}, or no brace"
                    )
                });
            }
        }
        for word in letter.required {
            let stands = text.texts().iter().any(|(_, text)| in_braces(text).any(|one| one == *word));
            findings.unless(stands, file, "body", || {
                mistake!(
                    "{{{word}}} がどの文にもありません。何についての通知か分かる所に書いてください",
                    "{{{word}}} stands in no text: write it where the letter says what it is about"
                )
            });
        }
    }
}
