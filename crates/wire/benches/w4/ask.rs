//! Clients that ask over connections they keep: as little beside the request as can be, because they run on the server's own cores.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use line::pki::Identity;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use wire::testing::Failed;

use crate::PEOPLE;

/// Where to ask, and how.
#[derive(Clone)]
pub(crate) struct Door {
    addr: SocketAddr,
    path: &'static str,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    token: String,
}

/// What came of asking: reads a second, milliseconds of half of them, of 99 in 100.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    pub(crate) rate: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl Door {
    pub(crate) fn plain(addr: SocketAddr, path: &'static str) -> Self {
        Self { addr, path, tls: None, token: String::new() }
    }

    pub(crate) fn tls(addr: SocketAddr, path: &'static str, client: TlsConnector, name: &str) -> Result<Self, Failed> {
        Ok(Self { addr, path, tls: Some((client, ServerName::try_from(name.to_owned())?)), token: String::new() })
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { token: format!("authorization: Bearer {token}\r\n"), ..self }
    }

    pub(crate) fn with_session(self, agent: &str, token: &str) -> Self {
        Self { token: format!("user-agent: {agent}\r\ncookie: session={token}\r\n"), ..self }
    }

    async fn open(&self) -> Result<Box<dyn Line>, Failed> {
        let line = TcpStream::connect(self.addr).await?;
        line.set_nodelay(true)?;
        Ok(match &self.tls {
            Some((connector, name)) => Box::new(connector.connect(name.clone(), line).await?),
            None => Box::new(line),
        })
    }

    fn request(&self, id: i64) -> String {
        let path = self.path.replace("{id}", &id.to_string());
        format!("GET {path} HTTP/1.1\r\nhost: atena\r\naccept: application/json\r\n{}\r\n", self.token)
    }
}

/// What a party shows and believes.
pub(crate) fn client(identity: &Identity) -> Result<TlsConnector, Failed> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(identity.authority_pem().as_bytes())?)?;
    let chain = CertificateDer::pem_slice_iter(identity.chain_pem().as_bytes()).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem().as_bytes())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])?;
    Ok(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_client_auth_cert(chain, key)?)))
}

/// As many as the connections carry.
pub(crate) async fn flat_out(door: &Door, tasks: usize, span: Duration) -> Result<Load, Failed> {
    run(door, tasks, span, Duration::ZERO).await
}

/// So many a second, evenly.
pub(crate) async fn paced(door: &Door, tasks: usize, span: Duration, rate: f64) -> Result<Load, Failed> {
    run(door, tasks, span, Duration::from_secs_f64(tasks as f64 / rate)).await
}

async fn run(door: &Door, tasks: usize, span: Duration, pause: Duration) -> Result<Load, Failed> {
    let mut lines = Vec::new();
    for _ in 0..tasks {
        lines.push(door.open().await?);
    }
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for (task, line) in lines.into_iter().enumerate() {
        running.spawn(asks(door.clone(), line, begun + pause.mul_f64(task as f64 / tasks as f64), span, pause, i64::try_from(task)?));
    }
    let mut waits = Vec::new();
    while let Some(ended) = running.join_next().await {
        waits.extend(ended??);
    }
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0.0, |wait| f64::from(*wait) / 1000.0);
    Ok(Load { rate, p50: at(50), p99: at(99) })
}

async fn asks(door: Door, mut line: Box<dyn Line>, first: Instant, span: Duration, pause: Duration, task: i64) -> Result<Vec<u32>, Failed> {
    let (mut waits, mut buffer, mut due) = (Vec::new(), Vec::with_capacity(8 << 10), first);
    let mut id = task * 7_919;
    while due < first + span && first.elapsed() < span {
        if !pause.is_zero() {
            tokio::time::sleep_until(due.into()).await;
        }
        id = (id + 7_919) % PEOPLE;
        let request = door.request(id);
        let sent = Instant::now();
        line.write_all(request.as_bytes()).await?;
        line.flush().await?;
        answer(&mut line, &mut buffer).await?;
        waits.push(u32::try_from(sent.elapsed().as_micros())?);
        due += pause;
    }
    Ok(waits)
}

/// Reads one answer to its end; it must be the resident's 2 KB.
async fn answer(line: &mut Box<dyn Line>, buffer: &mut Vec<u8>) -> Result<(), Failed> {
    buffer.clear();
    let mut whole = usize::MAX;
    while buffer.len() < whole {
        if line.read_buf(buffer).await? == 0 {
            return Err("the server hung up".into());
        }
        if whole == usize::MAX
            && let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("an answer without a length")?;
            if !head.starts_with("http/1.1 200") {
                return Err(head.into());
            }
            whole = end + 4 + length.parse::<usize>()?;
        }
    }
    if buffer.len() < 2 << 10 { Err("an answer that is too short".into()) } else { Ok(()) }
}
