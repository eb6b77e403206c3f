//! What becomes of a row: one person a number and a key of the municipality's; a row replaces what is registered, a deletion ends it.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use number::IndividualNumber;
use protocol::RowProblem;
use protocol::messages::edge::Delivery;
use protocol::messages::hub::{Checkup, Modification, RegistrationRow};
use store::Tx;
use vault::Cell;
use vocabulary::{Entropy, Id128, Purpose};

use super::row::{MyNumber, RegistrationLine};
use crate::HubError;
use crate::city::City;
use crate::exchange::queue;
use crate::table::{due, id128, item, numbers, person, row_state, seal, state, task_row, template};

/// The outcome of a row.
pub(crate) enum RegistrationOutcome {
    /// Registered; the key is yet to be minted.
    Waiting(i64),
    /// Registered; the key is known.
    Registered(i64),
    /// Deleted, or never there.
    Deleted,
    /// Not done.
    Refused(RowProblem),
}

impl RegistrationOutcome {
    /// Who waits for a key.
    pub(super) fn waits(&self) -> Option<i64> {
        match self {
            Self::Waiting(person) => Some(*person),
            _ => None,
        }
    }
}

/// A person as far as rows need to know.
#[derive(Clone)]
struct StoredPerson {
    id: i64,
    index: Id128,
    pmh_key: Option<Vec<u8>>,
    state: String,
}

/// The municipality's key, person, index, PMH key, state.
type Stored = (String, i64, Vec<u8>, Option<Vec<u8>>, String);

/// What is known beforehand of a request's rows.
pub(crate) struct Work<'a> {
    city: &'a City,
    entropy: &'a dyn Entropy,
    now: i64,
    templates: HashMap<(String, i64), String>,
    by_key: HashMap<String, StoredPerson>,
    /// Index of the number → the municipality's key.
    by_number: HashMap<Id128, String>,
    seen: HashSet<&'a str>,
}

impl<'a> Work<'a> {
    pub(crate) fn of(
        tx: &mut Tx,
        city: &'a City,
        entropy: &'a dyn Entropy,
        rows: &'a [RegistrationLine],
        now: i64,
    ) -> Result<Self, HubError> {
        let templates: Vec<(String, i64, String)> =
            template::table.select((template::id, template::version, template::programme)).load(tx)?;
        let keys: Vec<&str> = rows.iter().map(RegistrationLine::identity_key).filter(|key| !key.contains('\0')).collect();
        let indexes: Vec<Id128> = rows.iter().filter_map(RegistrationLine::number).map(|number| city.index(number)).collect();
        let indexes: Vec<&[u8]> = indexes.iter().map(|index| index.as_bytes().as_slice()).collect();
        let those = person::table.filter(person::identity_key.eq_any(keys).or(person::number_index.eq_any(indexes)));
        let those = those.select((person::identity_key, person::id, person::number_index, person::pmh_key, person::state));
        let those: Vec<Stored> = those.load(tx)?;
        let mut work = Self {
            city,
            entropy,
            now,
            templates: templates.into_iter().map(|(id, version, programme)| ((id, version), programme)).collect(),
            by_key: HashMap::new(),
            by_number: HashMap::new(),
            seen: HashSet::new(),
        };
        for (key, id, index, pmh_key, state) in those {
            work.remember(key, StoredPerson { id, index: id128(&index)?, pmh_key, state });
        }
        Ok(work)
    }

    fn remember(&mut self, key: String, known: StoredPerson) {
        self.by_number.insert(known.index, key.clone());
        self.by_key.insert(key, known);
    }

    /// Does one row.
    pub(crate) fn row(&mut self, tx: &mut Tx, place: u64, row: &'a RegistrationLine) -> Result<RegistrationOutcome, HubError> {
        let refused =
            |field: &str, code: &str, detail: &str| Ok(RegistrationOutcome::Refused(RowProblem::of_field(place, field, code, detail)));
        let RegistrationLine::Readable(row) = row else {
            return Ok(RegistrationOutcome::Refused(RowProblem::of_row(
                place,
                "unreadable",
                "a field is missing, unknown or not of its form",
            )));
        };
        let key = row.municipality_identity_key.as_str();
        if key.is_empty() || key.chars().count() > 100 || key.contains('\0') {
            return refused("municipalityIdentityKey", "length", "1 to 100 characters");
        }
        if !self.seen.insert(key) {
            return refused("municipalityIdentityKey", "standsTwice", "a person stands in a task once");
        }
        let Some(number) = &row.my_number.0 else {
            return refused("myNumber", "notANumber", "12 digits, of which the last is the check digit of the others");
        };
        let index = self.city.index(number);
        let known = self.by_key.get(key).cloned();
        if known.as_ref().is_some_and(|known| known.index != index) {
            return refused(
                "myNumber",
                "anotherNumber",
                "this key is registered with another number: delete that registration first, with its number",
            );
        }
        if self.by_number.get(&index).is_some_and(|other| other != key) {
            return refused(
                "municipalityIdentityKey",
                "anotherKey",
                "this number is registered under another key: delete that registration first",
            );
        }
        match row.modification_seg {
            Modification::Delete => known.map_or(Ok(RegistrationOutcome::Deleted), |known| self.delete(tx, key, known)),
            Modification::Register => {
                let Some(basic) = &row.basic_five_info else {
                    return refused("basicFiveInfo", "missing", "a registration carries the five data items");
                };
                if let Some((code, detail)) = self.checkups(&row.checkups) {
                    return refused("checkups", code, detail);
                }
                self.register(tx, row, number, index, basic, known)
            }
        }
    }

