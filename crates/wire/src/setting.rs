//! The configuration of one system, as its TOML file says it.

mod master;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub use self::master::{Closed, Credential, Device, MasterSetting, MasterSettingError, Passphrase, Pkcs11};
use crate::budget::Allowance;
use crate::witness::{KeyText, WitnessSetting};
use vocabulary::Party;

/// One system's settings. Unknown keys are refused: a misspelt one must not be a silent default.
///
/// ```toml
/// party = "atena.991015"
/// listen = "127.0.0.1:8441"
/// data = "postgres://kenshin@localhost/kenshin"
/// master-key = "/etc/kenshin/master.key"
/// tls = "/etc/kenshin/tls"
/// consumers = ["registry.991015", "relay.991015"]
/// [peers]
/// "registry.991015" = "127.0.0.1:8440"
/// ```
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setting {
    /// Which party this is: system and municipality, institution or `national`.
    pub party: Party,
    /// Where it listens for the ring; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where its pages are served to browsers, over TLS; none without. The page of the demonstration is served there without TLS, to browsers
    /// on the same machine.
    #[serde(default)]
    pub pages: Option<SocketAddr>,
    /// What the municipality is called on its pages; its code without.
    #[serde(default)]
    pub name: Option<String>,
    /// The same on pages in English.
    #[serde(default)]
    pub english_name: Option<String>,
    /// A folder, or `postgres://…`.
    pub data: String,
    /// Where the master key is: a file, or a device.
    pub master_key: MasterSetting,
    /// Folder with `<party>.pem`, `<party>.key`, `authority.pem` and `secrets/`.
    pub tls: PathBuf,
    /// Folder of the files that come and go on managed media; jobs name files in it and never a path out of it.
    #[serde(default)]
    pub media: Option<PathBuf>,
    /// The city's folder: record types, programmes, codes, templates, institutions, prices … over the built-in catalogue.
    #[serde(default)]
    pub catalogue: Option<PathBuf>,
    /// Kinds of work that a second person has to approve before they are done, such as `register-targets`.
    #[serde(default)]
    pub second_person: Vec<String>,
    /// Where the parties are: `host:port`.
    #[serde(default)]
    pub peers: BTreeMap<Party, String>,
    /// Parties that may ask this one with tokens: each gets a client with the scopes that the policies permit, and a file in `secrets/`.
    #[serde(default)]
    pub consumers: Vec<Party>,
    /// Who cosigns the checkpoints of this party's record of use; none without.
    #[serde(default)]
    pub witnesses: Vec<WitnessSetting>,
    /// Verifier keys of the records of others that this party cosigns.
    #[serde(default)]
    pub witnessed: Vec<KeyText>,
    /// Seconds for which the cosignature of a witness is good: `/readyz` says when the latest is older.
    #[serde(default = "witness_seconds", deserialize_with = "crate::witness::seconds")]
    pub witness_seconds: u64,
    /// Whether the room may only be read while no cosignature is good.
    #[serde(default)]
    pub witness_required: bool,
    /// A file to which the checkpoints of this party's record of use are appended, on media that are written once.
    #[serde(default)]
    pub checkpoint_file: Option<PathBuf>,
    /// Bounds of what a request may take.
    #[serde(default)]
    pub limits: Limits,
}

/// An hour: a witness may be started anew, or be away for a while.
fn witness_seconds() -> u64 {
    3_600
}

