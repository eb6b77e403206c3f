//! From a driver's error to ours. Text of a driver is compared with what it is known to say and, at most, a name of the schema is taken out
//! of it; whatever else it says is dropped, because it can hold a value.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as Driver};

use super::{ConstraintKind, StoreError};

/// The two ways PostgreSQL ends a transaction that may succeed when it is run again (40001, 40P01).
pub(crate) fn is_retryable(error: &Driver) -> bool {
    match error {
        Driver::DatabaseError(Kind::SerializationFailure, _) => true,
        Driver::DatabaseError(Kind::Unknown, information) => information.message() == "deadlock detected",
        Driver::RollbackErrorOnCommit { commit_error, .. } => is_retryable(commit_error),
        _ => false,
    }
}

pub(super) fn of_query(error: &Driver) -> StoreError {
    match error {
        Driver::NotFound => StoreError::NotFound,
        Driver::DatabaseError(kind, information) => of_database(kind, &**information),
        Driver::RollbackErrorOnCommit { commit_error, .. } => of_query(commit_error),
        Driver::QueryBuilderError(_) => StoreError::Other("the statement could not be built"),
        Driver::SerializationError(_) => StoreError::Other("a value could not be sent"),
        Driver::DeserializationError(_) => StoreError::Other("a value could not be read"),
        Driver::InvalidCString(_) => StoreError::Other("the statement holds a zero byte"),
        Driver::RollbackTransaction => StoreError::Other("the transaction was rolled back"),
        Driver::AlreadyInTransaction | Driver::NotInTransaction | Driver::BrokenTransactionManager => {
            StoreError::Other("transactions are mixed up")
        }
        _ => StoreError::Other("unknown"),
    }
}

fn of_database(kind: &Kind, information: &dyn DatabaseErrorInformation) -> StoreError {
    let rule = |kind| constraint(kind, information);
    match kind {
        Kind::UniqueViolation | Kind::ExclusionViolation => rule(ConstraintKind::Unique),
        Kind::ForeignKeyViolation | Kind::RestrictViolation => rule(ConstraintKind::ForeignKey),
        Kind::NotNullViolation => rule(ConstraintKind::NotNull),
        Kind::CheckViolation => rule(ConstraintKind::Check),
        Kind::SerializationFailure => StoreError::Conflict,
        Kind::ReadOnlyTransaction => StoreError::ReadOnly,
        Kind::ClosedConnection | Kind::UnableToSendCommand => StoreError::NotReachable("the connection is gone"),
        _ => of_message(information.message()),
    }
}

fn constraint(kind: ConstraintKind, information: &dyn DatabaseErrorInformation) -> StoreError {
    if let Some(table) = information.table_name() {
        let name = information.constraint_name().or_else(|| information.column_name()).unwrap_or_default();
        return StoreError::Constraint { kind, table: table.to_owned(), name: name.to_owned() };
    }
    // SQLite: `UNIQUE constraint failed: resident.number, resident.year`, `CHECK constraint failed: sex IN (0, 1, 2)`: text of the schema.
    let said = information.message().split_once("constraint failed: ").map_or("", |(_, said)| said);
    let name: String = said.chars().filter(|c| c.is_ascii_alphanumeric() || "_., ".contains(*c)).take(200).collect();
    let table = said.split_once('.').map(|(table, _)| table).filter(|table| is_word(table)).unwrap_or_default();
    StoreError::Constraint { kind, table: table.to_owned(), name }
}

