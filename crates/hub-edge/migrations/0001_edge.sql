-- PMH, the public side: what the persons of PMH keys may read and enter. No individual number ever comes here (R-PMH-6).
CREATE TABLE binding (
    pseudonym {bytes} NOT NULL PRIMARY KEY,    -- blind index of the PMH pseudonym (PMH仮名識別子); a dead one stays, so that it never lives again
    person {bytes} NOT NULL,          -- blind index of the PMH key
    live {bytes},                     -- the same while the pseudonym lives; null once it is revoked
    bound_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX binding_live ON binding (live);
CREATE INDEX binding_person ON binding (person);

CREATE TABLE item (
    id {bytes} NOT NULL PRIMARY KEY,           -- given by the hub core; of an entered result by the facility
    kind TEXT NOT NULL,               -- questionnaire, notice, result
    person {bytes} NOT NULL,          -- blind index of the PMH key
    municipality TEXT NOT NULL,       -- whose it is; one person may have some of several
    body {bytes} NOT NULL,            -- sealed: the row as it was delivered, the PMH key in it
    entered {bytes},                  -- sealed: of a result that a facility entered, as it was entered last; null for what the core brought
    version INTEGER NOT NULL,         -- 1, and one more with each correction of an entered result
    answers {bytes},                  -- sealed: what the person answered; null before
    answered_at BIGINT,
    stored_at BIGINT NOT NULL
);
CREATE INDEX item_person ON item (person, kind);

-- What an entered result said before a correction.
CREATE TABLE item_former (
    id {bytes} NOT NULL,
    version INTEGER NOT NULL,
    person {bytes} NOT NULL,          -- blind index of the PMH key
    municipality TEXT NOT NULL,
    entered {bytes} NOT NULL,         -- sealed
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE INDEX item_former_person ON item_former (person);

-- What was withdrawn or deleted: delivered late, it is not stored.
CREATE TABLE ended_item (
    person {bytes} NOT NULL,          -- blind index of the PMH key
    municipality TEXT NOT NULL,
    id {bytes} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id, person, municipality)
);

CREATE TABLE collection (
    sequence {id} PRIMARY KEY,
    person {bytes} NOT NULL,          -- blind index of the PMH key
    body {bytes} NOT NULL             -- sealed: the row as the hub core gets it
);

CREATE TABLE tally (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
