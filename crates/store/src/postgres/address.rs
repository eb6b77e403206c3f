//! What a URL says about the line to PostgreSQL: plain, or TLS by [`super::tunnel`].

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::StoreError;

/// Port of a host that names none.
const PORT: u16 = 5432;

/// What libpq is still asked to do where TLS is ours. It would take the rest and ignore it (revocation lists, versions of TLS, keepalives on a
/// socket), or go round the tunnel (`hostaddr`, `service`).
const LEFT_TO_LIBPQ: &[&str] = &[
    "application_name",
    "connect_timeout",
    "dbname",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "require_auth",
    "target_session_attrs",
    "user",
];
/// Said in the URL, lest the environment (`PGHOSTADDR`, `PGSSLMODE`, `PGREQUIREPEER`, …) or a service file says otherwise.
const SAID: &str = "hostaddr=&requirepeer=&sslmode=disable&sslnegotiation=postgres&channel_binding=disable&gssencmode=disable";

/// How the server of a URL is reached.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// libpq opens the line itself by this URL: a socket or the loopback of this machine, or a line that the deployment protects otherwise and
    /// says so.
    Plain(String),
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
    /// So is a host of another machine without a word about TLS.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (start, query) = url.split_once('?').unwrap_or((url, ""));
        let (_, start) = start.split_once("://").ok_or(StoreError::BadData)?;
        let (authority, database) = start.split_once('/').unwrap_or((start, ""));
        let (user, hosts) = authority.split_once('@').unwrap_or(("", authority));
        if hosts.contains('@') || database.contains('@') || query.contains('@') {
            return Err(UNREADABLE);
        }
        let parameters: Vec<(&str, &str)> =
            query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        let names: BTreeSet<&str> = parameters.iter().map(|(name, _)| *name).collect();
        if names.len() < parameters.len() || names.iter().any(|name| name.contains('%')) {
            return Err(UNREADABLE);
        }
        let found = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        match found("sslmode") {
            Some("disable") => return Ok(Self::Plain(url.to_owned())),
            None if names.iter().all(|name| !name.starts_with("ssl")) && is_local(hosts, &parameters) => {
                // Lest the environment leads to another machine.
                let sign = if query.is_empty() { "?" } else { "&" };
                return Ok(Self::Plain(format!("{}{sign}hostaddr=", url.trim_end_matches(['?', '&']))));
            }
            Some("verify-full") => {}
            None => return Err(UNSAID),
            Some(_) => {
                return Err(StoreError::BadTls("write sslmode=verify-full&sslrootcert=FILE; other modes do not verify whom they reach"));
            }
        }
        let roots = found("sslrootcert").map(path).transpose()?;
        let roots = roots.ok_or(StoreError::BadTls("sslrootcert=FILE is missing: the certificates (PEM) of who signed the server's"))?;
        let client = match (found("sslcert"), found("sslkey")) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((path(certificate)?, path(key)?)),
            _ => return Err(StoreError::BadTls("sslcert and sslkey go together")),
        };
        let ours = ["sslmode", "sslrootcert", "sslcert", "sslkey"];
        let rest: Vec<&(&str, &str)> = parameters.iter().filter(|(name, _)| !ours.contains(name)).collect();
        if rest.iter().any(|(name, _)| !LEFT_TO_LIBPQ.contains(name)) {
            return Err(StoreError::BadTls(
                "with sslmode=verify-full hosts and ports stand before the database (postgres://user@host:port/database), and of libpq's \
                 parameters only those that docs/deploying.md names may be used",
            ));
        }
        let rest = rest.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let servers = hosts.split(',').map(Server::parse).collect::<Result<_, _>>()?;
        Ok(Self::Verified(Verified { servers, roots, client, user: user.to_owned(), database: database.to_owned(), rest }))
    }
}

const UNSAID: StoreError = StoreError::BadTls(
    "the database is on another machine: write sslmode=verify-full&sslrootcert=FILE, or sslmode=disable where the line is protected otherwise",
);

/// libpq and this module would read it differently.
const UNREADABLE: StoreError =
    StoreError::BadTls("in the URL a parameter stands twice or is encoded in its name, or a password holds an @ that is not written %40");

/// Whether every host is this machine's: none, a folder of sockets, or the loopback.
fn is_local(hosts: &str, parameters: &[(&str, &str)]) -> bool {
    let loopback = |host: &str| {
        host.is_empty() || host == "localhost" || host == "::1" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    };
    let socket = |host: &str| host.starts_with(['/', '@']) || host.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2f"));
    let of_authority = |host: &str| {
        let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(address, _)| address);
        loopback(bracketed.unwrap_or_else(|| host.split_once(':').map_or(host, |(host, _)| host))) || socket(host)
    };
    let of_parameter = |(name, value): &(&str, &str)| match *name {
        "host" => value.split(',').all(|host| loopback(host) || socket(host)),
        "hostaddr" | "service" => false,
        _ => true,
    };
    hosts.split(',').all(of_authority) && parameters.iter().all(of_parameter)
}

