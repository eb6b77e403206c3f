//! Signed messages: the envelope as anybody can send it, and the content as a party of the ring could.

use std::sync::LazyLock;

use coset::{CborSerializable as _, CoseSign1Builder, HeaderBuilder, iana};
use jiff::Timestamp;
use protocol::Signed;
use protocol::messages::inquiries::{Inquiry, PermissionList, Permit, PermitRequest, ProvidedAnswer, Replica};
use protocol::signed::{Expected, SignedKind};
use seal::{Signature, VerifyingKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::Party;

use super::ready;
use super::vaults::SAFE;

const GOLDEN: &[u8] = include_bytes!("../../seeds/signed/inquiry.cose");
const KEY: [u8; 32] = [
    0x86, 0x75, 0x47, 0x2a, 0xb1, 0x2b, 0x29, 0xef, 0xde, 0xcb, 0x47, 0x1c, 0x64, 0x55, 0x7d, 0x95, 0x06, 0x63, 0xf8, 0xb8, 0x1d, 0xcd,
    0x0a, 0xd1, 0xa9, 0x0d, 0xbd, 0x93, 0x64, 0xa4, 0x4a, 0xb1,
];

pub(super) static PARTIES: LazyLock<anyhow::Result<(Party, Party)>> =
    LazyLock::new(|| Ok(("registry.991015".parse()?, "relay.991015".parse()?)));
static GOLDEN_KEY: LazyLock<anyhow::Result<VerifyingKey>> = LazyLock::new(|| Ok(VerifyingKey::from_bytes(&KEY)?));

/// Under the golden key nothing opens but the golden bytes.
pub(super) fn signed(input: &[u8]) {
    let (sender, receiver) = ready(&PARTIES);
    let expected = Expected { sender, receiver, keys: &(*ready(&GOLDEN_KEY)).into() };
    let opened = Signed::<Inquiry>::from_bytes(input.to_vec()).open_archived(&expected);
    assert_eq!(opened.is_ok(), input == GOLDEN, "one spelling, one signature");
    let _ = Signed::<Replica>::from_bytes(input.to_vec()).open(&expected, Timestamp::UNIX_EPOCH);
}

/// The input as the content of a message whose signature is good.
pub(super) fn content(input: &[u8]) {
    let (sender, receiver) = ready(&PARTIES);
    let safe = ready(&SAFE);
    let key = safe.signer.verifying_key();
    let protected = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(safe.signer.key_id().into_bytes()).build();
    let sign = |bytes: &[u8]| Signature::to_bytes(&safe.signer.sign(bytes)).to_vec();
    let message = CoseSign1Builder::new().protected(protected).payload(input.to_vec()).create_signature(&[], sign).build();
    let Ok(bytes) = message.to_vec() else { return };
    let expected = Expected { sender, receiver, keys: &key.into() };
    opens::<Inquiry>(&bytes, &expected);
    opens::<Replica>(&bytes, &expected);
    opens::<PermitRequest>(&bytes, &expected);
    opens::<Permit>(&bytes, &expected);
    opens::<ProvidedAnswer>(&bytes, &expected);
    opens::<PermissionList>(&bytes, &expected);
}

/// What opens can be signed again and says the same.
fn opens<T: SignedKind + Serialize + DeserializeOwned + PartialEq>(bytes: &[u8], expected: &Expected<'_>) {
    let Ok(opened) = Signed::<T>::from_bytes(bytes.to_vec()).open_archived(expected) else { return };
    let safe = ready(&SAFE);
    let again = Signed::<T>::seal(&opened.head, &opened.body, &safe.signer).and_then(|signed| signed.open_archived(expected));
    assert!(again.is_ok_and(|again| again.head == opened.head && again.body == opened.body), "what was opened can be signed again");
}
