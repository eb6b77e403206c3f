diesel::table! {
    ledger_batch (first) {
        first -> BigInt,
        count -> BigInt,
        entries -> Binary,
    }
}

diesel::table! {
    ledger_head (id) {
        id -> BigInt,
        size -> BigInt,
        root -> Binary,
        frontier -> Binary,
        checkpoint_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ledger_tile (level, number) {
        level -> BigInt,
        number -> BigInt,
        root -> Binary,
        hashes -> Binary,
    }
}

diesel::table! {
    ledger_checkpoint (hour) {
        hour -> BigInt,
        size -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    ledger_key (verifier) {
        verifier -> Text,
        known_since -> BigInt,
    }
}

diesel::table! {
    ledger_lookup (token, position) {
        token -> Binary,
        position -> BigInt,
    }
}

diesel::table! {
    ledger_lookup_head (id) {
        id -> BigInt,
        size -> BigInt,
    }
}

diesel::table! {
    ledger_people (digest, first) {
        digest -> Binary,
        first -> Binary,
        tokens -> Binary,
    }
}
