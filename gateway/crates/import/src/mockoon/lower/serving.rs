//! TLS and the proxy (section 7).

use http::Uri;
use ringback_diag::quoted;
use ringback_model::environment::{Proxy, Tls, TlsIdentity};

use super::Lowering;
use crate::mockoon::document;

impl Lowering<'_> {
    /// Without both a certificate and its key, or without the file that holds them, a certificate is made.
    pub(super) fn tls(&mut self, tls: &document::Tls) -> Option<Tls> {
        if !tls.enabled.value || self.options.disable_tls {
            return None;
        }
        let is_given = |path: &super::At<std::sync::Arc<str>>| !path.value.is_empty();
        let identity = match tls.kind.value {
            "PFX" if is_given(&tls.pfx) => TlsIdentity::Pkcs12(self.template(&tls.pfx)),
            "CERT" if is_given(&tls.certificate) && is_given(&tls.key) => {
                TlsIdentity::Pem { certificate: self.template(&tls.certificate), key: self.template(&tls.key) }
            }
            kind => {
                let unused = [&tls.pfx, &tls.certificate, &tls.key].into_iter().find(|path| is_given(path));
                if let Some(path) = unused {
                    let needed = if kind == "PFX" { "`pfxPath`" } else { "both `certPath` and `keyPath`" };
                    let message = "this file is not used: a certificate is made, which nobody trusts";
                    self.warn(&path.span, message, format!("TLS options of type `{kind}` need {needed}"));
                }
                return Some(Tls { identity: TlsIdentity::SelfSigned, chain: None, passphrase: None, clients: None });
            }
        };
        let optional = |text: &super::At<std::sync::Arc<str>>| is_given(text).then(|| self.template(text));
        Some(Tls { identity, chain: optional(&tls.chain), passphrase: optional(&tls.passphrase), clients: None })
    }

    pub(super) fn proxy(&mut self, proxy: &document::Proxy) -> Option<Proxy> {
        if !self.options.proxy.unwrap_or(proxy.enabled.value) {
            return None;
        }
        let host = &proxy.host;
        let upstream = Uri::try_from(&*host.value).ok();
        let is_http = |uri: &Uri| uri.authority().is_some() && matches!(uri.scheme_str(), Some("http" | "https"));
        let Some(upstream) = upstream.filter(is_http) else {
            let message = match &*host.value {
                "" => "nothing is passed on: `proxyHost` is missing".into(),
                host => format!("nothing is passed on: {} is not the URL of a server", quoted(host)),
            };
            self.warn(&host.span, message, "write one like `https://api.example.com`");
            return None;
        };
        Some(Proxy {
            upstream,
            strip_prefix: proxy.remove_prefix.value,
            request_headers: self.headers(&proxy.request_headers),
            response_headers: self.headers(&proxy.response_headers),
        })
    }
}
