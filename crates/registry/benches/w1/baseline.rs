//! What a database alone does with the same file.

use std::io::{BufRead as _, Read as _};
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use store::{Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

diesel::table! {
    plain (number) {
        number -> Text, individual -> Text, household -> Text, name -> Text, kana -> Text, sex -> Text, birth -> Text, postal_code ->
        Text, address -> Text, building -> Text, district -> Text, branch -> Text, phone -> Text, class -> Text, event -> Text,
        event_date -> Text, since -> Text, until -> Text, removal -> Text, protected -> Text, tax -> Text, household_tax -> Text,
        welfare -> Text, disaster -> Text,
    }
}

diesel::table! {
    staged (number) {
        number -> Text, individual -> Text, household -> Text, name -> Text, kana -> Text, sex -> Text, birth -> Text, postal_code ->
        Text, address -> Text, building -> Text, district -> Text, branch -> Text, phone -> Text, class -> Text, event -> Text,
        event_date -> Text, since -> Text, until -> Text, removal -> Text, protected -> Text, tax -> Text, household_tax -> Text,
        welfare -> Text, disaster -> Text,
    }
}

const COLUMNS: &str = "number, individual, household, name, kana, sex, birth, postal_code, address, building, district, branch, phone, class, event, event_date, since, until, removal, protected, tax, household_tax, welfare, disaster";

const MIGRATIONS: Migrations = Migrations::new(
    "bench",
    &[Migration::new(
        "0001_plain",
        "CREATE TABLE plain (number TEXT NOT NULL, individual TEXT NOT NULL, household TEXT NOT NULL, name TEXT NOT NULL, kana TEXT NOT NULL, sex TEXT NOT NULL, birth TEXT NOT NULL, postal_code TEXT NOT NULL, address TEXT NOT NULL, building TEXT NOT NULL, district TEXT NOT NULL, branch TEXT NOT NULL, phone TEXT NOT NULL, class TEXT NOT NULL, event TEXT NOT NULL, event_date TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, removal TEXT NOT NULL, protected TEXT NOT NULL, tax TEXT NOT NULL, household_tax TEXT NOT NULL, welfare TEXT NOT NULL, disaster TEXT NOT NULL)",
    )],
);

/// A room with a table of the file's columns.
pub(crate) fn room(rooms: &Rooms) -> Room {
    rooms.room(&RoomName::national("bench"), &[MIGRATIONS]).unwrap()
}

/// Prepared single-row inserts with two indexes present, one transaction.
pub(crate) fn insert_with_indexes(room: &Room, file: &Path) {
    room.write_blocking(|tx| {
        tx.batch_execute("CREATE UNIQUE INDEX plain_number ON plain (number); CREATE INDEX plain_kana ON plain (kana, birth)")?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_path(file).unwrap();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).unwrap() {
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let row = (
                (
                    plain::number.eq(cell(0)),
                    plain::individual.eq(cell(1)),
                    plain::household.eq(cell(2)),
                    plain::name.eq(cell(3)),
                    plain::kana.eq(cell(4)),
                    plain::sex.eq(cell(5)),
                    plain::birth.eq(cell(6)),
                    plain::postal_code.eq(cell(7)),
                ),
                (
                    plain::address.eq(cell(8)),
                    plain::building.eq(cell(9)),
                    plain::district.eq(cell(10)),
                    plain::branch.eq(cell(11)),
                    plain::phone.eq(cell(12)),
                    plain::class.eq(cell(13)),
                    plain::event.eq(cell(14)),
                    plain::event_date.eq(cell(15)),
                ),
                (
                    plain::since.eq(cell(16)),
                    plain::until.eq(cell(17)),
                    plain::removal.eq(cell(18)),
                    plain::protected.eq(cell(19)),
                    plain::tax.eq(cell(20)),
                    plain::household_tax.eq(cell(21)),
                    plain::welfare.eq(cell(22)),
                    plain::disaster.eq(cell(23)),
                ),
            );
            diesel::insert_into(plain::table).values(row).execute(tx)?;
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

/// `COPY` of the file as it is.
pub(crate) fn copy(room: &Room, file: &Path) {
    room.write_blocking(|tx| {
        let Tx::Postgres(connection) = tx else { return Ok(()) };
        diesel::copy_from(plain::table)
            .from_raw_data(plain::table, |out| rows(file, out))
            .with_format(CopyFormat::Csv)
            .with_null("NULL")
            .execute(connection)?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

/// What a merge needs, and a search by name.
pub(crate) fn index(room: &Room) {
    room.write_blocking(|tx| {
        Ok::<_, StoreError>(
            tx.batch_execute("ALTER TABLE plain ADD PRIMARY KEY (number); CREATE INDEX plain_kana ON plain (kana, birth); ANALYZE plain")?,
        )
    })
    .unwrap();
}

/// `COPY` into a temporary table, then an upsert that writes what differs.
pub(crate) fn copy_and_merge(room: &Room, file: &Path) {
    room.write_blocking(|tx| {
        let Tx::Postgres(connection) = tx else { return Ok(()) };
        connection.batch_execute("CREATE TEMPORARY TABLE staged (LIKE plain) ON COMMIT DROP")?;
        diesel::copy_from(staged::table)
            .from_raw_data(staged::table, |out| rows(file, out))
            .with_format(CopyFormat::Csv)
            .with_null("NULL")
            .execute(connection)?;
        let columns: Vec<&str> = COLUMNS.split(", ").collect();
        let set: Vec<String> = columns.iter().skip(1).map(|column| format!("{column} = excluded.{column}")).collect();
        let of = |table: &str| columns.iter().skip(1).map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ");
        let merge = format!(
            "INSERT INTO plain SELECT * FROM staged ON CONFLICT (number) DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})",
            set.join(", "),
            of("plain"),
            of("excluded")
        );
        connection.batch_execute(&merge)?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

/// The file without its heading row.
fn rows(file: &Path, out: &mut dyn std::io::Write) -> diesel::QueryResult<()> {
    let mut reader = std::io::BufReader::with_capacity(1 << 18, std::fs::File::open(file).unwrap());
    let mut heading = Vec::new();
    reader.read_until(b'\n', &mut heading).unwrap();
    let mut piece = vec![0; 1 << 18];
    loop {
        let count = reader.read(&mut piece).unwrap();
        if count == 0 {
            return Ok(());
        }
        out.write_all(piece.get(..count).unwrap_or_default()).unwrap();
    }
}
