//! The version of the city's folder that holds, and whether another lies there.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use access::Caller;
use catalogue::{Catalogue, CatalogueError, CityFolder};
use ledger::{Room, Seen};
use work::jobs::JobRun;

use super::compare::Counted;
use super::table::{self, DAMAGED};
use super::{ACCEPT, READ};
use crate::{OpenError, Reason, RegistryError};

/// The catalogue that holds now. Cheap to clone; every clone follows when another version is accepted.
#[derive(Clone, Debug)]
pub struct CatalogueInForce(Arc<RwLock<Arc<Catalogue>>>);

impl CatalogueInForce {
    /// The catalogue as it is now; what is begun with it is ended with it.
    pub fn now(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What holds now, for a job, whatever is accepted while the job is done: one that did portions under another is refused, so that it does not
    /// go on under this one.
    pub(crate) fn for_job(&self, run: &JobRun) -> Result<CatalogueInForce, RegistryError> {
        let catalogue = self.now();
        if run.bind(catalogue.digest()) {
            return Ok(catalogue.into());
        }
        Err(RegistryError::asked(
            "処理の開始後に市の設定またはプログラムが変わりました。今の設定で、はじめから処理を申し込んでください。書き込み済みの分が二重になることはありません",
            "the settings or the program have changed since this job began: ask for the same work anew. What it has written stays, and is not written twice",
        ))
    }

    fn put(&self, catalogue: &Arc<Catalogue>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(catalogue);
    }
}

impl From<Arc<Catalogue>> for CatalogueInForce {
    fn from(catalogue: Arc<Catalogue>) -> CatalogueInForce {
        CatalogueInForce(Arc::new(RwLock::new(catalogue)))
    }
}

/// What lies in the folder and does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Another version, which waits to be accepted.
    Change(CityFolder),
    /// What cannot be accepted, and why: a mistake a line.
    Wrong(Reason),
}

/// A city's folder in use: what was accepted of it holds. Cheap to clone. Its functions are for threads that may block.
#[derive(Clone, Debug)]
pub struct FolderInUse {
    room: Room,
    /// None: the built-in catalogue alone.
    path: Option<PathBuf>,
    in_force: CatalogueInForce,
    state: Arc<RwLock<State>>,
    /// Held while somebody looks: who looks later does not put an earlier state back.
    looking: Arc<Mutex<()>>,
    /// Who would be due by the change that waits, counted once; held while somebody counts.
    pub(super) counted: Arc<Mutex<Option<Counted>>>,
}

/// What holds and what lies there, at one moment.
#[derive(Debug, Clone)]
pub(super) struct State {
    version: i64,
    pub(super) files: CityFolder,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) waiting: Option<Waiting>,
}

