//! TLS to PostgreSQL: libpq is built without TLS and speaks to sockets in a folder of this process; what it says is carried to the servers
//! over rustls, the one TLS stack of the house. A server that does not prove the name in the URL is never spoken to in plain.

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpSocket, TcpStream, UnixListener, UnixStream, lookup_host};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vocabulary::{Entropy as _, SystemEntropy};

use super::address::{Server, Verified};
use crate::StoreError;

/// Length and code of the request for TLS, which goes before anything else (PostgreSQL's protocol, `SSLRequest`).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// A server that has not agreed on TLS within this time is told to be away.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first message of libpq is a few hundred bytes; more is not read before an error is told.
const LONGEST_START: u32 = 10_000;

/// Sockets of this process through which libpq reaches the servers of a URL; gone when dropped.
pub(super) struct Tunnel {
    url: String,
    folder: PathBuf,
    /// Dropped, it ends the thread and with it every connection.
    _end: oneshot::Sender<()>,
}

impl Tunnel {
    /// Reads the certificates and opens the sockets. No server is asked yet.
    pub(super) fn open(address: &Verified) -> Result<Self, StoreError> {
        let connector = TlsConnector::from(Arc::new(config(address)?));
        let folder = std::env::temp_dir().join(format!("kenshin-postgres-{}", SystemEntropy.id128()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(|_| NO_SOCKET)?;
        let (end, ended) = oneshot::channel();
        // From here on the folder goes with the value, also when a socket cannot be opened.
        let tunnel = Self { url: address.through(&folder.display().to_string()), folder, _end: end };
        let sockets = address.servers.iter().enumerate().map(|(index, server)| {
            let socket = std::os::unix::net::UnixListener::bind(tunnel.folder.join(format!(".s.PGSQL.{}", index + 1)))?;
            socket.set_nonblocking(true)?;
            Ok((socket, server.clone()))
        });
        let sockets = sockets.collect::<std::io::Result<Vec<_>>>().map_err(|_| NO_SOCKET)?;
        std::thread::Builder::new()
            .name("postgres-tls".to_owned())
            .spawn(move || run(sockets, &connector, ended))
            .map_err(|_| NO_SOCKET)?;
        Ok(tunnel)
    }

    /// What libpq connects to.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const NO_SOCKET: StoreError = StoreError::BadTls("cannot open a socket for it in the folder for temporary files");

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
    let key =
        PrivateKeyDer::from_pem_file(key).map_err(|_| StoreError::BadTls("sslkey cannot be read as a key without a password (PEM)"))?;
    builder.with_client_auth_cert(chain, key).map_err(|_| StoreError::BadTls("sslcert and sslkey do not belong together"))
}

fn certificates(path: &Path, wrong: &'static str) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|_| StoreError::BadTls(wrong))?.collect();
    found.ok().filter(|found| !found.is_empty()).ok_or(StoreError::BadTls(wrong))
}

/// The thread: accepts until it is told to end.
fn run(sockets: Vec<(std::os::unix::net::UnixListener, Server)>, connector: &TlsConnector, ended: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        for (socket, server) in sockets {
            let Ok(socket) = UnixListener::from_std(socket) else { continue };
            let connector = connector.clone();
            tokio::spawn(async move {
                while let Ok((inside, _)) = socket.accept().await {
                    tokio::spawn(carry(inside, server.clone(), connector.clone()));
                }
            });
        }
        let _ = ended.await;
    });
}

/// One connection of libpq, from its first byte to its last.
async fn carry(mut inside: UnixStream, server: Server, connector: TlsConnector) {
    let outside = tokio::time::timeout(PATIENCE, reach(&server, &connector)).await.unwrap_or(Err(LATE));
    match outside {
        // Whichever side ends or fails, both connections are closed after it, and libpq tells it as it tells any lost line.
        Ok(mut outside) => drop(copy_bidirectional(&mut inside, &mut outside).await),
        Err(reason) => drop(tell(&mut inside, reason).await),
    }
}

/// A verified line to the server.
async fn reach(server: &Server, connector: &TlsConnector) -> Result<TlsStream<TcpStream>, Reason> {
    let name = ServerName::try_from(server.host.clone()).map_err(|_| UNKNOWN_HOST)?;
    let mut line = connect(server).await?;
    line.write_all(&SSL_REQUEST).await.map_err(|_| ENDED)?;
    // One byte and no more: what comes behind it must be TLS.
    if line.read_u8().await.map_err(|_| ENDED)? != b'S' {
        return Err(untrusted("SSL: the server does not speak TLS"));
    }
    connector.connect(name, line).await.map_err(|_| untrusted("SSL: the server's certificate or the client's is refused"))
}

async fn connect(server: &Server) -> Result<TcpStream, Reason> {
    let addresses = lookup_host((server.host.as_str(), server.port)).await.map_err(|_| UNKNOWN_HOST)?;
    let mut reason = UNKNOWN_HOST;
    for address in addresses {
        match connect_to(address).await {
            Ok(line) => return Ok(line),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => reason = away("Connection refused"),
            Err(_) => reason = LATE,
        }
    }
    Err(reason)
}

async fn connect_to(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_keepalive(true)?;
    socket.set_nodelay(true)?;
    socket.connect(address).await
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
