//! An environment as the text of a `ringback.toml`: what [`read`](crate::read) makes of it again is equivalent.
//!
//! Each table has a module; `literal` knows how TOML writes values, `lines` collects them. What an importer can't make (plugins,
//! what they sign with, how they deliver) has no words here, and is told in a comment, as is what the import left out.

use ringback_diag::{Report, quoted};
use ringback_model::environment::{
    self, Environment, Listen, MockoonSettings, PathSyntax, Proxy, Seeding, Tls, TlsIdentity,
};

mod answer;
mod callback;
mod lines;
mod literal;
mod microcks;
mod operation;
mod response;
mod rules;

use lines::Lines;

use crate::{
    document::{Conventions, TemplateLanguage},
    lower::serving::{NO_CONTENT_TYPE, usual_content_type},
    quantity,
    settings::{DEFAULT_PORT, loopback},
};

/// Writes an environment; `notes` is what is said about its document, and becomes comments at the top.
pub fn write(environment: &Environment, notes: &[Report]) -> String {
    let mut lines = Lines::default();
    for note in notes {
        remark(note, &mut lines);
    }
    left_out(environment, &mut lines);
    server(environment, &mut lines);
    tls(environment.tls.as_ref(), &mut lines);
    if let Some(settings) = environment.conventions.mockoon() {
        mockoon(settings, &mut lines);
    }
    let bases = match environment.conventions.microcks() {
        Some(settings) => microcks::settings(settings, environment, &mut lines),
        None => vec![],
    };
    microcks::aliases(&environment.aliases, &mut lines);
    proxy(environment.proxy.as_ref(), &mut lines);
    egress(environment, &mut lines);
    buckets(environment, &mut lines);
    for route in &environment.routes {
        answer::route(route, environment, &bases, &mut lines);
    }
    for callback in &environment.callbacks {
        callback::callback(callback, &mut lines);
    }
    microcks::webhooks(environment, &mut lines);
    lines.into_text()
}

fn remark(note: &Report, lines: &mut Lines) {
    let place = note.start.map(|start| format!("line {}: ", start.line)).unwrap_or_default();
    let help = note.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    lines.comment(&format!("{place}{}{help}", note.message));
}

/// Tells what is not written.
fn left_out(environment: &Environment, lines: &mut Lines) {
    for plugin in &environment.plugins {
        lines.comment(&format!("plugin {} is not written: declare it anew", quoted(plugin.name.as_str())));
    }
    for (secret, _) in &environment.secrets {
        lines.comment(&format!("secret {} is not written: declare it anew", quoted(secret.as_str())));
    }
    if listen_text(&environment.listen).is_none() {
        lines.comment(&format!("host {} is not written: name another one", quoted(&environment.listen.host)));
    }
}

fn server(environment: &Environment, lines: &mut Lines) {
    let conventions = match environment.conventions {
        environment::Conventions::Ringback => Conventions::Ringback,
        environment::Conventions::Mockoon(_) => Conventions::Mockoon,
        environment::Conventions::Microcks(_) => Conventions::Microcks,
    };
    lines.table("[server]");
    lines.text("name", environment.name.as_str());
    // Where the host can't be written, the usual one stands for it.
    let usual = listen_text(&loopback(DEFAULT_PORT));
    let listen = listen_text(&environment.listen).or_else(|| listen_text(&loopback(environment.listen.port)));
    if let Some(listen) = listen.filter(|listen| Some(listen) != usual.as_ref()) {
        lines.text("listen", &listen);
    }
    match conventions {
        Conventions::Ringback => {}
        Conventions::Mockoon => lines.text("conventions", "mockoon"),
        Conventions::Microcks => lines.text("conventions", "microcks"),
    }
    if environment.renderer != TemplateLanguage::usual(conventions).plugin() {
        lines.text("template-language", environment.renderer.as_str());
    }
    let syntax = environment.paths.syntax;
    if (syntax == PathSyntax::Express) != (conventions == Conventions::Mockoon) {
        lines.text("path-language", if syntax == PathSyntax::Express { "express" } else { "template" });
    }
    lines.flag("automatic-methods", environment.paths.automatic_methods, conventions == Conventions::Ringback);
    if !environment.prefix.is_empty() {
        lines.text("prefix", &format!("/{}", environment.prefix));
    }
    lines.headers("headers", &environment.headers);
    match &environment.default_content_type {
        value if *value == usual_content_type(conventions) => {}
        None => lines.text("default-content-type", NO_CONTENT_TYPE),
        Some(value) => lines.text("default-content-type", &String::from_utf8_lossy(value.as_bytes())),
    }
    lines.duration("latency", environment.latency.most);
    lines.flag("latency-random", environment.latency.random, false);
}

/// An address that is read as the same again. Absent: its host can't be written.
fn listen_text(listen: &Listen) -> Option<String> {
    let Listen { host, port } = listen;
    let text = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    quantity::listen(&text).filter(|read| read == listen).map(|_| text)
}

