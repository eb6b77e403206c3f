//! The tables of standing.

diesel::table! {
    /// A period of residence before the one that the resident's row tells.
    former_residence (resident, since, until) {
        resident -> BigInt, since -> Integer, until -> Integer, removal -> SmallInt,
    }
}
