//! One row of a registration task in the published shape (G00G): the only message of ours with an individual number in its JSON.

use std::collections::HashMap;
use std::fmt;

use catalogue::{Catalogue, Template};
use diesel::prelude::*;
use protocol::messages::checkups::{BasicFiveInfo, Items};
use protocol::messages::hub::{Checkup, Modification, PastResult, RegistrationRow};
use serde::{Deserialize, Serialize};
use store::Tx;
use vocabulary::{FiscalYear, ResidentNumber, Sex, day, text};
use zeroize::Zeroizing;

use super::template;
use crate::residents::number_cell;
use crate::results::table::{examination, record_row};
use crate::results::{Layouts, RecordContent};
use crate::standing::Addressee;
use crate::{Registry, RegistryError};

/// `myNumber`: it travels, and shows itself nowhere.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct MyNumber(Zeroizing<String>);

impl fmt::Debug for MyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MyNumber(***)")
    }
}

/// The rows of some people, by resident id.
pub(super) struct Rows {
    pub(super) made: Vec<(i64, RegistrationRow<MyNumber>)>,
    /// Those of whom something that is stored cannot be read: nobody else waits for them.
    pub(super) unmade: Vec<i64>,
}

/// Composes them: of each the full current set.
pub(super) fn rows(
    tx: &mut Tx,
    (registry, catalogue): (&Registry, &Catalogue),
    (source, fiscal_year): (&Template, FiscalYear),
    people: &[Addressee],
    ages: &HashMap<i64, i16>,
    versions: &HashMap<String, i32>,
) -> Result<Rows, RegistryError> {
    let mut past = past_results(tx, (registry, catalogue), source, people)?;
    let mut rows = Rows { made: Vec::with_capacity(people.len()), unmade: Vec::new() };
    for person in people {
        let age = ages.get(&person.id()).copied().unwrap_or_default();
        let variant = source.variant(age).ok_or(wire::Defect("a template without questions for an age that is due"))?;
        let name = template::name(source, variant);
        let version = versions
            .get(&name)
            .copied()
            .ok_or_else(|| RegistryError::asked("先に「PMHへの雛形の登録」を行ってください", "register the templates first"))?;
        let past = past.remove(&person.id()).unwrap_or_else(|| Ok(Vec::new()));
        let row = past.and_then(|past| row(registry, person, fiscal_year, (name, version), past, &source.programme));
        match wire::pass_over(row)? {
            Some(row) => rows.made.push((person.id(), row)),
            None => {
                tracing::warn!(resident = person.id(), "a person cannot be registered with the hub");
                rows.unmade.push(person.id());
            }
        }
    }
    Ok(rows)
}

fn row(
    registry: &Registry,
    person: &Addressee,
    fiscal_year: FiscalYear,
    (template, version): (String, i32),
    past_results: Vec<PastResult>,
    programme: &str,
) -> Result<RegistrationRow<MyNumber>, RegistryError> {
    let number = ResidentNumber::parse(person.number()).map_err(|_| wire::Damaged("a resident number"))?;
    let sealed = person.sealed_number().unwrap_or_default();
    let opened = registry.room.vault().open_cell(&number_cell(&number), sealed)?;
    let digits = std::str::from_utf8(&opened).map_err(|_| wire::Damaged("a number"))?;
    Ok(RegistrationRow {
        modification_seg: Modification::Register,
        my_number: MyNumber(Zeroizing::new(digits.to_owned())),
        municipality_identity_key: person.number().to_owned(),
        basic_five_info: Some(BasicFiveInfo {
            name: without_blanks(person.name()).into(),
            name_kana: without_blanks(&text::folded_width(person.kana())).into(),
            address: format!("{}{}", person.address(), person.building()).into(),
            date_of_birth: day::from_number(person.birth()).ok_or(wire::Damaged("a birth date"))?.into(),
            sex: Sex::from_code(person.sex()).unwrap_or_default().into(),
        }),
        checkups: vec![Checkup {
            programme: programme.to_owned(),
            fiscal_year,
            template,
            template_version: u32::try_from(version).map_err(|_| wire::Damaged("a version"))?,
            answers: Items::new().into(),
            past_results,
        }],
        deleted_on: None,
    })
}

/// Names travel without a blank in the published shape.
fn without_blanks(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Past results of each of these people: what the practitioner entered, by item.
fn past_results(
    tx: &mut Tx,
    (registry, catalogue): (&Registry, &Catalogue),
    template: &Template,
    people: &[Addressee],
) -> Result<HashMap<i64, Result<Vec<PastResult>, RegistryError>>, RegistryError> {
    let malformed = || wire::Defect("a template whose programme is not in the catalogue");
    let programme = catalogue.programme(&template.programme).ok_or_else(malformed)?;
    let layouts = Layouts::load(tx)?;
    let ids: Vec<i64> = people.iter().map(|person| person.id()).collect();
    let rows: Vec<(i64, i64, i32, i32, String, Vec<u8>)> = examination::table
        .inner_join(record_row::table.on(record_row::id.eq(examination::row)))
        .filter(examination::programme.eq(&programme.id).and(examination::resident.eq_any(ids)))
        .order((examination::resident, examination::examined_on, examination::id))
        .select((
            examination::resident,
            examination::row,
            examination::fiscal_year,
            examination::examined_on,
            examination::institution,
            record_row::content,
        ))
        .load(tx)?;
    let mut past: HashMap<i64, Result<Vec<PastResult>, RegistryError>> = HashMap::new();
    for (resident, row, fiscal_year, examined_on, institution, sealed) in rows {
        let (Ok(year), Some(examined_on)) = (i16::try_from(fiscal_year), day::from_number(examined_on)) else { continue };
        let known = past.entry(resident).or_insert_with(|| Ok(Vec::new()));
        match (RecordContent::open(registry.room.vault(), &layouts, row, &sealed), known) {
            (Ok(content), Ok(known)) => {
                let shown = template.practitioner.items.iter().map(|item| (item.item.clone(), content.get(&item.item).to_owned()));
                let items: Items = shown.filter(|(_, value)| !value.is_empty()).collect();
                known.push(PastResult {
                    key: row.to_string(),
                    fiscal_year: FiscalYear(year),
                    examined_on,
                    institution: institution.parse().ok(),
                    items: items.into(),
                });
            }
            (Err(error), known) => *known = Err(error),
            (Ok(_), Err(_)) => {}
        }
    }
    Ok(past)
}
