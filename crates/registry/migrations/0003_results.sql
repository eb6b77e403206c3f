-- 記録 (R-REG-6): rows of the record types as they came, in their one written form; what a correction replaced stays. Values are stored by
-- item: each record names the layout it was written under, and no change of the catalogue changes what a value means.
CREATE TABLE record_layout (
    digest {bytes} NOT NULL PRIMARY KEY,  -- of record type, ids and their order: 16 bytes, at the beginning of every content
    record SMALLINT NOT NULL,         -- number of the record type
    items TEXT NOT NULL,              -- JSON: id and name of each item, in the order of the values
    at BIGINT NOT NULL                -- when it was first used
);

CREATE TABLE record_row (
    id {id} PRIMARY KEY,
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,         -- number of the record type
    history INTEGER NOT NULL,         -- 履歴番号 of the person and record type; given here where the file has none
    version INTEGER NOT NULL,         -- 1, and one more with each correction
    fiscal_year INTEGER NOT NULL,     -- 0 where the record type has none
    content {bytes} NOT NULL,         -- the values by item, sealed
    digest {bytes} NOT NULL,          -- keyed, of the values and their items without 履歴番号: 16 bytes
    source TEXT NOT NULL,             -- file, hub
    import BIGINT NOT NULL            -- the file that said so; 0 for the hub
);
CREATE UNIQUE INDEX record_row_history ON record_row (record, resident, history);
CREATE INDEX record_row_resident ON record_row (resident);

CREATE TABLE record_former (
    id BIGINT NOT NULL,               -- of the record row
    version INTEGER NOT NULL,
    content {bytes} NOT NULL,         -- sealed for this row
    digest {bytes} NOT NULL,
    source TEXT NOT NULL,
    import BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    replaced_by TEXT NOT NULL,        -- who corrected it
    reason {bytes} NOT NULL,          -- why, sealed for this row
    PRIMARY KEY (id, version)
);

-- What the screening records prove, derived by the rules of the catalogue and derived anew (`kenshin registry reprove`) when they change:
-- extraction, follow-up, claims, statistics and replicas read this. Only what queries choose, join and group by lies open: by programme,
-- year and day (extraction), need of a detailed examination (精検対象), institution, month and exclusion (claims). Everything else that the
-- record says, the judgement too, is read from its content.
CREATE TABLE examination (
    id {id} PRIMARY KEY,
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,
    programme TEXT NOT NULL,
    examination TEXT NOT NULL,        -- empty: the record does not tell which
    fiscal_year INTEGER NOT NULL,
    examined_on INTEGER NOT NULL,     -- yyyymmdd
    institution TEXT NOT NULL,
    needs_detailed SMALLINT NOT NULL,
    source TEXT NOT NULL,             -- file, hub
    row BIGINT NOT NULL,              -- the record row
    history INTEGER NOT NULL,
    claim_month INTEGER NOT NULL,     -- 請求年月 yyyymm, 0 where not claimed
    excluded SMALLINT NOT NULL        -- 支払対象外
);
CREATE INDEX examination_resident ON examination (resident, programme, fiscal_year);
CREATE INDEX examination_year ON examination (fiscal_year, programme);
CREATE INDEX examination_row ON examination (row);

-- 精検: which screening a record of a detailed examination belongs to; what it says is in its content.
CREATE TABLE detailed_examination (
    row BIGINT NOT NULL PRIMARY KEY,  -- the record row
    resident BIGINT NOT NULL,
    record SMALLINT NOT NULL,
    history INTEGER NOT NULL          -- 履歴番号 of the screening that asked for it
);
CREATE INDEX detailed_examination_resident ON detailed_examination (resident, record);

-- Numbers that rules look at (`[[fact]]` of the programmes), such as the smoking index.
CREATE TABLE fact (
    row BIGINT NOT NULL,              -- the record row that tells it
    fact TEXT NOT NULL,               -- its id in the catalogue
    resident BIGINT NOT NULL,
    known_on INTEGER NOT NULL,        -- yyyymmdd, 0 where the record has no day
    value {bytes} NOT NULL,           -- four bytes, sealed
    PRIMARY KEY (row, fact)
);
CREATE INDEX fact_resident ON fact (resident);

-- 精検対象 (R-REG-8), 請求 (R-REG-10), 年次集計 (R-REG-11): made from the above, made anew when asked.
CREATE TABLE detailed_case (
    fiscal_year INTEGER NOT NULL,
    programme TEXT NOT NULL,
    resident BIGINT NOT NULL,
    row BIGINT NOT NULL,              -- the screening's record row
    state TEXT NOT NULL,              -- unknown, done, notAttended
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
