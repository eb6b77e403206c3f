-- マイナポータル, emulated: knows people by the pseudonym of online eligibility and by card; no name, no individual number, and no PMH key.
CREATE TABLE person (
    id {bytes} NOT NULL PRIMARY KEY,               -- the portal's own
    pseudonym_index {bytes} NOT NULL,     -- keyed hash of online eligibility's pseudonym
    logged_in_at BIGINT                   -- the first time
);
CREATE UNIQUE INDEX person_pseudonym ON person (pseudonym_index);

CREATE TABLE person_card (
    serial TEXT NOT NULL PRIMARY KEY,
    person {bytes} NOT NULL,
    first_used_at BIGINT NOT NULL
);
CREATE INDEX person_card_person ON person_card (person);

CREATE TABLE binding (
    key_index {bytes} NOT NULL PRIMARY KEY,        -- keyed hash of the PMH key, by which it is known again; the key itself is nowhere
    person {bytes} NOT NULL,
    sealed_pseudonym {bytes} NOT NULL,    -- PMH仮名識別子
    state TEXT NOT NULL,                  -- made, bound, refused
    made_at BIGINT NOT NULL
);
CREATE INDEX binding_person ON binding (person);

CREATE TABLE used_challenge (
    challenge {bytes} NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE person_session (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    person {bytes} NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE consent (
    id {bytes} NOT NULL PRIMARY KEY,
    person {bytes} NOT NULL,
    party TEXT NOT NULL,                  -- to whom: the portal, or a facility
    version TEXT NOT NULL,                -- of the purpose text that was read
    text_digest {bytes} NOT NULL,
    scope TEXT NOT NULL,                  -- words in alphabetical order, a space between
    given_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX consent_once ON consent (person, party, version, text_digest, scope);

CREATE TABLE answered_sheet (
    sheet {bytes} NOT NULL,
    person {bytes} NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (sheet, person)
);

CREATE TABLE portal_code (
    person {bytes} NOT NULL PRIMARY KEY,
    processing_number {bytes} NOT NULL,   -- 処理通番
    sealed_code {bytes}                   -- the portal's own code (符号) of the person
);
CREATE UNIQUE INDEX portal_code_number ON portal_code (processing_number);

CREATE TABLE visit (
    id {bytes} NOT NULL PRIMARY KEY,
    person {bytes} NOT NULL,
    facility TEXT NOT NULL,
    programme TEXT NOT NULL,
    sheet {bytes} NOT NULL,               -- the questionnaire it is about
    key_index {bytes} NOT NULL,           -- of the binding under which the edge keeps the sheet
    consent {bytes} NOT NULL,
    state TEXT NOT NULL,                  -- consented, reviewed, proceed, declined, result, corrected, lapsed
    day INTEGER NOT NULL,
    token_hash {bytes} NOT NULL,
    tablet {bytes} NOT NULL,              -- SHA-256 of the certificate that the token is bound to (RFC 8705)
    token_expires_at BIGINT NOT NULL,
    result {bytes},                       -- its name, given by the facility
    result_digest {bytes},
    revision INTEGER NOT NULL,
    ended_at BIGINT
);
CREATE INDEX visit_sheet ON visit (person, facility, sheet);
CREATE INDEX visit_open ON visit (ended_at, day);
