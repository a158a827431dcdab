//! `cargo xtask beside`: the gateway and Mockoon CLI serve the same environments in turns, on core 0, asked from core 1 as in
//! `cargo xtask bench`. What one does is told in multiples of the other, of one round.

mod documents;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{
    ECHO, gateway, median,
    server::{Request, Server},
    target, wrk,
};

/// How to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Mockoon CLI (`npm install @mockoon/cli@9.9.0`)
    #[arg(long, default_value = "mockoon-cli", value_name = "PROGRAM")]
    mockoon: PathBuf,
    /// How many turns each server has
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each turn is measured, in seconds
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// How many connections wrk keeps busy
    #[arg(long, default_value_t = 32)]
    connections: u32,
}

/// Until caches are warm, code is compiled and connections are open.
const WARM_UP_SECONDS: u32 = 2;
/// Items of the collection.
const ITEMS: usize = 10_000;
/// Routes of the small and of the large environment.
const FEW: usize = 20;
const MANY: usize = 2_000;

const HELLO: Request = Request::get("/hello");
const TEMPLATED: Request = Request::post("/echo", ECHO);
const PAGE: Request = Request::get("/users?age_gte=30&city_eq=Rome&sort=name&order=asc&page=3&limit=20");
const LAST_OF_FEW: Request = Request::get("/resource-19/7");
const LAST_OF_MANY: Request = Request::get("/resource-1999/7");

/// What is measured with, and where.
struct Bench<'a> {
    ringback: PathBuf,
    options: &'a Options,
    folder: PathBuf,
}

/// What one turn gave.
struct Turn {
    per_second: f64,
    start_ms: f64,
    peak_mib: f64,
}

/// One scenario's turns of both.
#[derive(Default)]
struct Pairs {
    ringback: Vec<Turn>,
    mockoon: Vec<Turn>,
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    wrk::is_installed()?;
    let folder = target(root).join("bench/beside");
    fs::create_dir_all(&folder)?;
    let bench = Bench { ringback: gateway(root)?, options, folder };
    bench.write("plain.json", &documents::plain())?;
    bench.write("items.json", &documents::items(ITEMS))?;
    bench.write("few.json", &documents::routes(FEW))?;
    bench.write("many.json", &documents::routes(MANY))?;
    let (mut hello, mut templated, mut page) = (Pairs::default(), Pairs::default(), Pairs::default());
    let (mut few, mut many) = (vec![], vec![]);
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        bench.pair(&mut hello, "plain.json", &HELLO)?;
        bench.pair(&mut templated, "plain.json", &TEMPLATED)?;
        bench.pair(&mut page, "items.json", &PAGE)?;
        few.push(bench.turn(&bench.ringback, "few.json", &LAST_OF_FEW)?);
        many.push(bench.turn(&bench.ringback, "many.json", &LAST_OF_MANY)?);
    }
    println!("| what | bar | Ringback | Mockoon | |");
    println!("|---|---|---|---|---|");
    row("`GET /hello`, requests a second", Bar::AtLeast(50.0), &hello, |turn| turn.per_second);
    row("templated `POST /echo`", Bar::AtLeast(45.0), &templated, |turn| turn.per_second);
    row("start to first answer, ms", Bar::AtMost(1.0 / 12.0), &hello, |turn| turn.start_ms);
    row("peak memory, MiB, `GET /hello`", Bar::AtMost(0.2), &hello, |turn| turn.peak_mib);
    row("the same, `POST /echo`", Bar::AtMost(0.2), &templated, |turn| turn.peak_mib);
    row("filter, sort and page of 10,000 items", Bar::AtLeast(10.0), &page, |turn| turn.per_second);
    let load = median(many.iter().map(|turn| turn.start_ms));
    println!("| start to first answer with 2,000 routes | 200 ms | {load:.0} ms | | {} |", verdict(load <= 200.0));
    let cost = median(few.iter().zip(&many).map(|(few, many)| few.per_second / many.per_second));
    println!(
        "| a request of the last of 2,000 routes against the last of 20 | 1.5 | {cost:.2} | | {} |",
        verdict(cost <= 1.5)
    );
    Ok(())
}

/// What a ratio of Ringback's figure to Mockoon's must be.
enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

fn row(what: &str, bar: Bar, pairs: &Pairs, of: fn(&Turn) -> f64) {
    let ratios: Vec<f64> =
        pairs.ringback.iter().zip(&pairs.mockoon).map(|(ours, theirs)| of(ours) / of(theirs)).collect();
    let (least, most) =
        ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), ratio| (low.min(*ratio), high.max(*ratio)));
    let ratio = median(ratios.iter().copied());
    let (bar, met) = match bar {
        Bar::AtLeast(bar) => (bar, ratio >= bar),
        Bar::AtMost(bar) => (bar, ratio <= bar),
    };
    let [ours, theirs] = [&pairs.ringback, &pairs.mockoon].map(|turns| median(turns.iter().map(of)));
    println!("| {what} | {bar:.3} | {ours:.0} | {theirs:.0} | {ratio:.3} ({least:.3}-{most:.3}): {} |", verdict(met));
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

// === impl Bench ===

impl Bench<'_> {
    fn write(&self, name: &str, document: &serde_json::Value) -> Result<()> {
        fs::write(self.folder.join(name), document.to_string()).with_context(|| format!("cannot write `{name}`"))
    }

    fn pair(&self, pairs: &mut Pairs, document: &str, request: &Request) -> Result<()> {
        pairs.ringback.push(self.turn(&self.ringback, document, request)?);
        pairs.mockoon.push(self.turn(&self.options.mockoon, document, request)?);
        Ok(())
    }

    fn turn(&self, program: &Path, document: &str, request: &Request) -> Result<Turn> {
        let is_ours = program == self.ringback;
        let arguments = |port: u16, _| {
            let (document, port) = (self.folder.join(document), port.to_string());
            let document = document.to_string_lossy();
            let line = ["start", "--data", &document, "--port", &port, "--disable-log-to-file"];
            let words = is_ours.then_some("mockoon").into_iter().chain(line).map(str::to_owned);
            (program.to_owned(), words.collect())
        };
        let server = Server::start(arguments, request)?;
        wrk::run(server.port, request, WARM_UP_SECONDS, self.options.connections)?;
        let load = wrk::run(server.port, request, self.options.seconds, self.options.connections)?;
        if load.errors > 0 {
            bail!("{} requests to `{}` failed", load.errors, program.display());
        }
        Ok(Turn { per_second: load.per_second, start_ms: server.start_ms, peak_mib: server.peak_mib()? })
    }
}
