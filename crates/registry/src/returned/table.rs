//! The table of letters that came back.

diesel::table! {
    /// A letter that came back, from the address in this version of the resident's row.
    returned_mail (id) {
        id -> BigInt, resident -> BigInt, version -> Integer, returned_on -> Integer, reason -> Text, recorded_by -> Text, at -> BigInt,
        cleared_by -> Nullable<Text>, cleared_at -> Nullable<BigInt>,
    }
}
