//! Everybody as identification knows them: what the register says now, and the names and addresses it said before.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::prelude::*;
use linkage::{Register, Resident};
use rayon::prelude::*;
use store::Tx;
use vault::Vault;
use vocabulary::Sex;

use crate::RegistryError;
use crate::residents::contact::{SealedContact, former as former_rows};
use crate::residents::table::{resident, resident_history};

/// Rows whose contacts are opened together, on every core.
const TOGETHER: usize = 16_384;

/// Name, kana, sex, birth.
type Row = (String, String, i16, i32, SealedContact);
/// Name, kana.
type FormerRow = (String, String, SealedContact);
/// Name, kana, address with building, as a former row had them.
type Former = (String, String, String);

/// Reads everybody and folds them. Whose contact does not open ends it: without an address somebody else could be taken for them. A former
/// one that does not open is an alarm and says nothing, as if it were not there: that of a row that was mended never opens again.
pub(super) fn register(tx: &mut Tx, vault: &Vault) -> Result<Register, RegistryError> {
    let former = former(tx, vault)?;
    let columns = (resident::name, resident::kana, resident::sex, resident::birth, SealedContact::NOW);
    let (mut people, mut rows) = (Vec::new(), Vec::with_capacity(TOGETHER));
    let mut open = |rows: &mut Vec<Row>| {
        let opened = rows.par_drain(..).map(|row| of_row(vault, &former, row));
        people.extend(opened.collect::<Result<Vec<_>, RegistryError>>()?);
        Ok::<_, RegistryError>(())
    };
    store::stream!(tx, resident::table.order(resident::id).select(columns), Row, |row: Row| {
        rows.push(row);
        if rows.len() == TOGETHER { open(&mut rows) } else { Ok(()) }
    })?;
    open(&mut rows)?;
    Ok(Register::build(people))
}

fn of_row(vault: &Vault, former: &HashMap<i64, Vec<Former>>, row: Row) -> Result<Resident<'static>, RegistryError> {
    let (name, kana, sex, birth, sealed) = row;
    let contact = sealed.open(vault)?;
    let address = joined(contact.address(), contact.building());
    let (mut former_names, mut former_addresses) = (Vec::new(), Vec::new());
    for (was, was_kana, was_at) in former.get(&sealed.id()).into_iter().flatten() {
        if *was != name || *was_kana != kana {
            former_names.push((Cow::Owned(was.clone()), Cow::Owned(was_kana.clone())));
        }
        if *was_at != address {
            former_addresses.push(Cow::Owned(was_at.clone()));
        }
    }
    Ok(Resident {
        resident_number: Cow::Owned(sealed.number().to_owned()),
        name: Cow::Owned(name),
        kana: Cow::Owned(kana),
        sex: Sex::from_code(sex).unwrap_or_default(),
        birth,
        postal_code: Cow::Owned(contact.postal_code().to_owned()),
        address: Cow::Owned(address),
        phone: Cow::Owned(contact.phone().to_owned()),
        former_names,
        former_addresses,
    })
}

fn former(tx: &mut Tx, vault: &Vault) -> Result<HashMap<i64, Vec<Former>>, RegistryError> {
    let columns = (resident_history::name, resident_history::kana, SealedContact::FORMER);
    let query = former_rows().order((resident_history::id, resident_history::version)).select(columns);
    let (mut former, mut rows) = (HashMap::<i64, Vec<Former>>::new(), Vec::with_capacity(TOGETHER));
    let mut open = |rows: &mut Vec<FormerRow>| {
        let opened = rows.par_drain(..).map(|(name, kana, sealed)| {
            let Some(contact) = wire::pass_over(sealed.open(vault))? else { return Ok(None) };
            Ok(Some((sealed.id(), (name, kana, joined(contact.address(), contact.building())))))
        });
        for (id, was) in opened.collect::<Result<Vec<_>, RegistryError>>()?.into_iter().flatten() {
            former.entry(id).or_default().push(was);
        }
        Ok::<_, RegistryError>(())
    };
    store::stream!(tx, query, FormerRow, |row: FormerRow| {
        rows.push(row);
        if rows.len() == TOGETHER { open(&mut rows) } else { Ok(()) }
    })?;
    open(&mut rows)?;
    Ok(former)
}

/// 住所 with 方書 behind it, as people are identified by it.
pub(crate) fn joined(address: &str, building: &str) -> String {
    if building.is_empty() { address.to_owned() } else { format!("{address} {building}") }
}
