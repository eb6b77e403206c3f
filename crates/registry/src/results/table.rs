//! The tables of the record types.

diesel::table! {
    /// The items of a record type in the order of the values of records that were written under it.
    record_layout (digest) {
        digest -> Binary, record -> SmallInt, items -> Text, at -> BigInt,
    }
}

diesel::table! {
    /// One row of a record type as it stands now.
    record_row (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, history -> Integer, version -> Integer, fiscal_year -> Integer,
        content -> Binary, digest -> Binary, source -> Text, import -> BigInt,
    }
}

diesel::table! {
    /// What it said before a correction.
    record_former (id, version) {
        id -> BigInt, version -> Integer, content -> Binary, digest -> Binary, source -> Text, import -> BigInt,
        replaced_at -> BigInt, replaced_by -> Text, reason -> Binary,
    }
}

diesel::table! {
    /// What a screening record proves.
    examination (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, programme -> Text,
        #[sql_name = "examination"]
        examination_id -> Text,
        fiscal_year -> Integer, examined_on -> Integer, institution -> Text, needs_detailed -> SmallInt, source -> Text, row -> BigInt,
        history -> Integer, claim_month -> Integer, excluded -> SmallInt,
    }
}

diesel::table! {
    /// Which screening a record of a detailed examination (精検) belongs to.
    detailed_examination (row) {
        row -> BigInt, resident -> BigInt, record -> SmallInt, history -> Integer,
    }
}

diesel::table! {
    /// A number that a record tells and rules look at.
    fact (row, fact_id) {
        row -> BigInt,
        #[sql_name = "fact"]
        fact_id -> Text,
        resident -> BigInt, known_on -> Integer, value -> Binary,
    }
}

/// From a file.
pub(crate) const FILE: &str = "file";
/// From the hub.
pub(crate) const HUB: &str = "hub";
/// From a form of the registry.
pub(crate) const FORM: &str = "form";
