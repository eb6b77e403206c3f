-- Long pieces of work that somebody asked for: done in portions by whoever holds the lease, resumed after a kill.
CREATE TABLE job (
    id {bytes} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    work {bytes} NOT NULL,            -- keyed digest of kind and input, by which the same work is known: 16 bytes
    state TEXT NOT NULL,              -- waiting, running, awaitingApproval, previewed, done, refused, failed, cancelled
    by_hand SMALLINT NOT NULL,        -- 1: only the command line that asked runs it
    asked_by TEXT NOT NULL,           -- kind and id of the caller
    purpose TEXT NOT NULL,
    municipality TEXT,                -- of whoever asked; null where they are of none
    needs_approval SMALLINT NOT NULL, -- 1: goes on once a second person has approved it; 2: they do when it has shown what it would bring
    approved_by TEXT,                 -- the second person
    input {bytes},                    -- caller and input, sealed beside kind, by_hand, who asked and who approved; none once done, and 30 days after another end
    checkpoint {bytes},               -- where the work stands and what must be in its files, sealed; as long as the input
    outcome {bytes},                  -- result and what must be in the files, or the last problem, sealed
    done BIGINT NOT NULL,
    total BIGINT,
    step TEXT NOT NULL,               -- one word
    attempts INTEGER NOT NULL,        -- how often it was leased
    failures INTEGER NOT NULL,        -- attempts in a row that failed without a portion
    failing_since BIGINT,             -- the first of them
    next_attempt_at BIGINT NOT NULL,
    lease {bytes},                    -- of this attempt: 16 random bytes, none while nobody runs it
    holder TEXT NOT NULL,             -- the process that runs it
    lease_until BIGINT NOT NULL,
    cancel SMALLINT NOT NULL,         -- 1: whoever runs it shall stop
    cancelled_by TEXT,                -- kind and id of the caller who had it stopped; null while nobody has
    cancelled_at BIGINT,              -- when they did
    must_end SMALLINT NOT NULL,       -- 1: it has begun to change what holds; no longer to be cancelled
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX job_work ON job (kind, work);
CREATE INDEX job_state ON job (state, created_at);
CREATE INDEX job_created ON job (created_at);

-- What jobs wrote: lists, refused rows.
CREATE TABLE job_file (
    job {bytes} NOT NULL,
    name TEXT NOT NULL,
    until BIGINT NOT NULL,            -- when it is forgotten
    PRIMARY KEY (job, name)
);
CREATE INDEX job_file_until ON job_file (until);

-- Whose data they tell, for the entry of whoever takes them: a row for each portion that tells of somebody.
CREATE TABLE job_file_people (
    job {bytes} NOT NULL,
    name TEXT NOT NULL,
    portion INTEGER NOT NULL,         -- from 0, without a gap
    people {bytes} NOT NULL,          -- sealed: names as the record of use has them
    PRIMARY KEY (job, name, portion)
);

CREATE TABLE job_file_part (
    job {bytes} NOT NULL,
    name TEXT NOT NULL,
    part INTEGER NOT NULL,
    content {bytes} NOT NULL,         -- sealed
    PRIMARY KEY (job, name, part)
);
