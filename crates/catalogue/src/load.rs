//! From texts to a checked catalogue.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::check::{self, Sources};
use crate::files::Files;
use crate::findings::Findings;
use crate::{Catalogue, CatalogueError, CodeTable, NationalCategory, PermissionList, Programme, Record, Template};

/// A file of code tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    table: Vec<CodeTable>,
}

const FOLDERS: [&str; 6] = ["records", "codes", "national", "programmes", "templates", "permission_list.toml"];

pub(crate) fn load(files: &Files) -> Result<Catalogue, CatalogueError> {
    let mut findings = Findings::default();
    for name in files.names() {
        let known = FOLDERS.iter().any(|folder| name == *folder || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
        findings.unless(known, name, "", || format!("no such part of the catalogue; the parts are {}", FOLDERS.join(", ")));
    }
    let mut sources = Sources {
        records: parse(files, "records", &mut findings),
        tables: spread(parse::<Tables>(files, "codes", &mut findings)),
        national: parse(files, "national", &mut findings),
        programmes: parse(files, "programmes", &mut findings),
        templates: parse(files, "templates", &mut findings),
        permission_lists: parse(files, "permission_list.toml", &mut findings),
    };
    // What cannot be read would only be missed again by everything that names it.
    findings.or(())?;
    sources.records.sort_by_key(|(_, record)| record.number);
    sources.programmes.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
    for (_, programme) in &mut sources.programmes {
        programme.examinations.sort_by(|one, other| one.id.cmp(&other.id));
    }
    sources.records.iter_mut().for_each(|(_, record)| record.index());
    let mut findings = Findings::default();
    check::all(&sources, &mut findings);
    let permission_list = sources.permission_lists.pop();
    let catalogue = permission_list.map(|(_, list)| assemble(sources, list));
    findings.or(())?;
    catalogue.ok_or_else(|| CatalogueError::Findings(Vec::new()))
}

fn parse<T: DeserializeOwned>(files: &Files, folder: &str, findings: &mut Findings) -> Vec<(String, T)> {
    let mut parsed = Vec::new();
    for (name, text) in files.under(folder) {
        match toml::from_str(text) {
            Ok(value) => parsed.push((name.to_owned(), value)),
            Err(error) => {
                let line = error.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
                findings.add(name, format!("line {line}"), error.message());
            }
        }
    }
    parsed
}

fn spread(files: Vec<(String, Tables)>) -> Vec<(String, CodeTable)> {
    files.into_iter().flat_map(|(file, tables)| tables.table.into_iter().map(move |table| (file.clone(), table))).collect()
}

/// Ties items to their tables and programmes to their columns.
fn assemble(sources: Sources, permission_list: PermissionList) -> Catalogue {
    let values = |(_, value)| value;
    let index = |mut table: CodeTable| {
        table.index();
        Arc::new(table)
    };
    let tables: Vec<Arc<CodeTable>> = sources.tables.into_iter().map(values).map(index).collect();
    let table_places: HashMap<String, usize> = tables.iter().enumerate().map(|(place, table)| (table.id.clone(), place)).collect();
    let table_of = |id: &String| table_places.get(id).and_then(|place| tables.get(*place)).cloned();
    let mut records: Vec<Record> = sources.records.into_iter().map(|(_, record)| record).collect();
    for item in records.iter_mut().flat_map(|record| &mut record.items) {
        item.table = item.codes.as_ref().and_then(table_of);
    }
    let mut programmes: Vec<Programme> = sources.programmes.into_iter().map(|(_, programme)| programme).collect();
    for programme in &mut programmes {
        programme.index(|number| records.iter().find(|record| record.number == number).cloned());
    }
    let national: Vec<NationalCategory> = sources.national.into_iter().map(|(_, category)| category).collect();
    let templates: Vec<Template> = sources.templates.into_iter().map(|(_, template)| template).collect();
    Catalogue { records, tables, national, programmes, templates, permission_list, table_places }
}
