-- 中間サーバー: codes, replicas, inquiries, provisions (R-RLY). No individual number ever comes here.
CREATE TABLE person (
    unified TEXT NOT NULL PRIMARY KEY,         -- 統合宛名番号
    processing_number {bytes} NOT NULL,
    code_index {bytes},               -- keyed hash of the code (符号), ours of the person; null until the network system sent it
    sealed_code {bytes}               -- the code
);
CREATE UNIQUE INDEX person_processing ON person (processing_number);
CREATE UNIQUE INDEX person_code ON person (code_index);

CREATE TABLE replica (
    unified TEXT NOT NULL,
    business TEXT NOT NULL,
    information TEXT NOT NULL,
    kept {bytes} NOT NULL,            -- what the registry said of answering, and its bytes, sealed
    digest {bytes} NOT NULL,          -- SHA-256 of the registry's bytes
    issued_at BIGINT NOT NULL,        -- when the registry signed it: an older one never replaces a newer
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (unified, business, information)
);

-- Withdrawals that had their effect, by the key they came under: one that comes again, however late, takes nothing that was stored since.
CREATE TABLE withdrawal (
    request_key TEXT NOT NULL PRIMARY KEY,
    gone BIGINT NOT NULL,             -- replicas
    at BIGINT NOT NULL
);

CREATE TABLE permission_list (
    id {id} PRIMARY KEY,
    version BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    body {bytes} NOT NULL             -- JSON, from the network system's signature
);

CREATE TABLE inquiry (
    id {bytes} NOT NULL PRIMARY KEY,
    unified TEXT NOT NULL,
    business TEXT NOT NULL,
    information TEXT NOT NULL,
    provider TEXT NOT NULL,
    body {bytes} NOT NULL,            -- what was asked (JSON), from the registry's signature
    processing_number {bytes} NOT NULL,
    permit {bytes},                   -- the permit's name
    answer {bytes},                   -- the provider's replica, sealed here; null once erased
    state TEXT NOT NULL,
    reason TEXT,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE UNIQUE INDEX inquiry_processing ON inquiry (processing_number);
CREATE INDEX inquiry_state ON inquiry (state);
CREATE INDEX inquiry_person ON inquiry (unified);

CREATE TABLE provision (
    permit {bytes} NOT NULL PRIMARY KEY,
    processing_number {bytes} NOT NULL,
    asker TEXT NOT NULL,
    code_index {bytes} NOT NULL,      -- of the code in the permit, ours of the person
    unified TEXT NOT NULL,            -- empty where the code is not known here
    business TEXT NOT NULL,
    information TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE INDEX provision_code ON provision (code_index);
CREATE INDEX provision_person ON provision (unified);
