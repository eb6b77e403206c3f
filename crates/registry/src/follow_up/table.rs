//! The tables of follow-up, claims and yearly counts.

diesel::table! {
    /// A person who needs a detailed examination (精検) after a screening.
    detailed_case (fiscal_year, programme, resident, row) {
        fiscal_year -> Integer, programme -> Text, resident -> BigInt, row -> BigInt, state -> Text,
    }
}

diesel::table! {
    /// What an institution is paid for a month and programme.
    claim (fiscal_year, month, institution, programme) {
        fiscal_year -> Integer, month -> Integer, institution -> Text, programme -> Text, examinations -> BigInt, amount -> BigInt,
    }
}

diesel::table! {
    /// How many were examined, by programme, age band and sex.
    annual_count (fiscal_year, programme, age_band, sex) {
        fiscal_year -> Integer, programme -> Text, age_band -> SmallInt, sex -> SmallInt, examined -> BigInt, needs_detailed -> BigInt,
        detailed_done -> BigInt,
    }
}
