//! What the replicas of some residents tell (PIA 提供する情報): by itself it identifies nobody.

use std::collections::{BTreeMap, HashMap};

use catalogue::{Catalogue, Information, Programme};
use diesel::prelude::*;
use protocol::messages::inquiries::{Replica, ReplicaRecord};
use store::Tx;
use vocabulary::{Date, FiscalYear, age_on, day};

use crate::RegistryError;
use crate::residents::table::resident;
use crate::results::table::{detailed_examination, examination};

/// Replicas of one person by information, without the day they were made.
pub(super) type Contents = BTreeMap<(i64, String), Replica>;

struct Detail {
    attended: bool,
    examined_on: i32,
    institution: String,
    judgement: String,
}

/// What is told of these residents; `wanted` names informations that must be told even when there is nothing (any more).
pub(super) fn contents(
    tx: &mut Tx,
    catalogue: &Catalogue,
    residents: &[i64],
    wanted: &[(i64, String)],
    today: Date,
) -> Result<Contents, RegistryError> {
    let people: Vec<(i64, i32, i16)> =
        resident::table.filter(resident::id.eq_any(residents)).select((resident::id, resident::birth, resident::protected)).load(tx)?;
    let people: HashMap<i64, (i32, i16)> = people.into_iter().map(|(id, birth, protected)| (id, (birth, protected))).collect();
    let details = details(tx, residents)?;
    let list = catalogue.permission_list();
    let informations: HashMap<&str, &Information> =
        list.information.iter().map(|information| (information.programme.as_str(), information)).collect();
    let mut contents = Contents::new();
    let empty = |resident: i64, information: &str| Replica {
        business: list.business.id.clone(),
        information: information.to_owned(),
        made_on: today,
        // A protected person's whereabouts could follow from where they were examined: a person decides about every answer.
        no_automatic_answer: people.get(&resident).is_some_and(|(_, protected)| *protected == 1),
        not_disclosed: false,
        records: Vec::new(),
    };
    for (resident, information) in wanted.iter().filter(|(resident, _)| people.contains_key(resident)) {
        contents.entry((*resident, information.clone())).or_insert_with(|| empty(*resident, information));
    }
    let mut seen = (0, String::new());
    for row in rows(tx, residents)? {
        let (Some(information), Some(programme)) = (informations.get(row.programme.as_str()), catalogue.programme(&row.programme)) else {
            continue;
        };
        let (Some((birth, _)), Some(on)) = (people.get(&row.resident), day::from_number(row.examined_on)) else { continue };
        // One record proves several examinations of a programme: it is told once.
        let this = (row.row, row.programme.clone());
        if seen == this {
            continue;
        }
        seen = this;
        let detail = details.get(&(row.resident, programme.follow_up.record, row.history));
        let record = told(&row, programme, on, *birth, detail);
        contents.entry((row.resident, information.id.clone())).or_insert_with(|| empty(row.resident, &information.id)).records.push(record);
    }
    Ok(contents)
}

#[derive(Queryable)]
struct Row {
    resident: i64,
    programme: String,
    fiscal_year: i32,
    examined_on: i32,
    institution: String,
    judgement: String,
    needs_detailed: i16,
    row: i64,
    history: i32,
    setting: String,
}

fn rows(tx: &mut Tx, residents: &[i64]) -> Result<Vec<Row>, RegistryError> {
    let columns = (
        examination::resident,
        examination::programme,
        examination::fiscal_year,
        examination::examined_on,
        examination::institution,
        examination::judgement,
        examination::needs_detailed,
        examination::row,
        examination::history,
        examination::setting,
    );
    let those = examination::table.filter(examination::resident.eq_any(residents).and(examination::examined_on.gt(0)));
    Ok(those.order((examination::resident, examination::programme, examination::row, examination::id)).select(columns).load(tx)?)
}

fn details(tx: &mut Tx, residents: &[i64]) -> Result<HashMap<(i64, u16, i32), Detail>, RegistryError> {
    use detailed_examination as detailed;
    type Columns = (i64, i16, i32, String, i32, String, String);
    let columns = (
        detailed::resident,
        detailed::record,
        detailed::history,
        detailed::attendance,
        detailed::examined_on,
        detailed::institution,
        detailed::judgement,
    );
    let rows: Vec<Columns> = detailed::table.filter(detailed::resident.eq_any(residents)).order(detailed::row).select(columns).load(tx)?;
    let rows = rows.into_iter().map(|(resident, record, history, attendance, examined_on, institution, judgement)| {
        let detail = Detail { attended: attendance == "1", examined_on, institution, judgement };
        ((resident, u16::try_from(record).unwrap_or(0), history), detail)
    });
    Ok(rows.collect())
}

/// The parts of the permission list's contents, by their ids.
fn told(row: &Row, programme: &Programme, on: Date, birth: i32, detail: Option<&Detail>) -> ReplicaRecord {
    let flag = |value: bool| if value { "1" } else { "0" }.to_owned();
    let mut items = BTreeMap::new();
    let mut tell = |id: &str, value: String| {
        if !value.is_empty() {
            items.insert(id.to_owned(), value);
        }
    };
    tell("attended", flag(true));
    tell("examined_on", on.to_string());
    tell("institution_name", row.institution.clone());
    tell("age", day::from_number(birth).map_or_else(String::new, |birth| age_on(birth, on).to_string()));
    tell("setting", row.setting.clone());
    tell("judgement", row.judgement.clone());
    tell("detailed_needed", flag(row.needs_detailed == 1));
    if let Some(detail) = detail {
        tell("detailed_attended", flag(detail.attended));
        tell("detailed_examined_on", day::from_number(detail.examined_on).map_or_else(String::new, |day| day.to_string()));
        tell("detailed_institution_name", detail.institution.clone());
        tell("detailed_judgement", detail.judgement.clone());
    }
    let fiscal_year = i16::try_from(row.fiscal_year).map_or_else(|_| FiscalYear::of(on), FiscalYear);
    ReplicaRecord { fiscal_year, programme: programme.id.clone(), examined_on: on, items: items.into() }
}
