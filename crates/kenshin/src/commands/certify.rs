//! `kenshin certify`: certificates of the folder's authority for parties that are served elsewhere, or that only ask.

use std::fs;

use anyhow::{Context as _, bail};
use line::pki::Authority;
use protocol::Digest;
use serde::Serialize;
use vocabulary::Party;

use super::init::lacking::{self, Lacking};
use crate::arguments::Certify;
use crate::output::Usage;
use crate::{Ending, output};

#[derive(Serialize)]
struct Certified {
    parties: Vec<String>,
    /// Where the certificates are, with that of the authority.
    folder: String,
    /// SHA-256 of the public key that was certified at a request (SubjectPublicKeyInfo, DER; hexadecimal).
    key: Option<String>,
    /// What setting files of this folder do not say of these parties.
    lacking: Vec<Lacking>,
}

/// Certifies the parties, each with a key of its own that is made here, or the one whose request is given.
pub(crate) fn run(certify: &Certify) -> anyhow::Result<Ending> {
    let place = certify.place.look()?;
    let tls = place.folder("tls");
    if !tls.join("authority.key").exists() {
        bail!("{} has no authority with its key: `kenshin init` makes one", tls.display());
    }
    let (authority, out) = (Authority::open(&tls)?, certify.out.as_deref().unwrap_or(&tls));
    let (clock, entropy) = (place.clock().as_ref(), place.entropy().as_ref());
    let key = match (&certify.request, certify.parties.as_slice()) {
        (Some(request), [party]) => Some(authority.certify(out, party, request, clock, entropy)?),
        (Some(_), _) => return Err(Usage("a request is one party's: name one".to_owned()).into()),
        (None, parties) => {
            for party in parties {
                authority.keep(out, party, clock, entropy).with_context(|| format!("the certificate of {party}"))?;
            }
            None
        }
    };
    let known: Vec<Party> = [place.certified(), certify.parties.clone()].concat();
    let certified = Certified {
        parties: certify.parties.iter().map(Party::to_string).collect(),
        folder: fs::canonicalize(out)?.display().to_string(),
        key: key.map(|key| Digest::of(&key).0.iter().map(|byte| format!("{byte:02x}")).collect()),
        lacking: lacking::find(&place.setting_files(), &known)?,
    };
    output::result(certify.json, &certified, text)?;
    Ok(Ending::Done)
}

fn text(certified: &Certified) -> String {
    let Certified { parties, folder, key, lacking } = certified;
    let mut text = match key {
        None => format!(
            "{folder}: certificate and key of {}, and authority.pem; carry them so that nobody else reads the keys",
            parties.join(", ")
        ),
        Some(key) => format!(
            "{folder}: certificate of {}, and authority.pem\n  the key has the SHA-256 {key}: hear from whoever sent the request that it is theirs",
            parties.join(", ")
        ),
    };
    let lines: Vec<String> = lacking.iter().flat_map(Lacking::lines).collect();
    if !lines.is_empty() {
        text.push_str("\n  to be written into the settings by hand, before the next start of each:");
        lines.iter().for_each(|line| text.push_str(&format!("\n    {line}")));
    }
    text
}
