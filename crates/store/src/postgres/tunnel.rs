//! TLS to PostgreSQL: libpq is built without TLS and speaks to sockets in a folder of this process; what it says is carried to the servers
//! over rustls, the one TLS stack of the house. A server that does not prove the name in the URL is never spoken to in plain.

use std::fs::{self, DirBuilder, File};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixListener, UnixStream, lookup_host};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vocabulary::{Entropy as _, SystemEntropy};

use super::address::{Server, Verified};
use crate::StoreError;

/// Length and code of the request for TLS, which goes before anything else (PostgreSQL's protocol, `SSLRequest`).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// For each address of a host: one that swallows what is sent to it shall not take the time of the next.
const TO_CONNECT: Duration = Duration::from_secs(3);
/// From the request for TLS to the end of its handshake.
const TO_AGREE: Duration = Duration::from_secs(10);
/// When one side has ended, the other may still say so much.
const TO_END: Duration = Duration::from_secs(5);
/// After an error of `accept`, which is one of the machine (no file descriptor left) and passes.
const TO_RECOVER: Duration = Duration::from_millis(100);
/// A server that is gone without a word is found after a minute, whether the connection rests or waits for an answer to what it sent.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(10)).with_retries(3);
/// A server that takes nothing for so long, though it lives, is given up too: nothing here sends it more than it is willing to read.
const UNACKNOWLEDGED: Duration = Duration::from_mins(1);
/// The first message of libpq is a few hundred bytes; more is not read before an error is told.
const LONGEST_START: u32 = 10_000;
/// Folders of this module among the temporary files.
const PREFIX: &str = "kenshin-postgres-";
/// In each of them; its lock is held by the process that uses the folder.
const LOCK: &str = "lock";
/// A path of a socket longer than this does not fit into `sockaddr_un`.
const LONGEST_SOCKET: usize = 107;

/// Sockets of this process through which libpq reaches the servers of a URL; gone when dropped.
pub(super) struct Tunnel {
    url: String,
    folder: PathBuf,
    /// Locked as long as the folder is in use.
    _lock: File,
    /// Dropped, it ends the thread and with it every connection.
    _end: oneshot::Sender<()>,
}

impl Tunnel {
    /// Reads the certificates and opens the sockets. No server is asked yet.
    pub(super) fn open(address: Verified) -> Result<Self, StoreError> {
        config(&address)?;
        let (folder, lock) = make_folder()?;
        let (end, ended) = oneshot::channel();
        // From here on the folder goes with the value, also when a socket cannot be opened.
        let tunnel = Self { url: address.through(&folder.display().to_string()), folder, _lock: lock, _end: end };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| NO_SOCKET)?;
        if tunnel.listen(&runtime, &Arc::new(address)).is_err() {
            // Dropped within another runtime, it would panic.
            runtime.shutdown_background();
            return Err(NO_SOCKET);
        }
        let thread = std::thread::Builder::new().name("postgres-tls".to_owned());
        thread.spawn(move || runtime.block_on(ended)).map_err(|_| NO_SOCKET)?;
        Ok(tunnel)
    }

    /// One socket for each server.
    fn listen(&self, runtime: &Runtime, address: &Arc<Verified>) -> std::io::Result<()> {
        let _context = runtime.enter();
        for (place, server) in address.servers.iter().enumerate() {
            let socket = UnixListener::bind(self.folder.join(socket_name(place + 1)))?;
            runtime.spawn(accept(socket, server.clone(), Arc::clone(address)));
        }
        Ok(())
    }

    /// What libpq connects to.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const NO_SOCKET: StoreError = StoreError::BadTls("cannot open a socket for it in the folder for temporary files (TMPDIR)");

/// As libpq looks for the socket of a port.
fn socket_name(port: usize) -> String {
    format!(".s.PGSQL.{port}")
}

