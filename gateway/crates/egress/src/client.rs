//! The HTTP clients: one pool of connections for each answer to the question of whether private addresses may be called.
//! There are two, since an open connection to a name is used again without resolving it: one that a lenient environment
//! opened must not serve a strict one.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};
use ringback_model::limits;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::sync::OnceCell;

use crate::{
    own::{Own, Verifier},
    policy::check_address,
};

pub(crate) mod unverified;

/// An idle connection is closed after this long: sooner than servers close theirs (Node after 5 s), or a callback could
/// be sent into a connection that is just being closed, and be lost.
const IDLE_CONNECTION_MAX: Duration = Duration::from_secs(4);

/// The two clients, made when they are first needed: their certificates take milliseconds to read.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    strict: OnceCell<Client>,
    lenient: OnceCell<Client>,
    /// Trusted beside the machine's authorities.
    pub(crate) own: Own,
}

/// Why no request can be sent at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    #[error("the HTTP client could not be set up")]
    Http(#[from] reqwest::Error),
    #[error("the gateway is stopping")]
    Stopping,
}

/// A resolver that gives only addresses which may be called.
struct Guard {
    private: bool,
}

// === impl Clients ===

impl Clients {
    pub(crate) async fn get(&self, private: bool) -> Result<&Client, ClientError> {
        let cell = if private { &self.lenient } else { &self.strict };
        let own = self.own.clone();
        cell.get_or_try_init(|| async move {
            // Reads files.
            tokio::task::spawn_blocking(move || build(private, own)).await.map_err(|_| ClientError::Stopping)?
        })
        .await
    }
}

fn build(private: bool, own: Own) -> Result<Client, ClientError> {
    let client = Client::builder()
        .tls_backend_preconfigured(tls(own)?)
        .dns_resolver(Guard { private })
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .pool_idle_timeout(IDLE_CONNECTION_MAX)
        .pool_max_idle_per_host(limits::ATTEMPTS_IN_FLIGHT_MAX)
        .user_agent(concat!("ringback/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

/// TLS as the machine's operator set it up: its own certificate authorities count. A container may have none; then plain
/// HTTP still works and every certificate is refused, but for the gateway's own.
fn tls(own: Own) -> Result<ClientConfig, rustls::Error> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate authority could not be read");
    }
    let mut roots = RootCertStore::empty();
    let (usable, unusable) = roots.add_parsable_certificates(found.certs);
    tracing::debug!(usable, unusable, "certificate authorities read");
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(Verifier::new(own, roots, provider));
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

// === impl Guard ===

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            // The port is the connector's business.
            let allowed = addresses(name.as_str(), 0, private).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a host that may be called.
///
/// # Errors
/// That it can't be resolved, or a [`Refusal`](crate::policy::Refusal): none of them may be called.
pub(crate) async fn addresses(
    host: &str,
    port: u16,
    private: bool,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let (mut allowed, mut refusal) = (vec![], None);
    for address in tokio::net::lookup_host((host, port)).await? {
        match check_address(host, address.ip(), private) {
            Ok(()) => allowed.push(address),
            Err(why) => refusal = refusal.or(Some(why)),
        }
    }
    match refusal {
        Some(refusal) if allowed.is_empty() => Err(refusal.into()),
        _ => Ok(allowed),
    }
}
