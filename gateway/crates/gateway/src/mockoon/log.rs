//! Mockoon's log: a JSON object a line, keys in order (winston's shape), on standard output and in a file of each
//! environment's own. Written by a task of its own from the journal's bounded queue, so that printing never slows a request.
//!
//! ```text
//! {"app":"mockoon-server","environmentName":"shop","environmentUUID":"…","level":"info","message":"Server started on port 3000",…}
//! ```

use std::{
    collections::HashMap,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use http::StatusCode;
use ringback_model::{
    callback::{Attempt, Outcome},
    environment::Environment,
    ids::EnvironmentName,
    journal::{CallbackNote, Event, Exchange, Matched},
    time::{Clock, Timestamp},
};
use ringback_values::{Object, Text, Value, json};
use tokio::sync::mpsc;

use super::{
    object, text,
    transaction::{fields, is_proxied, transaction},
};
use crate::{
    app::App,
    journal::Numbered,
    report::{self, QUEUE},
    site::Site,
};

/// What every line says it is from.
const APP: &str = "mockoon-server";
/// What stands before a token that was drawn; it goes to the terminal, not to files.
const TOKEN: &str = "Admin API token (auto-generated): ";
/// Longest name of a log's file, before its extension: what file systems take.
const FILE_NAME_MAX_BYTES: usize = 200;

/// A line before it is written.
struct Line {
    environment: EnvironmentName,
    at: Timestamp,
    level: &'static str,
    message: String,
    members: Vec<(Text, Value)>,
}

/// Where lines go.
struct Outputs {
    out: Box<dyn Write + Send>,
    /// Absent: to no files.
    folder: Option<PathBuf>,
    files: HashMap<EnvironmentName, Option<File>>,
}

/// Writes what happens until the gateway drains: first that each environment listens. Files go to `folder`; absent: there
/// are none.
pub async fn write(
    mut queue: mpsc::Receiver<Numbered>,
    app: Arc<App>,
    folder: Option<PathBuf>,
    out: Box<dyn Write + Send>,
) {
    let mut outputs = Outputs { out, folder, files: HashMap::new() };
    let stop = app.stopping();
    let mut lines = started(&app, true);
    let mut batch = Vec::with_capacity(QUEUE);
    loop {
        let documents = app.environments();
        lines.extend(batch.drain(..).flat_map(|event| of_event(event, &app, &documents)));
        let skipped = app.gateway.journal.take_skipped();
        if let (true, Some(last)) = (skipped > 0, lines.last()) {
            let message = format!("{skipped} more events, not shown one by one");
            lines.push(Line {
                environment: last.environment.clone(),
                at: last.at,
                level: "warn",
                message,
                members: vec![],
            });
        }
        let texts: Vec<_> = lines.drain(..).map(|line| line.texts(&documents)).collect();
        // Off the threads that answer: a pipe that nobody reads holds whoever writes.
        let written = tokio::task::spawn_blocking(move || {
            outputs.write(&texts);
            outputs
        });
        outputs = match written.await {
            Ok(outputs) => outputs,
            Err(_) => return,
        };
        report::gather(&stop).await;
        if stop.is_cancelled() && queue.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            received = queue.recv_many(&mut batch, QUEUE) => if received == 0 { break },
            () = stop.cancelled() => {}
        }
    }
    let documents = app.environments();
    let now = app.gateway.clock.now();
    let stopped =
        documents.iter().map(|environment| Line::info(&environment.name, now, "Server stopped").texts(&documents));
    outputs.write(&stopped.collect::<Vec<_>>());
}

/// That each environment listens, and with which token where nobody chose it.
fn started(app: &App, first: bool) -> Vec<Line> {
    let now = app.gateway.clock.now();
    let mut lines = vec![];
    for (site, address) in app.listening() {
        lines.push(Line::info(&site.name, now, &format!("Server started on port {}", address.port())));
        if let Some(token) = site.admin.as_ref().and_then(|admin| admin.drawn_token()).filter(|_| first) {
            lines.push(Line { level: "warn", ..Line::info(&site.name, now, &format!("{TOKEN}{token}")) });
        }
    }
    lines
}

