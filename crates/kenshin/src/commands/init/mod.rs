//! `kenshin init`: a municipality's systems, the hub, or any party — rooms, keys, certificates, settings, first administrators.

pub(super) mod apart;
mod backup_key;
pub(super) mod lacking;
mod setting;

use std::sync::Arc;

use access::{AccountRules, Hasher};
use anyhow::{Context as _, bail};
use catalogue::Catalogue;
use deployment::{Place, systems};
use ledger::VerifierKey;
use line::pki::{Identity, RENEW_BELOW, write_private};
use serde::Serialize;
use store::RoomName;
use vault::MasterKey;
use vocabulary::{Party, Purpose, Reach};

use self::backup_key::BackupKey;
use self::lacking::Lacking;
use self::setting::Neighbours;
use crate::arguments::Init;
use crate::output::Usage;
use crate::{Ending, output};

#[derive(Serialize)]
struct Made {
    /// None where no municipality was named.
    municipality: Option<String>,
    name: String,
    rooms: Vec<String>,
    configurations: Vec<String>,
    /// What each room's record of use is verified with, to be kept elsewhere.
    ledger_keys: Vec<String>,
    /// What its cosignatures as a witness of others are verified with, to be given to those.
    witness_keys: Vec<String>,
    /// The private half of the key of backups, where it was made now and no file was named for it; to be kept elsewhere.
    backup_key: Option<String>,
    /// Of each system that has pages for staff.
    administrators: Vec<Administrator>,
    /// What the setting files of this folder do not say and a person has to write.
    lacking: Vec<Lacking>,
}

/// Who lets the others in at a system's pages.
#[derive(Serialize)]
struct Administrator {
    party: String,
    id: String,
    /// None where the system had accounts already.
    one_time_password: Option<String>,
}

/// Makes what is not there; asked again, it renews certificates, changes nothing else and prints no password.
pub(crate) fn run(init: &Init) -> anyhow::Result<Ending> {
    Catalogue::load(init.folder.catalogue.as_deref())?;
    backup_key::refuse_within(init)?;
    let parties = parties(init)?;
    apart::refuse_within(&init.place, init.keys.as_deref())?;
    let keys = apart::keys(&init.place, init.keys.as_deref())?;
    let place = init.place.open()?.with_catalogue(init.folder.catalogue.as_deref())?.with_keys(keys);
    certify(&place, init, &parties)?;
    let known = [place.certified(), init.consumer.clone()].concat();
    let neighbours = Neighbours::of(&place, &parties, known.clone())?;
    let mut made = Made {
        municipality: init.municipality.map(|code| code.to_string()),
        name: init.name.clone(),
        rooms: Vec::new(),
        configurations: Vec::new(),
        ledger_keys: Vec::new(),
        witness_keys: Vec::new(),
        backup_key: None,
        administrators: Vec::new(),
        lacking: Vec::new(),
    };
    let runtime = super::runtime()?;
    for party in &parties {
        let name = RoomName::of_system(party.system(), party.municipality());
        let room = room(&place, &name, party)?;
        made.rooms.push(name.to_string());
        made.configurations.push(setting::write(&place, init, party, &neighbours)?);
        made.ledger_keys.push(key(&place, party, "ledger-key", room.verifier_key())?);
        made.witness_keys.push(key(&place, party, "witness-key", &runtime.block_on(room.witness_key())?)?);
        if systems::office(party.system()).is_some() {
            let one_time_password = runtime.block_on(administrator(&place, init, party, &room))?;
            made.administrators.push(Administrator { party: party.to_string(), id: init.administrator.clone(), one_time_password });
        }
    }
    made.lacking = lacking::find(&place.setting_files(), &known)?;
    // Told after what was made, whatever becomes of it: passwords are shown once.
    let key = backup_key::make(&place, init);
    match &key {
        Ok(BackupKey::Shown { private, .. }) => made.backup_key = Some(private.to_string()),
        Ok(BackupKey::Lacking(file)) => {
            made.lacking.push(Lacking::file_itself(file, "kenshin init --backup-key FILE makes the key of backups"))
        }
        Ok(BackupKey::Is) | Err(_) => {}
    }
    output::result(init.json, &made, text)?;
    key?.finish()?;
    Ok(Ending::Done)
}

