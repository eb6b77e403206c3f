//! Where a deployment keeps its rooms.

use std::fmt;
use std::path::PathBuf;

use crate::StoreError;

/// Where the rooms are: a folder of SQLite files, or a PostgreSQL database.
#[derive(Clone, PartialEq, Eq)]
pub enum Data {
    /// `DIR/<system>/<municipality>.sqlite`.
    Folder(PathBuf),
    /// A `postgres://` URL of a login role that may create schemas and roles.
    Postgres(String),
}

impl Data {
    /// Reads `DIR` or `postgres://user:password@host:port/database`.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        if text.is_empty() || text.contains("://") {
            return Err(StoreError::BadData);
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }

    /// Whether it is a URL with a password in it, which may stand in a file of its owner's and not on a command line.
    pub fn has_password(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let is_password = |pair: &str| pair.split_once('=').is_some_and(|(name, _)| matches!(name, "password" | "sslpassword"));
        rest.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
            || rest.split_once('?').is_some_and(|(_, query)| query.split('&').any(is_password))
    }
}

/// Without the password that a URL may hold.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                // Parameters first: a password among them may hold the sign that ends one before the host.
                let place = rest.split_once('?').map_or(rest, |(place, _)| place);
                let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
                write!(f, "postgres://{place}")
            }
        }
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Data({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_a_url_are_told_apart() {
        assert_eq!(Data::parse("kenshin-data").unwrap(), Data::Folder("kenshin-data".into()));
        assert!(matches!(Data::parse("postgres://a@b/c").unwrap(), Data::Postgres(_)));
        assert_eq!(Data::parse("mysql://a@b/c"), Err(StoreError::BadData));
        assert_eq!(Data::parse(" "), Err(StoreError::BadData));
    }

    #[test]
    fn the_password_of_a_url_is_not_shown() {
        let data = Data::parse("postgres://kenshin:sec@ret@db.example:5432/kenshin?password=hid@den").unwrap();
        assert_eq!(data.to_string(), "postgres://db.example:5432/kenshin");
        assert_eq!(format!("{data:?}"), "Data(postgres://db.example:5432/kenshin)");
    }

    #[test]
    fn a_url_with_a_password_is_told_from_one_without() {
        for with in ["postgres://a:b@localhost/c", "postgres://a:b?c/d@e@localhost/c", "postgres://a@h/c?connect_timeout=3&password=b"] {
            assert!(Data::parse(with).unwrap().has_password(), "{with}");
        }
        for without in ["folder", "postgres://a@localhost:5432/c", "postgres://localhost:5432/c?passfile=/etc/b", "postgres://a@[::1]:7/c"]
        {
            assert!(!Data::parse(without).unwrap().has_password(), "{without}");
        }
    }
}
