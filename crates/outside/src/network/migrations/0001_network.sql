-- 情報提供ネットワークシステム, emulated: translates between the codes of organisations, gives permits, carries sealed answers.
CREATE TABLE linked_person (
    id {id} PRIMARY KEY,
    record_index {bytes} NOT NULL,    -- blind index of the resident-record code
    link_id {bytes} NOT NULL          -- 128 random bits, the network system's own
);
CREATE UNIQUE INDEX linked_person_record ON linked_person (record_index);
CREATE UNIQUE INDEX linked_person_link ON linked_person (link_id);

CREATE TABLE code_delivery (
    organisation TEXT NOT NULL,
    processing_number {bytes} NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (organisation, processing_number)
);

CREATE TABLE permit (
    id {bytes} NOT NULL PRIMARY KEY,
    processing_number {bytes} NOT NULL,
    asker TEXT NOT NULL,
    provider TEXT NOT NULL,
    person BIGINT NOT NULL,
    business TEXT NOT NULL,
    information TEXT NOT NULL,
    asked {bytes} NOT NULL,           -- keyed digest of what the processing number was used for
    receiving_key {bytes} NOT NULL,   -- keyed digest of the key that answers are sealed to
    answer_digest {bytes},            -- of what the sealed answer says, which the outbox carries
    state TEXT NOT NULL,              -- permitted, sent, answered, passed, refused
    asked_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE UNIQUE INDEX permit_processing ON permit (asker, processing_number);
CREATE INDEX permit_state ON permit (state);
CREATE INDEX permit_person ON permit (person);

-- Permits whose place another took, because the asker had another key since.
CREATE TABLE former_permit (
    id {bytes} NOT NULL PRIMARY KEY,
    permit {bytes} NOT NULL           -- the one that stands now
);
CREATE INDEX former_permit_permit ON former_permit (permit);
