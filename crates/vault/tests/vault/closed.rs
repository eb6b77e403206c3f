//! A key file that a passphrase closes, and one that the service manager hands over.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use seal::Secret;
use vault::{FileMaster, MasterKey, MasterKeyError};
use vocabulary::SystemEntropy;
use zeroize::Zeroizing;

use crate::master::behaves;
use crate::support::file_master;

fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[test]
fn a_key_file_under_a_passphrase_opens_with_it_alone_and_holds_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let entropy = || Arc::new(SystemEntropy);
    let plain = file_master(folder.path());
    let (wrapped, open_text) = (plain.wrap(&Secret::random(&SystemEntropy), b"here").unwrap(), std::fs::read_to_string(&path).unwrap());
    assert_eq!(FileMaster::open_closed(&path, passphrase("x"), entropy()).unwrap_err(), MasterKeyError::NotClosed(path.clone()));
    assert_eq!(
        FileMaster::close(&path, passphrase("正しい 合言葉 を 六つ"), entropy()).unwrap_err(),
        MasterKeyError::ShortPassphrase(path.clone())
    );
    // One that is there is closed as it is.
    let closed = FileMaster::close(&path, passphrase("正しい 合言葉 を 六つ 並べる"), entropy()).unwrap();
    behaves(&closed);
    closed.unwrap(&wrapped, b"here").unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let key = open_text.lines().last().unwrap().split_once(' ').unwrap().1;
    assert!(!text.contains(key) && text.contains("argon2id 65536 3 "), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // A new version is closed too, and reaches another process.
    let other = FileMaster::open_closed(&path, passphrase("正しい 合言葉 を 六つ 並べる"), entropy()).unwrap();
    closed.rotate().unwrap();
    let wrapped = closed.wrap(&Secret::random(&SystemEntropy), b"there").unwrap();
    other.unwrap(&wrapped, b"there").unwrap();
    assert_eq!(FileMaster::open(&path, entropy()).unwrap_err(), MasterKeyError::NeedsPassphrase(path.clone()));
    assert_eq!(
        FileMaster::close(&path, passphrase("another, as long"), entropy()).unwrap_err(),
        MasterKeyError::NeedsPassphrase(path.clone())
    );
    assert_eq!(
        FileMaster::open_closed(&path, passphrase("another"), entropy()).unwrap_err(),
        MasterKeyError::WrongPassphrase(path.clone())
    );
    // What a file asks of the machine has an end.
    for (from, to) in
        [("argon2id 65536 3", "argon2id 4294967295 3"), ("argon2id 65536 3", "argon2id 65536 4000000000"), ("argon2id", "md5")]
    {
        std::fs::write(&path, text.replace(from, to)).unwrap();
        let refused = FileMaster::open_closed(&path, passphrase("正しい 合言葉 を 六つ 並べる"), entropy()).unwrap_err();
        assert_eq!(refused, MasterKeyError::Damaged { path: path.clone(), line: 3 });
    }
    // Another salt is another key.
    let salt = text.lines().nth(2).unwrap().rsplit(' ').next().unwrap();
    std::fs::write(&path, text.replace(salt, &seal::base64url::encode(&[7; 16]))).unwrap();
    let refused = FileMaster::open_closed(&path, passphrase("正しい 合言葉 を 六つ 並べる"), entropy()).unwrap_err();
    assert_eq!(refused, MasterKeyError::WrongPassphrase(path.clone()));
}

#[test]
fn a_key_that_the_service_manager_hands_over_may_be_read_by_whom_it_lists_and_nothing_is_kept_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, own) = (folder.path().join("master.key"), file_master(folder.path()));
    let wrapped = own.wrap(&Secret::random(&SystemEntropy), b"here").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o440)).unwrap();
    let given = FileMaster::open_credential(&path, Arc::new(SystemEntropy)).unwrap();
    given.unwrap(&wrapped, b"here").unwrap();
    behaves(&given);
    assert_eq!(given.marks(), None);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o444)).unwrap();
    let refused = FileMaster::open_credential(&path, Arc::new(SystemEntropy)).unwrap_err();
    assert_eq!(refused, MasterKeyError::OpenToOthers { path: path.clone(), mode: 0o444 });
}
