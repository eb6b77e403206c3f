use std::collections::HashSet;

use super::{Sources, id_is_new, no_table, table_of_other_kind, words};
use crate::findings::{Findings, mistake};
use crate::{Combine, Item, ItemKind, Record, Stage};

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let (mut numbers, mut ids) = (HashSet::new(), HashSet::new());
    for (file, record) in &sources.records {
        findings.unless(record.number > 0 && numbers.insert(record.number), file, "number", || {
            mistake!("{} が2つあります", "{} stands twice", record.number)
        });
        let is_own = |number: u16| (101..=i16::MAX.cast_unsigned()).contains(&number);
        findings.unless(record.number <= 15 || is_own(record.number), file, "number", || {
            mistake!("市独自の結果の種類は 101 からです", "a city's own record types begin at 101")
        });
        id_is_new(&mut ids, &record.id, file, "id", findings);
        words(&[&record.name, &record.english], file, "name", findings);
        let mut items = HashSet::new();
        for item in &record.items {
            let key = format!("item.{}", item.id);
            id_is_new(&mut items, &item.id, file, &key, findings);
            words(&[&item.name], file, &key, findings);
            shape(sources, item, file, &key, findings);
            national(sources, record, item, file, &key, findings);
        }
        if let Some(method) = &record.method {
            let coded = record.item(method).is_some_and(|item| item.kind == ItemKind::Code);
            findings.unless(coded, file, "method", || {
                mistake!("`{method}` は種類が code の項目ではありません", "`{method}` is not a coded item")
            });
        }
        let first = record.items.first().is_some_and(|item| item.kind == ItemKind::ResidentNumber && item.required);
        findings.unless(first, file, "item", || {
            mistake!("最初の項目は、必須の住民番号（resident_number）にしてください", "the first item is the resident number, required")
        });
        let keys = [("resident_number", ItemKind::ResidentNumber), ("history_number", ItemKind::HistoryNumber)];
        for (id, kind) in keys {
            let there = record.item(id).is_some_and(|item| item.kind == kind);
            findings.unless(there, file, "item", || {
                mistake!(
                    "この種類の項目 `{id}` がありません。記録を区別するために必要です",
                    "an item `{id}` of that kind is missing: records are told apart by it"
                )
            });
        }
    }
}

/// That the kind has what it needs, and nothing it does not use.
fn shape(sources: &Sources, item: &Item, file: &str, key: &str, findings: &mut Findings) {
    let coded = item.kind == ItemKind::Code;
    findings.unless(coded == item.codes.is_some(), file, key, table_of_other_kind);
    if let Some(id) = &item.codes {
        findings.resolves(sources.table(id).is_some(), file, key, || no_table(id));
    }
    findings.unless(coded != item.length.is_some(), file, key, || {
        mistake!("length は、種類が code 以外の項目に必ず書いてください", "a length belongs to every kind but codes")
    });
    findings.unless((item.kind == ItemKind::Decimal) == item.decimals.is_some(), file, key, || {
        mistake!("decimals は、種類が decimal の項目にだけ、必ず書いてください", "decimals belong to decimals")
    });
    let numeric = matches!(item.kind, ItemKind::Integer | ItemKind::Yen);
    findings.unless(numeric || item.max.is_none(), file, key, || {
        mistake!("max は数値の項目にだけ書いてください", "a maximum belongs to numbers")
    });
}

fn national(sources: &Sources, record: &Record, item: &Item, file: &str, key: &str, findings: &mut Findings) {
    findings.unless(item.national.is_empty() == item.trust.is_none(), file, key, || {
        mistake!("全国のコード（national）を書くときは trust も書いてください", "a national code has a trust mark")
    });
    for national in &item.national {
        let Some((category, meant)) = sources.national(&national.code) else {
            findings
                .resolves(false, file, key, || mistake!("全国の項目 `{}` はありません", "there is no national item `{}`", national.code));
            continue;
        };
        let fits = record.report_category.as_deref() == Some(category.category.as_str());
        findings.unless(fits, file, key, || {
            mistake!("`{}` は報告区分 {} の項目です", "`{}` belongs to report category {}", national.code, category.category)
        });
        let stage = if record.stage == Stage::Screening { 1 } else { 2 };
        findings.unless(meant.stage == stage, file, key, || {
            mistake!("`{}` は stage {} の項目です", "`{}` belongs to stage {}", national.code, meant.stage)
        });
        let same_table = item.kind != ItemKind::Code || meant.codes == item.codes;
        findings.unless(same_table, file, key, || {
            mistake!("`{}` のコード表はこの項目のものと異なります", "`{}` has another code table", national.code)
        });
        if let Some(when) = &national.when {
            match record.method.as_deref().and_then(|method| record.item(method)) {
                Some(method) => sources.values(method, [when], file, key, findings),
                None => findings.add(
                    file,
                    key,
                    mistake!("`when` を書くには、結果の種類に method の項目が必要です", "`when` needs a method item of the record"),
                ),
            }
        }
    }
    if item.combine == Some(Combine::Worse) {
        let table = item.codes.as_deref().and_then(|id| sources.table(id));
        let ordered = table.is_some_and(|table| table.codes.iter().any(|code| code.severity.is_some()));
        findings.unless(ordered, file, key, || {
            mistake!("重い方を採るには、コード表に severity が必要です", "the worse of codes without severity")
        });
    }
    if item.combine == Some(Combine::Incident) {
        findings.unless(item.kind == ItemKind::Flag, file, key, || {
            mistake!("incident は種類が flag の項目にだけ書いてください", "incidents are flags")
        });
    }
}
