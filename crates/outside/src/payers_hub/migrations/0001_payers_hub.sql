-- 医療保険者等向け中間サーバー, emulated: one person per individual number, with a link number and, once asked for, a PMH key.
CREATE TABLE payer_person (
    id {id} PRIMARY KEY,
    number_index {bytes} NOT NULL,    -- blind index of the individual number
    sealed_number {bytes} NOT NULL,
    sealed_link {bytes} NOT NULL,     -- 紐付番号, 128 random bits
    sealed_key {bytes}                -- PMH key, 128 random bits; never changes once there
);
CREATE UNIQUE INDEX payer_person_number ON payer_person (number_index);

CREATE TABLE payer_certificate (
    serial TEXT NOT NULL PRIMARY KEY,          -- of a card's certificate
    person BIGINT NOT NULL
);