    fn checkups(&self, checkups: &[Checkup]) -> Option<(&'static str, &'static str)> {
        let mut seen = HashSet::new();
        for checkup in checkups {
            match self.templates.get(&(checkup.template.clone(), i64::from(checkup.template_version))) {
                None => return Some(("unknownTemplate", "send the template in this version first")),
                Some(programme) if *programme != checkup.programme => {
                    return Some(("otherProgramme", "the template is of another programme"));
                }
                Some(_) => {}
            }
            if !seen.insert((&checkup.programme, checkup.fiscal_year)) {
                return Some(("standsTwice", "a programme stands in a year once"));
            }
        }
        None
    }

    fn register(
        &mut self,
        tx: &mut Tx,
        row: &RegistrationRow<MyNumber>,
        number: &IndividualNumber,
        index: Id128,
        basic: &protocol::messages::hub::BasicFiveInfo,
        known: Option<StoredPerson>,
    ) -> Result<RegistrationOutcome, HubError> {
        let vault = self.city.room.vault();
        let id = match &known {
            Some(known) => known.id,
            None => numbers(tx, "person", 1)?,
        };
        let name = id.to_be_bytes();
        let basic = seal(vault, &Cell::new("person", &name, "basic"), basic)?;
        let checkups = seal(vault, &Cell::new("person", &name, "checkups"), &row.checkups)?;
        let changes = (
            person::basic.eq(basic),
            person::checkups.eq(checkups),
            person::state.eq(state::REGISTERED),
            person::due.eq(due::YES),
            person::changed_at.eq(self.now),
        );
        let sealed = || vault.seal(&Cell::new("person", &name, "number"), number.open(Purpose::HubRegistration).as_bytes());
        match known {
            Some(StoredPerson { pmh_key: Some(_), .. }) => {
                diesel::update(person::table.find(id)).set(changes).execute(tx)?;
                Ok(RegistrationOutcome::Registered(id))
            }
            // The number is needed yet, and may be one that could not be read.
            Some(_) => {
                diesel::update(person::table.find(id)).set((person::number.eq(sealed()?), changes)).execute(tx)?;
                Ok(RegistrationOutcome::Waiting(id))
            }
            None => {
                let sealed = sealed()?;
                let key = &row.municipality_identity_key;
                let (index_bytes, number) = (person::number_index.eq(index.as_bytes().as_slice()), person::number.eq(sealed));
                diesel::insert_into(person::table)
                    .values((person::id.eq(id), person::identity_key.eq(key), index_bytes, number, changes))
                    .execute(tx)?;
                self.remember(key.clone(), StoredPerson { id, index, pmh_key: None, state: state::REGISTERED.to_owned() });
                Ok(RegistrationOutcome::Waiting(id))
            }
        }
    }

    /// What was not sent yet is not sent; what the edge may have, it is told to delete. Without a key the edge has nothing.
    fn delete(&mut self, tx: &mut Tx, key: &str, known: StoredPerson) -> Result<RegistrationOutcome, HubError> {
        if known.state == state::DELETED {
            return Ok(RegistrationOutcome::Deleted);
        }
        let items: Vec<Vec<u8>> = item::table.filter(item::person.eq(known.id)).select(item::id).load(tx)?;
        let ended = items.iter().map(|id| id128(id)).collect::<Result<Vec<Id128>, _>>()?;
        diesel::delete(item::table.filter(item::person.eq(known.id))).execute(tx)?;
        queue::drop_unsent(tx, self.city, known.id)?;
        let waiting = task_row::table.filter(task_row::person.eq(known.id).and(task_row::state.eq(row_state::WAITING)));
        diesel::update(waiting).set(task_row::state.eq(row_state::DELETED)).execute(tx)?;
        match known.pmh_key {
            Some(sealed) => {
                let pmh_key = queue::key(self.city, known.id, &sealed)?;
                let row = Delivery::Deletion { pmh_key: pmh_key.into(), id: self.entropy.id128(), ended };
                queue::add(tx, self.city, vec![(known.id, key.to_owned(), row)])?;
                let ended = (person::state.eq(state::DELETED), person::due.eq(due::NO), person::changed_at.eq(self.now));
                diesel::update(person::table.find(known.id)).set(ended).execute(tx)?;
            }
            None => {
                diesel::delete(person::table.find(known.id)).execute(tx)?;
                self.by_number.remove(&known.index);
                self.by_key.remove(key);
            }
        }
        Ok(RegistrationOutcome::Deleted)
    }
}
