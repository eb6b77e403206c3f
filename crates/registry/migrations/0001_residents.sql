-- 住民情報 (R-REG-1): what files of the resident register said last, and what they said before.
CREATE TABLE import (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL,               -- residents, results/8 …
    file TEXT NOT NULL,               -- its name, without folders
    digest {bytes} NOT NULL,          -- keyed, of its bytes: 32 bytes; none until it has been read to its end
    operator TEXT NOT NULL,
    at BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    state SMALLINT NOT NULL,          -- 0 being staged, 1 being applied, 2 in, 3 a first file that goes straight in, 4 and 5 being taken away from 0 and 3,
                                      -- 6 the same file was taken in again to its end
    job {bytes}                       -- the job that takes it in (results), or that shows it first (residents)
);

CREATE TABLE resident (
    id {id} PRIMARY KEY,
    version INTEGER NOT NULL,         -- 1, and one more with each change
    number TEXT NOT NULL,             -- 住民番号
    household TEXT NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    sex SMALLINT NOT NULL,
    birth INTEGER NOT NULL,
    branch TEXT NOT NULL,
    class SMALLINT NOT NULL,          -- 1 Japanese, 2 foreign, 3 outside the register (住登外)
    event_date INTEGER NOT NULL,      -- 0 where unknown, as with the next two
    since INTEGER NOT NULL,           -- 住民となった日
    until INTEGER NOT NULL,           -- 住民でなくなった日
    removal SMALLINT NOT NULL,        -- 0 none, 1 moved out, 2 died, 9 other
    kana_key TEXT NOT NULL,           -- folded for search
    unnamed SMALLINT NOT NULL,        -- name, kana, address or building holds a character that nobody has named, or that is not seen
    contact {bytes} NOT NULL,         -- address, phone, protection and what else nobody is looked for by, sealed; keeps this table's binding in the history
    sealed_number {bytes},            -- 個人番号, sealed; keeps this table's binding in the history
    number_index {bytes},             -- its blind index
    digest {bytes} NOT NULL,          -- keyed, of the row as it came: 16 bytes
    import BIGINT NOT NULL            -- the file that said so
);
CREATE UNIQUE INDEX resident_number ON resident (number);
CREATE INDEX resident_kana ON resident (kana_key, birth);
CREATE INDEX resident_unnamed ON resident (id) WHERE unnamed = 1;

CREATE TABLE resident_history (
    id BIGINT NOT NULL,               -- of the resident
    version INTEGER NOT NULL,
    replaced_by BIGINT NOT NULL,      -- the import whose row came after this one
    household TEXT NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    sex SMALLINT NOT NULL,
    birth INTEGER NOT NULL,
    branch TEXT NOT NULL,
    class SMALLINT NOT NULL,
    event_date INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    removal SMALLINT NOT NULL,
    contact {bytes} NOT NULL,
    sealed_number {bytes},
    digest {bytes} NOT NULL,
    import BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);

-- Rows of a file that say something new, as they will stand in the table of residents, until they are applied a portion at a time.
CREATE TABLE resident_staged (
    place BIGINT NOT NULL,            -- in the file's order
    id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    number TEXT NOT NULL,
    household TEXT NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    sex SMALLINT NOT NULL,
    birth INTEGER NOT NULL,
    branch TEXT NOT NULL,
    class SMALLINT NOT NULL,
    event_date INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    removal SMALLINT NOT NULL,
    kana_key TEXT NOT NULL,
    unnamed SMALLINT NOT NULL,
    contact {bytes} NOT NULL,
    sealed_number {bytes},
    number_index {bytes},
    digest {bytes} NOT NULL,
    import BIGINT NOT NULL,
    PRIMARY KEY (import, place)
);

-- Periods of residence before the one in the resident's row, of those who moved out and came back.
CREATE TABLE former_residence (
    resident BIGINT NOT NULL,
    since INTEGER NOT NULL,           -- 住民となった日, 0 where unknown
    until INTEGER NOT NULL,           -- 住民でなくなった日, on or before the next period's first day
    removal SMALLINT NOT NULL,
    PRIMARY KEY (resident, since, until)
);
