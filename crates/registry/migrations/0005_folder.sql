-- Versions of the city's folder that were accepted, the newest of which holds. They are the city's business and nobody's data.
CREATE TABLE city_folder (
    id BIGINT NOT NULL PRIMARY KEY,   -- 1 is what the registry began with
    digest {bytes} NOT NULL,          -- SHA-256 of all its files
    operator TEXT NOT NULL,           -- who accepted it
    at BIGINT NOT NULL,
    seal {bytes} NOT NULL             -- opens beside these alone
);

CREATE TABLE city_folder_file (
    folder BIGINT NOT NULL,           -- city_folder
    name TEXT NOT NULL,               -- relative to the folder
    content {bytes} NOT NULL,         -- as `digest` says
    PRIMARY KEY (folder, name)
);

-- How far the record of use was looked through for acceptances: one row, or none yet.
CREATE TABLE city_folder_record (
    id {id} PRIMARY KEY,
    seen {bytes} NOT NULL             -- sealed: up to which position, and what the newest acceptance says
);