/// A folder for sockets that this user alone may enter, and its lock.
fn make_folder() -> Result<(PathBuf, File), StoreError> {
    const UNFIT: StoreError =
        StoreError::BadTls("the folder for temporary files (TMPDIR) must be absolute, without a comma and shorter than 50 bytes");
    let temporary = std::env::temp_dir();
    let folder = temporary.join(format!("{PREFIX}{}", SystemEntropy.id128()));
    // libpq takes a name that does not begin with a slash for a host, and a comma for the end of one.
    let fits = folder.to_str().is_some_and(|text| text.starts_with('/') && !text.contains(',') && text.len() + 14 <= LONGEST_SOCKET);
    if !fits {
        return Err(UNFIT);
    }
    let made = || -> std::io::Result<File> {
        DirBuilder::new().mode(0o700).create(&folder)?;
        // Locked before it bears its name: nobody who sweeps finds it unlocked.
        let lock = File::create_new(folder.join("new"))?;
        lock.lock()?;
        fs::rename(folder.join("new"), folder.join(LOCK))?;
        sweep(&temporary, folder.symlink_metadata()?.uid());
        Ok(lock)
    };
    Ok((folder.clone(), made().map_err(|_| NO_SOCKET)?))
}

/// Removes folders of this user that a process was killed over: their lock is free.
fn sweep(temporary: &Path, user: u32) {
    for entry in fs::read_dir(temporary).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_own =
            |path: &Path, kind: fn(&fs::Metadata) -> bool| path.symlink_metadata().is_ok_and(|found| found.uid() == user && kind(&found));
        let named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let left = || {
            is_own(&path, fs::Metadata::is_dir)
                && is_own(&path.join(LOCK), fs::Metadata::is_file)
                && File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
        };
        if named && left() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Why a server was not reached: a code of PostgreSQL and words that [`crate::error`] tells apart.
type Reason = (&'static str, &'static str);

/// libpq goes on with the next host of the URL after this code (`cannot_connect_now`), as it does when it cannot reach one itself.
const fn away(words: &'static str) -> Reason {
    ("57P03", words)
}

/// The server is there and not to be trusted, or does not trust us: no other one is asked (`sqlclient_unable_to_establish_sqlconnection`).
const fn untrusted(words: &'static str) -> Reason {
    ("08001", words)
}

const UNKNOWN_HOST: Reason = away("could not translate host name");
const LATE: Reason = away("timeout expired");
const ENDED: Reason = untrusted("SSL: the server ended the connection");

fn config(address: &Verified) -> Result<ClientConfig, StoreError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&address.roots, "sslrootcert cannot be read as certificates (PEM)")? {
        roots.add(certificate).map_err(|_| StoreError::BadTls("sslrootcert holds a certificate that cannot be trusted"))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::BadTls("this build knows no version of TLS"))?
        .with_root_certificates(roots);
    let Some((chain, key)) = &address.client else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(chain, "sslcert cannot be read as certificates (PEM)")?;
    const UNREADABLE: StoreError = StoreError::BadTls("sslkey cannot be read as a key without a password (PEM)");
    let mode = fs::metadata(key).map_err(|_| UNREADABLE)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(StoreError::BadTls("sslkey may be read by its owner alone (mode 0600)"));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| UNREADABLE)?;
    builder.with_client_auth_cert(chain, key).map_err(|_| StoreError::BadTls("sslcert and sslkey do not belong together"))
}

fn certificates(path: &Path, wrong: &'static str) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|_| StoreError::BadTls(wrong))?.collect();
    found.ok().filter(|found| !found.is_empty()).ok_or(StoreError::BadTls(wrong))
}

/// Takes connections of libpq as long as the tunnel is open. Only this process is served: a client certificate is not for whoever finds the socket.
async fn accept(socket: UnixListener, server: Server, address: Arc<Verified>) {
    loop {
        match socket.accept().await {
            Ok((inside, _)) if inside.peer_cred().is_ok_and(|peer| peer.pid() == i32::try_from(std::process::id()).ok()) => {
                tokio::spawn(carry(inside, server.clone(), Arc::clone(&address)));
            }
            Ok(_) => tracing::warn!("another program tried to use the line to the database"),
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "no connection to the database can be opened for now");
                sleep(TO_RECOVER).await;
            }
        }
    }
}

/// One connection of libpq, from its first byte to its last.
async fn carry(mut inside: UnixStream, server: Server, address: Arc<Verified>) {
    let outside = match reach(&server, &address).await {
        Ok(outside) => outside,
        Err(reason) => {
            let _ = tell(&mut inside, reason).await;
            return;
        }
    };
    let (mut from_inside, mut to_inside) = inside.split();
    let (mut from_outside, mut to_outside) = tokio::io::split(outside);
    let mut up = Box::pin(async {
        let _ = tokio::io::copy(&mut from_inside, &mut to_outside).await;
        let _ = to_outside.shutdown().await;
    });
    let mut down = Box::pin(async {
        if let Err(error) = tokio::io::copy(&mut from_outside, &mut to_inside).await {
            // A refused client certificate comes to light here, after the handshake of TLS 1.3.
            tracing::warn!(reason = words_of(&error).1, "the line to the database broke");
        }
        let _ = to_inside.shutdown().await;
    });
    // Whichever side ends, libpq tells it as it tells any lost line; the other is not waited for without end.
    tokio::select! {
        () = &mut up => drop(timeout(TO_END, down).await),
        () = &mut down => drop(timeout(TO_END, up).await),
    }
}

