//! The tables of the residents.

diesel::table! {
    /// What the register said last of a person.
    resident (id) {
        id -> BigInt, version -> Integer, number -> Text, household -> Text, name -> Text, kana -> Text, kana_key -> Text, sex -> SmallInt, birth -> Integer,
        postal_code -> Text, address -> Text, building -> Text, district -> Text, branch -> Text, phone -> Text, class -> SmallInt,
        event -> Text, event_date -> Integer, since -> Integer, until -> Integer, removal -> SmallInt, protected -> SmallInt,
        tax -> SmallInt, household_tax -> SmallInt, welfare -> SmallInt, disaster -> SmallInt, unnamed -> SmallInt,
        sealed_number -> Nullable<Binary>, number_index -> Nullable<Binary>, digest -> Binary, import -> BigInt,
    }
}

diesel::table! {
    /// What it said before, and until which import.
    resident_history (id, version) {
        id -> BigInt, version -> Integer, replaced_by -> BigInt, household -> Text, name -> Text, kana -> Text, sex -> SmallInt, birth -> Integer,
        postal_code -> Text, address -> Text, building -> Text, district -> Text, branch -> Text, phone -> Text, class -> SmallInt,
        event -> Text, event_date -> Integer, since -> Integer, until -> Integer, removal -> SmallInt, protected -> SmallInt,
        tax -> SmallInt, household_tax -> SmallInt, welfare -> SmallInt, disaster -> SmallInt,
        sealed_number -> Nullable<Binary>, digest -> Binary, import -> BigInt,
    }
}

diesel::table! {
    /// What a file says that is new, until it is applied.
    resident_staged (import, place) {
        place -> BigInt,
        id -> BigInt, version -> Integer, number -> Text, household -> Text, name -> Text, kana -> Text, kana_key -> Text, sex -> SmallInt, birth -> Integer,
        postal_code -> Text, address -> Text, building -> Text, district -> Text, branch -> Text, phone -> Text, class -> SmallInt,
        event -> Text, event_date -> Integer, since -> Integer, until -> Integer, removal -> SmallInt, protected -> SmallInt,
        tax -> SmallInt, household_tax -> SmallInt, welfare -> SmallInt, disaster -> SmallInt, unnamed -> SmallInt,
        sealed_number -> Nullable<Binary>, number_index -> Nullable<Binary>, digest -> Binary, import -> BigInt,
    }
}
