-- 抽出 (R-REG-3): who was due for what, as it was known on the day; and 受診券 (R-REG-5).
CREATE TABLE extraction (
    id {id} PRIMARY KEY,
    fiscal_year INTEGER NOT NULL,
    day INTEGER NOT NULL,             -- residents on this day
    state {bytes} NOT NULL,           -- SHA-256 of who was found, in which row of theirs, for what
    at BIGINT NOT NULL,
    caller TEXT NOT NULL,
    people BIGINT NOT NULL,
    examinations BIGINT NOT NULL
);
CREATE UNIQUE INDEX extraction_state ON extraction (fiscal_year, day, state);

-- 抽出時…: name, address, district, tax class, 支援措置 as they were stand in that version of the resident's row; versions never change.
CREATE TABLE extraction_person (
    extraction BIGINT NOT NULL,
    resident BIGINT NOT NULL,
    version INTEGER NOT NULL,
    age SMALLINT NOT NULL,            -- on 31 March of the fiscal year
    PRIMARY KEY (extraction, resident)
);

CREATE TABLE extraction_row (
    extraction BIGINT NOT NULL,
    resident BIGINT NOT NULL,
    programme TEXT NOT NULL,
    examination TEXT NOT NULL,
    PRIMARY KEY (extraction, resident, programme, examination)
);

CREATE TABLE voucher (
    resident BIGINT NOT NULL,
    programme TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    programme_name TEXT NOT NULL,     -- what the programme was called when it was issued
    number TEXT,                      -- 受診券番号 with its check digit; none while withheld
    extraction BIGINT NOT NULL,       -- the one it was asked for with
    at BIGINT NOT NULL,
    PRIMARY KEY (resident, programme, fiscal_year)
);
CREATE UNIQUE INDEX voucher_number ON voucher (number);

-- 返戻郵便: letters that came back. Nothing is sent by letter to that address until the resident's row has another, or an officer cleared it.
CREATE TABLE returned_mail (
    id {id} PRIMARY KEY,
    resident BIGINT NOT NULL,
    version INTEGER NOT NULL,         -- of the resident's row that has the address
    returned_on INTEGER NOT NULL,     -- yyyymmdd
    reason TEXT NOT NULL,             -- a code of the city's table local_return_reason
    recorded_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    cleared_by TEXT,
    cleared_at BIGINT
);
CREATE INDEX returned_mail_resident ON returned_mail (resident);
CREATE INDEX returned_mail_day ON returned_mail (returned_on, id);
