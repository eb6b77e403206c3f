//! Migrations: one text for both databases, run once per room, never changed once released.

mod run;
mod text;

pub(crate) use self::run::{has_table, lacking, run};

/// The migrations of one crate, in order; made by [`migrations!`](crate::migrations!).
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    component: &'static str,
    list: &'static [Migration],
}

/// One migration.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    name: &'static str,
    sql: &'static str,
}

impl Migrations {
    /// The migrations of `component`, in the order in which they run.
    pub const fn new(component: &'static str, list: &'static [Migration]) -> Self {
        Self { component, list }
    }

    /// The crate they belong to.
    pub const fn component(&self) -> &'static str {
        self.component
    }

    /// Name and digest of each, as `migrations.lock` keeps them.
    pub fn digests(&self) -> Vec<(&'static str, String)> {
        self.list.iter().map(|migration| (migration.name, text::digest(migration.sql))).collect()
    }
}

impl Migration {
    /// `NNNN_name` and its text, in which `{id}`, `{serial}` and `{bytes}` stand for the types that the databases call differently.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// Takes the files `migrations/NNNN_name.sql` of the calling crate, or of a folder in it, into the program.
///
/// ```ignore
/// pub const MIGRATIONS: store::Migrations = store::migrations!("registry", "0001_residents", "0002_vouchers");
/// const OF_A_PARTY: store::Migrations = store::migrations!("network" in "src/network", "0001_network");
/// ```
#[macro_export]
macro_rules! migrations {
    ($component:literal $(, $name:literal)* $(,)?) => {
        $crate::migrations!($component in "", $($name),*)
    };
    ($component:literal in $folder:literal $(, $name:literal)* $(,)?) => {
        $crate::Migrations::new(
            $component,
            &[$($crate::Migration::new(
                $name,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/migrations/", $name, ".sql")),
            )),*],
        )
    };
}
