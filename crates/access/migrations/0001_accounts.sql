-- Personal accounts of a municipality's staff (C-III-3-R2-REG-1): one per personnel number, and a second, privileged one for
-- administration (C-III-3-R2b-REG-1). Accounts are disabled, never deleted, so that the record of use keeps a name to every id.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    personnel TEXT NOT NULL,
    privileged SMALLINT NOT NULL,
    name TEXT NOT NULL,
    enabled SMALLINT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    password_hash TEXT,
    password_set_at BIGINT NOT NULL,
    password_initial SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (personnel, privileged)
);

-- Rights are granted to the account as roles, with dates (C-III-3-R2-REG-3).
CREATE TABLE account_role (
    account TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    granted_at BIGINT NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (account, role)
);

-- Passwords used before, so that they are not used again (C-III-3-R2c-PMH-2).
CREATE TABLE account_password (
    account TEXT NOT NULL REFERENCES account (id),
    set_at BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (account, set_at)
);

-- Failed log-ins since the last success: of an account (or one of a fixed number of buckets for ids that are none) with the address, the browser
-- or the session they came from, and of an account from anywhere.
CREATE TABLE account_attempt (
    subject TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX account_attempt_account ON account_attempt (account);

CREATE TABLE staff_session (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    terminal_hash {bytes} NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT
);
CREATE INDEX staff_session_account ON staff_session (account);
