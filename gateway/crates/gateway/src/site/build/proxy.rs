//! The proxy of an environment made ready.

use http::HeaderName;
use ringback_model::{
    environment::{Header, Proxy},
    ports::Purpose,
};

use super::Making;
use crate::site::{Piece, ProxyPlan};

impl Making<'_> {
    /// Makes the proxy ready.
    pub(super) fn proxy(&mut self, proxy: &Proxy) -> ProxyPlan {
        let prefix = self.environment.prefix.trim_matches('/');
        ProxyPlan {
            upstream: proxy.upstream.clone(),
            strip: (proxy.strip_prefix && !prefix.is_empty()).then(|| format!("/{prefix}")),
            request_headers: self.proxy_headers(&proxy.request_headers, "request"),
            response_headers: self.proxy_headers(&proxy.response_headers, "answer"),
        }
    }

    fn proxy_headers(&mut self, headers: &[Header], of: &str) -> Vec<(HeaderName, Piece)> {
        let piece = |header: &Header| {
            let whose = || format!("header `{}` of the proxy's {of}", header.name);
            (header.name.clone(), self.gathering.piece(&header.value, Purpose::Header, whose))
        };
        headers.iter().map(piece).collect()
    }
}
