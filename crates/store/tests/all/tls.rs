//! TLS to PostgreSQL, through a server before the real one that speaks TLS as PostgreSQL does: it answers `SSLRequest`, then shows a certificate.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use store::testing::Database;
use store::{Data, RoomName, Rooms, StoreError};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Certificates of one test: an authority, the server's for `localhost` alone, a client's.
struct Papers {
    folder: TempDir,
    server: ServerConfig,
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Papers {
    /// `asks` for a certificate of the client when it is set.
    fn new(asks: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = authority("authority");
        let issued = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
            (certificate.pem(), key.serialize_pem())
        };
        let (certificate, key) = issued("localhost");
        let (client, client_key) = issued("kenshin");
        for (name, text) in [("authority.pem", authority.pem()), ("client.pem", client), ("client.key", client_key)] {
            fs::write(folder.path().join(name), text).unwrap();
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let builder = if asks {
            builder.with_client_cert_verifier(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let server = builder.with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap();
        Self { folder, server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A server that speaks TLS before the real one.
struct Front {
    address: SocketAddr,
    /// Connections that were carried over TLS to the real server.
    carried: Arc<AtomicU32>,
    /// Anything that came in plain besides the request for TLS.
    plain: Arc<AtomicU32>,
    _runtime: tokio::runtime::Runtime,
}

impl Front {
    /// `config` is how it speaks TLS; without one it answers, as a PostgreSQL without certificates does, that it does not.
    fn start(real: String, config: Option<ServerConfig>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (carried, plain) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let acceptor = config.map(|config| TlsAcceptor::from(Arc::new(config)));
        let (counted, plain_counted) = (Arc::clone(&carried), Arc::clone(&plain));
        runtime.spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (real, acceptor, counted, plain) = (real.clone(), acceptor.clone(), Arc::clone(&counted), Arc::clone(&plain_counted));
                tokio::spawn(async move {
                    // A client that goes away is what some of these tests are about.
                    let _ = serve(line, &real, acceptor, &counted, &plain).await;
                });
            }
        });
        Self { address, carried, plain, _runtime: runtime }
    }
}

async fn serve(
    mut line: TcpStream,
    real: &str,
    acceptor: Option<TlsAcceptor>,
    carried: &AtomicU32,
    plain: &AtomicU32,
) -> std::io::Result<()> {
    let mut request = [0; 8];
    line.read_exact(&mut request).await?;
    // PostgreSQL's documentation, 54.7: length 8, code 80877103.
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47]);
    let Some(acceptor) = acceptor else {
        line.write_all(b"N").await?;
        if line.read_u8().await.is_ok() {
            plain.fetch_add(1, Ordering::Relaxed);
        }
        return Ok(());
    };
    line.write_all(b"S").await?;
    let mut line = acceptor.accept(line).await?;
    carried.fetch_add(1, Ordering::Relaxed);
    copy_bidirectional(&mut line, &mut TcpStream::connect(real).await?).await?;
    Ok(())
}

/// `user:password`, `host:port` and the database of a URL.
fn parts(url: &str) -> (&str, &str, &str) {
    let (user, rest) = url.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    (user, server, database.split('?').next().unwrap())
}

/// What opening the rooms of `url` over `hosts` says; the rooms when it says nothing.
fn open(url: &str, hosts: &str, roots: &Path, more: &str) -> Result<Rooms, StoreError> {
    let (user, _, database) = parts(url);
    let url = format!("postgres://{user}@{hosts}/{database}?sslmode=verify-full&sslrootcert={}{more}", roots.display());
    Rooms::open_with(Data::parse(&url).unwrap(), 4)
}

fn works(rooms: &Rooms) {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let room = rooms.room(&RoomName::national("example"), &[]).unwrap();
    // Longer than any buffer on the way.
    let answer: Answer =
        room.read_blocking(|tx| Ok::<_, StoreError>(sql_query("SELECT repeat('検診', 1000000) AS text").get_result(tx)?)).unwrap();
    assert_eq!(answer.text, "検診".repeat(1_000_000));
}

fn refused(outcome: Result<Rooms, StoreError>) -> StoreError {
    match outcome {
        Ok(_) => panic!("the line was opened"),
        Err(error) => error,
    }
}

#[test]
fn a_server_that_proves_its_name_is_spoken_to_over_tls() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    let hosts = format!("localhost:{}", front.address.port());
    works(&open(database.url(), &hosts, &papers.path("authority.pem"), "").unwrap());
    assert!(front.carried.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_server_of_another_authority_or_of_another_name_is_refused_before_anything_is_said() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    const SIGNED_BY_NOBODY: StoreError = StoreError::NotReachable("its certificate is signed by nobody of sslrootcert");
    let stranger = papers.path("stranger.pem");
    let port = front.address.port();
    // One of another name, and one that bears the name of the right one.
    for name in ["stranger", "authority"] {
        fs::write(&stranger, authority(name).pem()).unwrap();
        assert_eq!(refused(open(database.url(), &format!("localhost:{port}"), &stranger, "")), SIGNED_BY_NOBODY);
    }
    let other_name = refused(open(database.url(), &format!("127.0.0.1:{port}"), &papers.path("authority.pem"), ""));
    assert_eq!(other_name, StoreError::NotReachable("its certificate is for another name"));
}

#[test]
fn a_server_without_tls_is_refused_and_never_spoken_to_in_plain() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), None);
    let hosts = format!("localhost:{}", front.address.port());
    assert_eq!(refused(open(database.url(), &hosts, &papers.path("authority.pem"), "")), StoreError::NotReachable("it does not speak TLS"));
    assert_eq!(front.plain.load(Ordering::Relaxed), 0);
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_the_one_of_the_url() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(true);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    let hosts = format!("localhost:{}", front.address.port());
    let (certificate, key) = (papers.path("client.pem"), papers.path("client.key"));
    let shown = format!("&sslcert={}&sslkey={}", certificate.display(), key.display());
    works(&open(database.url(), &hosts, &papers.path("authority.pem"), &shown).unwrap());
    refused(open(database.url(), &hosts, &papers.path("authority.pem"), ""));
}

