//! The master key in a file: mode 0600, replaced whole or not at all.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use vocabulary::Entropy;
use zeroize::Zeroizing;

use super::passphrase::{self, Closing, SHORTEST};
use super::{Marks, MasterKey, MasterKeyError, MasterKeyId, owned};
use seal::{Binding, Secret, base64url, wrap};

const HEAD: &str = "kenshin master key 1";
const NOTE: &str = "# Whoever has this file can open every room, and without it nobody can. Keep a copy in a safe. One line is one version, the newest first.";

#[derive(Clone)]
struct Version {
    id: MasterKeyId,
    secret: Secret,
}

impl Version {
    fn new(secret: Secret) -> Self {
        let digest = Sha256::digest(Binding::of("kenshin master key id 1").part(secret.expose()).bytes());
        let mut id = [0; MasterKeyId::LENGTH];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self { id: MasterKeyId(id), secret }
    }
}

/// What a file of the owner's may not allow anybody else, and one that the service manager hands over may not allow everybody: whose it is there
/// is said by its list of access.
const NOT_OTHERS: u32 = 0o077;
const NOT_EVERYBODY: u32 = 0o007;

/// Where a key file is, and what opens it.
struct KeyFile {
    path: PathBuf,
    passphrase: Option<Zeroizing<String>>,
    refused_mode: u32,
}

/// The master key in a file that only its owner can read.
pub struct FileMaster {
    file: KeyFile,
    entropy: Arc<dyn Entropy>,
    versions: RwLock<Vec<Version>>,
    has_marks: bool,
}

impl FileMaster {
    /// Opens the key file, or makes one with a new key where there is none. Several processes may do so at once: one makes it, all read it.
    pub fn open_or_create(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let path = path.into();
        if !path.exists() {
            KeyFile::of_owner(path.clone(), None).make(&*entropy)?;
        }
        Self::open(path, entropy)
    }

    /// Opens a key file that must be there: where rooms exist, a new key could open none of them.
    pub fn open(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        Self::of(KeyFile::of_owner(path.into(), None), entropy)
    }

    /// Opens a key file that a passphrase closes.
    pub fn open_closed(path: impl Into<PathBuf>, passphrase: Zeroizing<String>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        Self::of(KeyFile::of_owner(path.into(), Some(passphrase)), entropy)
    }

    /// Makes a key file that a passphrase of at least 16 characters closes; one that is there, and that none closes yet, is closed by it.
    pub fn close(path: impl Into<PathBuf>, passphrase: Zeroizing<String>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let path = path.into();
        if passphrase.chars().count() < SHORTEST {
            return Err(MasterKeyError::ShortPassphrase(path));
        }
        let closed = KeyFile::of_owner(path.clone(), Some(passphrase));
        if path.exists() {
            let _lock = lock(&path)?;
            let versions = KeyFile::of_owner(path, None).read()?;
            closed.replace(&versions, &*entropy)?;
        } else {
            closed.make(&*entropy)?;
        }
        Self::of(closed, entropy)
    }

    /// Opens a key file that the service manager hands over for as long as the process runs: nothing can be changed in it or kept beside it.
    pub fn open_credential(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        Ok(Self::of(KeyFile { path: path.into(), passphrase: None, refused_mode: NOT_EVERYBODY }, entropy)?.without_marks())
    }

    fn of(file: KeyFile, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let versions = RwLock::new(file.read()?);
        Ok(Self { file, entropy, versions, has_marks: true })
    }

    /// The same for rooms of many databases under one name, as tests have them: nothing is kept beside the key.
    #[must_use]
    pub fn without_marks(self) -> Self {
        Self { has_marks: false, ..self }
    }

    /// Adds a new version, which wraps from now on. The earlier ones stay until [`FileMaster::retire`].
    pub fn rotate(&self) -> Result<MasterKeyId, MasterKeyError> {
        let added = Version::new(Secret::random(&*self.entropy));
        let id = added.id;
        self.change(|versions| {
            versions.insert(0, added);
            Ok(())
        })?;
        Ok(id)
    }

