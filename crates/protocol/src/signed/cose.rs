//! The bytes of a signed message.

use ciborium::Value;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, Header, HeaderBuilder, iana};
use jiff::Timestamp;
use seal::{Signature, Signer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vocabulary::{Id128, Party};

use super::{Head, SignedError, VerifyingKeys};

/// What is signed; instants in milliseconds since 1970 UTC. The body stays a value until the head was read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content<B> {
    sender: Party,
    receiver: Party,
    kind: String,
    number: Id128,
    issued: i64,
    expires: i64,
    body: B,
}

fn protected(key_id: &str) -> Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id.as_bytes().to_vec()).build()
}

pub(super) fn sign<B: Serialize>(head: &Head, kind: &str, body: &B, signer: &Signer) -> Result<Vec<u8>, SignedError> {
    let content = Content {
        sender: head.sender.clone(),
        receiver: head.receiver.clone(),
        kind: kind.to_owned(),
        number: head.number,
        issued: head.issued.as_millisecond(),
        expires: head.expires.as_millisecond(),
        body,
    };
    let mut payload = Vec::new();
    ciborium::into_writer(&content, &mut payload).map_err(|_| SignedError::Unwritable)?;
    CoseSign1Builder::new()
        .protected(protected(&signer.key_id()))
        .payload(payload)
        .create_signature(&[], |bytes| signer.sign(bytes).to_bytes().to_vec())
        .build()
        .to_vec()
        .map_err(|_| SignedError::Unwritable)
}

/// What was signed, and until when its key was the sender's.
pub(super) fn open<B: DeserializeOwned>(bytes: &[u8], kind: &str, keys: &VerifyingKeys) -> Result<(Head, B, Timestamp), SignedError> {
    let message = CoseSign1::from_slice(bytes).map_err(|_| SignedError::Malformed)?;
    // one spelling: nothing unprotected, no other header, no longer form of the same CBOR
    if message.clone().to_vec().ok().as_deref() != Some(bytes) || message.unprotected != Header::default() {
        return Err(SignedError::Malformed);
    }
    let key = keys.iter().find(|key| message.protected.header == protected(&seal::key_id(key))).ok_or(SignedError::Signature)?;
    message.verify_signature(&[], |signature, signed| {
        let signature = Signature::from_slice(signature).map_err(|_| SignedError::Signature)?;
        if seal::verify(key, signed, &signature) { Ok(()) } else { Err(SignedError::Signature) }
    })?;
    let payload = message.payload.as_deref().ok_or(SignedError::Malformed)?;
    let content: Content<Value> = read(payload)?;
    if content.kind != kind {
        return Err(SignedError::OtherKind);
    }
    let body = content.body.deserialized().map_err(|_| SignedError::Malformed)?;
    let instant = |ms| Timestamp::from_millisecond(ms).map_err(|_| SignedError::Malformed);
    let head = Head {
        sender: content.sender,
        receiver: content.receiver,
        number: content.number,
        issued: instant(content.issued)?,
        expires: instant(content.expires)?,
    };
    let until = keys.time_of(key, head.issued).ok_or(SignedError::Signature)?;
    Ok((head, body, until))
}

pub(super) fn names_other_key(bytes: &[u8], keys: &VerifyingKeys) -> bool {
    let message = CoseSign1::from_slice(bytes);
    message.is_ok_and(|message| !keys.iter().any(|key| message.protected.header.key_id == seal::key_id(key).as_bytes()))
}

/// Reads one CBOR item and nothing after it.
fn read<B: DeserializeOwned>(bytes: &[u8]) -> Result<B, SignedError> {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).map_err(|_| SignedError::Malformed)?;
    if rest.is_empty() { Ok(value) } else { Err(SignedError::Malformed) }
}
