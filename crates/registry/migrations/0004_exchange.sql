-- 統合宛名番号 as atena gave them.
CREATE TABLE unified_number (
    resident BIGINT NOT NULL PRIMARY KEY,
    unified TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- The hub: templates it holds, tasks that register people, results that came back.
CREATE TABLE hub_template (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    digest {bytes} NOT NULL,          -- SHA-256 of the template as it was sent
    at BIGINT NOT NULL
);

CREATE TABLE hub_task (
    id {bytes} NOT NULL PRIMARY KEY,           -- the key of the request
    programme TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    task {bytes},                     -- the hub's name of it, once it has it
    state TEXT NOT NULL,              -- pending, sent, done, refused
    at BIGINT NOT NULL
);

CREATE TABLE hub_target (
    resident BIGINT NOT NULL,
    programme TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    task {bytes} NOT NULL,            -- hub_task
    state TEXT NOT NULL,              -- waiting, registered, refused
    reason TEXT NOT NULL,
    PRIMARY KEY (resident, programme, fiscal_year)
);
CREATE INDEX hub_target_task ON hub_target (task);

CREATE TABLE hub_result (
    sequence BIGINT NOT NULL PRIMARY KEY,      -- the hub's
    result {bytes} NOT NULL,          -- name of the result, given by the facility
    state TEXT NOT NULL,              -- imported, review, refused
    reason TEXT NOT NULL,             -- what is doubtful, as words: sex, age, notDue …
    resident BIGINT,                  -- whose it says it is, where known
    row BIGINT,                       -- the record row, when imported
    body {bytes},                     -- the result, sealed, while a person has to look at it
    at BIGINT NOT NULL
);
CREATE INDEX hub_result_name ON hub_result (result);

-- 副本: what the relay has to hold of whom, and what it holds.
CREATE TABLE replica_sent (
    resident BIGINT NOT NULL,
    information TEXT NOT NULL,
    content {bytes} NOT NULL,         -- keyed digest of what it tells: another one is sent again
    state TEXT NOT NULL,              -- pending, accepted, refused
    reason TEXT NOT NULL,
    digest {bytes},                   -- SHA-256 of the signed replica that the relay stored
    at BIGINT NOT NULL,
    PRIMARY KEY (resident, information)
);
CREATE INDEX replica_sent_state ON replica_sent (state);

-- 情報照会: one for a person, a municipality and an information, and another once it expired.
CREATE TABLE inquiry (
    id {bytes} NOT NULL PRIMARY KEY,           -- the key of the request
    resident BIGINT NOT NULL,
    provider TEXT NOT NULL,
    information TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    state TEXT NOT NULL,              -- pending, asked, answered, refused, expired
    reason TEXT NOT NULL,
    remote {bytes},                   -- atena's name of it
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX inquiry_once ON inquiry (resident, provider, information) WHERE state <> 'expired';

CREATE TABLE received_replica (
    inquiry {bytes} NOT NULL PRIMARY KEY,
    resident BIGINT NOT NULL,
    provider TEXT NOT NULL,
    information TEXT NOT NULL,
    made_on INTEGER NOT NULL,
    records INTEGER NOT NULL,
    envelope {bytes} NOT NULL,        -- as the provider signed it, sealed
    digest {bytes} NOT NULL,          -- SHA-256 of the envelope
    at BIGINT NOT NULL
);
