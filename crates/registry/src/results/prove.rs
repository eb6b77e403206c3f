//! What records prove, as rows: written with a record, and anew when the rules have changed.

use diesel::prelude::*;
use store::Tx;
use vault::{Cell, Vault};

use super::form::Proofs;
use super::table::{detailed_examination, examination, fact};
use crate::RegistryError;

/// A record whose proofs are written.
pub(super) struct Proven<'r> {
    pub(super) row: i64,
    pub(super) resident: i64,
    pub(super) record: i16,
    pub(super) history: i32,
    pub(super) source: &'r str,
    pub(super) proofs: Proofs<'r>,
}

/// Writes what some records prove; `next` is the id of the next examination.
pub(super) fn write(tx: &mut Tx, vault: &Vault, rows: &[Proven<'_>], next: &mut i64) -> Result<(), RegistryError> {
    store::load(tx, examination::all_columns, |load| {
        for (row, proof) in rows.iter().flat_map(|row| row.proofs.examinations.iter().map(move |proof| (row, proof))) {
            load.push(|out| {
                out.int(*next)
                    .int(row.resident)
                    .int(row.record)
                    .text(proof.programme)
                    .text(proof.examination)
                    .int(proof.fiscal_year)
                    .int(proof.examined_on)
                    .text(proof.institution)
                    .int(proof.needs_detailed)
                    .text(row.source)
                    .int(row.row)
                    .int(row.history)
                    .int(proof.claim_month)
                    .int(proof.excluded)
            })?;
            *next += 1;
        }
        Ok::<_, RegistryError>(())
    })?;
    let detailed = |row: &'_ Proven<'_>| Some((row.row, row.resident, row.record, row.proofs.screening_history?));
    let detailed: Vec<(i64, i64, i16, i32)> = rows.iter().filter_map(detailed).collect();
    if !detailed.is_empty() {
        store::load(tx, detailed_examination::all_columns, |load| {
            let mut each = detailed.iter();
            each.try_for_each(|(row, resident, record, history)| load.push(|out| out.int(*row).int(*resident).int(*record).int(*history)))
        })?;
    }
    if rows.iter().any(|row| !row.proofs.facts.is_empty()) {
        store::load(tx, fact::all_columns, |load| {
            for (row, proof) in rows.iter().flat_map(|row| row.proofs.facts.iter().map(move |proof| (row, proof))) {
                let value = seal_fact(vault, row.row, proof.fact, proof.value)?;
                load.push(|out| out.int(row.row).text(proof.fact).int(row.resident).int(proof.known_on).bytes(&value))?;
            }
            Ok::<_, RegistryError>(())
        })?;
    }
    Ok(())
}

/// Takes away what some records prove.
pub(super) fn remove(tx: &mut Tx, rows: &[i64]) -> Result<(), RegistryError> {
    diesel::delete(examination::table.filter(examination::row.eq_any(rows))).execute(tx)?;
    diesel::delete(detailed_examination::table.filter(detailed_examination::row.eq_any(rows))).execute(tx)?;
    diesel::delete(fact::table.filter(fact::row.eq_any(rows))).execute(tx)?;
    Ok(())
}

/// The id of the next examination.
pub(super) fn next_examination(tx: &mut Tx) -> Result<i64, RegistryError> {
    Ok(examination::table.select(diesel::dsl::max(examination::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1)
}

/// The sealed value of a fact: four bytes.
pub(crate) fn seal_fact(vault: &Vault, row: i64, fact: &str, value: i32) -> Result<Vec<u8>, RegistryError> {
    Ok(vault.seal(&Cell::new("fact", &fact_key(row, fact), "value"), &value.to_be_bytes())?)
}

/// The value of a row of `fact`.
pub(crate) fn open_fact(vault: &Vault, row: i64, fact: &str, sealed: &[u8]) -> Result<i32, RegistryError> {
    let value = vault.open_cell(&Cell::new("fact", &fact_key(row, fact), "value"), sealed)?;
    let value = value.as_slice().try_into().map_err(|_| wire::Damaged("a fact"))?;
    Ok(i32::from_be_bytes(value))
}

fn fact_key(row: i64, fact: &str) -> Vec<u8> {
    [row.to_be_bytes().as_slice(), fact.as_bytes()].concat()
}
