//! What the registry knows of one person, read at once. What the caller may not see is not read out of the database's answer.

use catalogue::{Catalogue, Item, ItemKind};
use diesel::prelude::*;
use eligibility::Person;
use ledger::{Record, Seen};
use store::Tx;
use vault::Vault;
use vocabulary::Date;

use crate::RegistryError;
use crate::extraction;
use crate::person::person_id;
use crate::residents::contact::{Contact, SealedContact};
use crate::residents::table::resident;
use crate::results::table::{examination, record_row};
use crate::results::{Layouts, RecordContent};
use crate::returned::last_returned;
use crate::standing::{Addressee, Means, Withheld};

/// The person as the register has them.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
pub(super) struct PersonColumns {
    id: i64,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) sex: i16,
    pub(super) birth: i32,
    #[diesel(embed)]
    contact: SealedContact,
}

/// An examination of theirs.
#[derive(Queryable, Selectable)]
#[diesel(table_name = examination)]
pub(super) struct Examined {
    row: i64,
    pub(super) record: i16,
    pub(super) programme: String,
    pub(super) examination_id: String,
    pub(super) examined_on: i32,
    pub(super) institution: String,
    pub(super) needs_detailed: i16,
    pub(super) source: String,
}

/// A record of theirs.
pub(super) struct Recorded {
    row: RecordRow,
    /// Items that have a value and may be seen, in the order of the form; then those that the form no longer has.
    pub(super) values: Vec<ItemValue>,
    /// The judgements of its programmes.
    judgements: Vec<(String, String)>,
}

/// The value of an item, and what its column was called when it was written.
pub(super) struct ItemValue {
    pub(super) item: String,
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = record_row)]
pub(super) struct RecordRow {
    pub(super) id: i64,
    pub(super) record: i16,
    pub(super) history: i32,
    pub(super) version: i32,
    pub(super) fiscal_year: i32,
    content: Vec<u8>,
    pub(super) source: String,
}

/// All of it.
pub(super) struct Looked {
    pub(super) known: PersonColumns,
    /// Where they live; nothing where that is withheld.
    pub(super) contact: Option<Contact>,
    pub(super) is_protected: bool,
    /// As the rules of eligibility look at them.
    pub(super) person: Person,
    pub(super) examined: Vec<Examined>,
    pub(super) recorded: Vec<Recorded>,
    /// Why nothing is sent to them by letter; nothing where it is.
    pub(super) no_letter: Option<Withheld>,
    /// The last letter to where they live now that came back: yyyymmdd, and the code of the reason.
    pub(super) came_back: Option<(i32, String)>,
}

impl Looked {
    /// Whether address and places of examination are withheld.
    pub(super) fn is_guarded(&self) -> bool {
        self.contact.is_none()
    }
}

/// Reads the person; where somebody under protective measures lives only for those who may know it.
pub(super) fn read(
    tx: &mut Tx,
    vault: &Vault,
    catalogue: &Catalogue,
    (id, today): (i64, Date),
    sees_protected: bool,
    record: &mut Record<'_>,
) -> Result<Seen<Looked>, RegistryError> {
    let known: Option<PersonColumns> = resident::table.find(id).select(PersonColumns::as_select()).first(tx).optional()?;
    let known = known.ok_or(wire::Unknown("the person"))?;
    let contact = known.contact.open(vault)?;
    let person = extraction::person(tx, vault, catalogue, &known.number)?.ok_or(wire::Unknown("the person"))?;
    let is_protected = contact.is_protected();
    let is_guarded = is_protected && !sees_protected;
    let newest = (examination::examined_on.desc(), examination::id.desc());
    let of_person = examination::table.filter(examination::resident.eq(known.id));
    let mut examined: Vec<Examined> = of_person.order(newest).select(Examined::as_select()).load(tx)?;
    let rows: Vec<RecordRow> = record_row::table
        .filter(record_row::resident.eq(known.id))
        .order((record_row::fiscal_year.desc(), record_row::record, record_row::history.desc()))
        .select(RecordRow::as_select())
        .load(tx)?;
    let layouts = Layouts::load(tx)?;
    let recorded = rows.into_iter().map(|row| Recorded::open(vault, &layouts, catalogue, row, is_guarded));
    let recorded = recorded.collect::<Result<Vec<_>, RegistryError>>()?;
    if is_guarded {
        examined.iter_mut().for_each(|one| one.institution.clear());
    }
    if is_protected {
        record.note(if is_guarded { "protected: address withheld" } else { "protected: address shown" });
    }
    let no_letter = Addressee::read(tx, vault, &[id], Means::Letter, today)?.remove(&id).and_then(Result::err);
    let came_back = if no_letter == Some(Withheld::Returned) { last_returned(tx, id)? } else { None };
    let who = person_id(&known.number).into_owned();
    let contact = (!is_guarded).then_some(contact);
    Ok(Seen::person(who, Looked { known, contact, is_protected, person, examined, recorded, no_letter, came_back }))
}

impl Recorded {
    /// Opens a record. For those who may not know where somebody lives it is without what tells of places: institutions, venues, texts in
    /// which anything may stand, and items of which nobody knows any more what they tell.
    fn open(vault: &Vault, layouts: &Layouts, catalogue: &Catalogue, row: RecordRow, is_guarded: bool) -> Result<Recorded, RegistryError> {
        let content = RecordContent::open(vault, layouts, row.id, &row.content)?;
        let number = u16::try_from(row.record).unwrap_or_default();
        let of = catalogue.record(number);
        let may_be_seen = |item: &Item| !is_guarded || !tells_of_places(item);
        let items = of.into_iter().flat_map(|of| &of.items).filter(|item| may_be_seen(item));
        let value =
            |item: &str, name: &str, value: &str| ItemValue { item: item.to_owned(), name: name.to_owned(), value: value.to_owned() };
        let mut values: Vec<ItemValue> = items.map(|item| value(&item.id, item.header(), content.get(&item.id))).collect();
        values.retain(|item| !item.value.is_empty());
        let gone = content.values().filter(|(item, ..)| !is_guarded && of.is_none_or(|of| of.place(item).is_none()));
        values.extend(gone.map(|(item, name, text)| value(item, name, text)));
        let judgements = catalogue.programmes_of(number);
        let judgements = judgements.map(|programme| (programme.id.clone(), content.get(&programme.result.judgement).to_owned())).collect();
        Ok(Recorded { row, values, judgements })
    }

    /// The row itself.
    pub(super) fn row(&self) -> &RecordRow {
        &self.row
    }
}

/// Whether an item may tell where somebody is: an institution, a venue, a text in which anything may stand.
pub(crate) fn tells_of_places(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Institution | ItemKind::PostalCode | ItemKind::Text | ItemKind::Ascii)
}

impl Looked {
    /// The judgement of an examination.
    pub(super) fn judgement(&self, examined: &Examined) -> &str {
        let record = self.recorded.iter().find(|recorded| recorded.row.id == examined.row);
        let mut judgements = record.into_iter().flat_map(|recorded| &recorded.judgements);
        judgements.find(|(programme, _)| *programme == examined.programme).map_or("", |(_, judgement)| judgement)
    }
}

/// The number and name of a person, for a page about them.
pub(super) fn named(tx: &mut Tx, id: i64) -> Result<Seen<(String, String)>, RegistryError> {
    let columns = (resident::number, resident::name);
    let named: Option<(String, String)> = resident::table.find(id).select(columns).first(tx).optional()?;
    let named = named.ok_or(wire::Unknown("the person"))?;
    Ok(Seen::person(person_id(&named.0).into_owned(), named))
}
