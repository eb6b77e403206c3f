use std::collections::HashSet;

use super::{Sources, id_is_new, no_record, not_in_table, words};
use crate::findings::{Findings, mistake};
use crate::{AgeRange, Examination, ExemptWhen, ItemKind, Programme};

/// Ages beyond which a rule is a slip of the pen.
const OLDEST: i16 = 130;

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let (mut ids, mut facts) = (HashSet::new(), HashSet::new());
    for (file, programme) in &sources.programmes {
        id_is_new(&mut ids, &programme.id, file, "id", findings);
        words(&[&programme.name, &programme.english, &programme.source], file, "name", findings);
        let ordered = programme.valid_from.zip(programme.valid_to).is_none_or(|(from, to)| from <= to);
        findings.unless(ordered, file, "valid_to", || mistake!("valid_from より前の日です", "lies before valid_from"));
        let settings = sources.table("encounter_type");
        for setting in &programme.settings {
            let known = settings.is_some_and(|table| table.code(setting).is_some());
            findings.unless(known, file, "settings", || not_in_table(setting, "encounter_type"));
        }
        for fact in &programme.facts {
            let key = format!("fact.{}", fact.id);
            id_is_new(&mut facts, &fact.id, file, &key, findings);
            words(&[&fact.name, &fact.english], file, &key, findings);
            for id in fact.product.iter().chain([&fact.item]) {
                let item = sources.item(fact.record, id, file, &key, findings);
                let whole = item.is_none_or(|item| item.kind == ItemKind::Integer);
                findings.unless(whole, file, &key, || mistake!("項目 `{id}` は整数ではありません", "item `{id}` is not a whole number"));
            }
        }
        findings.unless(!programme.examinations.is_empty(), file, "examination", || {
            mistake!("事業には検査が1つ以上必要です", "a programme has an examination")
        });
        let mut examinations = HashSet::new();
        for examination in &programme.examinations {
            let key = format!("examination.{}", examination.id);
            id_is_new(&mut examinations, &examination.id, file, &key, findings);
            self::examination(sources, programme, examination, file, &key, findings);
        }
        result(sources, programme, file, findings);
        follow_up(sources, programme, file, findings);
        fees(sources, programme, file, findings);
    }
}

fn examination(sources: &Sources, programme: &Programme, examination: &Examination, file: &str, key: &str, findings: &mut Findings) {
    words(&[&examination.name, &examination.english], file, key, findings);
    let ages = examination.ages();
    let both = examination.is_by_reaching() && ages.ranges().iter().any(|range| range.to != Some(range.from));
    findings.unless(!both, file, key, || {
        mistake!(
            "年齢は、範囲（ages）か到達年齢（reaching）のどちらか一方で書いてください",
            "ages are either ranges or reached one by one, not both"
        )
    });
    findings.unless(!ages.ranges().is_empty(), file, key, || mistake!("ages か reaching が必要です", "ages or reaching is missing"));
    for range in ages.ranges().iter().chain(&examination.outside_guideline) {
        age_range(range, file, key, findings);
    }
    for (one, next) in ages.ranges().iter().zip(ages.ranges().iter().skip(1)) {
        let apart = one.to.is_some_and(|to| to < next.from);
        findings.unless(apart, file, key, || {
            mistake!("{}歳からの範囲と{}歳からの範囲が重なっています", "the ages from {} and from {} overlap", one.from, next.from)
        });
    }
    if let Some(interval) = &examination.interval {
        findings.unless((2..=8).contains(&interval.years), file, format!("{key}.interval"), || {
            mistake!("years は 2 から 8 です", "years is 2 to 8")
        });
        words(&[&interval.source], file, key, findings);
    }
    if let Some(condition) = &examination.condition {
        let known = programme.facts.iter().any(|fact| fact.id == condition.fact);
        findings.unless(known, file, format!("{key}.condition"), || {
            mistake!("この事業に fact `{}` はありません", "the programme has no fact `{}`", condition.fact)
        });
        words(&[&condition.source], file, key, findings);
    }
    findings.unless(!examination.done_when.all.is_empty(), file, format!("{key}.done_when"), || mistake!("all が空です", "all is empty"));
    for item in examination.done_when.items() {
        sources.item(programme.result.record, item, file, &format!("{key}.done_when"), findings);
    }
    for holds in &examination.done_when.holds {
        if let Some(item) = sources.record(programme.result.record).and_then(|record| record.item(&holds.item)) {
            sources.values(item, &holds.is, file, &format!("{key}.done_when"), findings);
        }
    }
    let priced = examination.unit_price >= 0 && examination.copay >= 0 && examination.copay <= examination.unit_price;
    findings
        .unless(priced, file, key, || mistake!("自己負担額は 0 円から単価までです", "the co-payment lies between 0 and the unit price"));
}

