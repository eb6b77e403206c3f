//! The master key in a device (HSM) behind PKCS#11: it never leaves, not even for this process.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use vocabulary::Entropy;
use zeroize::Zeroizing;

use super::{MasterKey, MasterKeyError, MasterKeyId};
use seal::Secret;
use seal::wrap::NONCE_LENGTH;

/// Where the device is and how it is unlocked.
#[derive(Clone)]
pub struct Pkcs11Setting {
    /// The device's library, for example `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The user PIN of the token.
    pub pin: Zeroizing<String>,
    /// The label of the master key in the token.
    pub label: String,
}

impl fmt::Debug for Pkcs11Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Setting({}, token {}, key {}, PIN …)", self.module.display(), self.token, self.label)
    }
}

/// A logged-in session and the versions of the key it sees, the newest last.
struct Connection {
    session: Session,
    versions: Vec<(MasterKeyId, ObjectHandle)>,
}

/// The master key as a non-extractable AES-256 key in a PKCS#11 token.
pub struct Pkcs11Master {
    setting: Pkcs11Setting,
    entropy: Arc<dyn Entropy>,
    library: Pkcs11,
    connection: Mutex<Option<Connection>>,
}

impl Pkcs11Master {
    /// Connects to the token and makes the key there if it has none of that label.
    pub fn open_or_create(setting: Pkcs11Setting, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let master = Self::connect(setting, entropy)?;
        if master.versions()?.is_empty() {
            master.rotate()?;
        }
        Ok(master)
    }

    /// Connects to a token that must have the key: where rooms exist, a new key could open none of them.
    pub fn open(setting: Pkcs11Setting, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let master = Self::connect(setting, entropy)?;
        master.id()?;
        Ok(master)
    }

    fn connect(setting: Pkcs11Setting, entropy: Arc<dyn Entropy>) -> Result<Self, MasterKeyError> {
        let library = Pkcs11::new(&setting.module).map_err(|error| device(&error))?;
        let master = Self { setting, entropy, library, connection: Mutex::new(None) };
        master.versions()?;
        Ok(master)
    }

    /// Makes a new version in the device, which wraps from now on.
    pub fn rotate(&self) -> Result<MasterKeyId, MasterKeyError> {
        // The first half of the name counts the versions, the second tells apart two that were made at once.
        let newest = self.versions()?.last().and_then(|id| id.0.first_chunk().copied()).map_or(0, u32::from_be_bytes);
        let mut id = [0; MasterKeyId::LENGTH];
        self.entropy.fill(&mut id);
        id.iter_mut().zip((newest + 1).to_be_bytes()).for_each(|(to, from)| *to = from);
        self.with(|connection| {
            connection.session.generate_key(
                &Mechanism::AesKeyGen,
                &[
                    Attribute::Token(true),
                    Attribute::Private(true),
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::Encrypt(true),
                    Attribute::Decrypt(true),
                    Attribute::ValueLen(32.into()),
                    Attribute::Label(self.setting.label.clone().into_bytes()),
                    Attribute::Id(id.to_vec()),
                ],
            )
        })?;
        self.reconnect();
        Ok(MasterKeyId(id))
    }

    /// Destroys an earlier version in the device, once every room has been wrapped anew. What it still wraps can never be opened again.
    pub fn retire(&self, id: MasterKeyId) -> Result<(), MasterKeyError> {
        if self.id()? == id || !self.versions()?.contains(&id) {
            return Err(MasterKeyError::InUse(id));
        }
        self.with(|connection| match connection.versions.iter().find(|(held, _)| *held == id) {
            Some((_, handle)) => connection.session.destroy_object(*handle),
            None => Ok(()),
        })?;
        self.reconnect();
        Ok(())
    }

    /// Every version in the device, the newest last.
    pub fn versions(&self) -> Result<Vec<MasterKeyId>, MasterKeyError> {
        self.with(|connection| Ok(connection.versions.iter().map(|(id, _)| *id).collect()))
    }

    fn reconnect(&self) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Does something with the device; once more over a new session when that fails, for devices are unplugged and restarted.
    fn with<T>(&self, act: impl Fn(&Connection) -> Result<T, Error>) -> Result<T, MasterKeyError> {
        let mut guard = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Ok(done)) = guard.as_ref().map(&act) {
            return Ok(done);
        }
        // The old session is closed first: some devices have few.
        *guard = None;
        let connection = guard.insert(Connection::open(&self.library, &self.setting)?);
        act(connection).map_err(|error| device(&error))
    }

    fn handle(connection: &Connection, id: MasterKeyId) -> Result<ObjectHandle, Error> {
        let found = connection.versions.iter().find(|(held, _)| *held == id);
        found.map(|(_, handle)| *handle).ok_or(Error::Pkcs11(RvError::KeyHandleInvalid, cryptoki::context::Function::FindObjects))
    }
}

