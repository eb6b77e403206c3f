//! The key that backups are sealed to: a receiving key whose private half is never where the rooms are.

use seal::hpke::{Receiver, ReceivingKey, Suite};
use seal::{Secret, base64url};
use vocabulary::Entropy;
use zeroize::Zeroizing;

use crate::BackupError;

const PUBLIC: &str = "kenshin-backup-public-1";
const PRIVATE: &str = "kenshin-backup-private-1";

/// A new key: the line of its private half, and of its public half.
pub fn make_key(entropy: &dyn Entropy) -> Result<(Zeroizing<String>, String), BackupError> {
    let secret = Secret::random(entropy);
    let receiver = receiver(&secret)?;
    let private = Zeroizing::new(base64url::encode(secret.expose()));
    let private = Zeroizing::new(format!("{PRIVATE} {}", *private));
    Ok((private, format!("{PUBLIC} {}", base64url::encode(&receiver.public().to_bytes()))))
}

/// Reads the line of a public half.
pub fn read_public(text: &str) -> Result<ReceivingKey, BackupError> {
    let bytes = of_line(text, PUBLIC).ok_or(BackupError::BadKey("public"))?;
    ReceivingKey::from_bytes(Suite::XWing, &bytes).map_err(|_| BackupError::BadKey("public"))
}

/// Reads the line of a private half.
pub fn read_private(text: &str) -> Result<Receiver, BackupError> {
    let secret = of_line(text, PRIVATE).and_then(|bytes| Secret::from_slice(&bytes)).ok_or(BackupError::BadKey("private"))?;
    receiver(&secret)
}

fn receiver(secret: &Secret) -> Result<Receiver, BackupError> {
    Receiver::new("backup", Suite::XWing, std::slice::from_ref(secret)).map_err(|_| BackupError::BadKey("private"))
}

fn of_line(text: &str, kind: &str) -> Option<Zeroizing<Vec<u8>>> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    base64url::decode(line.strip_prefix(kind)?.trim()).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn the_halves_of_a_key_are_read_as_they_were_written_and_not_for_each_other() {
        let (private, public) = make_key(&SeededEntropy::new(1)).unwrap();
        assert_eq!(read_private(&private).unwrap().public(), &read_public(&format!("# for backups\n{public}\n")).unwrap());
        assert!(read_public(&private).is_err() && read_private(&public).is_err());
        for wrong in ["", "kenshin-backup-private-1", &private.replace("1 ", "1 AAAA"), &format!("{}A", *private)] {
            assert!(read_private(wrong).is_err(), "{wrong}");
        }
    }
}
