//! The master key: as a file, and as a key in a PKCS#11 device that never gives it out.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::{file_master, open, process, room, variable};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, AttributeType};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use seal::Secret;
use store::testing::both;
use vault::{Cell, FileMaster, MasterKey, MasterKeyError, Pkcs11Master, Pkcs11Setting, Vault, VaultError};
use vocabulary::{SeededEntropy, SystemEntropy};
use zeroize::Zeroizing;

#[test]
fn a_key_file_is_made_once_and_only_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/master.key");
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || FileMaster::open_or_create(path, Arc::new(SystemEntropy)).unwrap().id().unwrap())
        })
        .collect();
    let ids: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(std::fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o7777, 0o700);
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{left:?}");
}

#[test]
fn a_key_file_that_is_changed_stays_its_owners_whoever_ran_the_command() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let master = FileMaster::open_or_create(&path, Arc::new(SystemEntropy)).unwrap();
    // Only root can give a file away; whoever else runs this owns all of them.
    let _ = chown(&path, Some(54_321), Some(54_321));
    let owner = |name: &str| std::fs::metadata(folder.path().join(name)).map(|of| (of.uid(), of.gid())).unwrap();
    let before = owner("master.key");
    // What is there already is given to nobody.
    std::fs::remove_file(folder.path().join("master.key.lock")).unwrap();
    master.rotate().unwrap();
    assert_eq!([owner("master.key"), owner("master.key.lock")], [before; 2]);
}

#[test]
fn no_link_beside_a_key_leads_a_command_to_what_is_somebody_elses() {
    use std::os::unix::fs::{MetadataExt as _, chown, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (path, elsewhere) = (folder.path().join("master.key"), folder.path().join("elsewhere"));
    let master = FileMaster::open_or_create(&path, Arc::new(SystemEntropy)).unwrap();
    let _ = chown(&path, Some(54_321), Some(54_321));
    std::fs::create_dir(&elsewhere).unwrap();
    let shadow = elsewhere.join("shadow");
    std::fs::write(&shadow, "kept").unwrap();
    let owner = |path: &Path| std::fs::metadata(path).map(|of| (of.uid(), of.gid())).unwrap();
    let before = [owner(&elsewhere), owner(&shadow)];
    let lock = folder.path().join("master.key.lock");
    // A link, and a second name of the same file.
    std::fs::remove_file(&lock).unwrap();
    symlink(&shadow, &lock).unwrap();
    assert!(matches!(master.rotate(), Err(MasterKeyError::File { .. })));
    std::fs::remove_file(&lock).unwrap();
    std::fs::hard_link(&shadow, &lock).unwrap();
    assert!(matches!(master.rotate(), Err(MasterKeyError::File { .. })));
    // A folder that was there already is left as it is, and what a link names stays.
    let marks = master.marks().unwrap();
    symlink(&elsewhere, &marks.folder).unwrap();
    assert!(marks.replace("room", b"mark").is_err());
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 1);
    std::fs::remove_file(&marks.folder).unwrap();
    std::fs::create_dir(&marks.folder).unwrap();
    symlink(&shadow, marks.folder.join("room")).unwrap();
    marks.replace("room", b"mark").unwrap();
    assert_eq!(std::fs::read(marks.folder.join("room")).unwrap(), b"mark");
    assert_eq!((owner(&marks.folder), owner(&marks.folder.join("room"))), (before[0], owner(&path)));
    assert_eq!((std::fs::read_to_string(&shadow).unwrap().as_str(), [owner(&elsewhere), owner(&shadow)]), ("kept", before));
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    file_master(folder.path());
    for mode in [0o640, 0o604, 0o620, 0o660] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let refused = FileMaster::open(&path, Arc::new(SystemEntropy)).unwrap_err();
        assert_eq!(refused, MasterKeyError::OpenToOthers { path: path.clone(), mode });
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    FileMaster::open(&path, Arc::new(SystemEntropy)).unwrap();
}

