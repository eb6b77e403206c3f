//! The table of vouchers.

diesel::table! {
    /// One voucher, or that it is withheld.
    voucher (resident, programme, fiscal_year) {
        number -> Text, resident -> BigInt, programme -> Text, fiscal_year -> Integer, extraction -> BigInt, state -> SmallInt, reason -> Text, at -> BigInt,
    }
}

/// It may be printed.
pub(crate) const ISSUED: i16 = 1;
/// The person may not be written to now.
pub(crate) const WITHHELD: i16 = 2;
