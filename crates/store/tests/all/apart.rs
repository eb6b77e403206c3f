//! Rooms are kept apart by the database, not by a `WHERE`.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Barrier;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use store::testing::{Database, both, both_blocking};
use store::{Data, Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

const MIGRATIONS: Migrations =
    Migrations::new("example", &[Migration::new("0001_note", "CREATE TABLE note (id {id} PRIMARY KEY, text TEXT NOT NULL)")]);

diesel::table! { note (id) { id -> BigInt, text -> Text, } }

fn name(code: &str) -> RoomName {
    RoomName::new("registry", Some(code.parse().unwrap()))
}

fn two(rooms: &Rooms) -> (Room, Room) {
    let room = |code: &str| rooms.room(&name(code), &[MIGRATIONS]).unwrap();
    (room("991015"), room("991023"))
}

fn put(tx: &mut Tx, id: i64, text: &str) -> Result<(), StoreError> {
    diesel::insert_into(note::table).values((note::id.eq(id), note::text.eq(text))).execute(tx)?;
    Ok(())
}

fn texts(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    Ok(note::table.select(note::text).order(note::id).load(tx)?)
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[tokio::test]
async fn the_same_query_sees_only_its_own_room() {
    both(|rooms| async move {
        let (left, right) = two(&rooms);
        left.write(|tx| put(tx, 1, "left")).await.unwrap();
        right.write(|tx| put(tx, 1, "right")).await.unwrap();
        assert_eq!(left.read(texts).await.unwrap(), ["left"]);
        assert_eq!(right.read(texts).await.unwrap(), ["right"]);
    })
    .await;
}

#[test]
fn a_room_cannot_read_another_even_when_it_names_it() {
    both_blocking(|rooms| {
        let (left, right) = two(&rooms);
        right.write_blocking(|tx| put(tx, 1, "right")).unwrap();
        let outcome = left.read_blocking(|tx| {
            assert_eq!(texts(tx)?, Vec::<String>::new());
            Ok::<_, StoreError>(sql_query("SELECT text AS word FROM \"registry_991023\".note").load::<Word>(tx)?)
        });
        match (left.is_embedded(), outcome) {
            (true, Err(StoreError::Schema(_))) => {}
            (false, Err(StoreError::Refused(what))) => assert!(what.contains("registry_991023"), "{what}"),
            (_, outcome) => panic!("{:?}", outcome.map(|rows| rows.into_iter().map(|row| row.word).collect::<Vec<_>>())),
        }
        if let Data::Postgres(url) = rooms.data() {
            the_login_role_alone_reads_nothing(url);
        }
    });
}

/// A transaction that forgot its role can do nothing: membership is not inherited.
fn the_login_role_alone_reads_nothing(url: &str) {
    let mut connection = PgConnection::establish(url).unwrap();
    let error = sql_query("SELECT text AS word FROM \"registry_991023\".note").load::<Word>(&mut connection).err().unwrap();
    assert!(matches!(StoreError::from(error), StoreError::Refused(_)));
    let sql = "SELECT count(*) AS number FROM pg_roles WHERE rolname IN ('registry_991015', 'registry_991023') \
               AND rolcanlogin AND NOT rolsuper AND NOT rolinherit AND NOT rolcreaterole AND NOT rolcreatedb";
    assert_eq!(sql_query(sql).get_result::<Number>(&mut connection).unwrap().number, 2);
    let sql = "SELECT count(*) AS number FROM pg_database WHERE datname = current_database() AND has_database_privilege('public', datname, 'CONNECT')";
    assert_eq!(sql_query(sql).get_result::<Number>(&mut connection).unwrap().number, 0, "PUBLIC may still connect");
}

/// C-III-3-R4-REG-2: the system is the only way. On the embedded store another account of the machine, where the test may become one; on
/// PostgreSQL a role that a person would have.
#[test]
fn c_iii_3_r4_reg_2_another_account_of_the_machine_opens_no_file_and_a_persons_role_reads_no_table() {
    both_blocking(|rooms| {
        let (left, _) = two(&rooms);
        left.write_blocking(|tx| put(tx, 1, "left")).unwrap();
        match rooms.data() {
            Data::Folder(folder) => another_account_opens_nothing(folder),
            Data::Postgres(url) => a_persons_role_reads_nothing(url),
        }
    });
}

fn another_account_opens_nothing(folder: &std::path::Path) {
    let as_another = |program: &str, what: &std::path::Path| {
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", program];
        let done = std::process::Command::new("setpriv").args(nobody).arg(what).output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    // What is above the store's own folders is open to everybody here, so that nothing but they keep somebody out.
    for above in folder.ancestors().take_while(|above| *above != std::env::temp_dir()) {
        std::fs::set_permissions(above, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (looks, said) = as_another("ls", folder);
    if !looks && said.contains("setresuid") {
        // Whoever is not root cannot become another account; the modes are looked at above.
        return;
    }
    assert!(looks, "{said}");
    for file in ["registry", "registry/991015.sqlite", "registry/991015.sqlite-wal"] {
        let (opened, said) = as_another(if file == "registry" { "ls" } else { "cat" }, &folder.join(file));
        assert!(!opened && said.contains("denied"), "{file}: {said}");
    }
}

fn a_persons_role_reads_nothing(url: &str) {
    let mut connection = PgConnection::establish(url).unwrap();
    let person = format!("person_{}", std::process::id());
    sql_query(format!("CREATE ROLE {person} NOLOGIN")).execute(&mut connection).unwrap();
    sql_query(format!("GRANT {person} TO CURRENT_USER")).execute(&mut connection).unwrap();
    let tables = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS word FROM pg_tables \
                  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let tables: Vec<Word> = sql_query(tables).load(&mut connection).unwrap();
    assert!(tables.len() >= 4, "{}", tables.len());
    sql_query(format!("SET ROLE {person}")).execute(&mut connection).unwrap();
    for Word { word: table } in &tables {
        let error = sql_query(format!("SELECT 'x' AS word FROM {table}")).load::<Word>(&mut connection).err().unwrap();
        assert!(error.to_string().contains("permission denied"), "{table}: {error}");
    }
    sql_query("RESET ROLE").execute(&mut connection).unwrap();
    sql_query(format!("DROP ROLE {person}")).execute(&mut connection).unwrap();
}

/// What a transaction sets for its connection is gone when the connection serves another room.
#[test]
fn a_connection_that_changes_its_room_brings_nothing_along() {
    both_blocking(|rooms| {
        let Data::Postgres(_) = rooms.data() else { return };
        let one = Rooms::open_with(rooms.data().clone(), 1).unwrap();
        let (left, right) = two(&one);
        left.write_blocking(|tx| {
            sql_query("CREATE TEMPORARY TABLE note (id BIGINT, text TEXT)").execute(tx)?;
            sql_query("INSERT INTO pg_temp.note VALUES (1, 'left')").execute(tx)?;
            sql_query("SELECT set_config('app.secret', 'left', false)").execute(tx)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
        right
            .read_blocking(|tx| {
                assert_eq!(texts(tx)?, Vec::<String>::new());
                let secret: Word = sql_query("SELECT coalesce(current_setting('app.secret', true), '') AS word").get_result(tx)?;
                assert_eq!(secret.word, "");
                let tables: Number = sql_query("SELECT count(*) AS number FROM pg_class WHERE relpersistence = 't'").get_result(tx)?;
                assert_eq!(tables.number, 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

/// Roles belong to the server: whoever makes the room in another database at the same moment makes the same role.
#[test]
fn databases_of_one_server_make_the_same_rooms_at_the_same_moment() {
    const ROUNDS: usize = 25;
    let databases: Vec<Database> = (0..4).map_while(|_| Database::new()).collect();
    let name = |round: usize| RoomName::national(&format!("race{}_{round}", std::process::id()));
    let start = Barrier::new(databases.len());
    let make = |database: &Database| {
        let rooms = Rooms::open_with(Data::Postgres(database.url().to_owned()), 2).unwrap();
        let made = |round| {
            start.wait();
            rooms.room(&name(round), &[MIGRATIONS])?.write_blocking(|tx| put(tx, 1, "made"))
        };
        (0..ROUNDS).map(made).collect::<Vec<Result<(), StoreError>>>()
    };
    std::thread::scope(|scope| {
        let makers: Vec<_> = databases.iter().map(|database| scope.spawn(|| make(database))).collect();
        for maker in makers {
            assert_eq!(maker.join().unwrap(), vec![Ok(()); ROUNDS]);
        }
    });
    drop(databases);
    // A test database goes with all that is in it; roles stay.
    let Some(last) = Database::new() else { return };
    let mut connection = PgConnection::establish(last.url()).unwrap();
    for round in 0..ROUNDS {
        sql_query(format!("DROP ROLE \"{}\"", name(round))).execute(&mut connection).unwrap();
    }
}

#[test]
fn a_file_and_its_folder_are_for_their_owner_alone() {
    both_blocking(|rooms| {
        let Data::Folder(folder) = rooms.data() else { return };
        let (left, _) = two(&rooms);
        left.write_blocking(|tx| put(tx, 1, "left")).unwrap();
        let mode = |path: &str| std::fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("registry"), 0o700);
        for file in ["registry/991015.sqlite", "registry/991015.sqlite-wal", "registry/991015.sqlite-shm"] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
    });
}

#[tokio::test]
async fn a_file_is_durable_checks_references_and_overwrites_what_is_erased() {
    #[derive(QueryableByName)]
    struct Settings {
        #[diesel(sql_type = Text)]
        journal: String,
        #[diesel(sql_type = BigInt)]
        synchronous: i64,
        #[diesel(sql_type = BigInt)]
        foreign_keys: i64,
        #[diesel(sql_type = BigInt)]
        secure_delete: i64,
        #[diesel(sql_type = BigInt)]
        databases: i64,
    }
    both(|rooms| async move {
        let Data::Folder(folder) = rooms.data() else { return };
        let (left, _) = two(&rooms);
        let read = |tx: &mut Tx| {
            let sql = "SELECT journal_mode AS journal, synchronous, foreign_keys, secure_delete, (SELECT count(*) FROM pragma_database_list WHERE name <> 'temp') AS databases \
                       FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_secure_delete";
            Ok::<_, StoreError>(sql_query(sql).get_result::<Settings>(tx)?)
        };
        for settings in [left.read_blocking(read).unwrap(), left.write_blocking(read).unwrap()] {
            assert_eq!(settings.journal, "wal");
            assert_eq!((settings.synchronous, settings.foreign_keys, settings.secure_delete, settings.databases), (2, 1, 1, 1));
        }
        let marked = "MARKED-TEXT-TO-BE-ERASED";
        left.write_blocking(|tx| (1..200).try_for_each(|id| put(tx, id, marked))).unwrap();
        left.write_blocking(|tx| Ok::<_, StoreError>(diesel::delete(note::table).execute(tx)?)).unwrap();
        left.scrub("note").await.unwrap();
        for entry in std::fs::read_dir(folder.join("registry")).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(marked.len()).any(|window| window == marked.as_bytes()), "an erased text is still in the file");
        }
    })
    .await;
}

/// `.cargo/config.toml` builds SQLite without the page cache that all connections of a program share.
#[test]
fn a_connection_has_a_page_cache_of_its_own() {
    both_blocking(|rooms| {
        let Data::Folder(_) = rooms.data() else { return };
        let (left, _) = two(&rooms);
        let sql = "SELECT count(*) AS number FROM pragma_compile_options WHERE compile_options = 'ENABLE_MEMORY_MANAGEMENT'";
        let shared: Number = left.read_blocking(|tx| Ok::<_, StoreError>(sql_query(sql).get_result(tx)?)).unwrap();
        assert_eq!(shared.number, 0);
    });
}
