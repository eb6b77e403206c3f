//! What the replicas of some residents tell (PIA 提供する情報): by itself it identifies nobody.

use std::collections::{BTreeMap, HashMap};

use catalogue::{Catalogue, Information, Programme};
use diesel::prelude::*;
use protocol::messages::inquiries::{Replica, ReplicaRecord};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, FiscalYear, age_on, day};

use crate::RegistryError;
use crate::residents::table::resident;
use crate::results::table::{detailed_examination, examination, record_row};
use crate::results::{Layouts, RecordContent};

/// What is told, by resident and information.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) told: BTreeMap<(i64, String), Replica>,
    /// What cannot be told, because a record of it cannot be read.
    pub(super) damaged: Vec<(i64, String)>,
}

/// What is told of these residents; `wanted` names informations that must be told even when there is nothing (any more).
pub(super) fn contents(
    tx: &mut Tx,
    (vault, catalogue): (&Vault, &Catalogue),
    residents: &[i64],
    wanted: &[(i64, String)],
    today: Date,
) -> Result<Contents, RegistryError> {
    let people: Vec<(i64, i32, i16)> =
        resident::table.filter(resident::id.eq_any(residents)).select((resident::id, resident::birth, resident::protected)).load(tx)?;
    let people: HashMap<i64, (i32, i16)> = people.into_iter().map(|(id, birth, protected)| (id, (birth, protected))).collect();
    let layouts = Layouts::load(tx)?;
    let details = details(tx, vault, &layouts, residents)?;
    let list = catalogue.permission_list();
    let informations: HashMap<&str, &Information> =
        list.information.iter().map(|information| (information.programme.as_str(), information)).collect();
    let mut contents = Contents::default();
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
        contents.told.entry((*resident, information.clone())).or_insert_with(|| empty(*resident, information));
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
        let key = (row.resident, information.id.clone());
        let detail = details.get(&(row.resident, programme.follow_up.record, row.history)).map(Option::as_ref);
        let content = wire::pass_over(RecordContent::open(vault, &layouts, row.row, &row.content))?;
        match (content, detail) {
            (Some(content), None | Some(Some(_))) => {
                let record = told(&row, &content, (catalogue, programme), on, *birth, detail.flatten());
                contents.told.entry(key).or_insert_with(|| empty(row.resident, &information.id)).records.push(record);
            }
            (None, _) | (_, Some(None)) => {
                tracing::warn!(row = row.row, "a record cannot be read: no replica is made of it");
                contents.damaged.push(key);
            }
        }
    }
    // A part of it would tell something that is not so.
    for key in &contents.damaged {
        contents.told.remove(key);
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
    needs_detailed: i16,
    row: i64,
    history: i32,
    content: Vec<u8>,
}

fn rows(tx: &mut Tx, residents: &[i64]) -> Result<Vec<Row>, RegistryError> {
    let columns = (
        examination::resident,
        examination::programme,
        examination::fiscal_year,
        examination::examined_on,
        examination::institution,
        examination::needs_detailed,
        examination::row,
        examination::history,
        record_row::content,
    );
    let rows = examination::table.inner_join(record_row::table.on(record_row::id.eq(examination::row)));
    let those = rows.filter(examination::resident.eq_any(residents));
    Ok(those.order((examination::resident, examination::programme, examination::row, examination::id)).select(columns).load(tx)?)
}

type Details = HashMap<(i64, u16, i32), Option<RecordContent>>;

/// Records of detailed examinations by resident, record type and the screening's 履歴番号; the last one holds. `None` for one that cannot be
/// read.
fn details(tx: &mut Tx, vault: &Vault, layouts: &Layouts, residents: &[i64]) -> Result<Details, RegistryError> {
    use detailed_examination as detailed;
    let columns = (detailed::resident, detailed::record, detailed::history, detailed::row, record_row::content);
    let rows: Vec<(i64, i16, i32, i64, Vec<u8>)> = detailed::table
        .inner_join(record_row::table.on(record_row::id.eq(detailed::row)))
        .filter(detailed::resident.eq_any(residents))
        .order(detailed::row)
        .select(columns)
        .load(tx)?;
    let rows = rows.into_iter().map(|(resident, record, history, row, sealed)| {
        let content = wire::pass_over(RecordContent::open(vault, layouts, row, &sealed))?;
        Ok(((resident, u16::try_from(record).unwrap_or(0), history), content))
    });
    rows.collect()
}