#[test]
fn a_damaged_key_file_is_told_from_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    assert_eq!(FileMaster::open(&path, Arc::new(SystemEntropy)).unwrap_err(), MasterKeyError::Missing(path.clone()));
    file_master(folder.path());
    let whole = std::fs::read_to_string(&path).unwrap();
    let line = whole.lines().last().unwrap();
    let (id, key) = line.split_once(' ').unwrap();
    for (text, line) in [
        (String::new(), 1),
        ("something else\n".into(), 1),
        (whole.lines().next().unwrap().to_owned() + "\n", 0),
        (whole.replace(key, key.strip_suffix(|_| true).unwrap()), 3),
        (whole.replace(' ', ""), 1),
        (whole.replace(line, &line.replace(' ', "")), 3),
        (whole.replace(id, "0123456789abcdef"), 3),
    ] {
        std::fs::write(&path, &text).unwrap();
        let damaged = FileMaster::open(&path, Arc::new(SystemEntropy)).unwrap_err();
        assert!(matches!(&damaged, MasterKeyError::Damaged { line: at, .. } if *at == line), "{damaged:?} for {line}");
        assert!(!damaged.to_string().contains(key), "an error shows the key");
    }
}

#[tokio::test]
async fn a_lost_key_file_is_said_clearly_and_nothing_opens() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let room = room(&rooms, "city");
        let cell = Cell::new("resident", "1", "number");
        let sealed = open(&room, file_master(folder.path())).seal(&cell, b"123456789018").unwrap();
        let kept = std::fs::read(&path).unwrap();

        std::fs::remove_file(&path).unwrap();
        let other = file_master(folder.path());
        let refused = Vault::open_blocking(&room, other, Arc::new(SystemEntropy), crate::support::clock()).unwrap_err();
        assert!(
            matches!(&refused, VaultError::Master { room, error: MasterKeyError::NotHeld(_) } if room == "city_national"),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("another master key"), "{refused}");

        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, kept).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(*open(&room, file_master(folder.path())).open_cell(&cell, &sealed).unwrap(), b"123456789018");
    })
    .await;
}

#[tokio::test]
async fn t_22_a_new_master_key_reaches_processes_that_hold_the_earlier_one() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let room = room(&rooms, "city");
        let (ours, theirs) = (file_master(folder.path()), file_master(folder.path()));
        let vault = open(&room, ours.clone());
        let other = open(&room, theirs.clone());
        let first = ours.id().unwrap();
        let second = ours.rotate().unwrap();
        assert_ne!(first, second);
        vault.rewrap(ours.clone()).await.unwrap();
        vault.rotate_municipality().await.unwrap();
        vault.rotate().await.unwrap();
        let cell = Cell::new("resident", "1", "number");
        let sealed = vault.seal(&cell, b"v").unwrap();
        assert_eq!(theirs.versions(), [first], "the other process has read the file before");
        assert_eq!(*other.open_cell(&cell, &sealed).unwrap(), b"v");
        assert_eq!(theirs.versions(), [second, first]);

        assert_eq!(ours.retire(second).unwrap_err(), MasterKeyError::InUse(second));
        ours.retire(first).unwrap();
        assert_eq!(ours.retire(first).unwrap_err(), MasterKeyError::InUse(first));
        assert_eq!(*open(&room, file_master(folder.path())).open_cell(&cell, &sealed).unwrap(), b"v");
    })
    .await;
}

/// What every kind of master key must do.
pub(crate) fn behaves(master: &dyn MasterKey) {
    let chance = SeededEntropy::new(11);
    let secret = Secret::random(&chance);
    let wrapped = master.wrap(&secret, b"here").unwrap();
    assert_ne!(master.wrap(&secret, b"here").unwrap(), wrapped);
    assert_eq!(master.unwrap(&wrapped, b"here").unwrap().expose(), secret.expose());
    assert_eq!(master.unwrap(&wrapped, b"there").unwrap_err(), MasterKeyError::DoesNotOpen);
    for byte in 0..wrapped.len() {
        let mut altered = wrapped.clone();
        altered[byte] ^= 0x40;
        let refused = master.unwrap(&altered, b"here").unwrap_err();
        match byte {
            0..8 => assert!(matches!(refused, MasterKeyError::NotHeld(_)), "{refused:?}"),
            _ => assert_eq!(refused, MasterKeyError::DoesNotOpen, "byte {byte}"),
        }
    }
    for length in 0..wrapped.len() {
        assert!(master.unwrap(&wrapped[..length], b"here").is_err(), "{length}");
    }
}

