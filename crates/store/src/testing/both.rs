//! Running a test on both databases.

use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};
use vocabulary::{Entropy as _, SystemEntropy};

use crate::{Data, Rooms};

/// Numbers the databases of this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Runs `test` on rooms in a fresh folder, then on rooms in a fresh PostgreSQL database. The database is made in the server of
/// `KENSHIN_TEST_POSTGRES`, or in the one that `cargo xtask db` started; without either the test fails, unless `KENSHIN_ONLY_SQLITE` is `1`.
pub async fn both<F, R>(test: impl Fn(Rooms) -> F)
where
    F: Future<Output = R>,
    R: Passed,
{
    let folder = Folder::new();
    test(open(Data::Folder(folder.path.clone()))).await.passed();
    drop(folder);
    if let Some(database) = Database::new() {
        test(open(Data::Postgres(database.url.clone()))).await.passed();
    }
}

/// [`both`] for a test that awaits nothing.
pub fn both_blocking<R: Passed>(test: impl Fn(Rooms) -> R) {
    let folder = Folder::new();
    test(open(Data::Folder(folder.path.clone()))).passed();
    drop(folder);
    if let Some(database) = Database::new() {
        test(open(Data::Postgres(database.url.clone()))).passed();
    }
}

/// What a test may return.
pub trait Passed {
    /// Panics when the test did not pass.
    fn passed(self);
}

impl Passed for () {
    fn passed(self) {}
}

impl<E: std::fmt::Debug> Passed for Result<(), E> {
    #[expect(clippy::panic, reason = "a test that fails must say so")]
    fn passed(self) {
        if let Err(error) = self {
            panic!("{error:?}");
        }
    }
}

#[expect(clippy::panic, reason = "a test that cannot run must fail")]
fn open(data: Data) -> Rooms {
    Rooms::open_with(data, 8).unwrap_or_else(|error| panic!("cannot open the rooms of a test: {error}"))
}

struct Folder {
    path: PathBuf,
}

impl Folder {
    #[expect(clippy::panic, reason = "a test that cannot run must fail")]
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("kenshin-test-{}", SystemEntropy.id128()));
        DirBuilder::new().mode(0o700).create(&path).unwrap_or_else(|error| panic!("cannot make {}: {error}", path.display()));
        Self { path }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        say_when_panicking("SQLite");
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The same test runs twice; whoever reads the failure wants to know which time it was.
fn say_when_panicking(what: &str) {
    if std::thread::panicking() {
        let _ = writeln!(std::io::stderr(), "(the test failed on {what})");
    }
}

/// A fresh PostgreSQL database; gone when dropped.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// In the server of [`both`]; none where the tests run on SQLite alone.
    #[expect(clippy::panic, reason = "a test that cannot run must fail")]
    pub fn new() -> Option<Self> {
        let server = server()?;
        let mut connection = PgConnection::establish(&server)
            .unwrap_or_else(|_| panic!("the PostgreSQL of the tests does not answer; run `cargo xtask db`"));
        static SWEEP: Once = Once::new();
        SWEEP.call_once(|| sweep(&mut connection));
        let name = format!("kenshin_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
        drop_database(&mut connection, &name).unwrap_or_else(|error| panic!("cannot drop a test database: {error}"));
        connection.batch_execute(&sql).unwrap_or_else(|error| panic!("cannot make a test database: {error}"));
        let url = with_database(&server, &name);
        Some(Self { server, name, url })
    }

    /// Its address, with the password of the server.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        say_when_panicking("PostgreSQL");
        if let Ok(mut connection) = PgConnection::establish(&self.server) {
            let _ = drop_database(&mut connection, &self.name);
        }
    }
}

/// `postgres://user:password@host:port/database?…` with another database.
fn with_database(url: &str, name: &str) -> String {
    let (url, query) = url.split_once('?').map_or((url, String::new()), |(url, query)| (url, format!("?{query}")));
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    format!("{}/{name}{query}", url.get(..end).unwrap_or(url))
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
#[expect(clippy::panic, reason = "a test that cannot run must fail")]
fn server() -> Option<String> {
    if let Ok(url) = std::env::var("KENSHIN_TEST_POSTGRES") {
        return Some(url);
    }
    if std::env::var("KENSHIN_ONLY_SQLITE").is_ok_and(|only| only == "1") {
        return None;
    }
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find_map(|folder| fs::read_to_string(folder.join("target/postgres/url")).ok());
    Some(found.map(|url| url.trim().to_owned()).unwrap_or_else(|| panic!("there is no PostgreSQL to test on: run `cargo xtask db`")))
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// With its connections. Only a superuser may end autovacuum's by force; an ordinary drop ends it.
fn drop_database(connection: &mut PgConnection, name: &str) -> QueryResult<()> {
    let sql = format!("DROP DATABASE IF EXISTS {name}");
    connection.batch_execute(&format!("{sql} WITH (FORCE)")).or_else(|_| connection.batch_execute(&sql))
}

/// Drops the databases of test processes that were killed.
fn sweep(connection: &mut PgConnection) {
    let sql = "SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'kenshin\\_test\\_%'";
    let names: Vec<Name> = sql_query(sql).load(connection).unwrap_or_default();
    for Name { name } in names {
        let process = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            let _ = drop_database(connection, &name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        assert_eq!(with_database("postgres://u:p@h:1/old?a=b", "new"), "postgres://u:p@h:1/new?a=b");
        assert_eq!(with_database("postgres://h", "new"), "postgres://h/new");
    }
}
