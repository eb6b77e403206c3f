//! Codes (符号): deterministic encryption of the person's link id under a key of the organisation, which the network system alone holds.
//!
//! Codes of one person in two organisations have nothing in common without these keys; the same organisation always gets the same code.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use protocol::messages::Code;
use vault::Vault;
use vocabulary::{Id128, Party};

use crate::RefusedError;

/// The organisation's code of the person.
pub(super) fn code(vault: &Vault, organisation: &Party, link: Id128) -> Result<Code, RefusedError> {
    let sealed = siv(vault, organisation).encrypt([b"kenshin code".as_slice()], link.as_bytes());
    let sealed = sealed.map_err(|_| wire::Defect("a link id that cannot be sealed"))?;
    Ok(Code::from(sealed))
}

/// The link id behind an organisation's code; another organisation's code does not open.
pub(super) fn link(vault: &Vault, organisation: &Party, code: &Code) -> Result<Id128, RefusedError> {
    let plain = siv(vault, organisation).decrypt([b"kenshin code".as_slice()], code.as_slice());
    plain.ok().and_then(|plain| crate::id128(&plain)).ok_or(wire::Unknown("the code").into())
}

fn siv(vault: &Vault, organisation: &Party) -> Aes256Siv {
    let name = organisation.to_string();
    let mut key = [0; 64];
    for (at, part) in key.chunks_exact_mut(16).enumerate() {
        let label = format!("code key {at} {name}");
        part.copy_from_slice(&vault.blind("organisation code key", label.as_bytes()));
    }
    Aes256Siv::new(&key.into())
}
