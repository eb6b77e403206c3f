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

/// The master key in a file that only its owner can read.
pub struct FileMaster {
    path: PathBuf,
    entropy: Arc<dyn Entropy>,
    versions: RwLock<Vec<Version>>,
    has_marks: bool,
}

impl FileMaster {
    /// Opens the key file, or makes one with a new key where there is none. Several processes may do so at once: one makes it, all read it.
    pub fn open_or_create(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let path = path.into();
        if !path.exists() {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(&path, &error))?;
            }
            let _lock = lock(&path)?;
            if !path.exists() {
                replace(&path, &[Version::new(Secret::random(&*entropy))])?;
            }
        }
        Self::open(path, entropy)
    }

    /// Opens a key file that must be there: where rooms exist, a new key could open none of them.
    pub fn open(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let path = path.into();
        let versions = RwLock::new(read(&path)?);
        Ok(Self { path, entropy, versions, has_marks: true })
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
        let _lock = lock(&self.path)?;
        let mut versions = read(&self.path)?;
        change(&mut versions)?;
        replace(&self.path, &versions)?;
        *self.versions.write().unwrap_or_else(PoisonError::into_inner) = versions;
        Ok(())
    }

    fn find(&self, id: MasterKeyId) -> Option<Secret> {
        self.held(|versions| versions.iter().find(|version| version.id == id).map(|version| version.secret.clone()))
    }
}

impl MasterKey for FileMaster {
    fn marks(&self) -> Option<Marks> {
        self.has_marks.then(|| Marks { folder: self.path.with_extension("marks"), key: self.path.clone() })
    }

    fn id(&self) -> Result<MasterKeyId, MasterKeyError> {
        self.held(|versions| versions.first().map(|version| version.id))
            .ok_or_else(|| MasterKeyError::Damaged { path: self.path.clone(), line: 0 })
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
                let versions = read(&self.path)?;
                *self.versions.write().unwrap_or_else(PoisonError::into_inner) = versions;
                self.find(id).ok_or(MasterKeyError::NotHeld(id))?
            }
        };
        wrap::unwrap(&by, wrapped, binding).ok_or(MasterKeyError::DoesNotOpen)
    }
}

impl fmt::Debug for FileMaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileMaster({}, {:?})", self.path.display(), self.versions())
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

fn read(path: &Path) -> Result<Vec<Version>, MasterKeyError> {
    let mut file = File::open(path).map_err(|error| failed(path, &error))?;
    let mode = file.metadata().map_err(|error| failed(path, &error))?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::OpenToOthers { path: path.into(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(4096));
    file.read_to_string(&mut text).map_err(|error| failed(path, &error))?;
    let damaged = |line| MasterKeyError::Damaged { path: path.into(), line };
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    if lines.next().is_none_or(|(_, head)| head != HEAD) {
        return Err(damaged(1));
    }
    let versions = lines.map(|(at, line)| version(line).ok_or_else(|| damaged(at))).collect::<Result<Vec<_>, _>>()?;
    if versions.is_empty() { Err(damaged(0)) } else { Ok(versions) }
}

/// A line is the version's name and the key; the name is made from the key, so a slip of the pen is found.
fn version(line: &str) -> Option<Version> {
    let (id, key) = line.split_once(' ')?;
    let key = Zeroizing::new(base64url::decode(key)?);
    let version = Version::new(Secret::from_slice(&key)?);
    (version.id.to_string() == id).then_some(version)
}

/// Written beside, synced, renamed over, folder synced: after a crash there is the old file or the new one.
fn replace(path: &Path, versions: &[Version]) -> Result<(), MasterKeyError> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    text.push_str(&format!("{HEAD}\n{NOTE}\n"));
    for version in versions {
        let key = Zeroizing::new(base64url::encode(version.secret.expose()));
        text.push_str(&Zeroizing::new(format!("{} {}\n", version.id, *key)));
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
