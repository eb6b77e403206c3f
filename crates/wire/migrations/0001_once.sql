-- What every POST and PUT between systems was answered, so that the same request again has no second effect.
CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    request_key TEXT NOT NULL,
    digest {bytes} NOT NULL,          -- keyed, of method, path and body
    response {bytes} NOT NULL,        -- sealed
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (caller, request_key)
);
CREATE INDEX idempotency_stored_at ON idempotency (stored_at);

-- Signed messages that were believed, until they expire: none is believed twice, whatever crashes in between.
CREATE TABLE seen_message (
    sender TEXT NOT NULL,
    number {bytes} NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (sender, number)
);
CREATE INDEX seen_message_expires_at ON seen_message (expires_at);
