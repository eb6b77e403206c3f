//! What anybody would build without a house: axum and the database. On SQLite the query runs where the request is, on PostgreSQL on a blocking
//! thread.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path as File;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::serve::{Listener, ListenerExt as _};
use axum::{Json, Router};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use http::StatusCode;
use line::pki::Identity;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use store::Data;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wire::testing::Failed;

use crate::PEOPLE;
use crate::system::{Answer, result_of, sheet};

/// Where the bare server has its rows.
#[derive(Clone)]
pub(crate) enum Rows {
    /// Read where the request is, on the worker's own connection.
    Sqlite(Arc<str>),
    /// Read on a blocking thread's own connection, so many at once.
    Postgres(Arc<str>, Arc<Semaphore>),
}

/// Nobody may make tables in `public`.
const SCHEMA: &str = "SET search_path TO bare";
/// Connections of the bare server to PostgreSQL: as many as the store has.
const CONNECTIONS: usize = 8;

impl Rows {
    /// The same rows as the system has.
    pub(crate) fn fill(data: &Data, folder: &File) -> Result<Rows, Failed> {
        let rows = || (0..PEOPLE).map(|id| (sheet::id.eq(id), sheet::results.eq(result_of(id))));
        match data {
            Data::Folder(_) => {
                let file = folder.join("bare.sqlite").display().to_string();
                let mut connection = SqliteConnection::establish(&file)?;
                connection
                    .batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE sheet (id INTEGER PRIMARY KEY, results TEXT NOT NULL)")?;
                connection.transaction(|connection| {
                    rows().try_for_each(|row| diesel::insert_into(sheet::table).values(row).execute(connection).map(|_| ()))
                })?;
                Ok(Rows::Sqlite(file.into()))
            }
            Data::Postgres(url) => {
                let mut connection = PgConnection::establish(url)?;
                connection.batch_execute("CREATE SCHEMA bare")?;
                connection.batch_execute(SCHEMA)?;
                connection.batch_execute("CREATE TABLE sheet (id BIGINT PRIMARY KEY, results TEXT NOT NULL)")?;
                connection.transaction(|connection| {
                    rows().try_for_each(|row| diesel::insert_into(sheet::table).values(row).execute(connection).map(|_| ()))
                })?;
                connection.batch_execute("ANALYZE sheet")?;
                Ok(Rows::Postgres(url.as_str().into(), Arc::new(Semaphore::new(CONNECTIONS))))
            }
        }
    }
}

thread_local! {
    static SQLITE: RefCell<Option<SqliteConnection>> = const { RefCell::new(None) };
    static POSTGRES: RefCell<Option<PgConnection>> = const { RefCell::new(None) };
}

async fn read(State(rows): State<Rows>, Path(id): Path<i64>) -> Result<Json<Answer>, StatusCode> {
    let results = match rows {
        Rows::Sqlite(file) => SQLITE.with_borrow_mut(|connection| {
            let connection = match connection {
                Some(connection) => connection,
                None => connection.insert(SqliteConnection::establish(&file).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?),
            };
            sheet::table.find(id).select(sheet::results).first(connection).map_err(|_| StatusCode::NOT_FOUND)
        }),
        Rows::Postgres(url, places) => {
            let place = places.acquire_owned().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
            let read = move || {
                let _place = place;
                POSTGRES.with_borrow_mut(|connection| {
                    let connection = match connection {
                        Some(connection) => connection,
                        None => connection.insert(postgres(&url).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?),
                    };
                    sheet::table.find(id).select(sheet::results).first(connection).map_err(|_| StatusCode::NOT_FOUND)
                })
            };
            tokio::task::spawn_blocking(read).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?
        }
    };
    results.map(|results| Json(Answer { results }))
}

fn postgres(url: &str) -> Result<PgConnection, Failed> {
    let mut connection = PgConnection::establish(url)?;
    connection.batch_execute(SCHEMA)?;
    Ok(connection)
}

fn router(rows: Rows) -> Router {
    Router::new().route("/results/{id}", get(read)).with_state(rows)
}

/// Over TCP.
pub(crate) async fn plain(rows: Rows) -> Result<SocketAddr, Failed> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let addr = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener.tap_io(|line| drop(line.set_nodelay(true))), router(rows)).await });
    Ok(addr)
}

/// Over the ring's TLS: certificates of both sides.
pub(crate) async fn over_tls(rows: Rows, identity: &Identity) -> Result<SocketAddr, Failed> {
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
    tokio::spawn(async move { axum::serve(listener, router(rows)).await });
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
