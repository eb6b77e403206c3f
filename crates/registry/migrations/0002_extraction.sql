-- 抽出 (R-REG-3): who was due for what, as it was known on the day; and 受診券 (R-REG-5).
CREATE TABLE extraction (
    id {id} PRIMARY KEY,
    fiscal_year INTEGER NOT NULL,
    day INTEGER NOT NULL,             -- residents on this day
    state {bytes} NOT NULL,           -- SHA-256 of what was looked at: the same state is the same extraction
    at BIGINT NOT NULL,
    caller TEXT NOT NULL,
    people BIGINT NOT NULL,
    examinations BIGINT NOT NULL
);
CREATE UNIQUE INDEX extraction_state ON extraction (fiscal_year, day, state);

CREATE TABLE extraction_person (
    extraction BIGINT NOT NULL,
    resident BIGINT NOT NULL,
    version INTEGER NOT NULL,         -- of the resident's row that was looked at: name, address, tax as they were then
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
    number TEXT PRIMARY KEY,          -- 受診券番号 with its check digit
    resident BIGINT NOT NULL,
    programme TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    extraction BIGINT NOT NULL,       -- the one it was issued for
    state SMALLINT NOT NULL,          -- 1 issued, 2 withheld, 3 cancelled
    reason TEXT NOT NULL,             -- of being withheld or cancelled; empty otherwise
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX voucher_person ON voucher (resident, programme, fiscal_year);
