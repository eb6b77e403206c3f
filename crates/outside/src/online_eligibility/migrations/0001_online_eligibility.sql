-- オンライン資格確認等システム, emulated: knows people by link number; an individual number never comes here.
CREATE TABLE insured (
    link_index {bytes} NOT NULL PRIMARY KEY,   -- keyed hash of the link number
    sealed_link {bytes} NOT NULL,
    key_index {bytes},                -- keyed hash of the PMH key
    sealed_key {bytes},
    sealed_pseudonym {bytes} NOT NULL -- for the portal alone, made when the person is first heard of
);
CREATE UNIQUE INDEX insured_key ON insured (key_index);

CREATE TABLE insured_certificate (
    serial TEXT NOT NULL PRIMARY KEY,
    link_index {bytes} NOT NULL       -- whose it is
);
