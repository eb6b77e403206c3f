//! What the replicas of some residents tell (PIA 提供する情報): by itself it identifies nobody.

use std::collections::{BTreeMap, HashMap};

use catalogue::{Catalogue, Information, Programme};
use diesel::prelude::*;
use protocol::messages::inquiries::{Replica, ReplicaRecord};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, FiscalYear, age_on, day};

use crate::RegistryError;
use crate::follow_up::attended;
use crate::residents::contact::SealedContact;
use crate::residents::table::resident;
use crate::results::table::{detailed_examination, examination, record_row};
use crate::results::{Layouts, RecordContent};

/// What is told, by resident and information.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) told: BTreeMap<(i64, String), Replica>,
    /// What cannot be told, because a record of it, or whether the person is protected, cannot be read.
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
    let people: Vec<(i64, i32, SealedContact)> =
        resident::table.filter(resident::id.eq_any(residents)).select((resident::id, resident::birth, SealedContact::NOW)).load(tx)?;
    // Birth, and whether they are protected where that can be read.
    let people = people.into_iter().map(|(id, birth, contact)| Ok((id, (birth, wire::pass_over(contact.is_protected(vault))?))));
    let people = people.collect::<Result<HashMap<i64, (i32, Option<bool>)>, RegistryError>>()?;
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
        no_automatic_answer: people.get(&resident).is_none_or(|(_, is_protected)| *is_protected != Some(false)),
        not_disclosed: false,
        records: Vec::new(),
    };
    for (resident, information) in wanted {
        match people.get(resident) {
            None => continue,
            Some((_, None)) => contents.damaged.push((*resident, information.clone())),
            Some((_, Some(_))) => {}
        }
        contents.told.entry((*resident, information.clone())).or_insert_with(|| empty(*resident, information));
    }
    let mut seen = (0, String::new());
    for row in rows(tx, residents)? {
        let (Some(information), Some(programme)) = (informations.get(row.programme.as_str()), catalogue.programme(&row.programme)) else {
            continue;
        };
        let (Some((birth, protected)), Some(on)) = (people.get(&row.resident), day::from_number(row.examined_on)) else { continue };
        // One record proves several examinations of a programme: it is told once.
        let this = (row.row, row.programme.clone());
        if seen == this {
            continue;
        }
        seen = this;
        let key = (row.resident, information.id.clone());
        if protected.is_none() {
            contents.damaged.push(key);
            continue;
        }
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
    contents.damaged.sort_unstable();
    contents.damaged.dedup();
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
    let mut items = BTreeMap::new();
    let mut tell = |id: &str, value: String| {
        if !value.is_empty() {
            items.insert(id.to_owned(), value);
        }
    };
    tell("attended", "1".to_owned());
    tell("examined_on", on.to_string());
    tell("institution_name", catalogue.institution_name(&row.institution).to_owned());
    tell("age", day::from_number(birth).map_or_else(String::new, |birth| age_on(birth, on).to_string()));
    tell("setting", content.get("setting").to_owned());
    tell("judgement", content.get(&programme.result.judgement).to_owned());
    if row.needs_detailed == 1 {
        detailed(detail, (catalogue, programme)).into_iter().for_each(|(id, value)| tell(id, value));
    }
    let fiscal_year = i16::try_from(row.fiscal_year).map_or_else(|_| FiscalYear::of(on), FiscalYear);
    ReplicaRecord { fiscal_year, programme: programme.id.clone(), examined_on: on, items: items.into() }
}