    /// Gives up an earlier version, once every room has been wrapped anew. What it still wraps can never be opened again.
    pub fn retire(&self, id: MasterKeyId) -> Result<(), MasterKeyError> {
        self.change(|versions| {
            let at = versions.iter().position(|version| version.id == id).filter(|at| *at > 0).ok_or(MasterKeyError::InUse(id))?;
            versions.remove(at);
            Ok(())
        })
    }

    /// Every version held, the newest first.
    pub fn versions(&self) -> Vec<MasterKeyId> {
        self.held(|versions| versions.iter().map(|version| version.id).collect())
    }

    fn held<T>(&self, ask: impl FnOnce(&[Version]) -> T) -> T {
        ask(&self.versions.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Version>) -> Result<(), MasterKeyError>) -> Result<(), MasterKeyError> {
        let _lock = lock(&self.file.path)?;
        let mut versions = self.file.read()?;
        change(&mut versions)?;
        self.file.replace(&versions, &*self.entropy)?;
        *self.versions.write().unwrap_or_else(PoisonError::into_inner) = versions;
        Ok(())
    }

    fn find(&self, id: MasterKeyId) -> Option<Secret> {
        self.held(|versions| versions.iter().find(|version| version.id == id).map(|version| version.secret.clone()))
    }
}

impl MasterKey for FileMaster {
    fn marks(&self) -> Option<Marks> {
        self.has_marks.then(|| Marks { folder: self.file.path.with_extension("marks"), key: self.file.path.clone() })
    }

    fn holds(&self, id: &str) -> Result<bool, MasterKeyError> {
        Ok(self.versions().iter().any(|version| version.to_string() == id))
    }

    fn id(&self) -> Result<MasterKeyId, MasterKeyError> {
        self.held(|versions| versions.first().map(|version| version.id))
            .ok_or_else(|| MasterKeyError::Damaged { path: self.file.path.clone(), line: 0 })
    }

    fn wrap(&self, secret: &Secret, binding: &[u8]) -> Result<Vec<u8>, MasterKeyError> {
        let id = self.id()?;
        let by = self.find(id).ok_or(MasterKeyError::NotHeld(id))?;
        let wrapped = wrap::wrap(&by, secret, binding, &*self.entropy).ok_or(MasterKeyError::DoesNotOpen)?;
        Ok([id.0.as_slice(), &wrapped].concat())
    }

    fn unwrap(&self, wrapped: &[u8], binding: &[u8]) -> Result<Secret, MasterKeyError> {
        let (id, wrapped) = wrapped.split_first_chunk().ok_or(MasterKeyError::DoesNotOpen)?;
        let id = MasterKeyId(*id);
        let by = match self.find(id) {
            Some(by) => by,
            // Another process may have rotated the key since this one read the file.
            None => {
                let versions = self.file.read()?;
                *self.versions.write().unwrap_or_else(PoisonError::into_inner) = versions;
                self.find(id).ok_or(MasterKeyError::NotHeld(id))?
            }
        };
        wrap::unwrap(&by, wrapped, binding).ok_or(MasterKeyError::DoesNotOpen)
    }
}

impl fmt::Debug for FileMaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileMaster({}, {:?})", self.file.path.display(), self.versions())
    }
}

