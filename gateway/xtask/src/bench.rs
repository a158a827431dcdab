//! `cargo xtask bench`: what the gateway does over HTTP, as a ratio to the least that its stack could do (`bare-hyper`).
//!
//! Machines are noisy, so servers take turns, round by round, and ratios are of one round. The server has core 0, wrk has
//! core 1, one server runs at a time.

pub(crate) mod beside;
mod server;
mod wrk;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use self::{
    server::{Request, Server},
    wrk::Load,
};

/// How to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// How many turns each server has
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each turn is measured, in seconds
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// How many connections wrk keeps busy
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// Only the scenarios whose name contains this (bare hyper always runs)
    #[arg(long)]
    only: Option<String>,
}

/// What is measured.
struct Scenario {
    name: &'static str,
    program: Program,
    request: Request,
    /// Orders in the bucket before the measurement.
    preloaded: usize,
    /// The least ratio to bare hyper that is good enough. Absent: it is what the others are measured by.
    bar: Option<f64>,
}

/// What serves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    BareHyper,
    /// The gateway with an environment of `gateway/bench`.
    Ringback(&'static str),
}

const ECHO: &str = r#"{"amount":1250,"currency":"EUR"}"#;

const SCENARIOS: [Scenario; 8] = [
    Scenario {
        name: "bare hyper, GET",
        program: Program::BareHyper,
        request: Request::get("/hello"),
        preloaded: 0,
        bar: None,
    },
    Scenario {
        name: "bare hyper, POST",
        program: Program::BareHyper,
        request: Request::post("/echo", ECHO),
        preloaded: 0,
        bar: None,
    },
    Scenario {
        name: "static GET",
        program: Program::Ringback("hello.toml"),
        request: Request::get("/hello"),
        preloaded: 0,
        bar: Some(0.88),
    },
    Scenario {
        name: "templated POST",
        program: Program::Ringback("hello.toml"),
        request: Request::post("/echo", ECHO),
        preloaded: 0,
        bar: Some(0.45),
    },
    Scenario {
        name: "Rust responder, fresh instances",
        program: Program::Ringback("plugins.toml"),
        request: Request::post("/fresh/7", ECHO),
        preloaded: 0,
        bar: Some(0.30),
    },
    Scenario {
        name: "Rust responder, warm",
        program: Program::Ringback("plugins.toml"),
        request: Request::post("/warm/7", ECHO),
        preloaded: 0,
        bar: Some(0.55),
    },
    Scenario {
        name: "bucket write and callback, 10 orders",
        program: Program::Ringback("orders.toml"),
        request: Request::post("/orders", "{}"),
        preloaded: 10,
        bar: Some(0.30),
    },
    Scenario {
        name: "bucket write and callback, 100,000 orders",
        program: Program::Ringback("orders.toml"),
        request: Request::post("/orders", "{}"),
        preloaded: 100_000,
        bar: Some(0.30),
    },
];

/// What one turn gave.
struct Turn {
    load: Load,
    start_ms: f64,
    peak_mib: f64,
}

/// A scenario's turns, in the order of the rounds.
struct Row<'a> {
    scenario: &'a Scenario,
    turns: Vec<Turn>,
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let programs = build(root)?;
    let wanted = |scenario: &&Scenario| {
        scenario.bar.is_none() || options.only.as_ref().is_none_or(|only| scenario.name.contains(only.as_str()))
    };
    let mut rows: Vec<Row<'_>> =
        SCENARIOS.iter().filter(wanted).map(|scenario| Row { scenario, turns: vec![] }).collect();
    // Once without measuring: compiled components are kept from then on.
    for row in rows.iter().filter(|row| row.scenario.program != Program::BareHyper) {
        drop(start(root, &programs, row.scenario)?);
    }
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for row in &mut rows {
            let turn = measure(root, &programs, row.scenario, options);
            row.turns.push(turn.with_context(|| format!("`{}`", row.scenario.name))?);
        }
    }
    print(&rows)
}

struct Programs {
    bare_hyper: PathBuf,
    ringback: PathBuf,
    cache: PathBuf,
}