#[test]
fn a_file_behaves_as_a_master_key() {
    let folder = tempfile::tempdir().unwrap();
    behaves(&*file_master(folder.path()));
}

/// Where Debian and others put SoftHSM2.
const SOFTHSM: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
];

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn softhsm() -> Option<PathBuf> {
    let found = SOFTHSM.into_iter().map(PathBuf::from).find(|path| path.exists());
    let excused = std::env::var("KENSHIN_ONLY_SQLITE").is_ok_and(|only| only == "1");
    assert!(
        found.is_some() || excused,
        "there is no SoftHSM2 to test the master key in a device with: run `cargo xtask test`, or install Debian's package softhsm2"
    );
    found
}

/// SoftHSM2 takes its configuration from the environment, which a test may set only for a process of its own.
fn on_a_device(test: &str) {
    let Some(module) = softhsm() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let setting = folder.path().join("softhsm2.conf");
    std::fs::write(&setting, format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display()))
        .unwrap();
    let variables = [
        ("SOFTHSM2_CONF", setting.to_str().unwrap()),
        ("VAULT_MODULE", module.to_str().unwrap()),
        ("VAULT_FOLDER", folder.path().to_str().unwrap()),
    ];
    let outcome = process(test, &variables).output().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success() && said.contains("1 passed") && said.contains(TRIED), "{said}");
}

/// What a child says that had a device; one that nobody started has none.
const TRIED: &str = "a token was made in the device";

/// The device of `on_a_device`.
fn module() -> String {
    variable("VAULT_MODULE").unwrap()
}

/// A new token of this label in the device.
fn token(label: &str) -> Pkcs11Setting {
    println!("{TRIED}");
    let library = Pkcs11::new(module()).unwrap();
    let _ = library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slots = library.get_slots_with_token().unwrap();
    let empty = slots.into_iter().find(|slot| !library.get_token_info(*slot).unwrap().token_initialized()).unwrap();
    library.init_token(empty, &AuthPin::new("so-pin".into()), label).unwrap();
    let labelled = |slot: &_| library.get_token_info(*slot).unwrap().label() == label;
    let slot = library.get_slots_with_token().unwrap().into_iter().find(labelled).unwrap();
    let session = library.open_rw_session(slot).unwrap();
    session.login(UserType::So, Some(&AuthPin::new("so-pin".into()))).unwrap();
    session.init_pin(&AuthPin::new("12345678".into())).unwrap();
    session.logout().unwrap();
    setting(label)
}

fn setting(label: &str) -> Pkcs11Setting {
    Pkcs11Setting { module: module().into(), token: label.into(), pin: Zeroizing::new("12345678".into()), label: "kenshin".into() }
}

fn device(setting: &Pkcs11Setting) -> Arc<Pkcs11Master> {
    Arc::new(Pkcs11Master::open_or_create(setting.clone(), Arc::new(SystemEntropy)).unwrap())
}

#[test]
fn a_device_behaves_as_a_master_key() {
    on_a_device("master::device_behaves");
}

#[test]
#[ignore = "started by a_device_behaves_as_a_master_key"]
fn device_behaves() {
    if variable("VAULT_MODULE").is_none() {
        return;
    }
    let setting = token("city");
    assert!(!format!("{setting:?}").contains("12345678"));
    assert!(
        matches!(Pkcs11Master::open(setting.clone(), Arc::new(SystemEntropy)), Err(MasterKeyError::Device(_))),
        "no key is made unasked"
    );
    let master = device(&setting);
    behaves(&*master);
    assert!(!format!("{master:?}").contains("12345678"));

    let wrong = Pkcs11Setting { pin: Zeroizing::new("87654321".into()), ..setting.clone() };
    let absent = Pkcs11Setting { token: "town".into(), ..setting.clone() };
    let nowhere = Pkcs11Setting { module: "/nowhere.so".into(), ..setting.clone() };
    for bad in [absent, nowhere] {
        let refused = Pkcs11Master::open(bad, Arc::new(SystemEntropy)).unwrap_err();
        assert!(matches!(refused, MasterKeyError::Device(_)), "{refused:?}");
    }
    drop(master);
    let refused = Pkcs11Master::open(wrong, Arc::new(SystemEntropy)).unwrap_err();
    assert!(refused.to_string().contains("PinIncorrect") && !refused.to_string().contains("87654321"), "{refused}");
}

