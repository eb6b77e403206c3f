-- What this room as a witness saw of other logs last: the checkpoint with the log's signature and the cosignature. A log that was to be forgotten has
-- size 0, no note, and a generation one higher: how often it was forgotten. stamp is the MAC over all of it under the room's stamp key.
CREATE TABLE ledger_witnessed (
    origin TEXT NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    stamp {bytes} NOT NULL
);

-- The latest checkpoint of this log that each witness cosigned, by the witness's verifier key.
CREATE TABLE ledger_cosigned (
    witness TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    note TEXT NOT NULL
);