fn of_event((_, event): Numbered, app: &App, documents: &[Environment]) -> Vec<Line> {
    match event {
        Event::Exchange(exchange) if matches!(exchange.matched, Matched::Admin) => vec![],
        Event::Exchange(exchange) if exchange.status == StatusCode::SWITCHING_PROTOCOLS => {
            vec![Line::info(&exchange.environment, exchange.received, "New WebSocket connection")]
        }
        Event::Exchange(exchange) => {
            let sites = app.sites();
            let site = sites.iter().find(|site| site.name == exchange.environment);
            site.map_or_else(Vec::new, |site| exchanged(&exchange, site, documents))
        }
        Event::Attempted(note, attempt) => vec![attempted(&note, &attempt, documents)],
        Event::Reloaded { applied: true, .. } => started(app, false),
        Event::Reloaded { at, summary, .. } => documents
            .iter()
            .map(|environment| Line { level: "error", ..Line::info(&environment.name, at, &summary) })
            .collect(),
        Event::Scheduled(_) | Event::Moved(_) | Event::Plugin(_) => vec![],
    }
}

fn exchanged(exchange: &Exchange, site: &Site, documents: &[Environment]) -> Vec<Line> {
    let at = exchange.received.after(exchange.took);
    let environment = documents.iter().find(|environment| environment.name == site.name);
    let fault = exchange.fault.as_ref().map(|fault| Line { level: "error", ..Line::info(&site.name, at, fault) });
    let mut members = vec![
        (Text::fixed("requestMethod"), text(exchange.method.as_str())),
        (Text::fixed("requestPath"), text(exchange.head.path())),
        (Text::fixed("requestProxied"), Value::Bool(is_proxied(exchange))),
        (Text::fixed("responseStatus"), Value::Number(exchange.status.as_u16().into())),
    ];
    if logs_whole(environment) {
        members.push((Text::fixed("transaction"), in_capitals(transaction(exchange, site, environment))));
    }
    let recorded = Line { members, ..Line::info(&site.name, at, "Transaction recorded") };
    fault.into_iter().chain([recorded]).collect()
}

/// Log lines name the method in capitals, the admin API does not.
fn in_capitals(transaction: Value) -> Value {
    let Value::Object(members) = &transaction else { return transaction };
    let mut changed = Object::clone(members);
    let request = transaction.property("request");
    if let Value::Object(request) = &request {
        let mut request = Object::clone(request);
        let method = request.get("method").map(|method| method.to_text().to_ascii_uppercase()).unwrap_or_default();
        request.insert(Text::fixed("method"), text(&method));
        changed.insert(Text::fixed("request"), Value::Object(request.into()));
    }
    Value::Object(changed.into())
}

fn attempted(note: &CallbackNote, attempt: &Attempt, documents: &[Environment]) -> Line {
    let name = &note.scope.environment;
    let outgoing = &note.outgoing;
    let (status, headers, body) = match &attempt.outcome {
        Outcome::Answered { status, headers, body } => (status, headers, body),
        Outcome::TimedOut => return failed(note, "no answer in time"),
        Outcome::Refused(why) | Outcome::Failed(why) => return failed(note, why),
    };
    let method = text(&outgoing.method.as_str().to_ascii_lowercase());
    let (callback, url) = (text(note.name.as_str()), text(&outgoing.url.to_string()));
    let status = Value::Number(status.as_u16().into());
    let mut members = vec![
        (Text::fixed("callbackName"), callback.clone()),
        (Text::fixed("callbackMethod"), method.clone()),
        (Text::fixed("callbackUrl"), url.clone()),
        (Text::fixed("callbackStatus"), status.clone()),
    ];
    if logs_whole(documents.iter().find(|environment| environment.name == *name)) {
        let shown = |bytes: &[u8]| text(&String::from_utf8_lossy(bytes));
        let list = |pairs: Vec<(&str, &[u8])>| {
            let pair = |(name, value): (&str, &[u8])| (Text::from(name), Text::from(&*String::from_utf8_lossy(value)));
            fields(&pairs.into_iter().map(pair).collect::<Vec<_>>())
        };
        let sent = outgoing.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let whole = object([
            ("name", callback),
            ("url", url),
            ("method", method),
            ("requestBody", shown(&outgoing.body)),
            ("requestHeaders", list(sent.collect())),
            ("status", status),
            ("responseBody", shown(body)),
            ("responseHeaders", list(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect())),
        ]);
        members.push((Text::fixed("callback"), whole));
    }
    Line { members, ..Line::info(name, note.at, "Callback invoked") }
}

