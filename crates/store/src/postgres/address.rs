//! What a URL says about the line to PostgreSQL: plain, or TLS by [`super::tunnel`].

use std::path::PathBuf;

use crate::StoreError;

/// Port of a host that names none.
const PORT: u16 = 5432;

/// How the server of a URL is reached.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// libpq opens the line itself: a socket of this machine, or a network that is trusted.
    Plain,
    /// TLS with a verified certificate and host name (`sslmode=verify-full`).
    Verified(Verified),
}

/// The parts of a URL with `sslmode=verify-full`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verified {
    /// Tried in this order, as libpq does.
    pub(super) servers: Vec<Server>,
    /// Certificates of authorities, PEM (`sslrootcert`).
    pub(super) roots: PathBuf,
    /// Certificate chain and key that the client shows, PEM (`sslcert`, `sslkey`).
    pub(super) client: Option<(PathBuf, PathBuf)>,
    /// `user:password`, as it stands in the URL.
    user: String,
    database: String,
    /// Parameters that are none of the line, as they stand in the URL.
    rest: Vec<String>,
}

/// A host and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Address {
    /// Reads a `postgres://` URL. Modes of TLS that do not verify the server's name are refused: they protect from nobody who is on the line.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (start, query) = url.split_once('?').unwrap_or((url, ""));
        let mut mode = String::new();
        let (mut roots, mut certificate, mut key) = (None, None, None);
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "sslmode" => value.clone_into(&mut mode),
                "sslrootcert" => roots = Some(path(value)?),
                "sslcert" => certificate = Some(path(value)?),
                "sslkey" => key = Some(path(value)?),
                _ => rest.push(pair.to_owned()),
            }
        }
        match mode.as_str() {
            "" | "disable" if roots.is_none() && certificate.is_none() && key.is_none() => return Ok(Self::Plain),
            "verify-full" => {}
            _ => return Err(StoreError::BadTls("write sslmode=verify-full&sslrootcert=FILE; other modes do not verify whom they reach")),
        }
        let roots = roots.ok_or(StoreError::BadTls("sslrootcert=FILE is missing: the certificates (PEM) of who signed the server's"))?;
        let client = match (certificate, key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((certificate, key)),
            _ => return Err(StoreError::BadTls("sslcert and sslkey go together")),
        };
        let elsewhere = ["host=", "hostaddr=", "port=", "sslnegotiation=", "channel_binding="];
        if rest.iter().any(|pair| elsewhere.iter().any(|name| pair.starts_with(name))) {
            return Err(StoreError::BadTls(
                "with sslmode=verify-full hosts and ports stand before the database: postgres://user@host:port/database",
            ));
        }
        let (_, start) = start.split_once("://").ok_or(StoreError::BadData)?;
        let (authority, database) = start.split_once('/').unwrap_or((start, ""));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let servers = hosts.split(',').map(Server::parse).collect::<Result<_, _>>()?;
        Ok(Self::Verified(Verified { servers, roots, client, user: user.to_owned(), database: database.to_owned(), rest }))
    }
}

impl Verified {
    /// The URL for libpq when the servers are reached through sockets in `folder`, numbered from 1 in the order of [`Self::servers`].
    pub(super) fn through(&self, folder: &str) -> String {
        let each = |what: &dyn Fn(usize) -> String| (1..=self.servers.len()).map(what).collect::<Vec<_>>().join(",");
        let hosts = each(&|_| percent_encoded(folder));
        let ports = each(&|number| number.to_string());
        let at = if self.user.is_empty() { "" } else { "@" };
        let mut url = format!("postgres://{}{at}/{}?host={hosts}&port={ports}", self.user, self.database);
        for pair in &self.rest {
            url.push('&');
            url.push_str(pair);
        }
        url
    }
}

impl Server {
    fn parse(text: &str) -> Result<Self, StoreError> {
        const WRONG: StoreError = StoreError::BadTls("the URL names no host, or a wrong port");
        let (host, port) = match text.strip_prefix('[') {
            // An IPv6 address.
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or(WRONG)?;
                (host, after.strip_prefix(':'))
            }
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        if host.is_empty() || host.contains('%') {
            return Err(WRONG);
        }
        let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| WRONG))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

/// A path in a parameter, with its `%2F` read.
fn path(value: &str) -> Result<PathBuf, StoreError> {
    const WRONG: StoreError = StoreError::BadTls("a path in the URL is empty or wrongly encoded");
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or(WRONG)?;
        let digits = std::str::from_utf8(digits).map_err(|_| WRONG)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| WRONG)?);
        rest = after;
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.is_empty() => Ok(PathBuf::from(text)),
        _ => Err(WRONG),
    }
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(url: &str) -> Verified {
        match Address::parse(url).unwrap() {
            Address::Verified(verified) => verified,
            Address::Plain => panic!("{url} asks for TLS"),
        }
    }

    #[test]
    fn a_url_without_tls_is_left_to_libpq() {
        for url in ["postgres://a:b@h/c", "postgres://a@h/c?sslmode=disable", "postgres:///c?host=/run/postgresql&connect_timeout=3"] {
            assert_eq!(Address::parse(url).unwrap(), Address::Plain, "{url}");
        }
    }

    #[test]
    fn a_mode_that_does_not_verify_the_server_is_refused() {
        for query in [
            "sslmode=require",
            "sslmode=prefer",
            "sslmode=verify-ca&sslrootcert=/a.pem",
            "sslmode=verify-full",
            "sslrootcert=/a.pem",
            "sslmode=disable&sslrootcert=/a.pem",
            "sslmode=verify-full&sslrootcert=/a.pem&sslcert=/c.pem",
            "sslmode=verify-full&sslrootcert=/a.pem&host=h2",
            "sslmode=verify-full&sslrootcert=/a.pem&channel_binding=require",
            "sslmode=verify-full&sslrootcert=%2",
        ] {
            let outcome = Address::parse(&format!("postgres://a@h/c?{query}"));
            assert!(matches!(outcome, Err(StoreError::BadTls(_))), "{query}: {outcome:?}");
        }
    }

    #[test]
    fn hosts_paths_and_what_is_left_for_libpq_are_read() {
        let url = "postgresql://ken:p%40ss@db1.example:6000,[2001:db8::1],10.0.0.3:7/city?connect_timeout=3&sslmode=verify-full\
                   &sslrootcert=%2Fetc%2Fca.pem&sslcert=/etc/c.pem&sslkey=/etc/c.key&target_session_attrs=read-write";
        let found = verified(url);
        let servers: Vec<(&str, u16)> = found.servers.iter().map(|server| (server.host.as_str(), server.port)).collect();
        assert_eq!(servers, [("db1.example", 6000), ("2001:db8::1", 5432), ("10.0.0.3", 7)]);
        assert_eq!(found.roots, PathBuf::from("/etc/ca.pem"));
        assert_eq!(found.client, Some((PathBuf::from("/etc/c.pem"), PathBuf::from("/etc/c.key"))));
        assert_eq!(
            found.through("/tmp/a b"),
            "postgres://ken:p%40ss@/city?host=%2Ftmp%2Fa%20b,%2Ftmp%2Fa%20b,%2Ftmp%2Fa%20b&port=1,2,3&connect_timeout=3&target_session_attrs=read-write"
        );
    }
}
