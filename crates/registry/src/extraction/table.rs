//! The tables of extractions.

diesel::table! {
    /// One extraction of the whole city.
    extraction (id) {
        id -> BigInt, fiscal_year -> Integer, day -> Integer, state -> Binary, at -> BigInt, caller -> Text, people -> BigInt, examinations -> BigInt,
    }
}

diesel::table! {
    /// A person of it, and which row of theirs was looked at.
    extraction_person (extraction, resident) {
        extraction -> BigInt, resident -> BigInt, version -> Integer, age -> SmallInt,
    }
}

diesel::table! {
    /// What the person is due for.
    extraction_row (extraction, resident, programme, examination) {
        extraction -> BigInt, resident -> BigInt, programme -> Text, examination -> Text,
    }
}