fn failed(note: &CallbackNote, why: &str) -> Line {
    let message = format!("Error while executing callback: {why}");
    let members = vec![(Text::fixed("callbackName"), text(note.name.as_str()))];
    Line { level: "error", members, ..Line::info(&note.scope.environment, note.at, &message) }
}

fn logs_whole(environment: Option<&Environment>) -> bool {
    environment
        .and_then(|environment| environment.conventions.mockoon())
        .is_some_and(|mockoon| mockoon.log_transactions)
}

// === impl Line ===

impl Line {
    fn info(environment: &EnvironmentName, at: Timestamp, message: &str) -> Self {
        let (environment, message) = (environment.clone(), message.to_owned());
        Self { environment, at, level: "info", message, members: vec![] }
    }

    /// For the terminal, and for the environment's file.
    fn texts(mut self, documents: &[Environment]) -> (EnvironmentName, String, String) {
        let environment = documents.iter().find(|environment| environment.name == self.environment);
        let uuid = environment.and_then(|e| e.conventions.mockoon()?.environment_id.clone());
        let at = self.at.to_string();
        let milliseconds = at.get(..23).map_or_else(|| at.clone(), |at| format!("{at}Z"));
        self.members.extend([
            (Text::fixed("app"), text(APP)),
            (Text::fixed("environmentName"), text(self.environment.as_str())),
            (Text::fixed("environmentUUID"), uuid.map_or(Value::Undefined, |uuid| text(&uuid))),
            (Text::fixed("level"), text(self.level)),
            (Text::fixed("timestamp"), text(&milliseconds)),
        ]);
        let with = |message: &str| {
            let message = (Text::fixed("message"), text(message));
            let members = self.members.iter().cloned().chain([message]);
            format!("{}\n", json::to_compact(&sorted(&Value::object(members.collect()))).as_str())
        };
        let shown = with(&self.message);
        let kept = if self.message.starts_with(TOKEN) { with(&format!("{TOKEN}[REDACTED]")) } else { shown.clone() };
        (self.environment, shown, kept)
    }
}

/// Objects at any depth with their keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::array(items.iter().map(sorted).collect()),
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
            Value::object(members)
        }
        other => other.clone(),
    }
}

// === impl Outputs ===

impl Outputs {
    /// A log that can't be written must not end the gateway.
    fn write(&mut self, lines: &[(EnvironmentName, String, String)]) {
        let shown: String = lines.iter().map(|(_, shown, _)| shown.as_str()).collect();
        let _ = self.out.write_all(shown.as_bytes()).and_then(|()| self.out.flush());
        let Some(folder) = &self.folder else { return };
        for (name, _, kept) in lines {
            let file = self.files.entry(name.clone()).or_insert_with(|| opened(folder, name));
            if let Some(file) = file {
                let _ = file.write_all(kept.as_bytes());
            }
        }
    }
}

/// An environment's own file. Absent: it can't be written, which is said once.
fn opened(folder: &Path, name: &EnvironmentName) -> Option<File> {
    let path = folder.join(format!("{}.log", file_name(name.as_str())));
    let opened = std::fs::create_dir_all(folder)
        .and_then(|()| File::options().create(true).append(true).open(&path))
        .map_err(|error| tracing::warn!(%error, file = %path.display(), "the log is not written to its file"));
    opened.ok()
}

/// As Mockoon CLI names it: in lower case, spaces and slashes as `-`; `mock` where nothing is left.
fn file_name(name: &str) -> String {
    let name: String =
        name.trim().to_lowercase().chars().map(|c| if matches!(c, ' ' | '/' | '\\') { '-' } else { c }).collect();
    let end = name.floor_char_boundary(FILE_NAME_MAX_BYTES);
    match name.get(..end) {
        None | Some("" | "." | "..") => "mock".into(),
        Some(name) => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_mockoon_names_them() {
        assert_eq!(file_name(" My API/v1\\x "), "my-api-v1-x");
        assert_eq!([file_name(""), file_name("..")], ["mock", "mock"]);
    }

    #[test]
    fn keys_are_in_order_at_any_depth() {
        let value = json::parse(&Text::from(r#"{"b":[{"d":1,"c":2}],"a":0}"#)).unwrap();
        assert_eq!(json::to_compact(&sorted(&value)).as_str(), r#"{"a":0,"b":[{"c":2,"d":1}]}"#);
    }
}
