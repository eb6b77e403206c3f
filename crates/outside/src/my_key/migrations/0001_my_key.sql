-- マイキープラットフォーム, emulated: knows people by a number of its own and by card; no name, no serial number, and no identifier that it gave.
CREATE TABLE my_key_card (
    serial_index {bytes} NOT NULL PRIMARY KEY,  -- keyed hash of the certificate's serial number
    my_key {bytes} NOT NULL,                    -- the person's, 128 random bits, told to nobody
    first_seen_at BIGINT NOT NULL
);
