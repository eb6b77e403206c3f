//! Everybody as identification knows them: what the register says now, and the names and addresses it said before.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::prelude::*;
use linkage::{Register, Resident};
use store::Tx;
use vocabulary::Sex;

use crate::RegistryError;
use crate::residents::table::{resident, resident_history};

/// Name, kana, address with building, as a former row had them.
type Former = Vec<(String, String, String)>;

/// Reads everybody and folds them.
pub(super) fn register(tx: &mut Tx) -> Result<Register, RegistryError> {
    let former = former(tx)?;
    let columns = (
        (resident::id, resident::number, resident::name, resident::kana, resident::sex, resident::birth),
        (resident::postal_code, resident::address, resident::building, resident::phone),
    );
    type Row = ((i64, String, String, String, i16, i32), (String, String, String, String));
    let mut people: Vec<Resident<'static>> = Vec::new();
    store::stream!(tx, resident::table.order(resident::id).select(columns), Row, |row: Row| {
        let ((id, number, name, kana, sex, birth), (postal_code, address, building, phone)) = row;
        let address = joined(address, &building);
        let (mut former_names, mut former_addresses) = (Vec::new(), Vec::new());
        for (was, was_kana, was_at) in former.get(&id).into_iter().flatten() {
            if *was != name || *was_kana != kana {
                former_names.push((Cow::Owned(was.clone()), Cow::Owned(was_kana.clone())));
            }
            if *was_at != address {
                former_addresses.push(Cow::Owned(was_at.clone()));
            }
        }
        people.push(Resident {
            resident_number: Cow::Owned(number),
            name: Cow::Owned(name),
            kana: Cow::Owned(kana),
            sex: Sex::from_code(sex).unwrap_or_default(),
            birth,
            postal_code: Cow::Owned(postal_code),
            address: Cow::Owned(address),
            phone: Cow::Owned(phone),
            former_names,
            former_addresses,
        });
        Ok::<_, RegistryError>(())
    })?;
    Ok(Register::build(people))
}

fn former(tx: &mut Tx) -> Result<HashMap<i64, Former>, RegistryError> {
    let mut former: HashMap<i64, Former> = HashMap::new();
    let columns =
        (resident_history::id, resident_history::name, resident_history::kana, resident_history::address, resident_history::building);
    let query = resident_history::table.order((resident_history::id, resident_history::version)).select(columns);
    store::stream!(tx, query, (i64, String, String, String, String), |(id, name, kana, address, building)| {
        former.entry(id).or_default().push((name, kana, joined(address, &building)));
        Ok::<_, RegistryError>(())
    })?;
    Ok(former)
}

/// 住所 with 方書 behind it, as people are identified by it.
pub(crate) fn joined(mut address: String, building: &str) -> String {
    if !building.is_empty() {
        address.push(' ');
        address.push_str(building);
    }
    address
}
