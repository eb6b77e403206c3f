-- 記録 (R-REG-6): rows of the record types as they came, in their one written form; what a correction replaced stays.
CREATE TABLE record_row (
    id {id} PRIMARY KEY,
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,         -- number of the record type
    history INTEGER NOT NULL,         -- 履歴番号 of the person and record type; given here where the file has none
    version INTEGER NOT NULL,         -- 1, and one more with each correction
    fiscal_year INTEGER NOT NULL,     -- 0 where the record type has none
    cells TEXT NOT NULL,              -- the items in the order of the form, joined by U+001F
    digest {bytes} NOT NULL,          -- keyed, of the cells without 履歴番号: 16 bytes
    source TEXT NOT NULL,             -- file, hub
    import BIGINT NOT NULL            -- the file that said so; 0 for the hub
);
CREATE UNIQUE INDEX record_row_history ON record_row (record, resident, history);
CREATE INDEX record_row_resident ON record_row (resident);

CREATE TABLE record_former (
    id BIGINT NOT NULL,               -- of the record row
    version INTEGER NOT NULL,
    cells TEXT NOT NULL,
    digest {bytes} NOT NULL,
    source TEXT NOT NULL,
    import BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    replaced_by TEXT NOT NULL,        -- who corrected it
    reason TEXT NOT NULL,             -- why
    PRIMARY KEY (id, version)
);

-- What the screening records prove, typed: extraction, follow-up, claims, statistics and replicas read this.
CREATE TABLE examination (
    id {id} PRIMARY KEY,
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,
    programme TEXT NOT NULL,
    examination TEXT NOT NULL,        -- empty: the record proves no examination, it only tells a fact (smoking index)
    fiscal_year INTEGER NOT NULL,
    examined_on INTEGER NOT NULL,     -- yyyymmdd, 0 where unknown
    institution TEXT NOT NULL,
    judgement TEXT NOT NULL,
    needs_detailed SMALLINT NOT NULL,
    smoking_index INTEGER,            -- no value where the record does not tell
    source TEXT NOT NULL,             -- file, hub
    row BIGINT NOT NULL,              -- the record row
    history INTEGER NOT NULL,
    setting TEXT NOT NULL,            -- 1 individually, 2 as a group
    claim_month INTEGER NOT NULL,     -- 請求年月 yyyymm, 0 where not claimed
    excluded SMALLINT NOT NULL        -- 支払対象外
);
CREATE INDEX examination_resident ON examination (resident, programme, fiscal_year);
CREATE INDEX examination_year ON examination (fiscal_year, programme);
CREATE INDEX examination_row ON examination (row);

-- 精検: what the records of detailed examinations tell.
CREATE TABLE detailed_examination (
    row BIGINT NOT NULL PRIMARY KEY,           -- the record row
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,
    history INTEGER NOT NULL,         -- 履歴番号 of the screening that asked for it
    attendance TEXT NOT NULL,
    examined_on INTEGER NOT NULL,
    institution TEXT NOT NULL,
    judgement TEXT NOT NULL
);
CREATE INDEX detailed_examination_resident ON detailed_examination (resident, record);

-- 精検対象 (R-REG-8), 請求 (R-REG-10), 年次集計 (R-REG-11): made from the above, made anew when asked.
CREATE TABLE detailed_case (
    fiscal_year INTEGER NOT NULL,
    programme TEXT NOT NULL,
    resident BIGINT NOT NULL,
    row BIGINT NOT NULL,              -- the screening's record row
    state TEXT NOT NULL,              -- unknown, done, notAttended
    judgement TEXT NOT NULL,          -- of the detailed examination
    PRIMARY KEY (fiscal_year, programme, resident, row)
);

CREATE TABLE claim (
    fiscal_year INTEGER NOT NULL,
    month INTEGER NOT NULL,           -- 請求年月 yyyymm
    institution TEXT NOT NULL,
    programme TEXT NOT NULL,
    examinations BIGINT NOT NULL,
    amount BIGINT NOT NULL,           -- yen
    PRIMARY KEY (fiscal_year, month, institution, programme)
);

CREATE TABLE annual_count (
    fiscal_year INTEGER NOT NULL,
    programme TEXT NOT NULL,
    age_band SMALLINT NOT NULL,       -- the youngest age of five years
    sex SMALLINT NOT NULL,
    examined BIGINT NOT NULL,
    needs_detailed BIGINT NOT NULL,
    detailed_done BIGINT NOT NULL,
    PRIMARY KEY (fiscal_year, programme, age_band, sex)
);
