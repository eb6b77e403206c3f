//! What the registry knows of one person, read at once. What the caller may not see is not read out of the database's answer.

use catalogue::{Catalogue, Kind};
use diesel::prelude::*;
use eligibility::Person;
use ledger::Record;
use store::Tx;

use crate::RegistryError;
use crate::extraction;
use crate::residents::table::resident;
use crate::results::Form;
use crate::results::table::{examination, record_row};

/// The person as the register has them.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
pub(super) struct Known {
    id: i64,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) sex: i16,
    pub(super) birth: i32,
    pub(super) address: String,
    pub(super) building: String,
    pub(super) protected: i16,
}

/// An examination of theirs.
#[derive(Queryable, Selectable)]
#[diesel(table_name = examination)]
pub(super) struct Examined {
    pub(super) record: i16,
    pub(super) programme: String,
    pub(super) examination_id: String,
    pub(super) examined_on: i32,
    pub(super) institution: String,
    pub(super) judgement: String,
    pub(super) needs_detailed: i16,
    pub(super) source: String,
}

/// A record of theirs.
#[derive(Queryable, Selectable)]
#[diesel(table_name = record_row)]
pub(super) struct Recorded {
    pub(super) record: i16,
    pub(super) history: i32,
    pub(super) version: i32,
    pub(super) fiscal_year: i32,
    pub(super) cells: String,
    pub(super) source: String,
}

/// All of it.
pub(super) struct Seen {
    pub(super) known: Known,
    /// As the rules of eligibility look at them.
    pub(super) person: Person,
    pub(super) examined: Vec<Examined>,
    pub(super) recorded: Vec<Recorded>,
    /// Whether address and places of examination are withheld.
    pub(super) is_guarded: bool,
}

/// Reads the person and names them in the record; where somebody under protective measures lives only for those who may know it.
pub(super) fn read(
    tx: &mut Tx,
    catalogue: &Catalogue,
    id: i64,
    sees_protected: bool,
    record: &mut Record<'_>,
) -> Result<Seen, RegistryError> {
    let known: Option<Known> = resident::table.find(id).select(Known::as_select()).first(tx).optional()?;
    let mut known = known.ok_or(RegistryError::Unknown("the person"))?;
    record.subject(&known.number);
    let person = extraction::person(tx, catalogue, &known.number)?.ok_or(RegistryError::Unknown("the person"))?;
    let of_person = examination::resident.eq(known.id).and(examination::examined_on.gt(0));
    let newest = (examination::examined_on.desc(), examination::id.desc());
    let mut examined: Vec<Examined> = examination::table.filter(of_person).order(newest).select(Examined::as_select()).load(tx)?;
    let mut recorded: Vec<Recorded> = record_row::table
        .filter(record_row::resident.eq(known.id))
        .order((record_row::fiscal_year.desc(), record_row::record, record_row::history.desc()))
        .select(Recorded::as_select())
        .load(tx)?;
    let is_guarded = known.protected != 0 && !sees_protected;
    if is_guarded {
        known.address.clear();
        known.building.clear();
        examined.iter_mut().for_each(|one| one.institution.clear());
        recorded.iter_mut().for_each(|one| one.cells = guarded(catalogue, one));
    }
    if known.protected != 0 {
        record.note(if is_guarded { "protected: address withheld" } else { "protected: address shown" });
    }
    Ok(Seen { known, person, examined, recorded, is_guarded })
}

/// A record without what tells of places: institutions, venues, and texts in which anything may stand.
fn guarded(catalogue: &Catalogue, one: &Recorded) -> String {
    let of = u16::try_from(one.record).ok().and_then(|number| catalogue.record(number));
    let items = of.map(|of| of.items.as_slice()).unwrap_or_default();
    let tells_of_places = |kind| matches!(kind, Kind::Institution | Kind::PostalCode | Kind::Text | Kind::Ascii);
    let cells = Form::split(&one.cells);
    Form::join(items.iter().zip(cells).map(|(item, cell)| if tells_of_places(item.kind) { "" } else { cell }))
}

/// The number and name of a person, for a page about them.
pub(super) fn named(tx: &mut Tx, id: i64, record: &mut Record<'_>) -> Result<(String, String), RegistryError> {
    let columns = (resident::number, resident::name);
    let named: Option<(String, String)> = resident::table.find(id).select(columns).first(tx).optional()?;
    let named = named.ok_or(RegistryError::Unknown("the person"))?;
    record.subject(&named.0);
    Ok(named)
}
