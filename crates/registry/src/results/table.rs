//! The tables of the record types.

diesel::table! {
    /// One row of a record type as it stands now.
    record_row (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, history -> Integer, version -> Integer, fiscal_year -> Integer,
        cells -> Text, digest -> Binary, source -> Text, import -> BigInt,
    }
}

diesel::table! {
    /// What it said before a correction.
    record_former (id, version) {
        id -> BigInt, version -> Integer, cells -> Text, digest -> Binary, source -> Text, import -> BigInt,
        replaced_at -> BigInt, replaced_by -> Text, reason -> Text,
    }
}

diesel::table! {
    /// What a screening record proves.
    examination (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, programme -> Text,
        #[sql_name = "examination"]
        examination_id -> Text,
        fiscal_year -> Integer, examined_on -> Integer, institution -> Text, judgement -> Text, needs_detailed -> SmallInt, smoking_index -> Nullable<Integer>,
        source -> Text, row -> BigInt, history -> Integer, setting -> Text, claim_month -> Integer, excluded -> SmallInt,
    }
}

diesel::table! {
    /// What a record of a detailed examination (精検) tells.
    detailed_examination (row) {
        row -> BigInt, resident -> BigInt, record -> SmallInt, history -> Integer, attendance -> Text, examined_on -> Integer,
        institution -> Text, judgement -> Text,
    }
}

/// From a file.
pub(crate) const FILE: &str = "file";
/// From the hub.
pub(crate) const HUB: &str = "hub";
