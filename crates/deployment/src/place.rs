//! Where rooms, keys, certificates and input files are.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io, path};

use anyhow::{Context as _, bail};
use line::Peers;
use line::pki::{Authority, private_folder};
use store::{Data, RoomName, Rooms};
use vault::{FileMaster, MasterKey};
use vocabulary::{Clock, Entropy, MunicipalityCode, Party, SystemClock, SystemEntropy};
use wire::{MasterSetting, Means, Setting};

use crate::systems;

/// The rooms and the folder of files of one deployment.
#[derive(Debug, Clone)]
pub struct Place {
    data: String,
    files: PathBuf,
    rooms: Rooms,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// The city's folder.
    catalogue: Option<PathBuf>,
    /// Where new master keys are made, where that is not in the folder of files.
    keys: Option<PathBuf>,
}

impl Place {
    /// Opens the place; nothing is made yet but the folder, for its owner alone.
    pub fn open(data: &str, files: Option<&Path>) -> anyhow::Result<Place> {
        let place = Place::look(data, files)?;
        private_folder(&place.files)?;
        Ok(place)
    }

    /// The place as it is, from the address of its data and the folder of its files (the data's own where none is named); nothing is made.
    pub fn look(address: &str, files: Option<&Path>) -> anyhow::Result<Place> {
        let data = Data::parse(address).context("--data")?;
        let files = match (files, &data) {
            (Some(files), _) => files.to_owned(),
            (None, Data::Folder(folder)) => folder.clone(),
            (None, _) => PathBuf::from("kenshin-data"),
        };
        let rooms = Rooms::open(data)?;
        Ok(Place {
            data: address.to_owned(),
            files,
            rooms,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            catalogue: None,
            keys: None,
        })
    }

    /// The same place with a city's folder, which the settings of its parties name.
    pub fn with_catalogue(self, folder: Option<&Path>) -> anyhow::Result<Place> {
        let catalogue = folder.map(|folder| fs::canonicalize(folder).with_context(|| folder.display().to_string())).transpose()?;
        Ok(Place { catalogue, ..self })
    }

    /// The same place with another folder for new master keys.
    #[must_use]
    pub fn with_keys(self, keys: Option<PathBuf>) -> Place {
        Place { keys, ..self }
    }

    /// The city's folder, where one was named.
    pub fn catalogue(&self) -> Option<&Path> {
        self.catalogue.as_deref()
    }

    /// The folder of a municipality: the one that was named for this place, or else the one that its registry's setting names.
    pub fn catalogue_of(&self, municipality: MunicipalityCode) -> anyhow::Result<Option<PathBuf>> {
        match &self.catalogue {
            Some(folder) => Ok(Some(folder.clone())),
            None => Ok(self.setting_file(&Party::of("registry", municipality)?)?.and_then(|setting| setting.catalogue)),
        }
    }

