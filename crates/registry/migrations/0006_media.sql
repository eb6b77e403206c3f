-- What jobs left in the folder of managed media: known again by its mark, and erased in time.
CREATE TABLE media_copy (
    file {bytes} NOT NULL PRIMARY KEY, -- blind index of its name
    name {bytes} NOT NULL,            -- sealed
    job {bytes},                      -- whose file it is a copy of; none when it was handed in for one
    mark {bytes} NOT NULL,            -- keyed digest of name and content
    former {bytes},                   -- of what it takes the place of, until it has
    until BIGINT NOT NULL             -- when it is erased
);
CREATE INDEX media_copy_until ON media_copy (until);
