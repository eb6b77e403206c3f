use std::collections::HashSet;

use super::{Sources, words};
use crate::findings::Findings;
use crate::{NationalKind, NationalValue};

/// Prefix of the national code tables' OIDs.
const OID: &str = "1.2.392.100495.100.";

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let mut ids = HashSet::new();
    for (file, table) in &sources.tables {
        let key = format!("table.{}", table.id);
        findings.unless(ids.insert(table.id.as_str()), file, &key, || "a table of this id exists already".to_owned());
        findings.unless(!table.codes.is_empty(), file, &key, || "has no codes".to_owned());
        words(&[&table.name, &table.english], file, &key, findings);
        if let Some(oid) = &table.oid {
            findings.unless(oid.strip_prefix(OID) == Some(table.id.as_str()), file, &key, || format!("oid is not {OID}{}", table.id));
        }
        let mut values = HashSet::new();
        for code in &table.codes {
            let key = format!("{key}.code.{}", code.value);
            findings.unless(values.insert(code.value.as_str()), file, &key, || "stands twice".to_owned());
            let written = !code.value.is_empty() && code.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            findings.unless(written, file, &key, || "a value is ASCII letters and digits".to_owned());
            words(&[&code.name, &code.english], file, &key, findings);
        }
    }
    national(sources, findings);
}

fn national(sources: &Sources, findings: &mut Findings) {
    let (mut categories, mut codes) = (HashSet::new(), HashSet::new());
    for (file, category) in &sources.national {
        findings.unless(categories.insert(category.category.as_str()), file, "category", || "exists already".to_owned());
        for item in &category.items {
            let key = format!("item.{}", item.code);
            findings.unless(codes.insert(item.code.as_str()), file, &key, || "stands twice".to_owned());
            findings.unless(item.code.len() == 17, file, &key, || "a JLAC10 code has 17 characters".to_owned());
            findings.unless(matches!(item.stage, 1 | 2), file, &key, || "stage is 1 or 2".to_owned());
            let coded = item.kind == NationalKind::Coded;
            findings.unless(coded == item.codes.is_some(), file, &key, || "a coded item names its table, others none".to_owned());
            if let Some(id) = &item.codes {
                findings.resolves(sources.table(id).is_some(), file, &key, || format!("there is no code table `{id}`"));
            }
            let measured = item.value == NationalValue::Quantity;
            findings.unless(measured == item.unit.is_some(), file, &key, || "a quantity has a unit, others none".to_owned());
            // A finding and its text may also form a group named after themselves (9N291, 9N296), without an entry in the table.
            let own = |group: &String| item.code.starts_with(group.as_str());
            let listed = |group: &String| sources.table("observation_group").is_some_and(|table| table.code(group).is_some());
            let known = item.group.as_ref().is_none_or(|group| own(group) || listed(group));
            findings.resolves(known, file, &key, || "group is not in code table `observation_group`".to_owned());
        }
    }
}