impl State {
    /// What names the change that waits, for whoever accepts it: the version that it would follow, and the digest of the folder.
    pub(super) fn offer(&self) -> Option<String> {
        match &self.waiting {
            Some(Waiting::Change(files)) => Some(format!("{}-{}", self.version, text(files))),
            _ => None,
        }
    }
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
        let digest = lies.as_ref().map(CityFolder::digest).unwrap_or_default();
        while alarmed(room.maintain_blocking(|tx| table::look_on(tx, room.vault())))? {}
        let newest = room.count_blocking(|tx| {
            table::compare_with_record(tx, room.vault())?;
            let newest = table::newest(tx, room.vault())?;
            Ok::<_, RegistryError>(newest.map_or([0, 0], |version| [version.id, i64::from(version.digest == digest)]))
        });
        let (version, files) = match (alarmed(newest)?, lies) {
            ([0, _], lies) => begin(room, caller, lies?)?,
            ([version, 1], Ok(files)) => (version, files),
            _ => alarmed(stored(room, caller))?,
        };
        let catalogue = Arc::new(Catalogue::of(&files).or_else(instead)?);
        let in_force = CatalogueInForce::from(Arc::clone(&catalogue));
        let state = Arc::new(RwLock::new(State { version, files, catalogue, waiting: None }));
        let folder = FolderInUse {
            room: room.clone(),
            path: path.map(Path::to_owned),
            in_force,
            state,
            looking: Arc::default(),
            counted: Arc::default(),
        };
        folder.look(caller)?;
        Ok(folder)
    }

    /// What holds.
    pub fn in_force(&self) -> &CatalogueInForce {
        &self.in_force
    }

    /// What lies there and does not hold.
    pub fn waiting(&self) -> Option<Waiting> {
        self.state().waiting
    }

    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at what lies there, and whether another process has accepted a version meanwhile, which then holds here too. What nobody
    /// accepted does not: the look is refused for damage, and what held goes on.
    pub fn look(&self, caller: &Caller) -> Result<(), RegistryError> {
        self.looked(caller).map(drop)
    }

    /// [`FolderInUse::look`] → what it saw.
    pub(super) fn looked(&self, caller: &Caller) -> Result<State, RegistryError> {
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state();
        let newest = |tx: &mut store::Tx| Ok::<_, RegistryError>(table::newest(tx, self.room.vault())?.map_or(0, |version| version.id));
        let version = self.room.count_blocking(newest)?;
        if version < state.version {
            return Err(DAMAGED.into());
        }
        if version > state.version {
            let (version, files) = stored(&self.room, caller)?;
            let catalogue = Arc::new(Catalogue::of(&files).map_err(|_| wire::Damaged("the accepted version of the city's folder"))?);
            self.in_force.put(&catalogue);
            state = State { version, files, catalogue, waiting: state.waiting };
        }
        // A version is read once and not again at each look.
        state.waiting = match CityFolder::read(self.path.as_deref()) {
            Ok(files) if files == state.files => None,
            Ok(files) if state.waiting == Some(Waiting::Change(files.clone())) => Some(Waiting::Change(files)),
            Ok(files) => Some(Catalogue::of(&files).map_or_else(|wrong| Waiting::Wrong(reason(&wrong)), |_| Waiting::Change(files))),
            Err(wrong) => Some(Waiting::Wrong(reason(&wrong))),
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state.clone();
        Ok(state)
    }

    /// Accepts what waits, if it and what it would follow are what was looked at ([`Comparison::digest`](super::Comparison)); it holds from
    /// now on → the number of the version.
    pub fn accept(&self, caller: &Caller, digest: &str) -> Result<i64, RegistryError> {
        let state = self.looked(caller)?;
        let is_offered = state.offer().is_some_and(|offer| offer == digest);
        let files = match state.waiting {
            Some(Waiting::Change(files)) if is_offered => files,
            Some(Waiting::Wrong(why)) => return Err(mistaken(&why)),
            _ => return Err(RegistryError::Stale),
        };
        let version = accept(&self.room, caller, &files, state.version, table::ACCEPTED)?;
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

/// The folder has mistakes.
pub(super) fn mistaken(why: &Reason) -> RegistryError {
    RegistryError::asked(format!("市の設定フォルダーに誤りがあります\n{}", why.japanese), why.english.clone())
}

pub(super) fn reason(wrong: &CatalogueError) -> Reason {
    Reason { japanese: wrong.in_japanese(), english: wrong.to_string() }
}

fn text(folder: &CityFolder) -> String {
    protocol::Digest(folder.digest()).to_string()
}

/// Rings the alarm when what is stored is damaged: whoever opens answers no request.
fn alarmed<T>(read: Result<T, RegistryError>) -> Result<T, RegistryError> {
    read.inspect_err(wire::Refusal::raise_alarm)
}

/// Keeps what lies there as the first version, unless another process has begun with something meanwhile, which then holds. Nothing is kept
/// of what does not fit.
fn begin(room: &Room, caller: &Caller, files: CityFolder) -> Result<(i64, CityFolder), OpenError> {
    Catalogue::of(&files)?;
    match accept(room, caller, &files, 0, table::BEGUN) {
        Err(RegistryError::Stale) => Ok(alarmed(stored(room, caller))?),
        version => Ok((version?, files)),
    }
}

fn stored(room: &Room, caller: &Caller) -> Result<(i64, CityFolder), RegistryError> {
    room.see_blocking(caller, READ, |tx, record| {
        let (version, files) = table::stored(tx, room.vault())?;
        record.note(format!("version {} of the city's folder", version.id));
        Ok(Seen::unnamed((version.id, files)))
    })
}

fn accept(room: &Room, caller: &Caller, files: &CityFolder, base: i64, how: &str) -> Result<i64, RegistryError> {
    let at = room.clock().now_ms();
    room.change_blocking(caller, ACCEPT, |tx, record| {
        let version = table::keep(tx, room.vault(), files, base, caller.id(), at)?;
        record.note(table::noted(version, how, &files.digest()));
        Ok(Seen::nobody(version))
    })
}
