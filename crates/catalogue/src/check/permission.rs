use std::collections::HashSet;

use super::{Sources, id_is_new, no_programme, words};
use crate::findings::{Findings, mistake};

pub(super) fn check(sources: &Sources, findings: &mut Findings) {
    let Some((file, list)) = sources.permission_lists.first() else {
        findings.resolves(false, "permission_list.toml", "", || mistake!("ファイルがありません", "is missing"));
        return;
    };
    findings.unless(list.valid_from <= list.expires, file, "expires", || mistake!("valid_from より前の日です", "lies before valid_from"));
    let business = &list.business;
    words(&[&list.version, &business.name, &business.procedure_name, &business.basis], file, "business", findings);
    let (mut ids, mut parts) = (HashSet::new(), HashSet::new());
    for part in &list.contents.items {
        id_is_new(&mut parts, &part.id, file, &format!("contents.{}", part.id), findings);
    }
    for information in &list.information {
        let key = format!("information.{}", information.id);
        id_is_new(&mut ids, &information.id, file, &key, findings);
        words(&[&information.name, &information.english], file, &key, findings);
        let known = sources.programme(&information.programme).is_some();
        findings.resolves(known, file, &key, || no_programme(&information.programme));
    }
    for (place, row) in list.rows.iter().enumerate() {
        let key = format!("row.{}", place + 1);
        words(&[&row.asker_kind, &row.asker_name, &row.provider_kind, &row.provider_name], file, &key, findings);
        findings.unless(row.business == business.id, file, &key, || {
            mistake!("事務 `{}` はありません", "there is no business `{}`", row.business)
        });
        for id in &row.information {
            findings
                .unless(ids.contains(id.as_str()), file, &key, || mistake!("情報 `{id}` はありません", "there is no information `{id}`"));
        }
    }
}
