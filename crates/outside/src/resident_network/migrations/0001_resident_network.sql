-- 住基ネット and the card authority (公的個人認証), emulated: one resident-record code (住民票コード) per individual number.
CREATE TABLE listed_person (
    id {id} PRIMARY KEY,
    number_index {bytes} NOT NULL,
    sealed_number {bytes} NOT NULL,
    code_index {bytes} NOT NULL,      -- keyed hash of the resident-record code
    sealed_code {bytes} NOT NULL
);
CREATE UNIQUE INDEX listed_person_number ON listed_person (number_index);
CREATE UNIQUE INDEX listed_person_code ON listed_person (code_index);

CREATE TABLE card (
    serial TEXT NOT NULL PRIMARY KEY,
    person BIGINT NOT NULL,
    certificate {bytes} NOT NULL,     -- DER; names nobody
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked SMALLINT NOT NULL
);

CREATE TABLE code_request (
    organisation TEXT NOT NULL,
    processing_number {bytes} NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (organisation, processing_number)
);

CREATE TABLE authority (
    id {id} PRIMARY KEY,
    certificate {bytes} NOT NULL,     -- DER
    sealed_key {bytes} NOT NULL       -- PKCS#8, sealed
);
