-- What this party has to tell others: one row a message, made in the transaction of the change, gone when the other party has taken it.
CREATE TABLE outbox (
    id {serial},                         -- the order of the messages; never used again
    peer TEXT NOT NULL,                  -- to whom: registry.991015
    kind TEXT NOT NULL,                  -- which message
    subject {bytes} NOT NULL,            -- keyed digest: messages of one subject to one peer go in order
    request_key {bytes} NOT NULL,        -- the Idempotency-Key under which it goes alone, and its name for operators
    payload {bytes} NOT NULL,            -- sealed: whom it concerns and what it says
    sent_as {bytes},                     -- the key of the request it goes in; null until it was claimed
    state TEXT NOT NULL,                 -- waiting, dead
    attempts INTEGER NOT NULL,           -- how often it was tried in vain, since it was enqueued or run again
    first_tried_at BIGINT,               -- the first of those tries
    last_error TEXT,                     -- status and code, never a detail
    enqueued_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_request_key ON outbox (request_key);
CREATE INDEX outbox_peer ON outbox (state, peer, id);
