//! Asking another server while a client waits: for a plugin, whole, or passed on to the client as it comes.

use std::{error::Error, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::{Request, Response, Url};
use ringback_model::{
    callback::Outgoing,
    ids::EnvironmentName,
    ports::{BoxFuture, FetchBounds, FetchError, Fetched, Fetcher},
};
use tokio::time::timeout;

use crate::{courier::HttpCourier, direct::Direct, policy::Refusal};

/// An answer whose content is on the way. Dropping it closes the connection.
#[derive(Debug)]
pub struct Opened {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields, as sent.
    pub headers: HeaderMap,
    /// How long the content is. Absent: the server does not say.
    pub length: Option<u64>,
    content: Content,
}

/// Where an answer's content comes from.
#[derive(Debug)]
enum Content {
    /// A client's connection.
    Pooled(Response),
    /// A connection of its own.
    Direct(Direct),
}

// === impl HttpCourier ===

impl HttpCourier {
    /// Sends a request where the policy of an environment allows it, and waits at most `patience` for the head of the
    /// answer. Redirects are not followed. Cancel safe.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn open(
        &self,
        environment: &EnvironmentName,
        outgoing: &Outgoing,
        patience: Duration,
    ) -> Result<Opened, FetchError> {
        timeout(patience, self.answered(environment, outgoing)).await.map_err(|_| FetchError::TimedOut)?
    }

    async fn answered(&self, environment: &EnvironmentName, outgoing: &Outgoing) -> Result<Opened, FetchError> {
        let url = Url::parse(&outgoing.url.to_string()).map_err(|error| FetchError::Failed(error.to_string()))?;
        let private = self.allowed(environment, &url).map_err(|refusal| FetchError::Denied(refusal.to_string()))?;
        let client = self.clients.get(private).await.map_err(|error| failed(&error))?;
        let mut request = Request::new(outgoing.method.clone(), url);
        // No content at all is not the same as content of no length: `GET` has none.
        if !outgoing.body.is_empty() {
            *request.body_mut() = Some(outgoing.body.clone().into());
        }
        for (name, value) in &outgoing.headers {
            request.headers_mut().append(name.clone(), value.clone());
        }
        let mut response = client.execute(request).await.map_err(|error| failed(&error))?;
        let (status, length) = (response.status(), response.content_length());
        Ok(Opened {
            status,
            headers: std::mem::take(response.headers_mut()),
            length,
            content: Content::Pooled(response),
        })
    }
}

impl Fetcher for HttpCourier {
    fn fetch<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        outgoing: &'a Outgoing,
        bounds: FetchBounds,
    ) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            let whole = async { self.answered(environment, outgoing).await?.whole(bounds.body_max_bytes).await };
            timeout(bounds.timeout, whole).await.map_err(|_| FetchError::TimedOut)?
        })
    }
}

// === impl Opened ===

impl Opened {
    /// The next piece of the content. Absent: that was all. Cancel safe.
    ///
    /// # Errors
    /// When the connection broke.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        match &mut self.content {
            Content::Pooled(response) => response.chunk().await.map_err(|error| failed(&error)),
            Content::Direct(direct) => direct.chunk().await,
        }
    }

    /// An answer that comes over a connection of its own.
    pub(crate) fn direct(status: StatusCode, headers: HeaderMap, direct: Direct) -> Self {
        Self { status, headers, length: direct.length(), content: Content::Direct(direct) }
    }

    async fn whole(mut self, most: usize) -> Result<Fetched, FetchError> {
        if self.length.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > most)) {
            return Err(FetchError::TooLarge(most));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > most {
                return Err(FetchError::TooLarge(most));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched { status: self.status, headers: self.headers, body: body.freeze() })
    }
}

/// What an error means: the resolver's refusal, if that is what it comes from, or what went wrong in words.
fn failed(error: &(dyn Error + 'static)) -> FetchError {
    match crate::courier::cause(error) {
        Ok(Refusal(why)) => FetchError::Denied(why),
        Err(what) => FetchError::Failed(what),
    }
}
