//! From texts to a checked catalogue.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::check::{self, Sources};
use crate::city::City;
use crate::files::{FileName, Files, PERMISSIONS};
use crate::findings::Findings;
use crate::{
    Catalogue, CatalogueError, CodeTable, Holding, LetterText, NationalCategory, PermissionList, Programme, Record, Template, parse,
};

/// A file of code tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    table: Vec<CodeTable>,
}

pub(crate) fn load(files: &Files, mut findings: Findings) -> Result<Catalogue, CatalogueError> {
    let mut sources = Sources {
        records: over(parse_all(files, "records", &mut findings), |record: &Record| record.number),
        tables: over(spread(parse_all::<Tables>(files, "codes", &mut findings)), |table| table.id.clone()),
        national: over(parse_all(files, "national", &mut findings), |category: &NationalCategory| category.category.clone()),
        programmes: over(parse_all(files, "programmes", &mut findings), |programme: &Programme| programme.id.clone()),
        templates: over(parse_all(files, "templates", &mut findings), |template: &Template| template.id.clone()),
        letters: over(parse_all(files, "texts", &mut findings), |letter: &LetterText| letter.id.clone()),
        permission_lists: over(parse_all(files, PERMISSIONS, &mut findings), |_| ()),
    };
    findings.mark_partial();
    sources.records.sort_by_key(|(_, record)| record.number);
    sources.programmes.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
    for (_, programme) in &mut sources.programmes {
        programme.examinations.sort_by(|one, other| one.id.cmp(&other.id));
    }
    sources.records.iter_mut().for_each(|(_, record)| record.index());
    check::all(&sources, &mut findings);
    let city = City::read(files, &sources, &mut findings);
    let holdings = holdings(files, &sources, &city);
    let permission_list = sources.permission_lists.pop();
    let catalogue = permission_list.map(|(_, list)| assemble(sources, list, city, (holdings, files.digest())));
    findings.or((), files)?;
    catalogue.ok_or_else(|| CatalogueError::Findings(Vec::new()))
}

fn parse_all<T: DeserializeOwned>(files: &Files, folder: &str, findings: &mut Findings) -> Vec<(FileName, T)> {
    let parsed = files.under(folder).map(|(name, text)| (name.clone(), parse::parse(name, text, findings)));
    parsed.filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What the city has replaces what is built in under the same id.
fn over<T, K: PartialEq>(mut all: Vec<(FileName, T)>, id: impl Fn(&T) -> K) -> Vec<(FileName, T)> {
    let of_city: Vec<K> = all.iter().filter(|(file, _)| file.is_city()).map(|(_, value)| id(value)).collect();
    all.retain(|(file, value)| file.is_city() || !of_city.contains(&id(value)));
    all
}

fn spread(files: Vec<(FileName, Tables)>) -> Vec<(FileName, CodeTable)> {
    files.into_iter().flat_map(|(file, tables)| tables.table.into_iter().map(move |table| (file.clone(), table))).collect()
}

/// Ties items to their tables and programmes to their columns.
fn assemble(sources: Sources, permission_list: PermissionList, city: City, (holdings, digest): (Vec<Holding>, [u8; 32])) -> Catalogue {
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
    let letters: Vec<LetterText> = sources.letters.into_iter().map(|(_, letter)| letter).collect();
    let institution_places = city.institutions.iter().enumerate().map(|(place, institution)| (institution.code.clone(), place)).collect();
    Catalogue {
        records,
        tables,
        national,
        programmes,
        templates,
        letters,
        permission_list,
        table_places,
        city: Arc::new(city),
        institution_places,
        holdings,
        digest,
    }
}

/// What the catalogue will hold, and where each comes from.
fn holdings(files: &Files, sources: &Sources, city: &City) -> Vec<Holding> {
    let holding = |part, file: &FileName, id: String, name: &str| {
        let (name, file, origin) = (name.to_owned(), file.path().to_owned(), file.origin);
        Holding { part, id, name, origin, file }
    };
    let mut holdings = Vec::new();
    holdings.extend(sources.records.iter().map(|(file, record)| {
        let id = format!("{} {}", record.number, record.id);
        holding("records", file, id, &record.name)
    }));
    holdings.extend(sources.tables.iter().map(|(file, table)| holding("codes", file, table.id.clone(), &table.name)));
    holdings.extend(sources.national.iter().map(|(file, category)| holding("national", file, category.category.clone(), &category.name)));
    let programmes = sources.programmes.iter();
    holdings.extend(programmes.map(|(file, programme)| holding("programmes", file, programme.id.clone(), &programme.name)));
    let templates = sources.templates.iter();
    holdings.extend(templates.map(|(file, template)| holding("templates", file, template.id.clone(), &template.purpose.ja)));
    holdings.extend(sources.letters.iter().map(|(file, letter)| holding("texts", file, letter.id.clone(), &letter.name)));
    let lists = sources.permission_lists.iter();
    holdings.extend(lists.map(|(file, list)| holding("permission_list", file, list.version.clone(), &list.business.name)));
    for (file, _) in &files.sheets {
        let (part, rows) = match file.path() {
            "institutions.csv" => ("institutions", city.institutions.len()),
            "prices.csv" => ("prices", city.prices.lines().len()),
            "offices.csv" => ("offices", city.offices.len()),
            _ => ("gaiji", city.gaiji.len()),
        };
        holdings.push(holding(part, file, String::new(), &format!("{rows} rows")));
    }
    holdings
}