    /// What the setting file of a party says, where there is one at this place.
    pub fn setting_file(&self, party: &Party) -> anyhow::Result<Option<Setting>> {
        let file = self.folder("etc").join(format!("{party}.toml"));
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(toml::from_str(&text).with_context(|| file.display().to_string())?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| file.display().to_string()),
        }
    }

    /// Tells a party's room what its setting file expects of witnesses, so that a command goes by the same as the server.
    pub fn expect_witnesses(&self, party: &Party, room: &ledger::Room) -> anyhow::Result<()> {
        if let Some(setting) = self.setting_file(party)? {
            room.expect_witnesses_blocking(setting.expected_witnesses()?)?;
        }
        Ok(())
    }

    /// The kinds of work of a party that a second person has to approve, as its setting file says.
    pub fn second_person(&self, party: &Party) -> anyhow::Result<Vec<String>> {
        Ok(self.setting_file(party)?.map_or_else(Vec::new, |setting| setting.second_person))
    }

    /// The rooms.
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// The time.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Chance.
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.entropy
    }

    /// A folder of the deployment's files: `tls`, `keys`, `input`, `cards`.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.files.join(name)
    }

    /// The file of a party's master key: every system has its own. One that lies among the files stays there.
    pub fn master_file(&self, party: &Party) -> PathBuf {
        let (name, among_files) = (format!("{party}.key"), self.folder("keys"));
        match &self.keys {
            Some(keys) if !among_files.join(&name).exists() => keys.join(name),
            _ => among_files.join(name),
        }
    }

    /// A party's master key where its setting file says; where there is no such file, in [`Place::master_file`]. A key file is made when there is
    /// none and no room that it could have closed. Refused where the setting file is of other rooms than this place's.
    pub fn master(&self, party: &Party) -> anyhow::Result<Arc<dyn MasterKey>> {
        let setting = self.setting_file(party)?;
        if let Some(setting) = &setting {
            self.check_own(party, setting)?;
        }
        let file = match setting.map(|setting| setting.master_key) {
            None => self.master_file(party),
            Some(MasterSetting::File(file)) => file,
            Some(other) => return other.open(Arc::clone(&self.entropy)).with_context(|| format!("the master key of {party}")),
        };
        let rooms = self.rooms.list(RoomName::of_system(party.system(), None).system())?;
        let has_rooms = rooms.iter().any(|room| party.municipality().is_none() || room.municipality() == party.municipality());
        let entropy = Arc::clone(&self.entropy);
        let master = if has_rooms { FileMaster::open(&file, entropy) } else { FileMaster::open_or_create(&file, entropy) };
        master.map(|master| Arc::new(master) as _).with_context(|| format!("master key {}", file.display()))
    }

    /// A folder that was copied has the setting files of the original with it, which name the original's rooms and keys.
    fn check_own(&self, party: &Party, setting: &Setting) -> anyhow::Result<()> {
        let named = Data::parse(&setting.data);
        let is_own = match (&named, self.rooms.data()) {
            (Ok(Data::Folder(named)), Data::Folder(own)) => whole(named)? == whole(own)?,
            (Ok(named), own) => named.to_string() == own.to_string(),
            (Err(_), _) => false,
        };
        if !is_own {
            let (file, of) =
                (self.folder("etc").join(format!("{party}.toml")), named.map_or_else(|_| "others".to_owned(), |data| data.to_string()));
            bail!(
                "{} names the rooms of {of}, and not those of {self}, and with them a master key and marks that are not this place's: \
                 where the folder was moved or copied, write its own data, master-key, tls and media into the file; else name the data as the file does",
                file.display()
            );
        }
        Ok(())
    }

    /// The deployment's private authority, made when it is not there.
    pub fn authority(&self) -> anyhow::Result<Authority> {
        let tls = self.folder("tls");
        Authority::open_or_create(&tls, self.clock.as_ref(), self.entropy.as_ref())
            .with_context(|| format!("the authority in {}", tls.display()))
    }

    /// The same; `None` where the folder's certificates come from an authority elsewhere, whose certificate lies here without its key.
    pub fn own_authority(&self) -> anyhow::Result<Option<Authority>> {
        if Authority::is_elsewhere(&self.folder("tls")) { Ok(None) } else { self.authority().map(Some) }
    }

    /// Sees to it that a party has a certificate here that is good for a month at least.
    pub fn identity(&self, authority: &Authority, party: &Party) -> anyhow::Result<line::pki::Identity> {
        Ok(authority.keep(&self.folder("tls"), party, self.clock.as_ref(), self.entropy.as_ref())?)
    }

    /// Every party that has a certificate here.
    pub fn certified(&self) -> Vec<Party> {
        let entries = std::fs::read_dir(self.folder("tls")).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut parties: Vec<Party> = names.filter_map(|name| name.strip_suffix(".pem")?.parse().ok()).collect();
        parties.sort();
        parties
    }

    /// The setting files of this place.
    pub fn setting_files(&self) -> Vec<SettingFile> {
        let entries = fs::read_dir(self.folder("etc")).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
        files.sort();
        files.into_iter().map(SettingFile::read).collect()
    }

    /// A party's setting at this place.
    pub fn setting(&self, party: &Party, consumers: &[Party]) -> Setting {
        let mut setting = Setting::local(party.clone(), &self.data, self.folder("tls"));
        setting.master_key = MasterSetting::File(self.master_file(party));
        setting.consumers = consumers.to_vec();
        setting.catalogue.clone_from(&self.catalogue);
        setting.media = party.municipality().map(|municipality| self.folder("input").join(municipality.as_str()));
        setting
    }

    /// The means of a party in this process; parties that share `peers` find each other.
    pub fn means(&self, party: &Party, peers: &Peers) -> anyhow::Result<Means> {
        Ok(Means {
            rooms: self.rooms.clone(),
            master: self.master(party)?,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            policies: systems::policies()?,
            peers: peers.clone(),
        })
    }
}

/// A path without links, as far as it is there.
fn whole(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).or_else(|_| path::absolute(path))
}

/// A setting file as it was read.
#[derive(Debug)]
pub struct SettingFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says; an error where it cannot be read.
    pub setting: anyhow::Result<Setting>,
}

impl SettingFile {
    /// Reads one.
    pub fn read(path: PathBuf) -> SettingFile {
        let setting = fs::read_to_string(&path).map_err(anyhow::Error::from).and_then(|text| Ok(toml::from_str(&text)?));
        SettingFile { path, setting }
    }
}

/// Where its rooms are.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rooms.data().fmt(f)
    }
}
