//! HMAC-SHA-256 with the key already taken in, so that using it costs no key set-up.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Secret;

/// A keyed HMAC, to be cloned for every use; wiped when dropped.
pub type Keyed = Hmac<Sha256>;

/// HMAC fills a key shorter than its block with zeros (RFC 2104 §2); done here, the constructor that cannot fail takes it.
pub fn keyed(secret: &Secret) -> Keyed {
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(secret.expose()) {
        *to = *from;
    }
    Keyed::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use hmac::Mac;

    use super::*;

    #[test]
    fn a_key_taken_in_gives_the_hmac_of_rfc_2104() {
        let secret = Secret::from_slice(&[0x0b; 32]).unwrap();
        let ours = keyed(&secret).chain_update(b"Hi There").finalize().into_bytes();
        let theirs = Keyed::new_from_slice(&[0x0b; 32]).unwrap().chain_update(b"Hi There").finalize().into_bytes();
        assert_eq!(ours, theirs);
        // Computed with Python's hmac module.
        assert_eq!(
            ours.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"
        );
    }
}