/// Bounds of what a request may take, and of what one somebody may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Limits {
    /// Bytes of a body, whoever sends it.
    pub body_bytes: usize,
    /// Seconds until a body must be there.
    pub body_seconds: u64,
    /// Bytes of a form, or of what is sent without a certificate, where the route says nothing else.
    pub form_bytes: usize,
    /// Seconds until a form must be there.
    pub form_seconds: u64,
    /// Bytes of all bodies beyond 64 KiB that are being read or worked on at once; who comes when they are used up is told to come back.
    pub bodies_bytes: usize,
    /// Seconds until the headers of a request must be there, and that a connection may wait for its next one: more than our own clients wait (20).
    pub header_seconds: u64,
    /// Seconds until a request must be answered.
    pub request_seconds: u64,
    /// Requests at once; more are told to come back.
    pub requests: usize,
    /// Connections at once; more wait to be accepted, until one ends that only waits.
    pub connections: usize,
    /// Connections at once of one address (IPv6: of one network of 64 bits); 0 without end.
    pub connections_per_address: usize,
    /// What an address may ask without a session or certificate.
    pub visitor: Allowance,
    /// Log-ins from an address, of browsers in which the account was never logged in; and from a browser in which it was.
    pub log_in: Allowance,
    /// Log-ins of an account from anywhere, from browsers in which it was never logged in: more than one address has, so that none uses up
    /// another's.
    pub log_in_of_account: Allowance,
    /// What an account, or a resident at the portal, may ask.
    pub account: Allowance,
    /// What another system may ask.
    pub system: Allowance,
    /// What a facility's tablet may ask.
    pub facility: Allowance,
    /// Seconds for which an answer of `/readyz` is given again.
    pub readiness_seconds: u64,
    /// Seconds in which refused attempts of one caller are counted into one entry of the record of use.
    pub refusals_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let allowance = |per_minute, at_once| Allowance { per_minute, at_once };
        Self {
            body_bytes: 64 << 20,
            body_seconds: 30,
            form_bytes: 16 << 10,
            form_seconds: 10,
            bodies_bytes: 256 << 20,
            header_seconds: 30,
            request_seconds: 120,
            requests: 512,
            connections: 1024,
            connections_per_address: 256,
            visitor: allowance(1_200, 32),
            log_in: allowance(30, 2),
            log_in_of_account: allowance(60, 4),
            account: allowance(6_000, 32),
            system: allowance(60_000, 256),
            facility: allowance(1_200, 16),
            readiness_seconds: 5,
            refusals_seconds: 60,
        }
    }
}

