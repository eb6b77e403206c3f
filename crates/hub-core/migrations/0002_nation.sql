-- PMH, the number side: what belongs to no municipality.
CREATE TABLE edge_cursor (
    id {id} PRIMARY KEY,
    state {bytes} NOT NULL            -- sealed: up to where everything the edge had is in the municipalities' rooms or held, and what is held
);

CREATE TABLE held (
    sequence {id} PRIMARY KEY,        -- the edge's
    municipality BIGINT NOT NULL,     -- whose room did not take it, its code as a number
    body {bytes} NOT NULL,            -- what was entered (JSON), sealed beside the municipality
    damaged SMALLINT NOT NULL         -- 1: it does not open for that municipality, and is nobody's until somebody has looked into it
);
