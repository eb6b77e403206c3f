-- What was forwarded, unchanged: the digest of what came in equals that of what went out, and both are kept (R-ATN-4).
CREATE TABLE forwarded (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL,               -- replica, inquiry, answer
    person BIGINT NOT NULL,
    digest_in {bytes} NOT NULL,
    digest_out {bytes} NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX forwarded_kind ON forwarded (kind, person);

CREATE TABLE inquiry (
    id {bytes} NOT NULL PRIMARY KEY,           -- atena's name of it, and the key under which the relay hears of it
    person BIGINT NOT NULL,
    body {bytes} NOT NULL,            -- the request as the relay gets it (JSON); the envelope in it is the registry's
    relay_inquiry {bytes},            -- the relay's name of it, once acknowledged
    at BIGINT NOT NULL
);
CREATE INDEX inquiry_relay ON inquiry (relay_inquiry);
