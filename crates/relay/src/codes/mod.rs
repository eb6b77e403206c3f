//! Codes (符号): asked for through atena, kept beside the unified number: sealed, and found by a keyed hash.

pub(crate) mod ask;
pub(crate) mod persons;
pub(crate) mod take;

use diesel::prelude::*;
use protocol::messages::Code;
use store::Tx;
use vault::{Cell, Vault, VaultError};

use crate::RelayError;
use crate::table::person;

/// What a code is found by.
pub(crate) fn index(vault: &Vault, code: &Code) -> [u8; 16] {
    vault.blind("code", code.as_slice())
}

/// A person's code as the table keeps it.
fn seal(vault: &Vault, unified: &str, code: &Code) -> Result<Vec<u8>, VaultError> {
    vault.seal(&cell(unified), code.as_slice())
}

/// The code of a person, from the table.
pub(crate) fn open(vault: &Vault, unified: &str, sealed: &[u8]) -> Result<Code, VaultError> {
    Ok(Code::from(vault.open_cell(&cell(unified), sealed)?.to_vec()))
}

fn cell(unified: &str) -> Cell<'_> {
    Cell::new("person", unified, "sealed_code")
}

/// The unified number of whoever has the code. The index is what the database says: that the code is this person's is known once the cell, which is
/// bound to the person, holds it.
pub(crate) fn whose(tx: &mut Tx, vault: &Vault, code: &Code) -> Result<Option<String>, RelayError> {
    let those = person::table.filter(person::code_index.eq(index(vault, code).to_vec()));
    let found: Option<(String, Option<Vec<u8>>)> = those.select((person::unified, person::sealed_code)).first(tx).optional()?;
    let Some((unified, sealed)) = found else { return Ok(None) };
    let kept = open(vault, &unified, &sealed.ok_or(wire::Damaged("a code"))?)?;
    if kept == *code { Ok(Some(unified)) } else { Err(wire::Damaged("a code that is another person's").into()) }
}
