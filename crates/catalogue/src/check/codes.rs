use std::collections::HashSet;

use super::{Sources, no_table, table_of_other_kind, words};
use crate::findings::{Findings, mistake};
use crate::{NationalKind, NationalValue};

/// Prefix of the national code tables' OIDs.
const OID: &str = "1.2.392.100495.100.";

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for (file, table) in &sources.tables {
        let key = format!("table.{}", table.id);
        findings.unless(ids.insert(table.id.as_str()), file, &key, || {
            mistake!("この id のコード表はすでにあります", "a table of this id exists already")
        });
        findings.unless(!table.codes.is_empty(), file, &key, || mistake!("コードが1つもありません", "has no codes"));
        words(&[&table.name, &table.english], file, &key, findings);
        if let Some(oid) = &table.oid {
            findings.unless(oid.strip_prefix(OID) == Some(table.id.as_str()), file, &key, || {
                mistake!("oid は {OID}{} です", "oid is not {OID}{}", table.id)
            });
        }
        let mut values = HashSet::new();
        for code in &table.codes {
            let key = format!("{key}.code.{}", code.value);
            findings.unless(values.insert(code.value.as_str()), file, &key, || mistake!("同じものが2つあります", "stands twice"));
            let written = !code.value.is_empty() && code.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            findings
                .unless(written, file, &key, || mistake!("value は半角の英数字で書いてください", "a value is ASCII letters and digits"));
            words(&[&code.name, &code.english], file, &key, findings);
        }
    }
    national(sources, findings);
}

fn national(sources: &Sources, findings: &mut Findings) {
    let (mut categories, mut codes) = (HashSet::new(), HashSet::new());
    for (file, category) in &sources.national {
        findings.unless(categories.insert(category.category.as_str()), file, "category", || mistake!("すでにあります", "exists already"));
        for item in &category.items {
            let key = format!("item.{}", item.code);
            findings.unless(codes.insert(item.code.as_str()), file, &key, || mistake!("同じものが2つあります", "stands twice"));
            findings
                .unless(item.code.len() == 17, file, &key, || mistake!("JLAC10 のコードは17文字です", "a JLAC10 code has 17 characters"));
            findings.unless(matches!(item.stage, 1 | 2), file, &key, || mistake!("stage は 1 か 2 です", "stage is 1 or 2"));
            let coded = item.kind == NationalKind::Coded;
            findings.unless(coded == item.codes.is_some(), file, &key, table_of_other_kind);
            if let Some(id) = &item.codes {
                findings.resolves(sources.table(id).is_some(), file, &key, || no_table(id));
            }
            let measured = item.value == NationalValue::Quantity;
            findings.unless(measured == item.unit.is_some(), file, &key, || {
                mistake!("単位は、数量の項目には必ず、ほかの項目には書かないでください", "a quantity has a unit, others none")
            });
            // A finding and its text may also form a group named after themselves (9N291, 9N296), without an entry in the table.
            let own = |group: &String| item.code.starts_with(group.as_str());
            let listed = |group: &String| sources.table("observation_group").is_some_and(|table| table.code(group).is_some());
            let known = item.group.as_ref().is_none_or(|group| own(group) || listed(group));
            findings.resolves(known, file, &key, || {
                mistake!("group がコード表 `observation_group` にありません", "group is not in code table `observation_group`")
            });
        }
    }
}
