use std::collections::HashSet;

use super::{Sources, id_is_new, no_programme, words};
use crate::Template;
use crate::findings::{Findings, mistake};

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for (file, template) in &sources.templates {
        id_is_new(&mut ids, &template.id, file, "id", findings);
        words(&[&template.version, &template.purpose.version, &template.purpose.ja, &template.purpose.en], file, "purpose", findings);
        let Some(programme) = sources.programme(&template.programme) else {
            findings.resolves(false, file, "programme", || no_programme(&template.programme));
            continue;
        };
        let record = programme.result.record;
        let ages = programme.examinations.iter().flat_map(|examination| examination.ages().ranges().to_vec());
        for range in ages {
            let asked = template.variant(range.from).is_some();
            findings.unless(asked, file, "variant", || {
                mistake!("{}歳に達する人への問診（variant）がありません", "nobody asks those who reach {}", range.from)
            });
        }
        let mut variants = HashSet::new();
        for variant in &template.variants {
            let key = format!("variant.{}", variant.id);
            id_is_new(&mut variants, &variant.id, file, &key, findings);
            let mut asked = HashSet::new();
            for question in &variant.questions {
                let key = format!("{key}.question.{}", question.item);
                sources.item(record, &question.item, file, &key, findings);
                findings.unless(asked.insert(&question.item), file, &key, || mistake!("同じ項目を2回尋ねています", "is asked twice"));
                words(&[&question.ja, &question.en], file, &key, findings);
            }
        }
        for entry in &template.practitioner.items {
            let key = format!("practitioner.item.{}", entry.item);
            sources.item(record, &entry.item, file, &key, findings);
            let asked = template.variants.iter().flat_map(|variant| &variant.questions).any(|question| question.item == entry.item);
            findings.unless(!asked, file, &key, || mistake!("本人が答える項目です", "is the person's to answer"));
        }
        notices(template, file, findings);
    }
}

fn notices(template: &Template, file: &str, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for notice in &template.notices {
        let key = format!("notice.{}", notice.id);
        id_is_new(&mut ids, &notice.id, file, &key, findings);
        words(&[&notice.subject_ja, &notice.subject_en, &notice.body_ja, &notice.body_en], file, &key, findings);
        for word in notice.words() {
            let known = Template::PLACEHOLDERS.contains(&word);
            findings.unless(known, file, &key, || {
                mistake!("{{{word}}} は使えません。使えるのは {} です", "{{{word}}} is none of {}", Template::PLACEHOLDERS.join(", "))
            });
        }
    }
}