/// What is told of a detailed examination (精密検査) that was called for, by the ids of the permission list (C-II-5-REL-4): whether it was taken,
/// where that is known; and where it was, its day, institution and result.
fn detailed(detail: Option<&RecordContent>, (catalogue, programme): (&Catalogue, &Programme)) -> Vec<(&'static str, String)> {
    let follow_up = &programme.follow_up;
    let Some((detail, attended)) = detail.and_then(|detail| Some((detail, attended(detail.get(&follow_up.attendance))?))) else {
        return Vec::new();
    };
    if !attended {
        return vec![("detailed_attended", "0".to_owned())];
    }
    vec![
        ("detailed_attended", "1".to_owned()),
        ("detailed_examined_on", detail.date(&follow_up.examined_on).map_or_else(String::new, |day| day.to_string())),
        ("detailed_institution_name", catalogue.institution_name(detail.get(&follow_up.institution)).to_owned()),
        ("detailed_judgement", detail.get(&follow_up.judgement).to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record in which these items have values.
    fn record(catalogue: &Catalogue, number: u16, values: &[(&str, &str)]) -> RecordContent {
        let items = catalogue.record(number).unwrap().items.iter();
        let value = |id: &str| values.iter().find(|(item, _)| *item == id).map_or("", |(_, value)| *value).to_owned();
        RecordContent::of(catalogue.record(number).unwrap(), &items.map(|item| value(&item.id)).collect::<Vec<_>>())
    }

    /// What is told of a detailed examination after a stomach screening with this judgement, where its record (if there is one) says this
    /// attendance.
    fn detailed_items(judgement: &str, attendance: Option<&str>) -> Vec<String> {
        let catalogue = Catalogue::built_in().unwrap();
        let programme = catalogue.programme("stomach").unwrap();
        let row = Row {
            resident: 1,
            programme: programme.id.clone(),
            fiscal_year: 2026,
            examined_on: 20_260_501,
            institution: "0110113719".to_owned(),
            needs_detailed: i16::from(programme.needs_detailed(judgement)),
            row: 1,
            history: 1,
            content: Vec::new(),
        };
        let screening = record(&catalogue, programme.result.record, &[("examined_on", "2026-05-01"), ("judgement", judgement)]);
        // Whatever else the record says: a day and a result count where it was attended.
        let said = |attendance| {
            [("attendance", attendance), ("examined_on", "2026-05-20"), ("institution", "0110113719"), ("detailed_judgement", "1")]
        };
        let detail = attendance.map(|attendance| record(&catalogue, programme.follow_up.record, &said(attendance)));
        let told = told(&row, &screening, (&catalogue, programme), Date::constant(2026, 5, 1), 19_760_501, detail.as_ref());
        let items = told.items.expose().iter().filter(|(id, _)| id.starts_with("detailed_"));
        items.map(|(id, value)| format!("{id}={value}")).collect()
    }

    #[test]
    fn c_ii_5_rel_4_a_detailed_examination_is_told_when_one_was_called_for_and_what_is_not_known_of_it_is_not_told() {
        const NOTHING: [&str; 0] = [];
        assert_eq!(
            detailed_items("2", Some("1")),
            ["detailed_attended=1", "detailed_examined_on=2026-05-20", "detailed_institution_name=0110113719", "detailed_judgement=1"]
        );
        assert_eq!(detailed_items("2", Some("2")), ["detailed_attended=0"]);
        for unknown in [Some("3"), Some(""), None] {
            assert_eq!(detailed_items("2", unknown), NOTHING, "{unknown:?}");
        }
        for judgement in ["1", "9", ""] {
            for attendance in [Some("1"), Some("2"), Some("3"), Some(""), None] {
                assert_eq!(detailed_items(judgement, attendance), NOTHING, "{judgement:?} {attendance:?}");
            }
        }
    }

    #[test]
    fn the_permission_list_names_what_is_told_of_a_detailed_examination_and_no_more() {
        let catalogue = Catalogue::built_in().unwrap();
        let programme = catalogue.programme("stomach").unwrap();
        let attended = record(&catalogue, programme.follow_up.record, &[("attendance", "1")]);
        let listed = catalogue.permission_list().contents.items.iter().map(|item| item.id.as_str());
        let listed: Vec<&str> = listed.filter(|id| id.starts_with("detailed_")).collect();
        assert_eq!(listed, detailed(Some(&attended), (&catalogue, programme)).iter().map(|(id, _)| *id).collect::<Vec<_>>());
    }
}