/// What both databases say by message alone: Diesel keeps no SQLSTATE. SQLite's messages are constants of the library that is built in;
/// PostgreSQL's are those of `lc_messages = 'C'`, which the shipped settings have.
fn of_message(message: &str) -> StoreError {
    let has = |part: &str| message.contains(part);
    if message == "deadlock detected" || has("could not serialize access") || has("tuple concurrently") {
        return StoreError::Conflict;
    }
    if has("database is locked") || has("database table is locked") || has("database schema is locked") {
        return StoreError::Busy("another program writes to the file");
    }
    if has("due to lock timeout") || has("due to statement timeout") {
        return StoreError::Busy("another transaction takes too long");
    }
    if has("database or disk is full") || has("No space left on device") || has("Disk quota exceeded") {
        return StoreError::Full;
    }
    if message.starts_with("disk I/O error") || has("Input/output error") {
        return StoreError::Disk;
    }
    if has("disk image is malformed") || has("file is not a database") || has("invalid page in block") {
        return StoreError::Corrupt;
    }
    if has("readonly database") || has("in a read-only transaction") {
        return StoreError::ReadOnly;
    }
    if has("unable to open database file") {
        return StoreError::NotReachable("the file cannot be opened");
    }
    if has("server closed the connection") || has("terminating connection") || has("connection not open") || has("the database system is") {
        return StoreError::NotReachable("the connection is gone");
    }
    if has("too many connections") || has("remaining connection slots") {
        return StoreError::Busy("the server has no connection left");
    }
    if message.starts_with("permission denied") || message.starts_with("must be ") {
        return StoreError::Refused(names_in(message));
    }
    of_schema(message)
}

/// A statement that does not fit: the names in it help, and can only be names.
fn of_schema(message: &str) -> StoreError {
    const SQLITE: [&str; 3] = ["no such table: ", "no such column: ", "no such function: "];
    for start in SQLITE {
        if let Some(rest) = message.strip_prefix(start) {
            return StoreError::Schema(format!("{start}{}", word(rest)));
        }
    }
    if message.starts_with("table ") && (message.contains(" has no column named ") || message.ends_with(" already exists"))
        || message.starts_with("index ") && message.ends_with(" already exists")
        || message.starts_with("relation \"")
        || message.starts_with("role \"")
        || message.starts_with("column ") && message.contains("does not exist")
        || message.starts_with("column \"") && message.contains("is of type")
        || message.starts_with("there is no unique or exclusion constraint")
        || message.starts_with("ON CONFLICT clause does not match")
    {
        return StoreError::Schema(names_in(message));
    }
    if message.contains("syntax error") {
        return StoreError::Schema("syntax error".to_owned());
    }
    if message.starts_with("invalid input syntax") || message.starts_with("value too long") || message.ends_with("out of range") {
        return StoreError::Other("a value does not fit its column");
    }
    StoreError::Other("statement")
}

/// The message without anything that is not a plain word: a value with digits in front, a quote, a Japanese name cannot pass.
fn names_in(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for part in message.split([' ', '"', ',', ':', '(', ')']) {
        if is_word(part) && words.len() < 16 {
            words.push(part);
        }
    }
    words.join(" ")
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    text.get(..end).filter(|word| is_word(word)).unwrap_or("?")
}

fn is_word(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

pub(super) fn of_connection(error: &ConnectionError) -> StoreError {
    let ConnectionError::BadConnection(text) = error else {
        return match error {
            ConnectionError::CouldntSetupConfiguration(error) => of_query(error),
            _ => StoreError::NotReachable("its address is wrong"),
        };
    };
    StoreError::NotReachable(if text.contains("Connection refused") {
        "nobody listens there"
    } else if text.contains("authentication failed") || text.contains("no password supplied") {
        "it refuses the name or password"
    } else if text.contains("too many clients") || text.contains("remaining connection slots") {
        "it has no connection left"
    } else if text.contains("does not exist") {
        "the database or role does not exist"
    } else if text.contains("could not translate host name") {
        "its host is unknown"
    } else if text.contains("timeout") || text.contains("timed out") {
        "it does not answer in time"
    } else if text.contains("SSL: the server's certificate has expired") {
        "its certificate has expired"
    } else if text.contains("SSL: the server's certificate is for another name") {
        "its certificate is for another name"
    } else if text.contains("SSL: nobody of sslrootcert") {
        "its certificate is signed by nobody of sslrootcert"
    } else if text.contains("SSL: the server does not speak TLS") {
        "it does not speak TLS"
    } else if text.contains("SSL") || text.contains("sslmode") {
        "TLS fails"
    } else {
        "it refuses the connection"
    })
}
