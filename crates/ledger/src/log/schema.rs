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
        checkpoint_size -> Nullable<BigInt>,
        checkpoint_digest -> Nullable<Binary>,
        counter -> BigInt,
        stamp -> Binary,
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
    ledger_witnessed (origin) {
        origin -> Text,
        generation -> BigInt,
        size -> BigInt,
        note -> Text,
        stamp -> Binary,
    }
}

diesel::table! {
    ledger_cosigned (witness) {
        witness -> Text,
        size -> BigInt,
        note -> Text,
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
    ledger_people_list (digest) {
        digest -> Binary,
        people -> BigInt,
        list -> Nullable<BigInt>,
    }
}

diesel::table! {
    ledger_people_run (run) {
        run -> BigInt,
        people -> BigInt,
        digest -> Nullable<Binary>,
        target -> Nullable<BigInt>,
        stretches -> BigInt,
        moved -> BigInt,
    }
}

diesel::table! {
    ledger_people_merged (run, first) {
        run -> BigInt,
        first -> Binary,
        people -> Binary,
    }
}

diesel::table! {
    ledger_people (digest, first) {
        digest -> Binary,
        first -> Binary,
        tokens -> Binary,
    }
}
