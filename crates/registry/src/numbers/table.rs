//! The table of unified numbers.

diesel::table! {
    /// As atena gave it.
    unified_number (resident) {
        resident -> BigInt, unified -> Text, at -> BigInt,
    }
}
