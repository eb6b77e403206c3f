//! Byte strings in JSON: base64url without padding, exactly one spelling of each.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

fn text_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes_of<E: de::Error>(text: &str) -> Result<Vec<u8>, E> {
    // the error of the decoder names a position and a byte of the input; ours does not
    URL_SAFE_NO_PAD.decode(text).map_err(|_| E::custom("expected base64url without padding"))
}

fn string_schema(format: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::Custom(format.to_owned()))).into()
}

/// A byte string of a message (base64url without padding in JSON); `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Octets(pub Vec<u8>);

impl Octets {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Their SHA-256.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl From<Vec<u8>> for Octets {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Octets({} bytes)", self.0.len())
    }
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text_of(&self.0))
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bytes_of(&std::borrow::Cow::<'de, str>::deserialize(deserializer)?).map(Self)
    }
}

impl utoipa::PartialSchema for Octets {
    fn schema() -> RefOr<Schema> {
        string_schema("base64url")
    }
}

impl utoipa::ToSchema for Octets {}

/// A SHA-256 digest of bytes that both sides of a transfer keep.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest as its 32 bytes, if there are as many.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        <[u8; 32]>::try_from(bytes).ok().map(Self)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(&self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = bytes_of(&std::borrow::Cow::<'de, str>::deserialize(deserializer)?)?;
        Self::from_slice(&bytes).ok_or_else(|| de::Error::custom("expected a digest of 32 bytes"))
    }
}

impl utoipa::PartialSchema for Digest {
    fn schema() -> RefOr<Schema> {
        string_schema("sha-256, base64url")
    }
}

impl utoipa::ToSchema for Digest {}

/// A code (符号): what one organisation knows a person by at the network system; means nothing to any other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(pub Octets);

impl Code {
    /// The bytes, as stored.
    pub fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl From<Vec<u8>> for Code {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Octets(bytes))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(***)")
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        string_schema("base64url")
    }
}

impl utoipa::ToSchema for Code {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_spelling() {
        let octets = Octets(vec![0xfb, 0xff, 0x01]);
        assert_eq!(serde_json::to_string(&octets).unwrap(), "\"-_8B\"");
        assert_eq!(serde_json::from_str::<Octets>("\"-_8B\"").unwrap(), octets);
        for other in ["\"+/8B\"", "\"-_8B=\"", "\"-_8B====\"", "\"-_8\"", "\"-_9\"", "\"-_8B \""] {
            let read = serde_json::from_str::<Octets>(other);
            assert!(read.is_err() || read.unwrap() != octets, "{other}");
        }
        assert!(serde_json::from_str::<Octets>("\"-_9\"").is_err(), "bits beyond the last byte must be nought");
    }

    #[test]
    fn a_digest_has_32_bytes() {
        let digest = Digest::of(b"abc");
        let text = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), digest);
        assert!(serde_json::from_str::<Digest>("\"AAAA\"").is_err());
    }
}
