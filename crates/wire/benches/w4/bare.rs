//! What anybody would build without a house: axum and SQLite, the query run where the request is.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path as File, PathBuf};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::serve::{Listener, ListenerExt as _};
use axum::{Json, Router};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use http::StatusCode;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wire::pki::Identity;
use wire::testing::Failed;

use crate::PEOPLE;
use crate::system::{Answer, result_of, sheet};

/// The same rows as the system has.
pub(crate) fn fill(folder: &File) -> Result<PathBuf, Failed> {
    let file = folder.join("bare.sqlite");
    let mut connection = SqliteConnection::establish(&file.display().to_string())?;
    connection.batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE sheet (id INTEGER PRIMARY KEY, results TEXT NOT NULL)")?;
    connection.transaction(|connection| {
        (0..PEOPLE).try_for_each(|id| {
            let row = (sheet::id.eq(id), sheet::results.eq(result_of(id)));
            diesel::insert_into(sheet::table).values(row).execute(connection).map(|_| ())
        })
    })?;
    Ok(file)
}

thread_local! {
    static CONNECTION: RefCell<Option<SqliteConnection>> = const { RefCell::new(None) };
}

async fn read(State(file): State<Arc<str>>, Path(id): Path<i64>) -> Result<Json<Answer>, StatusCode> {
    let results = CONNECTION.with_borrow_mut(|connection| {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(SqliteConnection::establish(&file).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?),
        };
        sheet::table.find(id).select(sheet::results).first(connection).map_err(|_| StatusCode::NOT_FOUND)
    })?;
    Ok(Json(Answer { results }))
}

fn router(file: PathBuf) -> Router {
    Router::new().route("/results/{id}", get(read)).with_state(file.display().to_string().into())
}

/// Over TCP.
pub(crate) async fn plain(file: PathBuf) -> Result<SocketAddr, Failed> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let addr = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener.tap_io(|line| drop(line.set_nodelay(true))), router(file)).await });
    Ok(addr)
}

/// Over the ring's TLS: certificates of both sides.
pub(crate) async fn over_tls(file: PathBuf, identity: &Identity) -> Result<SocketAddr, Failed> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(identity.authority_pem().as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let chain = CertificateDer::pem_slice_iter(identity.chain_pem().as_bytes()).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem().as_bytes())?;
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])?;
    let config = config.with_client_cert_verifier(verifier).with_single_cert(chain, key)?;
    let tcp = TcpListener::bind(("127.0.0.1", 0)).await?;
    let addr = tcp.local_addr()?;
    let listener = OverTls { tcp, tls: TlsAcceptor::from(Arc::new(config)) };
    tokio::spawn(async move { axum::serve(listener, router(file)).await });
    Ok(addr)
}

/// Shakes hands one after another: the connections are kept.
struct OverTls {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for OverTls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((line, addr)) = self.tcp.accept().await else { continue };
            let _ = line.set_nodelay(true);
            if let Ok(line) = self.tls.accept(line).await {
                return (line, addr);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