fn build(root: &Path) -> Result<Programs> {
    wrk::is_installed()?;
    let target = target(root).join("bench");
    let bare = root.join("gateway/bench/bare-hyper/Cargo.toml");
    let ringback = gateway(root)?;
    cargo(root, &["build", "--release", "--locked", "--manifest-path", &bare.to_string_lossy()], Some(&target))?;
    Ok(Programs { bare_hyper: target.join("release/bare-hyper"), ringback, cache: target.join("cache") })
}

/// Builds the gateway as it is released, and says where it is.
pub(crate) fn gateway(root: &Path) -> Result<PathBuf> {
    cargo(root, &["build", "--release", "--locked", "--package", "ringback"], None)?;
    Ok(target(root).join("release/ringback"))
}

#[allow(clippy::disallowed_methods, reason = "a command line reads the environment, as cargo does")]
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn cargo(root: &Path, arguments: &[&str], target: Option<&Path>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(root);
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    if !command.status().context("cannot run cargo")?.success() {
        bail!("`cargo {}` failed", arguments.join(" "));
    }
    Ok(())
}

fn start(root: &Path, programs: &Programs, scenario: &Scenario) -> Result<Server> {
    match scenario.program {
        Program::BareHyper => {
            Server::start(|port, _| (programs.bare_hyper.clone(), vec![port.to_string()]), &scenario.request)
        }
        Program::Ringback(file) => {
            let file = root.join("gateway/bench").join(file);
            let arguments = |port: u16, admin: u16| {
                let (port, admin) = (port.to_string(), admin.to_string());
                let (file, cache) = (file.to_string_lossy(), programs.cache.to_string_lossy());
                let line =
                    ["serve", &file, "--port", &port, "--admin-port", &admin, "--no-watch", "--cache-dir", &cache];
                (programs.ringback.clone(), line.map(str::to_owned).to_vec())
            };
            Server::start(arguments, &scenario.request)
        }
    }
}

fn measure(root: &Path, programs: &Programs, scenario: &Scenario, options: &Options) -> Result<Turn> {
    /// Until caches are warm and connections open.
    const WARM_UP_SECONDS: u32 = 1;
    let server = start(root, programs, scenario)?;
    if scenario.preloaded > 0 {
        server.put_bucket("orders", &orders(scenario.preloaded))?;
    }
    wrk::run(server.port, &scenario.request, WARM_UP_SECONDS, options.connections)?;
    let load = wrk::run(server.port, &scenario.request, options.seconds, options.connections)?;
    if load.errors > 0 {
        bail!("{} requests failed", load.errors);
    }
    Ok(Turn { load, start_ms: server.start_ms, peak_mib: server.peak_mib()? })
}

fn orders(count: usize) -> String {
    let order = r#"{"orderId":"123456","status":"pending"}"#;
    format!("[{}]", vec![order; count].join(","))
}

fn print(rows: &[Row<'_>]) -> Result<()> {
    let base = rows.first().context("nothing was measured")?;
    println!("| what | requests/s | ratio to bare hyper (range) | bar | | p99 ms | start ms | peak MiB |");
    println!("|---|---|---|---|---|---|---|---|");
    for row in rows {
        let pairs = row.turns.iter().zip(&base.turns);
        let ratios: Vec<f64> = pairs.map(|(turn, base)| turn.load.per_second / base.load.per_second).collect();
        let ratio = median(ratios.iter().copied());
        let (least, most) = ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), r| (low.min(*r), high.max(*r)));
        let (bar, verdict) = match row.scenario.bar {
            Some(bar) => (format!("{bar:.2}"), if ratio >= bar { "met" } else { "MISSED" }),
            None => (String::new(), ""),
        };
        let of = |value: fn(&Turn) -> f64| median(row.turns.iter().map(value));
        println!(
            "| {} | {:.0} | {ratio:.3} ({least:.3}-{most:.3}) | {bar} | {verdict} | {:.2} | {:.0} | {:.1} |",
            row.scenario.name,
            of(|turn| turn.load.per_second),
            of(|turn| turn.load.p99_ms),
            of(|turn| turn.start_ms),
            of(|turn| turn.peak_mib),
        );
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