#[test]
fn a_host_that_is_away_is_passed_over_for_the_next_and_named_when_it_is_the_only_one() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    // Given back at once: nobody listens there.
    let away = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let hosts = format!("localhost:{away},localhost:{}", front.address.port());
    works(&open(database.url(), &hosts, &papers.path("authority.pem"), "").unwrap());
    let error = refused(open(database.url(), &format!("localhost:{away}"), &papers.path("authority.pem"), ""));
    assert_eq!(error, StoreError::NotReachable("nobody listens there"));
}

#[test]
fn certificates_that_cannot_be_read_are_named_before_any_server_is_asked() {
    let papers = Papers::new(false);
    let missing = papers.path("missing.pem");
    let url = "postgres://a@b/c";
    assert!(matches!(refused(open(url, "localhost:1", &missing, "")), StoreError::BadTls(text) if text.contains("sslrootcert")));
    let not_pem = papers.path("client.key");
    assert!(matches!(refused(open(url, "localhost:1", &not_pem, "")), StoreError::BadTls(text) if text.contains("sslrootcert")));
}

/// What the test below runs in a program of its own, because the environment belongs to the whole of one.
#[test]
#[ignore = "started by what_the_environment_says_of_postgresql_changes_nothing"]
#[expect(clippy::disallowed_methods, reason = "the parent says by it what to open")]
fn child() {
    // Started by nobody when every ignored test is run.
    let Ok(url) = std::env::var("KENSHIN_TEST_TLS") else { return };
    works(&Rooms::open_with(Data::parse(&url).unwrap(), 2).unwrap());
}

