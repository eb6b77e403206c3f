//! Connections: accepted within bounds, known by certificate, ended gracefully.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::connections::{Connections, Counted, Serving};
use super::{Mode, Stop};
use crate::faults::Cut;
use crate::network::Network;
use crate::server::Peer;
use crate::setting::Limits;

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long nothing is accepted after it failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked for one that only waits, while every place is taken.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Bytes of a connection that are read ahead, and of the headers of a request.
const READ_AHEAD: usize = 64 << 10;

pub(super) struct Door {
    pub(super) mode: Mode,
    /// `None` for pages on this machine.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) limits: Limits,
}

/// Accepts until told to stop, then waits for the requests that are being served.
pub(super) async fn accept(listener: TcpListener, door: Door, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(door.limits.connections));
    let connections = Connections::of(&door.limits);
    let graceful = GracefulShutdown::new();
    let door = Arc::new(door);
    loop {
        let accepted = tokio::select! {
            accepted = next(&listener, &places, &connections) => accepted,
            () = stop.requested() => break,
        };
        let (place, stream, network) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // out of file descriptors, say: accepting at once again would only spin
                tracing::warn!(%error, "a connection could not be accepted");
                stop.sleep(PAUSE).await;
                continue;
            }
        };
        let Some(counted) = connections.admit(network) else {
            tracing::debug!(%network, "a connection too many");
            continue;
        };
        let (door, watcher) = (Arc::clone(&door), graceful.watcher());
        tokio::spawn(async move {
            let _place = place;
            let one = Arc::clone(&counted.connection);
            tokio::select! {
                served = connection(stream, &door, counted, watcher) => {
                    if let Err(error) = served {
                        tracing::debug!(%error, "a connection ended");
                    }
                }
                () = one.ended() => tracing::debug!(%network, "a connection gave its place up"),
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is a place for it: one that only waits gives up its own.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    connections: &Connections,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, Network)> {
    let (stream, from) = listener.accept().await?;
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Ok((place, stream, from.into()));
    }
    loop {
        connections.make_room();
        if let Ok(place) = tokio::time::timeout(LOOK_AGAIN, Arc::clone(places).acquire_owned()).await {
            return Ok((place.map_err(io::Error::other)?, stream, from.into()));
        }
    }
}

async fn connection(
    stream: TcpStream,
    door: &Door,
    counted: Counted,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), io::Error> {
    stream.set_nodelay(true)?;
    let Some(tls) = &door.tls else {
        return serve(stream, (counted, None), door, watcher).await;
    };
    let stream = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let peer = match certificate {
        Some(certificate) => Some(Peer::of_certificate(certificate).ok_or_else(|| io::Error::other("a certificate that names no party"))?),
        None if door.mode == Mode::Public => None,
        None => return Err(io::Error::other("no certificate")),
    };
    serve(stream, (counted, peer), door, watcher).await
}

async fn serve<S>(
    stream: S,
    (counted, peer): (Counted, Option<Peer>),
    door: &Door,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), io::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = door.router.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let serving = counted.serve();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(counted.network);
        if let Some(peer) = &peer {
            request.extensions_mut().insert(peer.clone());
        }
        let router = router.clone();
        async move {
            // whoever was told to end just now gets no answer, and may send it again
            let serving = serving.ok_or(io::ErrorKind::ConnectionAborted)?;
            let response = router.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {});
            // a fault on purpose: an error here ends the connection without an answer
            if response.extensions().get::<Cut>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
            }
            Ok(response.map(|body| Sent { body, serving }))
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(door.limits.header_seconds)).max_buf_size(READ_AHEAD);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    watcher.watch(connection).await.map_err(io::Error::other)
}

/// An answer's body; the request is served until it is sent.
struct Sent {
    body: Body,
    serving: Serving,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.serving.goes_on();
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::{Notify, watch};

    use super::*;

    #[tokio::test]
    async fn a_stop_is_heard_while_every_place_is_taken() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let [came, go_on] = [Arc::new(Notify::new()), Arc::new(Notify::new())];
        let answer = {
            let (came, go_on) = (Arc::clone(&came), Arc::clone(&go_on));
            move || async move {
                came.notify_one();
                go_on.notified().await;
            }
        };
        let limits = Limits { connections: 1, ..Limits::default() };
        let door = Door { mode: Mode::Public, tls: None, router: Router::new().route("/", get(answer)), limits };
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, door, Stop(stopped)));
        let mut client = TcpStream::connect(addr).await?;
        client.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await?;
        came.notified().await;
        stop.send_replace(true);
        // the door closes although the one request is still being served
        let mut closed = false;
        for _ in 0..6_000 {
            closed = TcpStream::connect(addr).await.is_err();
            if closed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(closed, "new connections are still taken");
        go_on.notify_one();
        let mut text = String::new();
        client.read_to_string(&mut text).await?;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        accepting.await.map_err(io::Error::other)
    }

    #[tokio::test]
    async fn a_crowd_of_one_address_that_asks_without_end_keeps_nobody_else_out() -> io::Result<()> {
        const PLACES: usize = 32;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let limits = Limits { connections: PLACES, connections_per_address: PLACES / 4, ..Limits::default() };
        let answer = async || tokio::task::yield_now().await;
        let door = Door { mode: Mode::Public, tls: None, router: Router::new().route("/", get(answer)), limits };
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, door, Stop(stopped)));
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..PLACES * 3 / 2 {
            crowd.spawn(async move {
                loop {
                    if let Ok(mut line) = TcpStream::connect(addr).await {
                        while ask(&mut line).await.is_ok() {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        for attempt in 0..5 {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(([127, 0, 0, 2], 0).into())?;
            let answered = tokio::time::timeout(Duration::from_secs(60), async { ask(&mut socket.connect(addr).await?).await }).await;
            answered.map_err(|_| io::Error::other(format!("attempt {attempt} has no answer")))??;
        }
        crowd.shutdown().await;
        stop.send_replace(true);
        accepting.await.map_err(io::Error::other)
    }

    async fn ask(line: &mut TcpStream) -> io::Result<()> {
        line.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await?;
        let mut answer = [0; 512];
        let read = line.read(&mut answer).await?;
        if answer.get(..read).is_some_and(|answer| answer.starts_with(b"HTTP/1.1 200")) {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
