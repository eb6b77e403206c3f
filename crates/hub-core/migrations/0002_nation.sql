-- PMH, the number side: what belongs to no municipality.
CREATE TABLE edge_cursor (
    id {id} PRIMARY KEY,
    after BIGINT NOT NULL             -- everything the edge had up to here is kept in the municipalities' rooms
);
