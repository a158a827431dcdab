//! A plugin is replaced again and again under load: no request fails, every connection sees each version once and in order, and
//! nothing is left behind.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    CONNECTIONS, Finding, WARM_UP,
    client::Connection,
    guest::{self, Does},
    pace::{self, Pace},
    server::{Server, pause},
};

const QUIET: Duration = Duration::from_secs(5);
/// Between two swaps.
const REST: Duration = Duration::from_millis(50);
const P99_BAR: f64 = 3.0;
/// From a file in its place to the first answer of it.
const UNCACHED_BAR: Duration = Duration::from_millis(300);
const CACHED_BAR: Duration = Duration::from_millis(50);
/// What memory may vary by: pages that a pool keeps.
const RSS_SLACK_KIB: u64 = 8 << 10;

const DOCUMENT: &str = "[plugin.v]\n[[route]]\nmethod = \"GET\"\npath = \"/v\"\nresponder = \"v\"\n";

/// Measures.
pub(super) fn run(root: &Path, ringback: &Path, swaps: usize) -> Result<Vec<Finding>> {
    let version = |number| guest::responder(root, Does::Tell(number));
    let server = Server::start(ringback, DOCUMENT, &[("v.wasm", &version(0)?)])?;
    let mut findings = dropped(&server, &version)?;
    // At half of what the gateway can do, latency is what a request takes and not what a queue does.
    let half = Pace::most(server.address, "/v", CONNECTIONS)? / 2.0;
    let mut load = Pace::new(server.address, "/v", half, CONNECTIONS);
    pace::run(&mut [&mut load], WARM_UP)?;
    load.forget();
    pace::run(&mut [&mut load], QUIET)?;
    let quiet = load.quantile(0.99);
    load.forget();
    let before = server.holds()?;
    // Made beforehand: the client has no time for it.
    let versions: Vec<Vec<u8>> = (1..=swaps).map(|number| version(FIRST + number)).collect::<Result<_>>()?;
    let done = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| -> Result<Vec<usize>> {
        let watcher = scope.spawn(|| watch(&server, &done));
        let swapper = scope.spawn(|| -> Result<()> {
            for version in &versions {
                server.put("v", version)?;
                pause(REST);
            }
            Ok(())
        });
        while !swapper.is_finished() {
            load.step()?;
        }
        let swapped = swapper.join();
        done.store(true, Ordering::Relaxed);
        let seen = watcher.join();
        swapped.ok().context("the swapper panicked")??;
        seen.ok().context("the watcher panicked")?
    })?;
    let disturbed = load.quantile(0.99);
    let after = server.holds()?;
    let ratio = disturbed.as_secs_f64() / quiet.as_secs_f64();
    findings.push(Finding {
        what: format!("requests that failed, {swaps} swaps under {CONNECTIONS} connections"),
        bar: "0".into(),
        measured: format!("{} of {}", load.bad, load.good + load.bad),
        met: load.bad == 0,
    });
    findings.push(Finding {
        what: "versions that one connection saw, each once and in order".into(),
        bar: format!("{swaps}"),
        measured: format!("{}", seen.len()),
        met: seen.len() == swaps && seen.is_sorted(),
    });
    findings.push(Finding {
        what: "p99 during the swaps".into(),
        bar: format!("{P99_BAR} times"),
        measured: format!("{ratio:.1} times ({quiet:.1?} -> {disturbed:.1?} at {half:.0} requests a second)"),
        met: ratio <= P99_BAR,
    });
    findings.push(Finding {
        what: "resident memory after the swaps".into(),
        bar: "flat".into(),
        measured: format!("{} MiB -> {} MiB", before.rss_kib >> 10, after.rss_kib >> 10),
        met: after.rss_kib <= before.rss_kib + RSS_SLACK_KIB,
    });
    Ok(findings)
}

/// Versions below it are those that were dropped in as files.
const FIRST: usize = 1_000;

/// How long a file takes from its place in the folder to its first answer, compiled and known.
fn dropped(server: &Server, version: &impl Fn(usize) -> Result<Vec<u8>>) -> Result<Vec<Finding>> {
    const TRIES: usize = 5;
    let (mut uncached, mut cached) = (vec![], vec![]);
    for number in 1..=TRIES {
        uncached.push(until_served(server, &version(number)?, number)?);
        // One that was there before is compiled already.
        cached.push(until_served(server, &version(0)?, 0)?);
    }
    let row = |what: &str, bar: Duration, times: &mut Vec<Duration>| {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        Finding {
            what: format!("a file in its place to its first answer, {what}"),
            bar: format!("{bar:.0?}"),
            measured: format!("{median:.0?}"),
            met: median <= bar,
        }
    };
    Ok(vec![
        row("compiled", UNCACHED_BAR + SETTLING, &mut uncached),
        row("known from before", CACHED_BAR + SETTLING, &mut cached),
    ])
}

/// The time for which a file has to stay as it is before it is looked at; the bars count from then on.
const SETTLING: Duration = Duration::from_millis(200);

fn until_served(server: &Server, component: &[u8], number: usize) -> Result<Duration> {
    const PATIENCE: Duration = Duration::from_secs(20);
    let mut connection = Connection::open(server.address)?;
    let dropped = Instant::now();
    server.drop_in("v.wasm", component)?;
    while told(&mut connection)? != number {
        if dropped.elapsed() > PATIENCE {
            bail!("version {number} does not serve");
        }
        pause(Duration::from_millis(1));
    }
    Ok(dropped.elapsed())
}

fn told(connection: &mut Connection) -> Result<usize> {
    let answer = connection.exchange("GET", "/v", b"")?;
    let text = String::from_utf8_lossy(&answer.body);
    text.parse().with_context(|| format!("answered {}: {text}", answer.status))
}

/// The versions from the swaps on that one connection saw, a new one each time that it differs from the one before.
fn watch(server: &Server, done: &AtomicBool) -> Result<Vec<usize>> {
    let mut connection = Connection::open(server.address)?;
    let mut seen: Vec<usize> = vec![];
    while !done.load(Ordering::Relaxed) {
        let version = told(&mut connection)?;
        if version >= FIRST && seen.last() != Some(&version) {
            seen.push(version);
        }
        pause(Duration::from_millis(1));
    }
    Ok(seen)
}