/// Who is set up.
fn parties(init: &Init) -> anyhow::Result<Vec<Party>> {
    let mut parties: Vec<Party> = match init.municipality {
        Some(code) => systems::reaching(Reach::City).map(|one| Party::of(one.system(), code)).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    if init.hub {
        parties.push(Party::national("hub-core")?);
    }
    for party in &init.party {
        if !parties.contains(party) {
            parties.push(party.clone());
        }
    }
    if let Some(other) = parties.iter().find(|party| systems::named(party.system()).is_none()) {
        return Err(Usage(format!("{other} serves nothing and keeps nothing: `kenshin certify {other}` gives it a certificate")).into());
    }
    for consumer in &init.consumer {
        let asks = |party: &Party| Ok::<_, anyhow::Error>(systems::consumers_of(party, std::slice::from_ref(consumer))?.contains(consumer));
        if !parties.iter().map(asks).collect::<Result<Vec<_>, _>>()?.contains(&true) {
            let made: Vec<String> = parties.iter().map(Party::to_string).collect();
            return Err(Usage(format!("--consumer {consumer}: it asks none of {} with a token", made.join(", "))).into());
        }
    }
    Ok(parties)
}

/// Everybody who is here has a certificate that is good for a while: whoever was certified before has nobody else to renew it.
fn certify(place: &Place, init: &Init, parties: &[Party]) -> anyhow::Result<()> {
    let mut all = [parties, &place.certified()].concat();
    if let Some(authority) = place.own_authority()? {
        all.extend(init.municipality.map(|code| Party::of("console", code)).transpose()?);
        for party in &all {
            place.identity(&authority, party)?;
        }
        return Ok(());
    }
    let tls = place.folder("tls");
    let sound =
        |party: &Party| Identity::load(&tls, party).and_then(|one| one.check(place.clock().as_ref())).is_ok_and(|days| days >= RENEW_BELOW);
    all.sort();
    all.dedup();
    let names: Vec<String> = all.iter().filter(|party| !sound(party)).map(Party::to_string).collect();
    if !names.is_empty() {
        let (names, tls) = (names.join(" "), tls.display());
        bail!(
            "{tls} has the certificate of an authority elsewhere (authority.pem without its key), and none of it that is good for {RENEW_BELOW} \
            days for {names}: run `kenshin certify {names} --out FOLDER` where that authority is, and carry what it writes to {tls}"
        );
    }
    Ok(())
}

/// Opens a room with what every room has and its system's own tables; its keys are made with it.
fn room(place: &Place, name: &RoomName, party: &Party) -> anyhow::Result<ledger::Room> {
    room_with(place, name, party, place.master(party)?)
}

/// The same with a master key that was opened already.
pub(in crate::commands) fn room_with(
    place: &Place,
    name: &RoomName,
    party: &Party,
    master: Arc<dyn MasterKey>,
) -> anyhow::Result<ledger::Room> {
    let own = systems::named(party.system()).context("a system")?.migrations;
    let migrations = work::migrations(own);
    let (clock, entropy) = (Arc::clone(place.clock()), Arc::clone(place.entropy()));
    ledger::Room::open_blocking(place.rooms(), name, &migrations, master, clock, entropy).with_context(|| format!("the room {name}"))
}

/// The first administrator of a system, unless it has accounts: a password to be changed at the first log-in.
async fn administrator(place: &Place, init: &Init, party: &Party, room: &ledger::Room) -> anyhow::Result<Option<String>> {
    let accounts = room.accounts(AccountRules::default(), Hasher::new(1), Arc::clone(place.entropy()));
    if !accounts.list().await?.is_empty() {
        return Ok(None);
    }
    let caller = init.operator.caller(party.municipality(), Purpose::Operation, place.entropy().id128())?;
    let password = accounts.create_first_administrator(&caller, &init.administrator, "1", &init.administrator).await?;
    let manage = systems::office(party.system()).context("an office")?.actions.accounts;
    room.event(&caller, manage, ledger::Outcome::Written, ledger::Subject::None, "first administrator").await?;
    Ok(Some(password.expose().to_owned()))
}

/// Writes `etc/<party>.<kind>`, unless it is there: a key that was kept is not replaced by what a room says today.
fn key(place: &Place, party: &Party, kind: &str, key: &VerifierKey) -> anyhow::Result<String> {
    let key = key.to_string();
    let file = place.folder("etc").join(format!("{party}.{kind}"));
    if !file.exists() {
        write_private(&file, &format!("{key}\n"))?;
    }
    Ok(key)
}

fn text(made: &Made) -> String {
    let code = made.municipality.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mut text = format!("{}{code}\n  rooms: {}", made.name, made.rooms.join(", "));
    let mut part = |heading: &str, lines: &[String]| {
        if !lines.is_empty() {
            text.push_str(&format!("\n  {heading}:"));
            lines.iter().for_each(|line| text.push_str(&format!("\n    {line}")));
        }
    };
    part("configurations", &made.configurations);
    part("keys of the records of use, for `kenshin ledger verify --key`; keep them elsewhere", &made.ledger_keys);
    part("keys as witnesses of others' records of use; give them to those whose records are witnessed (witnesses)", &made.witness_keys);
    part("private half of the key of backups, shown once: keep it where the rooms are not", made.backup_key.as_slice());
    let (mut passwords, mut none) = (Vec::new(), Vec::new());
    for Administrator { party, id, one_time_password } in &made.administrators {
        match one_time_password {
            Some(password) => passwords.push(format!("{party}: {id}, one-time password {password}")),
            None => none.push(party.clone()),
        }
    }
    part("administrators, who log in at the pages once with this password and set another", &passwords);
    part("accounts are there already, and no administrator was made (kenshin accounts reissue: a new one-time password)", &none);
    let lacking: Vec<String> = made.lacking.iter().flat_map(Lacking::lines).collect();
    part("to be written into the settings by hand, before the next start of each, or made", &lacking);
    text
}
