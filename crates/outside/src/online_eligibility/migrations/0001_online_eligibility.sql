-- オンライン資格確認等システム, emulated: knows people by link number; an individual number never comes here.
CREATE TABLE insured (
    link_number {bytes} NOT NULL PRIMARY KEY,
    pmh_key {bytes},
    pseudonym {bytes} NOT NULL        -- for the portal alone, made when the person is first heard of
);
CREATE UNIQUE INDEX insured_key ON insured (pmh_key);

CREATE TABLE insured_certificate (
    serial TEXT NOT NULL PRIMARY KEY,
    link_number {bytes} NOT NULL
);
