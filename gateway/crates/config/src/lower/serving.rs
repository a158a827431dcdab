//! How an environment serves beside its routes: latency, paths, TLS, proxy, conventions.

use http::HeaderValue;
use ringback_model::environment::{
    self, Latency, MockoonAdmin, MockoonSettings, PathRules, PathSyntax, Proxy, Tls, TlsIdentity,
};

use super::{Lowering, header::Owner};
use crate::{
    document::{self, At, Conventions, Document, PathLanguage, SecretText, Server},
    shadow::Placed,
};

/// What an environment answers with where nothing else is said.
const DEFAULT_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// The same with Mockoon's conventions.
const MOCKOON_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The value of `default-content-type` that means none.
pub(crate) const NO_CONTENT_TYPE: &str = "off";

impl Lowering<'_> {
    pub(super) fn path_rules(&self, server: &Server) -> PathRules {
        let syntax = match server.path_language.as_ref().map(|language| language.value) {
            Some(PathLanguage::Template) => PathSyntax::Template,
            Some(PathLanguage::Express) => PathSyntax::Express,
            None if self.conventions == Conventions::Mockoon => PathSyntax::Express,
            None => PathSyntax::Template,
        };
        PathRules { syntax, automatic_methods: server.automatic_methods.unwrap_or(!self.is_foreign()) }
    }

    pub(super) fn latency(&mut self, server: &Server) -> Latency {
        Latency { most: self.duration(server.latency.as_ref()).unwrap_or_default(), random: server.latency_random }
    }

    /// The prefix, without slashes at its ends.
    pub(super) fn prefix(&mut self, prefix: Option<&At<String>>) -> String {
        let Some(text) = prefix else { return String::new() };
        if text.value.contains(['{', '}', '?', '#']) && !self.is_foreign() {
            self.wrong(&text.span, "a prefix is a path without parameters and query", "write it like `/api/v1`");
        }
        text.value.trim_matches('/').into()
    }

    pub(super) fn default_content_type(&mut self, server: &Server) -> Option<HeaderValue> {
        let Some(text) = &server.default_content_type else {
            return usual_content_type(self.conventions);
        };
        if text.value == NO_CONTENT_TYPE {
            return None;
        }
        let value = HeaderValue::from_str(&text.value).ok().filter(|_| text.value.contains('/'));
        if value.is_none() {
            let message = format!("{} is not a media type", self.written(&text.span));
            self.wrong(&text.span, message, "write it like `application/json`, or `off`");
        }
        value
    }

    pub(super) fn tls(&mut self, tls: Option<&At<document::Tls>>) -> Option<Tls> {
        let at = tls?;
        let document::Tls { certificate, key, pkcs12, chain, passphrase, client_authorities } = &at.value;
        if let (Some(pkcs12), Some(_)) = (pkcs12, certificate.as_ref().or(key.as_ref())) {
            let help = "a PKCS #12 file holds certificate and key: keep it, or the two";
            self.wrong(&pkcs12.span, "there are two certificates", help);
        }
        let lone = match (certificate, key) {
            (Some(certificate), None) => Some((certificate, "key", "server.key")),
            (None, Some(key)) => Some((key, "certificate", "server.pem")),
            _ => None,
        };
        if let Some((text, other, example)) = lone
            && pkcs12.is_none()
        {
            let message = format!("`{other}` is missing in `[server.tls]`");
            self.wrong(&text.span, message, format!("add `{other} = \"{example}\"`"));
        }
        let identity = match (pkcs12, certificate, key) {
            (Some(pkcs12), ..) => TlsIdentity::Pkcs12(self.template(pkcs12)),
            (None, Some(certificate), Some(key)) => {
                TlsIdentity::Pem { certificate: self.template(certificate), key: self.template(key) }
            }
            _ => TlsIdentity::SelfSigned,
        };
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| self.template(text));
        Some(Tls {
            identity,
            chain: text(chain),
            passphrase: passphrase.as_ref().map(|secret| self.template(&plain(secret))),
            clients: text(client_authorities),
        })
    }

    pub(super) fn proxy(&mut self, proxy: Option<&At<document::Proxy>>) -> Option<Proxy> {
        let document::Proxy { upstream, strip_prefix, request_headers, response_headers } = &proxy?.value;
        Some(Proxy {
            request_headers: self.headers(request_headers.as_ref(), Owner::Response),
            response_headers: self.headers(response_headers.as_ref(), Owner::Response),
            strip_prefix: *strip_prefix,
            upstream: self.upstream(Some(upstream))?,
        })
    }

    /// Whose conventions hold, with what goes with them; `routes` has the operations.
    pub(super) fn conventions(&mut self, document: &Document, routes: &[Placed]) -> environment::Conventions {
        let Document { mockoon, microcks, server, .. } = document;
        if let Some(mockoon) = mockoon.as_ref().filter(|_| self.conventions != Conventions::Mockoon) {
            let help = "add `conventions = \"mockoon\"` to `[server]`";
            self.wrong(&mockoon.span, "`[mockoon]` counts with Mockoon's conventions only", help);
        }
        if let Some(microcks) = microcks.as_ref().filter(|_| self.conventions != Conventions::Microcks) {
            let help = "add `conventions = \"microcks\"` to `[server]`";
            self.wrong(&microcks.span, "`[microcks]` counts with Microcks' conventions only", help);
        }
        match self.conventions {
            Conventions::Ringback => environment::Conventions::Ringback,
            Conventions::Mockoon => {
                let default = document::Mockoon::default();
                let mut settings = self.mockoon_settings(mockoon.as_ref().map_or(&default, |mockoon| &mockoon.value));
                settings.says_https = server.tls.is_some();
                environment::Conventions::Mockoon(Box::new(settings))
            }
            Conventions::Microcks => {
                let settings = self.microcks_settings(microcks.as_ref().map(|microcks| &microcks.value), routes);
                environment::Conventions::Microcks(Box::new(settings))
            }
        }
    }

    fn mockoon_settings(&mut self, written: &document::Mockoon) -> MockoonSettings {
        let defaults = MockoonSettings::default();
        let whole = |number: &Option<At<i64>>| number.as_ref().and_then(|number| u32::try_from(number.value).ok());
        let admin = MockoonAdmin {
            token: written.admin_token.as_ref().map(|token| token.value.0.clone()),
            cors_origins: written.admin_cors_origins.clone(),
        };
        let transactions = whole(&written.transactions_max).and_then(|number| usize::try_from(number).ok());
        MockoonSettings {
            says_https: defaults.says_https,
            environment_id: written.environment_id.as_ref().map(|id| id.value.as_str().into()),
            cors: written.cors.unwrap_or(defaults.cors),
            admin: written.admin.unwrap_or(true).then_some(admin),
            faker_seed: whole(&written.faker_seed),
            faker_locale: written.faker_locale.clone(),
            env_prefix: written.env_prefix.clone().unwrap_or(defaults.env_prefix),
            public_base_url: written.public_base_url.clone(),
            request_body_max_bytes: self.size(written.request_body_max.as_ref()),
            route_headers: written.route_headers,
            log_transactions: written.log_transactions,
            transactions_max: transactions.unwrap_or(defaults.transactions_max),
            callback_depth_max: whole(&written.callback_depth_max).unwrap_or(defaults.callback_depth_max),
        }
    }
}

/// The text of a secret.
fn plain(secret: &At<SecretText>) -> At<String> {
    secret.with(secret.value.0.clone())
}

/// The `content-type` that responses get where a document does not say. Absent: none.
pub(crate) fn usual_content_type(conventions: Conventions) -> Option<HeaderValue> {
    match conventions {
        Conventions::Ringback => Some(DEFAULT_CONTENT_TYPE),
        Conventions::Mockoon => Some(MOCKOON_CONTENT_TYPE),
        Conventions::Microcks => None,
    }
}
