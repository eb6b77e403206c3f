-- 統合宛名: one person per individual number, with one unified number and the own codes of the city's businesses (R-ATN-1).
CREATE TABLE person (
    id {id} PRIMARY KEY,
    unified TEXT NOT NULL,            -- 統合宛名番号
    number_index {bytes} NOT NULL,    -- blind index of the individual number
    sealed_number {bytes} NOT NULL,
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    sex SMALLINT NOT NULL,
    birth INTEGER NOT NULL,
    sealed_address {bytes} NOT NULL,
    source TEXT NOT NULL,             -- which business said so
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_unified ON person (unified);
CREATE UNIQUE INDEX person_number ON person (number_index);

CREATE TABLE own_code (
    business TEXT NOT NULL,           -- registry, …
    code TEXT NOT NULL,               -- 宛名番号
    person BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (business, code)
);
CREATE INDEX own_code_person ON own_code (person);

-- 紐付け誤り: to whom an own code was tied before its number was corrected.
CREATE TABLE own_code_former (
    id {id} PRIMARY KEY,
    business TEXT NOT NULL,
    code TEXT NOT NULL,
    person BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX own_code_former_code ON own_code_former (business, code);
CREATE INDEX own_code_former_person ON own_code_former (person);

CREATE TABLE code_request (
    processing_number {bytes} NOT NULL PRIMARY KEY,
    person BIGINT NOT NULL
);