/// `data` may hold a password.
impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting").field("party", &self.party).field("listen", &self.listen).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl Setting {
    /// Which party this is.
    pub fn party(&self) -> Party {
        self.party.clone()
    }

    /// Where secrets of providers lie, and where secrets for consumers are written.
    pub fn secrets(&self) -> PathBuf {
        self.tls.join("secrets")
    }

    /// Settings for a party on this machine with everything else at its default; port 0.
    pub fn local(party: Party, data: &str, tls: PathBuf) -> Self {
        let master_key = MasterSetting::File(tls.join("master.key"));
        Self {
            party,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            pages: None,
            name: None,
            english_name: None,
            data: data.to_owned(),
            master_key,
            tls,
            media: None,
            catalogue: None,
            second_person: Vec::new(),
            peers: BTreeMap::new(),
            consumers: Vec::new(),
            witnesses: Vec::new(),
            witnessed: Vec::new(),
            witness_seconds: witness_seconds(),
            witness_required: false,
            checkpoint_file: None,
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::witness::WitnessSettingError;

    const FULL: &str = r#"
        party = "atena.991015"
        listen = "127.0.0.1:8441"
        data = "data"
        master-key = "master.key"
        tls = "tls"
        [peers]
        "registry.991015" = "127.0.0.1:8440"
        [limits]
        requests = 8
        log-in = { per-minute = 5, at-once = 1 }
    "#;

    #[test]
    fn a_setting_is_read_and_a_misspelt_key_is_refused() {
        let setting: Setting = toml::from_str(FULL).unwrap();
        assert_eq!(setting.party().dns_name(), "atena.991015.kenshin.internal");
        let log_in = Allowance { per_minute: 5, at_once: 1 };
        assert_eq!(setting.limits, Limits { requests: 8, log_in, ..Limits::default() });
        let secret = FULL.replace("\"data\"", "\"postgres://kenshin:hush@localhost/kenshin\"");
        assert!(!format!("{:?}", toml::from_str::<Setting>(&secret).unwrap()).contains("hush"));
        assert!(toml::from_str::<Setting>(&FULL.replace("master-key", "masterkey")).is_err());
        assert!(toml::from_str::<Setting>(&FULL.replace("registry.991015", "registry.991016")).is_err());
    }

    #[test]
    fn witnesses_are_named_by_keys_of_their_kind_and_a_key_that_is_none_is_refused() {
        let secret = seal::Secret::from_slice(&[7; 32]).unwrap();
        let key = seal::Signer::new("k", 1, &secret).verifying_key();
        let (log, witness) =
            (ledger::VerifierKey::new("kenshin/atena_992020", key), ledger::VerifierKey::of_witness("kenshin/atena_992020/witness", key));
        let lines = |log: &str, witness: &str| {
            let lines = format!("witnessed = [\"{log}\"]\nwitnesses = [{{ party = \"atena.992020\", key = \"{witness}\" }}]\n");
            toml::from_str::<Setting>(&FULL.replace("[peers]", &format!("{lines}[peers]")))
        };
        let setting = lines(&log.to_string(), &witness.to_string()).unwrap();
        assert_eq!(setting.witnessed_logs().unwrap(), std::slice::from_ref(&log));
        let expected = setting.expected_witnesses().unwrap();
        assert_eq!((expected.witnesses, expected.within, expected.is_required), (vec![witness.clone()], 3_600_000, false));
        assert!(lines(&witness.to_string(), &witness.to_string()).unwrap().witnessed_logs().is_err());
        assert!(lines("kenshin/atena_992020+00000000+AAAA", &witness.to_string()).is_err());
    }

    #[test]
    fn a_cosignature_that_is_required_of_nobody_or_good_for_less_than_a_minute_is_refused() {
        let with = |line: &str| toml::from_str::<Setting>(&FULL.replace("[peers]", &format!("{line}\n[peers]")));
        assert!(matches!(with("witness-required = true").unwrap().expected_witnesses(), Err(WitnessSettingError::Required)));
        assert!(with("witness-seconds = 59").unwrap_err().to_string().contains("59 is too short"));
        assert_eq!(with("witness-seconds = 60").unwrap().expected_witnesses().unwrap().within, 60_000);
    }

    #[test]
    fn the_master_key_is_a_file_a_credential_or_a_device_and_nothing_between() {
        let with = |key: &str| toml::from_str::<Setting>(&FULL.replace("\"master.key\"", key));
        assert_eq!(with("\"master.key\"").unwrap().master_key, MasterSetting::File("master.key".into()));
        let device = "{ pkcs11 = { module = \"m.so\", token = \"city\", label = \"kenshin\", pin-file = \"pin\" } }";
        let named = Pkcs11 { module: "m.so".into(), token: "city".into(), label: "kenshin".into(), pin_file: "pin".into() };
        assert_eq!(with(device).unwrap().master_key, MasterSetting::Device(Device { pkcs11: named }));
        for (written, read) in [
            ("{ file = \"p\" }", Passphrase::File("p".into())),
            ("{ environment = \"P\" }", Passphrase::Environment("P".into())),
            ("{ descriptor = 3 }", Passphrase::Descriptor(3)),
        ] {
            let closed = with(&format!("{{ file = \"m.key\", passphrase = {written} }}")).unwrap().master_key;
            assert_eq!(closed, MasterSetting::Closed(Closed { file: "m.key".into(), passphrase: read }));
        }
        let given = MasterSetting::Credential(Credential { credential: "registry.991015".into() });
        assert_eq!(with("{ credential = \"registry.991015\" }").unwrap().master_key, given);
        let open = "{ file = \"master.key\", passphrase = \"in the setting\" }";
        for wrong in ["{ pkcs11 = { module = \"m.so\" } }", "{ file = \"master.key\" }", open, &device.replace("pin-file", "pin"), "7"] {
            let error = with(wrong).unwrap_err().to_string();
            assert!(error.contains("pin-file"), "{error}");
        }
    }

    #[test]
    fn a_master_key_is_opened_when_it_is_there_and_made_only_when_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let entropy: std::sync::Arc<dyn vocabulary::Entropy> = std::sync::Arc::new(vocabulary::SystemEntropy);
        let file = MasterSetting::File(dir.path().join("master.key"));
        let lost = file.open(entropy.clone()).unwrap_err();
        assert!(matches!(lost, MasterSettingError::Master(vault::MasterKeyError::Missing(_))), "{lost}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made");
        file.make(entropy.clone()).unwrap();
        let made = file.open(entropy.clone()).unwrap().id().unwrap();
        assert!(matches!(file.make(entropy.clone()), Err(MasterSettingError::Exists)));
        assert_eq!(file.open(entropy).unwrap().id().unwrap(), made);
    }
}
