//! The listeners: what is bound before anything is published, and what accepts.

use std::{net::SocketAddr, sync::Arc};

use arc_swap::ArcSwap;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::environment::Listen;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::{gateway::Door, http, site::Site};

/// A listener that accepts.
pub(super) struct Open {
    pub(super) listen: Listen,
    pub(super) address: SocketAddr,
    pub(super) door: Arc<Door>,
    stop: CancellationToken,
}

/// A listener that is bound and does not accept yet.
pub(super) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

// === impl App ===

impl App {
    /// Binds what is not bound yet, before anything is published: a port in use is found while the old still serves.
    pub(super) async fn bind(&self, sites: &[Arc<Site>]) -> Result<Vec<Option<Bound>>, Diagnostics> {
        let mut bound = Vec::with_capacity(sites.len());
        for site in sites {
            let open = self.listeners.lock().iter().any(|open| open.listen == site.listen);
            bound.push(match open {
                true => None,
                false => Some(self.bind_one(site.listen.clone()).await?),
            });
        }
        Ok(bound)
    }

    /// A listener lives in the runtime that it was bound in.
    async fn bind_one(&self, listen: Listen) -> Result<Bound, Diagnostics> {
        let bound = self.front.spawn(async move { bind(&listen).await }).await;
        bound.unwrap_or_else(|error| Err(Diagnostic::error(format!("a port could not be bound: {error}")).into()))
    }

    /// Serves these sites from now on: in place of those at the same address, and on what was bound for them.
    pub(super) fn open_all(&self, sites: &[Arc<Site>], bound: Vec<Option<Bound>>) {
        let mut listeners = self.listeners.lock();
        let gone = |open: &Open| !sites.iter().any(|site| site.listen == open.listen);
        listeners.iter().filter(|open| gone(open)).for_each(|open| open.stop.cancel());
        listeners.retain(|open| !gone(open));
        for (site, bound) in sites.iter().zip(bound) {
            match bound {
                Some(bound) => listeners.push(self.open(site, bound)),
                None => listeners
                    .iter()
                    .filter(|open| open.listen == site.listen)
                    .for_each(|o| o.door.site.swap(site.clone()).retired.cancel()),
            }
        }
    }

    fn open(&self, site: &Arc<Site>, bound: Bound) -> Open {
        let Bound { listener, address } = bound;
        let origin = origin(site, address).into();
        let door = Arc::new(Door {
            gateway: self.gateway.clone(),
            site: ArcSwap::new(site.clone()),
            origin,
            app: self.this.clone(),
        });
        let stop = self.stop.child_token();
        self.spawn(http::listener::serve(listener, door.clone(), stop.clone(), self.tasks.clone()));
        Open { listen: site.listen.clone(), address, door, stop }
    }
}

async fn bind(listen: &Listen) -> Result<Bound, Diagnostics> {
    let failed = |error: std::io::Error| {
        let (host, port) = (if listen.host.is_empty() { "every interface" } else { &listen.host }, listen.port);
        let message = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!("port {port} of {host} is in use"),
            _ => format!("can't listen on port {port} of {host}: {error}"),
        };
        let help = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "end what listens there, or choose another port with `--port` or `listen` in `[server]`"
            }
            std::io::ErrorKind::PermissionDenied => "choose a port above 1023 with `--port` or `listen` in `[server]`",
            _ => {
                "`--host` and `listen` in `[server]` take an address of this machine: `127.0.0.1`, or `0.0.0.0` for all"
            }
        };
        Diagnostics::from(Diagnostic::error(message).help(help))
    };
    let host = match listen.host.as_str() {
        "" => "::",
        host => host.trim_start_matches('[').trim_end_matches(']'),
    };
    let listener = match TcpListener::bind((host, listen.port)).await {
        // A machine without IPv6 still has every interface.
        Err(_) if listen.host.is_empty() => TcpListener::bind(("0.0.0.0", listen.port)).await.map_err(failed)?,
        result => result.map_err(failed)?,
    };
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound { listener, address })
}

/// Under which scheme and authority a listener is reached from this machine.
fn origin(site: &Site, address: SocketAddr) -> String {
    let (scheme, port) = (if site.tls.is_some() { "https" } else { "http" }, address.port());
    match site.listen.host.as_str() {
        "" | "0.0.0.0" | "::" | "[::]" => format!("{scheme}://localhost:{port}"),
        host if host.contains(':') && !host.starts_with('[') => format!("{scheme}://[{host}]:{port}"),
        host => format!("{scheme}://{host}:{port}"),
    }
}
