-- PMH, the number side: one municipality's data, in a room of its own (R-PMH-6).
CREATE TABLE template (
    id TEXT NOT NULL,                 -- 雛形, as the municipality names it
    version BIGINT NOT NULL,
    programme TEXT NOT NULL,
    body TEXT NOT NULL,               -- JSON
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE person (
    id {id} PRIMARY KEY,              -- never used again
    identity_key TEXT NOT NULL,       -- 自治体別本人キー
    number_index {bytes} NOT NULL,    -- blind index of the individual number
    number {bytes} NOT NULL,          -- sealed
    basic {bytes} NOT NULL,           -- 基本5情報 (JSON), sealed
    checkups {bytes} NOT NULL,        -- the full current set (JSON), sealed
    key_index {bytes},                -- blind index of the PMH key; null until it is minted
    pmh_key {bytes},                  -- sealed
    state TEXT NOT NULL,              -- registered, deleted (the edge is yet to be told), conflict
    due SMALLINT NOT NULL,            -- 1 when what the edge has is not what is registered; 2 when that cannot be read
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_identity ON person (identity_key);
CREATE UNIQUE INDEX person_number ON person (number_index);
CREATE UNIQUE INDEX person_key ON person (key_index);
CREATE INDEX person_due ON person (due, state);

CREATE TABLE task (
    id {bytes} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);

CREATE TABLE task_row (
    task {bytes} NOT NULL,
    place BIGINT NOT NULL,            -- in the request, from 1
    identity_key TEXT NOT NULL,
    person BIGINT,
    state TEXT NOT NULL,              -- waiting, registered, deleted, refused
    errors TEXT,                      -- JSON
    PRIMARY KEY (task, place)
);
CREATE INDEX task_row_person ON task_row (person, state);

CREATE TABLE item (
    id {bytes} NOT NULL PRIMARY KEY,           -- what the edge calls it
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,               -- questionnaire, notice, result
    name TEXT NOT NULL,               -- programme and year, or the registry's name of a result
    mark {bytes} NOT NULL             -- keyed digest of what was delivered
);
CREATE UNIQUE INDEX item_name ON item (person, kind, name);

CREATE TABLE collected (
    sequence {id} PRIMARY KEY,        -- the edge's number of it
    kind TEXT NOT NULL,               -- answer, result, stray
    stray {bytes},                    -- what belongs to nobody who is registered, sealed, for a person to look into
    at BIGINT NOT NULL
);
CREATE INDEX collected_kind ON collected (kind);

CREATE TABLE answer (
    sheet {bytes} NOT NULL PRIMARY KEY,        -- the questionnaire's name at the edge
    person BIGINT NOT NULL,
    sequence BIGINT NOT NULL,         -- the edge's number of what it says
    answers {bytes} NOT NULL          -- JSON, sealed
);
CREATE INDEX answer_person ON answer (person);

CREATE TABLE result (
    sequence {id} PRIMARY KEY,
    name {bytes} NOT NULL,            -- given by the facility
    version INTEGER NOT NULL,         -- 1, and one more with each correction; none overwrites another
    entered BIGINT NOT NULL,          -- its number in the queue of the public side, which is the order of entry
    identity_key TEXT NOT NULL,
    body {bytes} NOT NULL             -- the row as the registry gets it (JSON), sealed
);
CREATE UNIQUE INDEX result_name ON result (name, version);

CREATE TABLE tally (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