/// A verified line to the server. Certificates are read again for each one, so that a renewed one is taken up without a restart.
async fn reach(server: &Server, address: &Verified) -> Result<TlsStream<TcpStream>, Reason> {
    let connector = TlsConnector::from(Arc::new(config(address).map_err(|error| {
        tracing::warn!(%error, "the certificates for the line to the database cannot be read any more");
        untrusted("SSL: the certificates of the setting cannot be read")
    })?));
    let name = ServerName::try_from(server.host.clone()).map_err(|_| UNKNOWN_HOST)?;
    let line = connect(server).await?;
    let agreed = timeout(TO_AGREE, agree(line, name, &connector)).await.unwrap_or(Err(LATE));
    agreed.inspect_err(|(_, reason)| tracing::warn!(host = server.host, reason, "the database is not reached over TLS"))
}

async fn agree(mut line: TcpStream, name: ServerName<'static>, connector: &TlsConnector) -> Result<TlsStream<TcpStream>, Reason> {
    line.write_all(&SSL_REQUEST).await.map_err(|_| ENDED)?;
    // One byte and no more: what comes behind it must be TLS.
    if line.read_u8().await.map_err(|_| ENDED)? != b'S' {
        return Err(untrusted("SSL: the server does not speak TLS"));
    }
    connector.connect(name, line).await.map_err(|error| words_of(&error))
}

/// What TLS found wrong.
fn words_of(error: &std::io::Error) -> Reason {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, UnknownIssuer,
    };
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    untrusted(match inner {
        Some(rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. })) => "SSL: the server's certificate has expired",
        Some(rustls::Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. })) => {
            "SSL: the server's certificate is not valid yet"
        }
        Some(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            "SSL: the server's certificate is for another name"
        }
        Some(rustls::Error::InvalidCertificate(UnknownIssuer | BadSignature)) => {
            "SSL: nobody of sslrootcert has signed the server's certificate"
        }
        Some(rustls::Error::InvalidCertificate(_)) => "SSL: the server's certificate is refused",
        Some(rustls::Error::AlertReceived(_)) => "SSL: the server refuses this client or its certificate",
        _ => "SSL: the line broke",
    })
}

/// The first address of the host that takes a connection.
async fn connect(server: &Server) -> Result<TcpStream, Reason> {
    let addresses = lookup_host((server.host.as_str(), server.port)).await.map_err(|_| UNKNOWN_HOST)?;
    let mut reason = UNKNOWN_HOST;
    for address in addresses {
        match timeout(TO_CONNECT, connect_to(address)).await {
            Ok(Ok(line)) => return Ok(line),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => reason = away("Connection refused"),
            Ok(Err(_)) => reason = away("the host is not reached"),
            Err(_) => reason = LATE,
        }
    }
    Err(reason)
}

async fn connect_to(address: SocketAddr) -> std::io::Result<TcpStream> {
    let line = TcpStream::connect(address).await?;
    line.set_nodelay(true)?;
    let socket = SockRef::from(&line);
    socket.set_tcp_keepalive(&KEEPALIVE)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok(line)
}

/// Tells libpq as a server would (`ErrorResponse`), after its first message: a socket that is closed over unread bytes loses what it said.
async fn tell(inside: &mut UnixStream, (code, words): Reason) -> std::io::Result<()> {
    let length = inside.read_u32().await?;
    let mut start = vec![0; length.saturating_sub(4).min(LONGEST_START) as usize];
    inside.read_exact(&mut start).await?;
    let mut fields = Vec::new();
    for (kind, text) in [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', words)] {
        fields.push(kind);
        fields.extend_from_slice(text.as_bytes());
        fields.push(0);
    }
    fields.push(0);
    let length = u32::try_from(fields.len() + 4).unwrap_or(u32::MAX);
    inside.write_all(b"E").await?;
    inside.write_u32(length).await?;
    inside.write_all(&fields).await?;
    inside.shutdown().await
}