fn failed(path: &Path, error: &std::io::Error) -> MasterKeyError {
    match error.kind() {
        ErrorKind::NotFound => MasterKeyError::Missing(path.into()),
        kind => MasterKeyError::File { path: path.into(), kind },
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// One process at a time changes the file; the lock goes with the returned handle.
fn lock(path: &Path) -> Result<File, MasterKeyError> {
    let file = owned::open_or_make(path, &beside(path, ".lock")).map_err(|error| failed(path, &error))?;
    file.lock().map_err(|error| failed(path, &error))?;
    Ok(file)
}

impl KeyFile {
    /// One that its owner alone may read.
    fn of_owner(path: PathBuf, passphrase: Option<Zeroizing<String>>) -> Self {
        Self { path, passphrase, refused_mode: NOT_OTHERS }
    }

    /// Makes it with a new key, and its folder, unless another process has made it meanwhile.
    fn make(&self, entropy: &dyn Entropy) -> Result<(), MasterKeyError> {
        let path = &self.path;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(path, &error))?;
        }
        let _lock = lock(path)?;
        if path.exists() { Ok(()) } else { self.replace(&[Version::new(Secret::random(entropy))], entropy) }
    }

    fn read(&self) -> Result<Vec<Version>, MasterKeyError> {
        let path = &self.path;
        let mut file = File::open(path).map_err(|error| failed(path, &error))?;
        let mode = file.metadata().map_err(|error| failed(path, &error))?.permissions().mode() & 0o7777;
        if mode & self.refused_mode != 0 {
            return Err(MasterKeyError::OpenToOthers { path: path.clone(), mode });
        }
        let mut text = Zeroizing::new(String::with_capacity(4096));
        file.read_to_string(&mut text).map_err(|error| failed(path, &error))?;
        let damaged = |line| MasterKeyError::Damaged { path: path.clone(), line };
        let mut lines =
            text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let closing = match (lines.next().map(|(_, head)| head), &self.passphrase) {
            (Some(HEAD), None) => None,
            (Some(HEAD), Some(_)) => return Err(MasterKeyError::NotClosed(path.clone())),
            (Some(passphrase::HEAD), None) => return Err(MasterKeyError::NeedsPassphrase(path.clone())),
            (Some(passphrase::HEAD), Some(passphrase)) => {
                let (at, line) = lines.next().ok_or_else(|| damaged(0))?;
                Some(Closing::read(line, passphrase).ok_or_else(|| damaged(at))?)
            }
            _ => return Err(damaged(1)),
        };
        let mut versions = Vec::new();
        for (at, line) in lines {
            let (id, key) = parts(line).ok_or_else(|| damaged(at))?;
            let secret = match &closing {
                None => Secret::from_slice(&key).ok_or_else(|| damaged(at))?,
                Some(closing) => closing.open(id, &key).ok_or_else(|| MasterKeyError::WrongPassphrase(path.clone()))?,
            };
            let version = Version::new(secret);
            // The name is made from the key, so a slip of the pen is found.
            if version.id != id {
                return Err(damaged(at));
            }
            versions.push(version);
        }
        if versions.is_empty() { Err(damaged(0)) } else { Ok(versions) }
    }

    /// Written beside, synced, renamed over, folder synced: after a crash there is the old file or the new one.
    fn replace(&self, versions: &[Version], entropy: &dyn Entropy) -> Result<(), MasterKeyError> {
        let path = &self.path;
        let no_memory = || MasterKeyError::File { path: path.clone(), kind: ErrorKind::OutOfMemory };
        let closing = self.passphrase.as_ref().map(|passphrase| Closing::new(passphrase, entropy).ok_or_else(no_memory)).transpose()?;
        let mut text = Zeroizing::new(String::with_capacity(4096));
        match &closing {
            None => text.push_str(&format!("{HEAD}\n{NOTE}\n")),
            Some(closing) => text.push_str(&format!("{}\n{}\n{}\n", passphrase::HEAD, passphrase::NOTE, closing.line())),
        }
        for Version { id, secret } in versions {
            let key = Zeroizing::new(match &closing {
                None => base64url::encode(secret.expose()),
                Some(closing) => base64url::encode(&closing.close(*id, secret, entropy).ok_or_else(no_memory)?),
            });
            text.push_str(&Zeroizing::new(format!("{id} {}\n", *key)));
        }
        let beside = beside(path, ".new");
        let write = || {
            let _ = fs::remove_file(&beside);
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            owned::give_to_owner_of(path, &file)?;
            fs::rename(&beside, path)?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        write().map_err(|error: std::io::Error| failed(path, &error))
    }
}

/// A line is the version's name and the key, as it is or closed.
fn parts(line: &str) -> Option<(MasterKeyId, Zeroizing<Vec<u8>>)> {
    let (id, key) = line.split_once(' ')?;
    let bytes = (0..id.len()).step_by(2).map(|at| u8::from_str_radix(id.get(at..at + 2)?, 16).ok()).collect::<Option<Vec<u8>>>()?;
    Some((MasterKeyId(bytes.try_into().ok()?), Zeroizing::new(base64url::decode(key)?)))
}
