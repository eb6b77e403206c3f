//! The version of the city's folder that holds, and whether another lies there.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use access::Caller;
use catalogue::{Catalogue, CatalogueError, CityFolder};
use ledger::{Room, Seen};

use super::table::{self, digest_of};
use super::{ACCEPT, READ};
use crate::{OpenError, RegistryError};

/// The catalogue that holds now. Cheap to clone; every clone follows when another version is accepted.
#[derive(Clone, Debug)]
pub struct Held(Arc<RwLock<Arc<Catalogue>>>);

impl Held {
    /// The catalogue as it is now; what is begun with it is ended with it.
    pub fn now(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, catalogue: Catalogue) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }
}

impl From<Arc<Catalogue>> for Held {
    fn from(catalogue: Arc<Catalogue>) -> Held {
        Held(Arc::new(RwLock::new(catalogue)))
    }
}

/// What lies in the folder and does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Another version, which waits to be accepted.
    Change(CityFolder),
    /// What cannot be accepted, and why.
    Wrong(String),
}

/// A city's folder in use: what was accepted of it holds. Cheap to clone. Its functions are for threads that may block.
#[derive(Clone, Debug)]
pub struct FolderInUse {
    room: Room,
    /// None: the built-in catalogue alone.
    path: Option<PathBuf>,
    held: Held,
    state: Arc<RwLock<State>>,
}

#[derive(Debug, Clone)]
struct State {
    version: i64,
    files: CityFolder,
    waiting: Option<Waiting>,
}

impl FolderInUse {
    /// Opens what holds. A registry that has accepted nothing yet begins with what lies there, which must fit; later a changed folder waits.
    pub fn open(room: &Room, path: Option<&Path>, caller: &Caller) -> Result<FolderInUse, OpenError> {
        FolderInUse::open_with(room, path, caller, |wrong| Err(OpenError::Accepted(wrong)))
    }

    /// The same where what was accepted may not fit this program: the built-in catalogue stands for it until a mended folder is accepted.
    pub fn open_to_accept(room: &Room, path: Option<&Path>, caller: &Caller) -> Result<FolderInUse, OpenError> {
        FolderInUse::open_with(room, path, caller, |_| Ok(Catalogue::built_in()?))
    }

    fn open_with(
        room: &Room,
        path: Option<&Path>,
        caller: &Caller,
        instead: impl FnOnce(CatalogueError) -> Result<Catalogue, OpenError>,
    ) -> Result<FolderInUse, OpenError> {
        let lies = CityFolder::read(path);
        let digest = lies.as_ref().map(digest_of).unwrap_or_default();
        let [version, is_same] = room.count_blocking(|tx| Ok::<_, RegistryError>(table::newest(tx, digest)?))?;
        let (version, files) = match (version, lies) {
            (0, lies) => {
                let files = lies?;
                // Nothing is kept of one that does not fit.
                Catalogue::of(&files)?;
                (accept(room, caller, &files, "begun with")?, files)
            }
            (version, Ok(files)) if is_same == 1 => (version, files),
            _ => stored(room, caller)?,
        };
        let held = Held::from(Arc::new(Catalogue::of(&files).or_else(instead)?));
        let state = Arc::new(RwLock::new(State { version, files, waiting: None }));
        let folder = FolderInUse { room: room.clone(), path: path.map(Path::to_owned), held, state };
        folder.look(caller)?;
        Ok(folder)
    }

    /// What holds.
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// What lies there and does not hold.
    pub fn waiting(&self) -> Option<Waiting> {
        self.state().waiting
    }

    /// The files of the version that holds.
    pub(super) fn files(&self) -> CityFolder {
        self.state().files
    }

    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at what lies there, and whether another process has accepted a version meanwhile, which then holds here too.
    pub fn look(&self, caller: &Caller) -> Result<(), RegistryError> {
        let mut state = self.state();
        let [version, _] = self.room.count_blocking(|tx| Ok::<_, RegistryError>(table::newest(tx, [0; 32])?))?;
        if version != state.version {
            let (version, files) = stored(&self.room, caller)?;
            let catalogue = Catalogue::of(&files).map_err(|_| wire::Damaged("the accepted version of the city's folder"))?;
            self.held.put(catalogue);
            state = State { version, files, waiting: state.waiting };
        }
        // A version is read once and not again at each look.
        state.waiting = match CityFolder::read(self.path.as_deref()) {
            Ok(files) if files == state.files => None,
            Ok(files) if state.waiting == Some(Waiting::Change(files.clone())) => Some(Waiting::Change(files)),
            Ok(files) => Some(Catalogue::of(&files).map_or_else(|wrong| Waiting::Wrong(wrong.to_string()), |_| Waiting::Change(files))),
            Err(wrong) => Some(Waiting::Wrong(wrong.to_string())),
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    /// Accepts what waits, if it is what was looked at (its digest); it holds from now on → the number of the version.
    pub fn accept(&self, caller: &Caller, digest: &str) -> Result<i64, RegistryError> {
        self.look(caller)?;
        let files = match self.waiting() {
            Some(Waiting::Change(files)) if hex(&files) == digest => files,
            Some(Waiting::Wrong(why)) => return Err(RegistryError::Asked(why)),
            _ => return Err(RegistryError::Asked("the folder is not what was looked at: look at it again".to_owned())),
        };
        let version = accept(&self.room, caller, &files, "accepted")?;
        self.look(caller)?;
        Ok(version)
    }

    /// What waits, in words for whoever runs the system; nothing when nothing does.
    pub(crate) fn told(&self) -> Option<String> {
        match self.waiting()? {
            Waiting::Change(_) => Some("a changed city's folder waits to be accepted: kenshin catalogue changes".to_owned()),
            Waiting::Wrong(_) => {
                Some("the city's folder has mistakes and what was accepted before holds: kenshin catalogue check".to_owned())
            }
        }
    }
}

/// The digest of a folder, as it is shown.
pub(crate) fn hex(folder: &CityFolder) -> String {
    protocol::Digest(digest_of(folder)).to_string()
}

fn stored(room: &Room, caller: &Caller) -> Result<(i64, CityFolder), RegistryError> {
    room.see_blocking(caller, READ, |tx, record| {
        let (version, files) = table::stored(tx)?;
        record.note(format!("version {} of the city's folder", version.id));
        Ok(Seen::nobody((version.id, files)))
    })
}

fn accept(room: &Room, caller: &Caller, files: &CityFolder, how: &str) -> Result<i64, RegistryError> {
    let at = room.clock().now_ms();
    room.change_blocking(caller, ACCEPT, |tx, record| {
        let version = table::keep(tx, files, caller.id(), at)?;
        record.note(format!("version {version} of the city's folder {how}: {}", hex(files)));
        Ok(Seen::nobody(version))
    })
}
