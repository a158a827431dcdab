//! `[server]`, `[journal]`, `[egress]`.

use ringback_diag::quoted;
use ringback_model::environment::{CallbackUrl, Egress, Environment, HostPattern, Listen};

use super::Lowering;
use crate::{
    Settings,
    document::{self, At, Document, Journal, Server},
    quantity,
    settings::{DEFAULT_PORT, loopback},
};

/// The value of `admin` that means none.
const OFF: &str = "off";

impl Lowering<'_> {
    /// Where the environment listens.
    pub(super) fn listen(&mut self, server: &Server) -> Listen {
        let listen = server.listen.as_ref().and_then(|text| self.address(text, ""));
        listen.unwrap_or_else(|| loopback(DEFAULT_PORT))
    }

    fn address(&mut self, text: &At<String>, more: &str) -> Option<Listen> {
        let read = quantity::listen(&text.value);
        if read.is_none() {
            let message = format!("{} is not an address to listen on", self.written(&text.span));
            let help = format!("write `127.0.0.1:3000`, `:3000` for every interface{more}");
            self.wrong(&text.span, message, help);
        }
        read
    }

    /// What is set about the gateway.
    pub(super) fn settings(&mut self, document: &Document, listen: &Listen) -> Settings {
        let Document { server, journal, .. } = document;
        let defaults = Settings::default();
        let count = |number: &Option<At<i64>>| number.as_ref().and_then(|number| usize::try_from(number.value).ok());
        Settings {
            admin: self.admin(server, listen, defaults.admin),
            request_body_max_bytes: self
                .size(server.request_body_max.as_ref())
                .unwrap_or(defaults.request_body_max_bytes),
            requests_in_flight_max: count(&server.requests_in_flight_max).unwrap_or(defaults.requests_in_flight_max),
            request_timeout: self.some_time(server.request_timeout.as_ref()).unwrap_or(defaults.request_timeout),
            drain_grace: self.duration(server.drain_grace.as_ref()).unwrap_or(defaults.drain_grace),
            journal_events_max: count(&journal.events_max).unwrap_or(defaults.journal_events_max),
            journal_body_max_bytes: self.journal_body(journal, defaults.journal_body_max_bytes),
            plugins: self.plugin_settings(&document.plugins),
        }
    }

    fn journal_body(&mut self, journal: &Journal, default: usize) -> usize {
        self.size(journal.body_max.as_ref()).unwrap_or(default)
    }

    fn admin(&mut self, server: &Server, listen: &Listen, default: Option<Listen>) -> Option<Listen> {
        let Some(text) = &server.admin else { return default };
        if text.value == OFF {
            return None;
        }
        let admin = self.address(text, ", or `off`");
        if admin.as_ref().is_some_and(|admin| clash(admin, listen)) {
            self.wrong(
                &text.span,
                "the admin API listens where the environment does",
                "give it another port, or `off`",
            );
        }
        admin
    }

    /// Where callbacks may go.
    pub(super) fn egress(&mut self, egress: &document::Egress) -> Egress {
        Egress { allow: self.hosts(&egress.allow), private: egress.private }
    }

    /// Reads host patterns; those that are none are reported and left out.
    pub(super) fn hosts(&mut self, texts: &[At<String>]) -> Vec<HostPattern> {
        let mut hosts = vec![];
        for text in texts {
            match HostPattern::try_new(&text.value) {
                Ok(host) => hosts.push(host),
                Err(_) => {
                    let message = format!("{} is not a host", self.written(&text.span));
                    self.wrong(&text.span, message, "write `api.example.com`, `localhost:8080` or `*.example.com`");
                }
            }
        }
        hosts
    }

    /// A callback or an upstream whose URL says where it goes, and that may not go there, is a mistake in one of the two
    /// places.
    pub(super) fn warn_about_egress(&mut self, document: &Document, environment: &Environment) {
        let allow = &environment.egress.allow;
        if allow.is_empty() {
            return;
        }
        let forbidden = |url: &str| url.trim().parse().is_ok_and(|url| !is_allowed(&url, allow));
        for callback in &environment.callbacks {
            let CallbackUrl::Text(url) = &callback.url else { continue };
            if !url.templated && forbidden(&url.source) {
                let (start, end) = url.origin.span;
                let name = quoted(callback.name.as_str());
                let message = format!("callback {name} goes where `[egress]` does not allow it");
                self.doubt(&(start..end), message, "add its host to `allow` in `[egress]`");
            }
        }
        for upstream in document.route.iter().filter_map(|route| route.value.upstream.as_ref()) {
            if forbidden(&upstream.value) {
                let message = "this upstream is where `[egress]` does not allow requests to go";
                self.doubt(&upstream.span, message, "add its host to `allow` in `[egress]`");
            }
        }
    }
}

/// Whether a URL's host is among those that are allowed; one without a host is none of this concern.
fn is_allowed(url: &http::Uri, allow: &[HostPattern]) -> bool {
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("https") { 443 } else { 80 });
    url.host().is_none_or(|host| allow.iter().any(|pattern| pattern.matches(host, port)))
}

/// Whether two addresses can't both be listened on.
fn clash(one: &Listen, two: &Listen) -> bool {
    let every = |listen: &Listen| matches!(&*listen.host, "" | "0.0.0.0" | "::");
    one.port == two.port && one.port != 0 && (one.host == two.host || every(one) || every(two))
}
