//! A value of a person inside a message: it travels, but it does not print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A personal value of a message: serialised as it is, masked in `Debug`, without `Display`.
///
/// `vocabulary::Personal` has no `Serialize` so that nothing leaves a system by accident; a message type is where it leaves on purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value for the journey.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, to work with.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Sex as the published interfaces write it: `"1"` male, `"2"` female, `"0"` unknown.
pub(crate) mod sex {
    use serde::{Deserialize, Deserializer, Serializer, de};
    use vocabulary::Sex;

    use super::Private;

    pub(crate) fn serialize<S: Serializer>(sex: &Private<Sex>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match sex.expose() {
            Sex::Unknown => "0",
            Sex::Male => "1",
            Sex::Female => "2",
        })
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Private<Sex>, D::Error> {
        match std::borrow::Cow::<'de, str>::deserialize(deserializer)?.as_ref() {
            "0" => Ok(Private(Sex::Unknown)),
            "1" => Ok(Private(Sex::Male)),
            "2" => Ok(Private(Sex::Female)),
            _ => Err(de::Error::custom("sex is one of \"0\", \"1\", \"2\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_value_travels_but_does_not_print() {
        let name = Private::new("見本 花子".to_owned());
        assert_eq!(format!("{name:?}"), "***");
        let text = serde_json::to_string(&name).unwrap();
        assert_eq!(text, "\"見本 花子\"");
        assert_eq!(serde_json::from_str::<Private<String>>(&text).unwrap(), name);
    }
}
