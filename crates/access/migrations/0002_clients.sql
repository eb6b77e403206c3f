-- Systems that may obtain access tokens from this provider (common-functions standard: one client per consuming system, not per user).
-- The secret is sealed: client_secret_jwt (HS256) is verified with the secret itself, so a hash would not do.
CREATE TABLE oauth_client (
    id TEXT NOT NULL PRIMARY KEY,
    party TEXT NOT NULL UNIQUE,
    business TEXT NOT NULL,
    secret {bytes} NOT NULL,
    scopes TEXT NOT NULL,
    enabled SMALLINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE oauth_token (
    hash {bytes} NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES oauth_client (id),
    scopes TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_token_client ON oauth_token (client);
CREATE INDEX oauth_token_expires ON oauth_token (expires_at);

-- Assertions that were used, until they expire: none is accepted twice.
CREATE TABLE oauth_assertion (
    client TEXT NOT NULL REFERENCES oauth_client (id),
    id_hash {bytes} NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client, id_hash)
);
CREATE INDEX oauth_assertion_expires ON oauth_assertion (expires_at);
