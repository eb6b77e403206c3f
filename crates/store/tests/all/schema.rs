//! Migrations make the same schema on both databases, once, and never another one.

use store::testing::{Reference, both, both_blocking, same_on_both, schema};
use store::{Migration, Migrations, RoomName, Rooms, StoreError, columns};

const FIRST: Migration = Migration::new(
    "0001_first",
    "CREATE TABLE person (id {serial}, code TEXT NOT NULL, born INTEGER, photo {bytes} NOT NULL, flag SMALLINT NOT NULL DEFAULT 0);
     CREATE UNIQUE INDEX person_code ON person (code);
     CREATE TABLE visit (person_id {id} NOT NULL REFERENCES person (id), year INTEGER NOT NULL, kind TEXT NOT NULL, at BIGINT,
        share DOUBLE PRECISION, PRIMARY KEY (person_id, year, kind));
     CREATE INDEX visit_at ON visit (at, kind);",
);
const SECOND: Migration = Migration::new("0002_second", "ALTER TABLE person ADD COLUMN note TEXT;");
const OLD: Migrations = Migrations::new("example", &[FIRST]);
const NEW: Migrations = Migrations::new("example", &[FIRST, SECOND]);

fn name() -> RoomName {
    RoomName::national("example")
}

fn migrations_of(rooms: &Rooms) -> usize {
    let entries = |tx: &mut store::Tx| {
        use diesel::prelude::*;
        diesel::table! { migration (component, name) { component -> Text, name -> Text, } }
        Ok::<_, StoreError>(migration::table.count().get_result::<i64>(tx)?)
    };
    usize::try_from(rooms.existing(&name()).unwrap().unwrap().read_blocking(entries).unwrap()).unwrap()
}

#[test]
fn one_text_makes_the_same_schema_on_both() {
    let schema = same_on_both(&[NEW]);
    let person = &schema.tables["person"];
    assert_eq!(person.key, ["id"]);
    assert_eq!(person.columns["photo"].kind, "bytes");
    assert!(person.columns["born"].nullable && !person.columns["id"].nullable && person.columns["note"].nullable);
    assert!(person.indexes.contains(&(true, vec!["code".to_owned()])));
    let visit = &schema.tables["visit"];
    assert_eq!(visit.key, ["person_id", "year", "kind"]);
    assert!(visit.indexes.contains(&(false, vec!["at".to_owned(), "kind".to_owned()])));
    assert!(visit.references.contains(&Reference {
        from: vec!["person_id".to_owned()],
        table: "person".to_owned(),
        to: vec!["id".to_owned()]
    }));
    assert_eq!(columns::compare(&[store::COLUMNS], &schema).len(), 2, "the two tables of this test are not classed");
}

#[test]
fn a_difference_between_the_databases_is_told() {
    both_blocking(|rooms| {
        let room = rooms.room(&name(), &[OLD]).unwrap();
        let before = schema(&room).unwrap();
        rooms.room(&name(), &[NEW]).unwrap();
        let lines = before.differences(&schema(&room).unwrap());
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("column person.note: None and Some"), "{lines:?}");
    });
}

#[test]
fn migrations_run_once_and_a_room_of_an_older_version_is_brought_up() {
    both_blocking(|rooms| {
        for _ in 0..2 {
            rooms.room(&name(), &[OLD]).unwrap();
            assert_eq!(migrations_of(&rooms), 1);
        }
        rooms.room(&name(), &[NEW]).unwrap();
        assert_eq!(migrations_of(&rooms), 2);
    });
}

#[test]
fn a_room_of_a_newer_version_is_refused() {
    both_blocking(|rooms| {
        rooms.room(&name(), &[NEW]).unwrap();
        let error = rooms.room(&name(), &[OLD]).unwrap_err();
        assert_eq!(error, StoreError::Newer { room: "example_national".into(), component: "example".into(), name: "0002_second".into() });
    });
}

#[test]
fn a_migration_whose_text_was_changed_is_refused() {
    both_blocking(|rooms| {
        rooms.room(&name(), &[OLD]).unwrap();
        const CHANGED: Migrations =
            Migrations::new("example", &[Migration::new("0001_first", "CREATE TABLE person (id {id} PRIMARY KEY);")]);
        let error = rooms.room(&name(), &[CHANGED]).unwrap_err();
        assert!(matches!(&error, StoreError::Migration { problem, .. } if problem.contains("changed")), "{error:?}");
    });
}

#[test]
fn a_migration_put_in_before_one_that_was_run_is_refused() {
    both_blocking(|rooms| {
        const ONLY_SECOND: Migrations = Migrations::new("example", &[Migration::new("0002_b", "CREATE TABLE b (id {id} PRIMARY KEY)")]);
        rooms.room(&name(), &[ONLY_SECOND]).unwrap();
        const BOTH: Migrations = Migrations::new(
            "example",
            &[
                Migration::new("0001_a", "CREATE TABLE a (id {id} PRIMARY KEY)"),
                Migration::new("0002_b", "CREATE TABLE b (id {id} PRIMARY KEY)"),
            ],
        );
        assert!(matches!(rooms.room(&name(), &[BOTH]), Err(StoreError::Migration { .. })));
        const UNSORTED: Migrations = Migrations::new("other", &[Migration::new("0002_b", ""), Migration::new("0001_a", "")]);
        assert!(matches!(rooms.room(&name(), &[UNSORTED]), Err(StoreError::Migration { .. })));
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_and_names_itself() {
    both_blocking(|rooms| {
        const BAD: Migrations = Migrations::new(
            "example",
            &[FIRST, Migration::new("0002_bad", "CREATE TABLE good (id {id} PRIMARY KEY); CREATE TABLE good (x TEXT);")],
        );
        let error = rooms.room(&name(), &[BAD]).unwrap_err();
        assert!(
            matches!(&error, StoreError::Migration { name, problem, .. } if name == "0002_bad" && problem.contains("already exists")),
            "{error:?}"
        );
        rooms.room(&name(), &[OLD]).unwrap();
        let room = rooms.existing(&name()).unwrap().unwrap();
        assert!(!schema(&room).unwrap().tables.contains_key("good"));
    });
}

/// Every opener has its own `Rooms`, as two programs have.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn openers_at_once_find_one_room() {
    both(|rooms| async move {
        let data = rooms.data().clone();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let data = data.clone();
                tokio::task::spawn_blocking(move || Rooms::open_with(data, 2)?.room(&name(), &[NEW]).map(|_| ()))
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok(()));
        }
        assert_eq!(migrations_of(&rooms), 2);
    })
    .await;
}
