//! Accepts connections and serves each until it ends, the client is idle, or the gateway drains.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    batch::Batched,
    idle::{Activity, IdleGuard},
    pipeline::pipeline,
    sequel::Sequel,
    targets::Targets,
};
use crate::gateway::Door;

/// Waited after accepting failed for want of a file descriptor, so that the loop does not spin until one is closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until `stop`; connections go on in `tasks`, each asked to end after its current request.
pub async fn serve(listener: TcpListener, door: Arc<Door>, stop: CancellationToken, tasks: TaskTracker) {
    let places = Arc::new(Semaphore::new(door.gateway.limits.connections));
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, client, place)) = accepted else { continue };
        let (door, stop) = (door.clone(), stop.clone());
        tasks.spawn(async move {
            let _place = place;
            connection(stream, client, door, stop).await;
        });
    }
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// The next connection. Absent: accepting failed, and a pause was made where it would fail again.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    // A place first: connections beyond the limit wait in the kernel's queue and cost nothing here.
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, client)) => Some((stream, client, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn connection(stream: TcpStream, client: SocketAddr, door: Arc<Door>, stop: CancellationToken) {
    // An answer is one small packet: waiting to fill it would add 40 ms to every second one.
    let _ = stream.set_nodelay(true);
    let gateway = door.gateway.clone();
    gateway.metrics.connections.inc();
    let activity = Arc::new(Activity::default());
    let guarded = IdleGuard::new(stream, activity.clone(), gateway.limits.client_idle);
    // That of the site that is current: a certificate that was renewed serves the next connection.
    let tls = door.site.load().tls.as_ref().map(|tls| tls.config.clone());
    match tls {
        None => spoken(guarded, client, door, activity, stop).await,
        Some(config) => {
            let shaken = tokio::select! {
                shaken = TlsAcceptor::from(config).accept(guarded) => shaken,
                () = stop.cancelled() => Err(std::io::ErrorKind::ConnectionAborted.into()),
            };
            match shaken {
                Ok(stream) => spoken(stream, client, door, activity, stop).await,
                Err(error) => tracing::debug!(%client, %error, "a client did not agree on TLS"),
            }
        }
    }
    gateway.metrics.connections.dec();
}

/// Speaks HTTP until the connection ends.
async fn spoken(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    client: SocketAddr,
    door: Arc<Door>,
    activity: Arc<Activity>,
    stop: CancellationToken,
) {
    let most = door.gateway.limits.headers_bytes;
    let io = TokioIo::new(Batched::new(Targets::new(stream, activity.clone())));
    let sequel = Sequel::new(activity.clone());
    let service = TowerToHyperService::new(pipeline(door, client.ip(), activity, sequel.clone()));
    let mut http = hyper::server::conn::http1::Builder::new();
    // A client that closes its side has gone: what it waits for must not keep a place, least of all on a frozen clock.
    http.max_buf_size(most).half_close(false);
    let mut connection = std::pin::pin!(http.serve_connection(io, service).with_upgrades());
    let result = tokio::select! {
        biased;
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match result {
        Ok(()) => sequel.run(stop).await,
        // A client that went away or sent no HTTP: nothing that an operator must act on.
        Err(error) => tracing::debug!(%client, %error, "a connection ended early"),
    }
}
