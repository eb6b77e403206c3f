//! The table of vouchers.

diesel::table! {
    /// A voucher, or that it is withheld.
    voucher (resident, programme, fiscal_year) {
        resident -> BigInt, programme -> Text, fiscal_year -> Integer, programme_name -> Text, number -> Nullable<Text>, extraction -> BigInt, at -> BigInt,
    }
}