#[test]
fn what_the_environment_says_of_postgresql_changes_nothing() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    let (user, _, name) = parts(database.url());
    let roots = papers.path("authority.pem");
    let url = format!("postgres://{user}@localhost:{}/{name}?sslmode=verify-full&sslrootcert={}", front.address.port(), roots.display());
    let services = papers.path("services.conf");
    fs::write(&services, "[other]\nhostaddr=127.0.0.1\nsslmode=require\n").unwrap();
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::child", "--ignored"])
        .env("KENSHIN_TEST_TLS", url)
        .envs([("PGHOSTADDR", "127.0.0.1"), ("PGSSLMODE", "require"), ("PGREQUIREPEER", "nobody"), ("PGCHANNELBINDING", "require")])
        .envs([("PGSERVICE", "other"), ("PGSERVICEFILE", services.to_str().unwrap())])
        .output()
        .unwrap();
    assert!(child.status.success(), "{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(front.carried.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_changed_authority_is_taken_up_by_the_next_connection_without_opening_the_rooms_anew() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    let roots = papers.path("authority.pem");
    let rooms = open(database.url(), &format!("localhost:{}", front.address.port()), &roots, "").unwrap();
    let room = rooms.room(&RoomName::national("example"), &[]).unwrap();
    fs::write(&roots, authority("another").pem()).unwrap();
    // The connection of the room is good; another one beside it must be opened, and is refused under the authority of now.
    let beside = || room.read_blocking(|_| Ok::<_, StoreError>(())).err();
    let outcome = room.read_blocking(|_| Ok::<_, StoreError>(beside()));
    assert_eq!(outcome.unwrap(), Some(StoreError::NotReachable("its certificate is signed by nobody of sslrootcert")));
}

#[test]
fn the_folder_of_sockets_goes_with_the_rooms_and_that_of_a_killed_process_with_the_next() {
    let Some(database) = Database::new() else { return };
    let papers = Papers::new(false);
    let front = Front::start(parts(database.url()).1.to_owned(), Some(papers.server.clone()));
    let temporary = std::env::temp_dir();
    let folders = || -> Vec<PathBuf> {
        let found = fs::read_dir(&temporary).unwrap().map(|entry| entry.unwrap().path());
        found.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("kenshin-postgres-")).collect()
    };
    let folder_of = |name: &str| temporary.join(format!("kenshin-postgres-test-{name}-{}", std::process::id()));
    let (killed, living) = (folder_of("killed"), folder_of("living"));
    for folder in [&killed, &living] {
        fs::create_dir_all(folder).unwrap();
    }
    let lock = |folder: &Path| fs::File::create(folder.join("lock")).unwrap();
    let held = lock(&living);
    held.lock().unwrap();
    drop(lock(&killed));
    let before = folders();
    let rooms = open(database.url(), &format!("localhost:{}", front.address.port()), &papers.path("authority.pem"), "").unwrap();
    assert!(!killed.exists() && living.exists());
    works(&rooms);
    // Tests beside this one have folders of their own: every new one must be gone in the end.
    let new: Vec<PathBuf> = folders().into_iter().filter(|folder| !before.contains(folder)).collect();
    assert!(!new.is_empty());
    drop(rooms);
    let began = std::time::Instant::now();
    while new.iter().all(|folder| folder.exists()) && began.elapsed() < std::time::Duration::from_secs(60) {
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    assert!(new.iter().any(|folder| !folder.exists()), "{new:?}");
    fs::remove_dir_all(living).unwrap();
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let papers = Papers::new(false);
    let (certificate, key) = (papers.path("client.pem"), papers.path("client.key"));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let shown = format!("&sslcert={}&sslkey={}", certificate.display(), key.display());
    let error = refused(open("postgres://a@b/c", "localhost:1", &papers.path("authority.pem"), &shown));
    assert!(matches!(error, StoreError::BadTls(text) if text.contains("0600")), "{error:?}");
}
