//! What a database alone does with the same file.

use std::io::{BufRead as _, Read as _};
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use diesel::sql_types::Text;
use store::{Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

use crate::plain::Insert;

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

const TABLE: &str = "CREATE TABLE plain (number TEXT NOT NULL, individual TEXT NOT NULL, household TEXT NOT NULL, name TEXT NOT NULL, kana TEXT NOT NULL, sex TEXT NOT NULL, birth TEXT NOT NULL, postal_code TEXT NOT NULL, address TEXT NOT NULL, building TEXT NOT NULL, district TEXT NOT NULL, branch TEXT NOT NULL, phone TEXT NOT NULL, class TEXT NOT NULL, event TEXT NOT NULL, event_date TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, removal TEXT NOT NULL, protected TEXT NOT NULL, tax TEXT NOT NULL, household_tax TEXT NOT NULL, welfare TEXT NOT NULL, disaster TEXT NOT NULL)";

const MIGRATIONS: Migrations = Migrations::new("bench", &[Migration::new("0001_plain", TABLE)]);

/// A room with a table of the file's columns.
pub(crate) fn room(rooms: &Rooms) -> Room {
    rooms.room(&RoomName::national("bench"), &[MIGRATIONS]).unwrap()
}

/// What a plain program would make, durable when a commit returns; the rest is SQLite's own setting (2 MiB of page cache).
pub(crate) const PLAIN: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
/// The same with the store's cache, in which the indexes of a city of a million fit.
pub(crate) const LARGE_CACHE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536";

/// Prepared single-row inserts with two indexes present, one transaction, durable at its end: one statement, prepared once.
pub(crate) fn insert_with_indexes(place: &Path, file: &Path, settings: &str) {
    let mut connection = SqliteConnection::establish(&place.display().to_string()).unwrap();
    connection.batch_execute(settings).unwrap();
    connection.batch_execute(TABLE).unwrap();
    connection.batch_execute("CREATE UNIQUE INDEX plain_number ON plain (number); CREATE INDEX plain_kana ON plain (kana, birth)").unwrap();
    connection
        .transaction(|connection| {
            let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_path(file).unwrap();
            let mut record = csv::StringRecord::new();
            while reader.read_record(&mut record).unwrap() {
                Insert(&record).execute(connection)?;
            }
            QueryResult::Ok(())
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

/// What a merge needs, and a search by name, and the third of the import's indexes.
pub(crate) fn index(room: &Room) {
    room.write_blocking(|tx| {
        let keys = "ALTER TABLE plain ADD PRIMARY KEY (number); CREATE INDEX plain_kana ON plain (kana, birth); \
                    CREATE INDEX plain_individual ON plain (individual); ANALYZE plain";
        Ok::<_, StoreError>(tx.batch_execute(keys)?)
    })
    .unwrap();
}

/// Whether a commit waits for the disk, as PostgreSQL says: a server for tests may not.
pub(crate) fn durable(room: &Room) -> String {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let sql = "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') AS value";
    room.read_blocking(|tx| Ok::<_, StoreError>(diesel::sql_query(sql).get_result::<Setting>(tx)?.value)).unwrap()
}

/// Empties the table for the next round.
pub(crate) fn empty(room: &Room) {
    room.write_blocking(|tx| {
        let sql = match tx {
            Tx::Sqlite(_) => "DELETE FROM plain",
            Tx::Postgres(_) => {
                "TRUNCATE plain; ALTER TABLE plain DROP CONSTRAINT IF EXISTS plain_pkey; DROP INDEX IF EXISTS plain_kana, plain_individual"
            }
        };
        Ok::<_, StoreError>(tx.batch_execute(sql)?)
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