#[test]
fn a_key_in_a_device_cannot_be_had_out_of_it() {
    on_a_device("master::device_keeps_its_key");
}

#[test]
#[ignore = "started by a_key_in_a_device_cannot_be_had_out_of_it"]
fn device_keeps_its_key() {
    if variable("VAULT_MODULE").is_none() {
        return;
    }
    let setting = token("city");
    let master = device(&setting);
    let id = master.id().unwrap();
    let library = Pkcs11::new(module()).unwrap();
    let labelled = |slot: &_| library.get_token_info(*slot).unwrap().label() == setting.token;
    let slot = library.get_slots_with_token().unwrap().into_iter().find(labelled).unwrap();
    // Logged in already: that holds for all sessions of a process, and the master key's is open.
    let session = library.open_rw_session(slot).unwrap();
    let keys = session.find_objects(&[Attribute::Label(b"kenshin".to_vec())]).unwrap();
    assert_eq!(keys.len(), 1);
    let told = session.get_attributes(keys[0], &[AttributeType::Value]).unwrap_or_default();
    assert!(told.is_empty(), "the device told the value of the key");
    let marks =
        session.get_attributes(keys[0], &[AttributeType::Sensitive, AttributeType::Extractable, AttributeType::NeverExtractable]).unwrap();
    assert!(marks.contains(&Attribute::Sensitive(true)) && marks.contains(&Attribute::Extractable(false)), "{marks:?}");
    assert_eq!(master.id().unwrap(), id);
}

#[test]
fn t_22_a_device_is_restarted_replaced_and_its_key_rotated() {
    on_a_device("master::device_goes_through_life");
}

#[test]
#[ignore = "started by t_22_a_device_is_restarted_replaced_and_its_key_rotated"]
fn device_goes_through_life() {
    let Some(folder) = variable("VAULT_FOLDER") else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let setting = token("city");
        let folder = PathBuf::from(folder);
        let rooms = store::Rooms::open(store::Data::Folder(folder.join("rooms"))).unwrap();
        let room = room(&rooms, "city");
        let cell = Cell::new("resident", "1", "number");

        // From the file, with which a house begins, to a device.
        let file = file_master(&folder);
        let vault = open(&room, file.clone());
        let sealed = vault.seal(&cell, b"v").unwrap();
        let master = device(&setting);
        vault.rewrap(master.clone()).await.unwrap();
        assert!(matches!(
            Vault::open_blocking(&room, file, Arc::new(SystemEntropy), crate::support::clock()),
            Err(VaultError::Master { .. })
        ));
        let other = open(&room, device(&setting));
        assert_eq!(*other.open_cell(&cell, &sealed).unwrap(), b"v");

        // Restarted: what it was asked before and what it is asked after both come.
        Pkcs11::new(module()).unwrap().finalize().unwrap();
        vault.rotate_municipality().await.unwrap();
        other.refresh().await.unwrap();

        // Its key rotated, the room wrapped anew, the earlier version destroyed.
        let first = master.id().unwrap();
        let second = master.rotate().unwrap();
        assert_eq!(master.versions().unwrap(), [first, second]);
        assert_eq!(open(&room, device(&setting)).open_cell(&cell, &sealed).unwrap().as_slice(), b"v");
        vault.rewrap(master.clone()).await.unwrap();
        assert_eq!(master.retire(second).unwrap_err(), MasterKeyError::InUse(second));
        master.retire(first).unwrap();
        assert_eq!(open(&room, device(&setting)).open_cell(&cell, &sealed).unwrap().as_slice(), b"v");

        // Lost: another device cannot take its place, however it is called.
        let stranger = device(&token("town"));
        let refused = Vault::open_blocking(&room, stranger, Arc::new(SystemEntropy), crate::support::clock()).unwrap_err();
        assert_eq!(refused, VaultError::Master { room: "city_national".into(), error: MasterKeyError::NotHeld(second) });
        assert!(Path::new(&folder).exists());
    });
}