fn age_range(range: &AgeRange, file: &str, key: &str, findings: &mut Findings) {
    let to = range.to.unwrap_or(OLDEST);
    let sensible = 0 <= range.from && range.from <= to && to <= OLDEST;
    findings
        .unless(sensible, file, key, || mistake!("{}歳から{to}歳という年齢はありません", "ages from {} to {to} are not ages", range.from));
}

fn result(sources: &Sources, programme: &Programme, file: &str, findings: &mut Findings) {
    let result = &programme.result;
    findings.resolves(sources.record(result.record).is_some(), file, "result.record", || no_record(result.record));
    kind(sources, result.record, &result.fiscal_year, ItemKind::FiscalYear, file, "result.fiscal_year", findings);
    kind(sources, result.record, &result.examined_on, ItemKind::Date, file, "result.examined_on", findings);
    kind(sources, result.record, &result.institution, ItemKind::Institution, file, "result.institution", findings);
    if let Some(item) = sources.item(result.record, &result.judgement, file, "result.judgement", findings) {
        let values = result.needs_detailed.iter().chain(&result.needs_guidance).chain(&result.unreadable);
        sources.values(item, values, file, "result.judgement", findings);
    }
    findings.unless(!result.needs_detailed.is_empty(), file, "result.needs_detailed", || {
        mistake!("空では、精密検査の対象者が1人もいなくなります", "nobody would be followed up")
    });
}

fn follow_up(sources: &Sources, programme: &Programme, file: &str, findings: &mut Findings) {
    let follow = &programme.follow_up;
    findings.resolves(sources.record(follow.record).is_some(), file, "follow_up.record", || no_record(follow.record));
    kind(sources, follow.record, &follow.examined_on, ItemKind::Date, file, "follow_up.examined_on", findings);
    kind(sources, follow.record, &follow.institution, ItemKind::Institution, file, "follow_up.institution", findings);
    kind(sources, follow.record, &follow.attendance, ItemKind::Code, file, "follow_up.attendance", findings);
    let Some(item) = sources.item(follow.record, &follow.judgement, file, "follow_up.judgement", findings) else { return };
    let groups = [&follow.nothing, &follow.found, &follow.suspected, &follow.other];
    let values: Vec<&String> = groups.into_iter().flatten().collect();
    sources.values(item, values.iter().copied(), file, "follow_up.judgement", findings);
    let mut seen = HashSet::new();
    for value in &values {
        findings.unless(seen.insert(*value), file, "follow_up", || {
            mistake!("判定 `{value}` が2か所で数えられています", "judgement `{value}` counts twice")
        });
    }
    let nested = follow.early.iter().all(|value| follow.found.contains(value));
    findings.unless(nested, file, "follow_up.early", || {
        mistake!("early の判定は found の判定の中から選んでください", "early ones are among those found")
    });
    let table = item.codes.as_deref().and_then(|id| sources.table(id));
    for code in table.iter().flat_map(|table| &table.codes) {
        findings.unless(seen.contains(&code.value), file, "follow_up", || {
            mistake!("判定 `{}` がどこにも数えられていません", "judgement `{}` counts nowhere", code.value)
        });
    }
}

fn kind(sources: &Sources, record: u16, id: &str, kind: ItemKind, file: &str, key: &str, findings: &mut Findings) {
    let item = sources.item(record, id, file, key, findings);
    // as a file of the folder writes it
    let written = match kind {
        ItemKind::FiscalYear => "fiscal_year",
        ItemKind::Date => "date",
        ItemKind::Institution => "institution",
        _ => "code",
    };
    findings.unless(item.is_none_or(|item| item.kind == kind), file, key, || {
        mistake!("項目 `{id}` の種類は {written} ではありません", "item `{id}` is not of the kind {written}")
    });
}

fn fees(sources: &Sources, programme: &Programme, file: &str, findings: &mut Findings) {
    for exempt in &programme.fees.exempt {
        let known = sources.table("local_copay_class").is_some_and(|table| table.code(&exempt.class).is_some());
        findings.unless(known, file, "fees.exempt", || not_in_table(&exempt.class, "local_copay_class"));
        let aged = exempt.when == ExemptWhen::Age;
        findings.unless(aged == exempt.from.is_some(), file, "fees.exempt", || {
            mistake!("`from` は `when = \"age\"` のときだけ書いてください", "`from` belongs to `when = \"age\"`")
        });
    }
}
