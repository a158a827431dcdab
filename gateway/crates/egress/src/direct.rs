//! Passing a request on as it is: over a connection of its own, with no field beside those given, `host` and the content's
//! length, whatever certificate the server shows. What another tool's proxy does; everything else goes through the clients.

use std::{pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use ringback_model::{callback::Outgoing, ids::EnvironmentName, ports::FetchError};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{
    client::{addresses, unverified},
    courier::HttpCourier,
    fetch::Opened,
    policy::Refusal,
};

/// An answer's content, and the connection that it comes over.
pub(crate) struct Direct {
    body: Incoming,
    /// Absent: it has ended.
    connection: Option<Connection>,
}

/// Moves bytes until the connection ends.
type Connection = Pin<Box<dyn Future<Output = Result<(), hyper::Error>> + Send>>;

// === impl HttpCourier ===

impl HttpCourier {
    /// Passes a request on as it is where the policy of an environment allows it, and waits at most `patience` for the head
    /// of the answer. Redirects are not followed. Cancel safe.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn pass_on(
        &self,
        environment: &EnvironmentName,
        outgoing: &Outgoing,
        patience: Duration,
    ) -> Result<Opened, FetchError> {
        timeout(patience, self.passed_on(environment, outgoing)).await.map_err(|_| FetchError::TimedOut)?
    }

    async fn passed_on(&self, environment: &EnvironmentName, outgoing: &Outgoing) -> Result<Opened, FetchError> {
        let url = Url::parse(&outgoing.url.to_string()).map_err(|error| FetchError::Failed(error.to_string()))?;
        let denied = |refusal: Refusal| FetchError::Denied(refusal.to_string());
        let private = self.allowed(environment, &url).map_err(denied)?;
        let host = url.host_str().unwrap_or_default();
        let (bare, port) = (host.trim_matches(['[', ']']), url.port_or_known_default().unwrap_or_default());
        let addresses = addresses(bare, port, private).await.map_err(|error| match error.downcast::<Refusal>() {
            Ok(refusal) => denied(*refusal),
            Err(error) => FetchError::Failed(error.to_string()),
        })?;
        let stream = TcpStream::connect(addresses.as_slice()).await;
        let stream = stream.map_err(|error| FetchError::Failed(format!("connect {bare}:{port}: {error}")))?;
        if url.scheme() == "http" {
            return asked(stream, outgoing).await;
        }
        let name = ServerName::try_from(bare.to_owned()).map_err(|error| FetchError::Failed(error.to_string()))?;
        let tls = unverified::tls().map_err(|error| FetchError::Failed(error.to_string()))?;
        let stream = TlsConnector::from(Arc::new(tls)).connect(name, stream).await;
        asked(stream.map_err(|error| FetchError::Failed(error.to_string()))?, outgoing).await
    }
}

/// Sends the request and reads the head of the answer.
async fn asked(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    outgoing: &Outgoing,
) -> Result<Opened, FetchError> {
    let broken = |error: hyper::Error| FetchError::Failed(error.to_string());
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut connection: Connection = Box::pin(connection);
    let answer = answer(sender, request(outgoing)?);
    let mut answer = std::pin::pin!(answer);
    let (answer, ended) = tokio::select! {
        biased;
        answer = &mut answer => (answer, false),
        _ = &mut connection => (answer.await, true),
    };
    let (parts, body) = answer.map_err(broken)?.into_parts();
    let direct = Direct { body, connection: (!ended).then_some(connection) };
    Ok(Opened::direct(parts.status, parts.headers, direct))
}

async fn answer(
    mut sender: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<http::Response<Incoming>, hyper::Error> {
    sender.send_request(request).await
}

/// The request as it is written: `host` first, then the fields in their order.
fn request(outgoing: &Outgoing) -> Result<Request<Full<Bytes>>, FetchError> {
    let target = outgoing.url.path_and_query().map_or("/", |target| target.as_str());
    let request = Request::builder().method(outgoing.method.clone()).uri(target).body(Full::new(outgoing.body.clone()));
    let mut request = request.map_err(|error| FetchError::Failed(error.to_string()))?;
    let host = outgoing.url.authority().map_or("", |authority| authority.as_str());
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = HeaderValue::from_str(host).map_err(|error| FetchError::Failed(error.to_string()))?;
    request.headers_mut().insert(header::HOST, host);
    for (name, value) in &outgoing.headers {
        request.headers_mut().append(name.clone(), value.clone());
    }
    Ok(request)
}

// === impl Direct ===

impl Direct {
    pub(crate) fn length(&self) -> Option<u64> {
        http_body::Body::size_hint(&self.body).exact()
    }

    /// The next piece of the content. Absent: that was all. Cancel safe.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        loop {
            let frame = match &mut self.connection {
                None => self.body.frame().await,
                Some(connection) => tokio::select! {
                    biased;
                    frame = self.body.frame() => frame,
                    _ = connection => {
                        self.connection = None;
                        continue;
                    }
                },
            };
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(FetchError::Failed(error.to_string())),
                // Trailers are not passed on.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => return Ok(Some(data)),
                    Err(_) => continue,
                },
            }
        }
    }
}

impl std::fmt::Debug for Direct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Direct").field("ended", &self.connection.is_none()).finish()
    }
}