fn tls(tls: Option<&Tls>, lines: &mut Lines) {
    let Some(Tls { identity, chain, passphrase, clients }) = tls else { return };
    lines.table("[server.tls]");
    match identity {
        TlsIdentity::SelfSigned => lines.comment("a certificate is made, which nobody trusts"),
        TlsIdentity::Pem { certificate, key } => {
            lines.text("certificate", &certificate.source);
            lines.text("key", &key.source);
        }
        TlsIdentity::Pkcs12(file) => lines.text("pkcs12", &file.source),
    }
    let others = [("chain", chain), ("passphrase", passphrase), ("client-authorities", clients)];
    for (key, text) in others {
        lines.optional(key, text.as_ref().map(|text| &*text.source));
    }
}

fn mockoon(settings: &MockoonSettings, lines: &mut Lines) {
    let defaults = MockoonSettings::default();
    // What `baseUrl` says follows from `[server.tls]`.
    if *settings == (MockoonSettings { says_https: settings.says_https, ..defaults.clone() }) {
        return;
    }
    let whole = |lines: &mut Lines, key, number: u64| lines.value(key, &number.to_string());
    lines.table("[mockoon]");
    lines.optional("environment-id", settings.environment_id.as_deref());
    lines.flag("cors", settings.cors, defaults.cors);
    lines.flag("admin", settings.admin.is_some(), true);
    if let Some(admin) = &settings.admin {
        lines.optional("admin-token", admin.token.as_deref());
        lines.texts("admin-cors-origins", admin.cors_origins.iter().map(String::as_str));
    }
    if let Some(seed) = settings.faker_seed {
        whole(lines, "faker-seed", seed.into());
    }
    lines.optional("faker-locale", settings.faker_locale.as_deref());
    if settings.env_prefix != defaults.env_prefix {
        lines.text("env-prefix", &settings.env_prefix);
    }
    lines.optional("public-base-url", settings.public_base_url.as_deref());
    lines.optional("request-body-max", settings.request_body_max_bytes.map(quantity::size_text).as_deref());
    lines.flag("route-headers", settings.route_headers, false);
    lines.flag("log-transactions", settings.log_transactions, false);
    if settings.transactions_max != defaults.transactions_max {
        whole(lines, "transactions-max", settings.transactions_max as u64);
    }
    if settings.callback_depth_max != defaults.callback_depth_max {
        whole(lines, "callback-depth-max", settings.callback_depth_max.into());
    }
}

fn proxy(proxy: Option<&Proxy>, lines: &mut Lines) {
    let Some(proxy) = proxy else { return };
    lines.table("[proxy]");
    lines.text("upstream", &proxy.upstream.to_string());
    lines.flag("strip-prefix", proxy.strip_prefix, false);
    lines.headers("request-headers", &proxy.request_headers);
    lines.headers("response-headers", &proxy.response_headers);
}

fn egress(environment: &Environment, lines: &mut Lines) {
    let egress = &environment.egress;
    if *egress == Default::default() {
        return;
    }
    let hosts: Vec<_> = egress.allow.iter().map(ToString::to_string).collect();
    lines.table("[egress]");
    lines.texts("allow", hosts.iter().map(String::as_str));
    if let Some(private) = egress.private {
        lines.value("private", &private.to_string());
    }
}

/// Buckets that are nothing but their content share a table.
fn buckets(environment: &Environment, lines: &mut Lines) {
    let is_plain = |seed: &Seeding| match seed {
        Seeding::Value(value) => !value.to_text().contains("{{"),
        Seeding::Template(text) => text.templated,
        Seeding::AtFirstUse(_) => false,
    };
    let all = &environment.buckets;
    if all.iter().all(|bucket| bucket.id.is_none() && bucket.uuid.is_none() && is_plain(&bucket.seed)) {
        if !all.is_empty() {
            lines.table("[buckets]");
        }
        for bucket in all {
            lines.text(&literal::key(bucket.name.as_str()), &content(&bucket.seed));
        }
        return;
    }
    for bucket in all {
        lines.table(&format!("[bucket.{}]", literal::key(bucket.name.as_str())));
        lines.optional("id", bucket.id.as_deref());
        lines.optional("uuid", bucket.uuid.as_deref());
        lines.text("seed", &content(&bucket.seed));
        match &bucket.seed {
            Seeding::AtFirstUse(_) => lines.text("render", "first-use"),
            seed => lines.flag("templating", is_plain(seed), true),
        }
    }
}

/// A bucket's content as the string that is read as the same.
fn content(seed: &Seeding) -> String {
    match seed {
        Seeding::Value(value) => {
            let short = value.to_text();
            let long = || serde_json::to_string_pretty(value).ok().map(|text| text + "\n");
            if short.len() <= lines::WIDTH { short } else { long().unwrap_or(short) }
        }
        Seeding::Template(text) | Seeding::AtFirstUse(text) => text.source.to_string(),
    }
}
