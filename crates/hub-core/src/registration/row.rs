//! The rows of a request as they can be read: a row that cannot is refused by itself, the others go in.

use std::fmt;

use number::IndividualNumber;
use protocol::messages::hub::RegistrationRow;
use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// `myNumber` of a row; `None` when it is no individual number.
pub(crate) struct MyNumber(pub(crate) Option<IndividualNumber>);

impl<'de> Deserialize<'de> for MyNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl de::Visitor<'_> for Digits {
            type Value = MyNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("12 digits")
            }

            // What stands there is never repeated in an error.
            fn visit_str<E: de::Error>(self, text: &str) -> Result<MyNumber, E> {
                Ok(MyNumber(IndividualNumber::parse(text).ok()))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

impl fmt::Debug for MyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MyNumber(************)")
    }
}

/// One row.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum RegistrationLine {
    /// It has the shape.
    Readable(Box<RegistrationRow<MyNumber>>),
    /// It has not.
    Unreadable(Unreadable),
}

/// What is left of a row without the shape: whose it was, if it says so.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unreadable {
    #[serde(default)]
    municipality_identity_key: Option<String>,
}

impl RegistrationLine {
    /// The municipality's own key of the person; empty where there is none.
    pub(crate) fn identity_key(&self) -> &str {
        match self {
            RegistrationLine::Readable(row) => &row.municipality_identity_key,
            RegistrationLine::Unreadable(row) => row.municipality_identity_key.as_deref().unwrap_or_default(),
        }
    }

    /// The individual number, where there is a good one.
    pub(crate) fn number(&self) -> Option<&IndividualNumber> {
        match self {
            RegistrationLine::Readable(row) => row.my_number.0.as_ref(),
            RegistrationLine::Unreadable(_) => None,
        }
    }
}

/// The array of the published interface.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rows(pub(crate) Vec<RegistrationLine>);

impl PartialSchema for Rows {
    fn schema() -> RefOr<Schema> {
        Vec::<RegistrationRow<String>>::schema()
    }
}

impl ToSchema for Rows {
    fn name() -> std::borrow::Cow<'static, str> {
        "RegistrationRows".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Vec::<RegistrationRow<String>>::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_pmh_2_a_row_without_the_shape_does_not_take_the_others_with_it() {
        let good = r#"{"modificationSeg":"2","myNumber":"123456789018","municipalityIdentityKey":"1"}"#;
        let text = format!(
            r#"[{good},{},{},{}]"#,
            good.replace("9018", "9019"),
            good.replace("\"2\"", "\"7\""),
            good.replace("\"123456789018\"", "123456789018")
        );
        let Rows(rows) = serde_json::from_str(&text).unwrap();
        assert!(rows[0].number().is_some());
        assert!(matches!(rows[1], RegistrationLine::Readable(_)) && rows[1].number().is_none(), "the check digit is a matter of the row");
        assert!(matches!(rows[2], RegistrationLine::Unreadable(_)) && rows[2].identity_key() == "1");
        assert!(matches!(rows[3], RegistrationLine::Unreadable(_)));
        assert!(!format!("{rows:?}").contains("12345678901"));
    }
}
