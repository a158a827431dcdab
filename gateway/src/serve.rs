//! `ringback serve`: starts, says where it listens, and runs until it is told to end.

use std::{path::PathBuf, sync::Arc, time::Instant};

use ringback_gateway::{Admin, Colour, Documents, Rejected, Running, ServeOptions, report::Format};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::{
    BAD_CONFIGURATION, FAILED, OK,
    cli::{self, AdminPort, Log, ServeArgs},
    signals::Signals,
    terminal,
};

/// What the log shows unless `RINGBACK_LOG` says otherwise: what an operator must know, and
/// what plugins say. Requests have lines of their own.
const LOG_FILTER: &str = "warn,ringback::plugin=info";
/// The exit code of a process that a second Ctrl-C ended: 128 and the signal's number.
pub(crate) const INTERRUPTED: i32 = 130;

pub(crate) fn run(args: ServeArgs) -> u8 {
    let started = Instant::now();
    logging(args.log);
    match runtime() {
        Ok(runtime) => {
            let code = runtime.block_on(serve(args, started));
            // What is under way still was cut off, and a log that nobody reads must not keep the process.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            terminal::err(&format!("error: {error}\n"));
            FAILED
        }
    }
}

async fn serve(args: ServeArgs, started: Instant) -> u8 {
    let (log, watch) = (args.log, !args.no_watch);
    let running = match ringback_gateway::start(options(args)).await {
        Ok(running) => running,
        Err(rejected) => {
            terminal::err(&rejected.render(terminal::colour(&std::io::stderr())));
            return BAD_CONFIGURATION;
        }
    };
    let mut signals = Signals::listen();
    // Whoever changes a file once it is ready is heard.
    if watch {
        running.watch(told);
    }
    terminal::err(&running.warnings);
    terminal::out(&match log {
        Log::Text => format!("{}{}\n", listing(&running), ready(&running, started)),
        Log::Json => ready_json(&running, started),
    });
    signals.next().await;
    if log == Log::Text {
        terminal::err("draining, press Ctrl-C again to end at once\n");
    }
    // A second signal ends the process where it stands: that is what it was sent for.
    tokio::spawn(async move {
        signals.next().await;
        std::process::exit(INTERRUPTED);
    });
    if running.drain().await { OK } else { FAILED }
}

fn told(result: Result<String, &Rejected>) {
    match result {
        Ok(warnings) => terminal::err(&warnings),
        Err(rejected) => terminal::err(&rejected.render(terminal::colour(&std::io::stderr()))),
    }
}

/// The routes with their full URLs, a line each, methods below each other.
fn listing(running: &Running) -> String {
    let routes = running.routes();
    let wide = routes.iter().map(|route| route.methods.len()).max().unwrap_or(0);
    let mut lines: String = routes.iter().map(|route| format!("{:<wide$}  {}\n", route.methods, route.url)).collect();
    let mut told: Vec<String> = vec![];
    for (route, (url, checks)) in routes.iter().flat_map(|route| route.also.iter().map(move |also| (route, also))) {
        let line = also(&route.url, url, *checks);
        if !told.contains(&line) {
            lines.push_str(&line);
            told.push(line);
        }
    }
    lines
}

/// `also at http://127.0.0.1:3000/rest-valid/...`: up to where two URLs of a route go on alike.
fn also(url: &str, other: &str, checks: bool) -> String {
    let alike = url.rsplit('/').zip(other.rsplit('/')).take_while(|(one, two)| one == two);
    let rest: usize = alike.map(|(segment, _)| segment.len() + 1).sum();
    let start = other.get(..other.len().saturating_sub(rest)).unwrap_or(other);
    let checks = if checks { ", where contents are checked" } else { "" };
    format!("also at {start}/...{checks}\n")
}

/// `ready http://127.0.0.1:3000 admin http://127.0.0.1:3001 (38 ms)`
fn ready(running: &Running, started: Instant) -> String {
    let admin = running.admin.map_or(String::new(), |address| format!(" admin http://{address}"));
    format!("ready {}{admin} ({} ms)", running.origins().join(" "), started.elapsed().as_millis())
}

/// The same for a machine: the first line of a log whose every line is an object.
fn ready_json(running: &Running, started: Instant) -> String {
    let admin = running.admin.map(|address| format!("http://{address}"));
    let (listening, took) = (running.origins(), started.elapsed().as_millis());
    format!("{}\n", serde_json::json!({"event": "ready", "listening": listening, "admin": admin, "tookMs": took}))
}

fn options(args: ServeArgs) -> ServeOptions {
    let colour = terminal::colour(&std::io::stdout()) == Colour::Ansi;
    ServeOptions {
        documents: Documents { host: args.host, port: args.port, ..documents(&args.documents) },
        admin: args.admin_port.map(|port| match port {
            AdminPort::Off => Admin::Off,
            AdminPort::Port(port) => Admin::Loopback(port),
        }),
        microcks_api: args.microcks_api,
        seed: args.seed,
        cache_dir: args.cache_dir.or_else(cache_dir),
        log: match args.log {
            Log::Text => Format::Text { colour },
            Log::Json => Format::Json,
        },
        out: Box::new(std::io::stdout()),
        clock: None,
        rehearsal: None,
    }
}

/// What to serve, with what only the command line may look at: the working folder and the environment.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(crate) fn documents(documents: &cli::Documents) -> Documents {
    Documents {
        paths: documents.paths.clone(),
        working_folder: std::env::current_dir().unwrap_or_default(),
        host: None,
        port: None,
        plugins: documents.plugins.clone(),
        variable: Arc::new(|name| std::env::var(name).ok()),
        artifacts: vec![],
        mockoon: None,
    }
}

/// The user's cache folder (XDG Base Directory Specification). Absent: the process has no home, compiled plugins are not kept.
pub(crate) fn cache_dir() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(cache.join("ringback"))
}

pub(crate) fn logging(log: Log) {
    let filter = EnvFilter::try_from_env("RINGBACK_LOG").unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    let registry = tracing_subscriber::registry().with(filter);
    let ansi = terminal::colour(&std::io::stderr()) == Colour::Ansi;
    match log {
        Log::Text => registry.with(fmt::layer().with_ansi(ansi).with_writer(std::io::stderr).with_target(false)).init(),
        Log::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).init(),
    }
}

pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
