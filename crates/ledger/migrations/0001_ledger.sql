-- The record of use: entries as they were appended, one row per commit, each entry after its length in two bytes (big-endian).
CREATE TABLE ledger_batch (
    first {id} PRIMARY KEY,
    count BIGINT NOT NULL,
    entries {bytes} NOT NULL
);

-- The tree as it stands: one row. frontier holds the hashes of its perfect subtrees, largest first; checkpoint_* tell the latest checkpoint,
-- by SHA-256; counter is one more with every write; stamp is the MAC over all of it under the room's stamp key.
CREATE TABLE ledger_head (
    id {id} PRIMARY KEY,
    size BIGINT NOT NULL,
    root {bytes} NOT NULL,
    frontier {bytes} NOT NULL,
    checkpoint_at BIGINT,
    checkpoint_size BIGINT,
    checkpoint_digest {bytes},
    counter BIGINT NOT NULL,
    stamp {bytes} NOT NULL
);

-- Full tiles of the tree, 256 hashes each (C2SP tlog-tiles). root stands before hashes so that it is read without them.
CREATE TABLE ledger_tile (
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    root {bytes} NOT NULL,
    hashes {bytes} NOT NULL,
    PRIMARY KEY (level, number)
);

-- Signed checkpoints (C2SP tlog-checkpoint): the last of each hour, and the latest.
CREATE TABLE ledger_checkpoint (
    hour {id} PRIMARY KEY,
    size BIGINT NOT NULL,
    note TEXT NOT NULL
);

-- The keys that signed them, as C2SP verifier keys.
CREATE TABLE ledger_key (
    verifier TEXT NOT NULL PRIMARY KEY,
    known_since BIGINT NOT NULL
);

-- Who and whose: derived from the entries, caught up when somebody asks.
CREATE TABLE ledger_lookup (
    token {bytes} NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (token, position)
);

-- Up to which position ledger_lookup is complete: one row.
CREATE TABLE ledger_lookup_head (
    id {id} PRIMARY KEY,
    size BIGINT NOT NULL
);

-- The people of entries that concern more than an entry names: their tokens in order, some 240 a row, under the digest in the entry. They
-- lie here until their list is merged with others.
CREATE TABLE ledger_people (
    digest {bytes} NOT NULL,
    first {bytes} NOT NULL,           -- the first of the row
    tokens {bytes} NOT NULL,          -- 16 bytes each
    PRIMARY KEY (digest, first)
);

-- Those lists, under the digests in the entries.
CREATE TABLE ledger_people_list (
    digest {bytes} NOT NULL PRIMARY KEY,
    people BIGINT NOT NULL,
    list BIGINT                       -- its number in the runs, once it is searched there
);
CREATE UNIQUE INDEX ledger_people_list_number ON ledger_people_list (list);

-- Lists that are searched together; there are few runs, however many lists there are. Those of about the same size are merged.
CREATE TABLE ledger_people_run (
    run {id} PRIMARY KEY,
    people BIGINT NOT NULL,
    digest {bytes},                   -- of the one list that it is, as it was written
    target BIGINT,                    -- the run into which it moves
    stretches BIGINT NOT NULL DEFAULT 0, -- in which its sources move into it
    moved BIGINT NOT NULL DEFAULT 0
);

-- The people of the other runs.
CREATE TABLE ledger_people_merged (
    run BIGINT NOT NULL,
    first {bytes} NOT NULL,           -- the first token of the row
    people {bytes} NOT NULL,          -- tokens in order, each with the numbers of its lists
    PRIMARY KEY (run, first)
);