/// The parts of the permission list's contents, by their ids.
fn told(
    row: &Row,
    content: &RecordContent,
    (catalogue, programme): (&Catalogue, &Programme),
    on: Date,
    birth: i32,
    detail: Option<&RecordContent>,
) -> ReplicaRecord {
    let flag = |value: bool| if value { "1" } else { "0" }.to_owned();
    let mut items = BTreeMap::new();
    let mut tell = |id: &str, value: String| {
        if !value.is_empty() {
            items.insert(id.to_owned(), value);
        }
    };
    tell("attended", flag(true));
    tell("examined_on", on.to_string());
    tell("institution_name", catalogue.institution_name(&row.institution).to_owned());
    tell("age", day::from_number(birth).map_or_else(String::new, |birth| age_on(birth, on).to_string()));
    tell("setting", content.get("setting").to_owned());
    tell("judgement", content.get(&programme.result.judgement).to_owned());
    let follow_up = &programme.follow_up;
    let attended = detail.filter(|detail| detail.get(&follow_up.attendance) == "1");
    let taken = attended.map(|detail| {
        let on = detail.date(&follow_up.examined_on).map_or_else(String::new, |day| day.to_string());
        let institution = catalogue.institution_name(detail.get(&follow_up.institution)).to_owned();
        [on, institution, detail.get(&follow_up.judgement).to_owned()]
    });
    detailed(row.needs_detailed == 1, taken).into_iter().for_each(|(id, value)| tell(id, value));
    let fiscal_year = i16::try_from(row.fiscal_year).map_or_else(|_| FiscalYear::of(on), FiscalYear);
    ReplicaRecord { fiscal_year, programme: programme.id.clone(), examined_on: on, items: items.into() }
}

/// What is told of a detailed examination (精密検査), by the ids of the permission list (C-II-5-REL-4): where the person was told that one is
/// needed, whether it was taken; and where it was, its day, institution and result.
fn detailed(notified: bool, taken: Option<[String; 3]>) -> Vec<(&'static str, String)> {
    if !notified {
        return Vec::new();
    }
    let attended = ("detailed_attended", if taken.is_some() { "1" } else { "0" }.to_owned());
    let of_it = ["detailed_examined_on", "detailed_institution_name", "detailed_judgement"].into_iter().zip(taken.into_iter().flatten());
    std::iter::once(attended).chain(of_it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_ii_5_rel_4_a_detailed_examination_is_told_when_one_was_called_for_and_its_result_when_it_was_taken() {
        let taken = || Some(["2026-05-20", "みほん検診所", "1"].map(str::to_owned));
        let told = |notified, taken| detailed(notified, taken).iter().map(|(id, value)| format!("{id}={value}")).collect::<Vec<_>>();
        let whole =
            ["detailed_attended=1", "detailed_examined_on=2026-05-20", "detailed_institution_name=みほん検診所", "detailed_judgement=1"];
        assert_eq!(told(true, taken()), whole);
        assert_eq!(told(true, None), ["detailed_attended=0"]);
        assert_eq!(told(false, taken()), Vec::<String>::new());
        assert_eq!(told(false, None), Vec::<String>::new());
        let catalogue = Catalogue::built_in().unwrap();
        let listed: Vec<&str> = catalogue
            .permission_list()
            .contents
            .items
            .iter()
            .map(|item| item.id.as_str())
            .filter(|id| id.starts_with("detailed_"))
            .collect();
        assert_eq!(listed, detailed(true, taken()).iter().map(|(id, _)| *id).collect::<Vec<_>>(), "and the list names these and no others");
    }
}
