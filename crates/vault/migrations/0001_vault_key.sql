-- Keys of the room, each wrapped by the one above it; the municipality key by the master key, which is not in the database.
CREATE TABLE vault_key (
    id {id} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    parent BIGINT,
    wrapped {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, name, version)
);

-- What is left of a key that was destroyed.
CREATE TABLE vault_certificate (
    id {id} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT NOT NULL,
    digest {bytes} NOT NULL,
    reason TEXT NOT NULL
);