impl Connection {
    fn open(library: &Pkcs11, setting: &Pkcs11Setting) -> Result<Self, MasterKeyError> {
        let failed = |error: Error| device(&error);
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Once for the whole process, by whoever comes first; again after the library was finalised.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let mut slots = library.get_slots_with_token().map_err(failed)?.into_iter();
        let labelled = |slot: &_| library.get_token_info(*slot).is_ok_and(|token| token.label().trim_end() == setting.token);
        let slot = slots.find(labelled).ok_or_else(|| MasterKeyError::Device(format!("there is no token {}", setting.token)))?;
        let session = library.open_rw_session(slot).map_err(failed)?;
        match session.login(UserType::User, Some(&AuthPin::new(setting.pin.as_str().into()))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let of_label = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(true),
            Attribute::Label(setting.label.clone().into_bytes()),
        ];
        let mut versions = Vec::new();
        for handle in session.find_objects(&of_label).map_err(failed)? {
            for attribute in session.get_attributes(handle, &[AttributeType::Id]).map_err(failed)? {
                if let Attribute::Id(id) = attribute
                    && let Ok(id) = id.try_into()
                {
                    versions.push((MasterKeyId(id), handle));
                }
            }
        }
        versions.sort_unstable_by_key(|(id, _)| *id);
        Ok(Self { session, versions })
    }
}

impl MasterKey for Pkcs11Master {
    fn id(&self) -> Result<MasterKeyId, MasterKeyError> {
        let newest = self.versions()?.last().copied();
        newest.ok_or_else(|| MasterKeyError::Device(format!("the token {} has no key {}", self.setting.token, self.setting.label)))
    }

    fn holds(&self, id: &str) -> Result<bool, MasterKeyError> {
        Ok(self.versions()?.iter().any(|version| version.to_string() == id))
    }

    fn wrap(&self, secret: &Secret, binding: &[u8]) -> Result<Vec<u8>, MasterKeyError> {
        let id = self.id()?;
        let mut nonce = [0; NONCE_LENGTH];
        self.entropy.fill(&mut nonce);
        let ciphertext = self.with(|connection| {
            let mut given = nonce;
            let mechanism = Mechanism::AesGcm(GcmParams::new(&mut given, binding, 128.into())?);
            connection.session.encrypt(&mechanism, Self::handle(connection, id)?, secret.expose())
        })?;
        Ok([id.0.as_slice(), &nonce, &ciphertext].concat())
    }

    fn unwrap(&self, wrapped: &[u8], binding: &[u8]) -> Result<Secret, MasterKeyError> {
        let (id, rest) = wrapped.split_first_chunk().ok_or(MasterKeyError::DoesNotOpen)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(MasterKeyError::DoesNotOpen)?;
        let id = MasterKeyId(*id);
        // Found over a new session too: another process may have made this version since.
        if self.with(|connection| Self::handle(connection, id)).is_err() {
            return Err(match self.versions() {
                Ok(_) => MasterKeyError::NotHeld(id),
                Err(error) => error,
            });
        }
        let plain = self.with(|connection| {
            let mut given = *nonce;
            let mechanism = Mechanism::AesGcm(GcmParams::new(&mut given, binding, 128.into())?);
            connection.session.decrypt(&mechanism, Self::handle(connection, id)?, ciphertext).map(Zeroizing::new)
        });
        // Devices differ in what they call a wrong tag; that one still answers tells it from one that is gone.
        let plain = plain.map_err(|error| if self.versions().is_ok() { MasterKeyError::DoesNotOpen } else { error })?;
        Secret::from_slice(&plain).ok_or(MasterKeyError::DoesNotOpen)
    }
}

impl fmt::Debug for Pkcs11Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Master({:?})", self.setting)
    }
}

/// The code of the error; what a library adds in words is left out.
fn device(error: &Error) -> MasterKeyError {
    MasterKeyError::Device(match error {
        Error::Pkcs11(code, function) => format!("{function:?}: {code:?}"),
        Error::LibraryLoading(_) => "its library cannot be loaded".to_owned(),
        _ => "its library is not a usable PKCS#11 module".to_owned(),
    })
}