impl Verified {
    /// The URL for libpq when the servers are reached through sockets in `folder`, numbered from 1 in the order of [`Self::servers`].
    pub(super) fn through(&self, folder: &str) -> String {
        let each = |what: &dyn Fn(usize) -> String| (1..=self.servers.len()).map(what).collect::<Vec<_>>().join(",");
        let hosts = each(&|_| percent_encoded(folder));
        let ports = each(&|number| number.to_string());
        let at = if self.user.is_empty() { "" } else { "@" };
        let mut url = format!("postgres://{}{at}/{}?host={hosts}&port={ports}&{SAID}", self.user, self.database);
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
    let path = decoded(value)?;
    if path.is_empty() { Err(WRONGLY_ENCODED) } else { Ok(path.into()) }
}

const WRONGLY_ENCODED: StoreError = StoreError::BadTls("a path or password in the URL is empty or wrongly encoded");

/// A part of a URL with what is written as `%2F` read.
pub(super) fn decoded(value: &str) -> Result<String, StoreError> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or(WRONGLY_ENCODED)?;
        let digits = std::str::from_utf8(digits).map_err(|_| WRONGLY_ENCODED)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| WRONGLY_ENCODED)?);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| WRONGLY_ENCODED)
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
            Address::Plain(_) => panic!("{url} asks for TLS"),
        }
    }

    #[test]
    fn a_line_within_the_machine_or_one_that_is_said_to_be_plain_is_left_to_libpq() {
        for (url, given) in [
            ("postgres://a:b@localhost/c", "postgres://a:b@localhost/c?hostaddr="),
            (
                "postgres://a:b@127.0.0.1:5433,[::1]:7/c?connect_timeout=3",
                "postgres://a:b@127.0.0.1:5433,[::1]:7/c?connect_timeout=3&hostaddr=",
            ),
            ("postgres:///c?host=/run/postgresql", "postgres:///c?host=/run/postgresql&hostaddr="),
            ("postgres://a@%2frun%2Fpostgresql/c", "postgres://a@%2frun%2Fpostgresql/c?hostaddr="),
            ("postgres://a@db/c?sslmode=disable", "postgres://a@db/c?sslmode=disable"),
        ] {
            assert_eq!(Address::parse(url), Ok(Address::Plain(given.to_owned())), "{url}");
        }
    }

    #[test]
    fn another_machine_without_a_word_about_tls_is_refused() {
        for url in [
            "postgres://a@db/c",
            "postgres://a@localhost,db/c",
            "postgres:///c?host=db",
            "postgres:///c?host=::ffff:10.0.0.1",
            "postgres://a@[2001:db8::1]/c",
            "postgres://a@127.evil.example/c",
            "postgres://a@localhost/c?hostaddr=10.0.0.5",
            "postgres://a@localhost/c?service=other",
        ] {
            assert_eq!(Address::parse(url), Err(UNSAID), "{url}");
        }
    }

    #[test]
    fn what_libpq_would_read_otherwise_is_refused() {
        for url in [
            "postgres:///c?host=/run&host=db",
            "postgres:///c?%68ost=db",
            "postgres://u:a@evil,x@localhost/c",
            "postgres://localhost?password=a@db/c",
            "postgres://a@db/c?sslmode=disable&sslmode=verify-full",
        ] {
            assert_eq!(Address::parse(url), Err(UNREADABLE), "{url}");
        }
    }

    #[test]
    fn a_mode_that_does_not_verify_the_server_and_what_would_go_round_the_tunnel_are_refused() {
        for query in [
            "sslmode=require",
            "sslmode=prefer",
            "sslmode=verify-ca&sslrootcert=/a.pem",
            "sslmode=verify-full",
            "sslrootcert=/a.pem",
            "sslmode=verify-full&sslrootcert=/a.pem&sslcert=/c.pem",
            "sslmode=verify-full&sslrootcert=/a.pem&host=h2",
            "sslmode=verify-full&sslrootcert=/a.pem&%68ostaddr=10.0.0.1",
            "sslmode=verify-full&sslrootcert=/a.pem&service=other",
            "sslmode=verify-full&sslrootcert=/a.pem&sslcrl=/crl.pem",
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
            "postgres://ken:p%40ss@/city?host=%2Ftmp%2Fa%20b,%2Ftmp%2Fa%20b,%2Ftmp%2Fa%20b&port=1,2,3\
             &hostaddr=&requirepeer=&sslmode=disable&sslnegotiation=postgres&channel_binding=disable&gssencmode=disable\
             &connect_timeout=3&target_session_attrs=read-write"
        );
    }
}
