//! A plugin is replaced again and again under load: no request fails, every connection sees each version once and in order, and
//! nothing is left behind.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    CONNECTIONS, Finding, ROUNDS, WARM_UP,
    client::Connection,
    guest::{self, Does},
    pace::{self, Pace},
    server::{Server, pause},
    spread::Spread,
};

/// How long it is measured at rest, in each round.
const QUIET: Duration = Duration::from_secs(3);
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
    // Made beforehand: the client has no time for it.
    let versions: Vec<Vec<u8>> = (1..=swaps).map(|number| version(FIRST + number)).collect::<Result<_>>()?;
    // At half of what the gateway can do, latency is what a request takes and not what a queue does.
    let half = Pace::most(server.address, "/v", CONNECTIONS)? / 2.0;
    let mut load = Pace::new(server.address, "/v", half, CONNECTIONS);
    pace::run(&mut [&mut load], WARM_UP)?;
    load.forget();
    let before = server.holds()?;
    let (mut seen, mut good, mut bad) = (vec![], 0, 0);
    let (mut quiet, mut disturbed) = (vec![], vec![]);
    for versions in versions.chunks(swaps.div_ceil(ROUNDS).max(1)) {
        pace::run(&mut [&mut load], QUIET)?;
        quiet.push(load.quantile(0.99));
        load.forget();
        seen.extend(swap(&server, versions, &mut load)?);
        disturbed.push(load.quantile(0.99));
        (good, bad) = (good + load.good, bad + load.bad);
        load.forget();
    }
    let after = server.holds()?;
    let (quiet, disturbed) = (Spread::of(quiet), Spread::of(disturbed));
    let ratio = disturbed.median.as_secs_f64() / quiet.median.as_secs_f64();
    findings.push(Finding {
        what: format!("requests that failed, {swaps} swaps under {CONNECTIONS} connections"),
        bar: "0".into(),
        measured: format!("{bad} of {}", good + bad),
        met: bad == 0,
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
        measured: format!("{ratio:.1} times ({quiet} -> {disturbed} at {half:.0} requests a second)"),
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

/// Uploads one version after the other under load. Returns those that a connection beside it saw.
fn swap(server: &Server, versions: &[Vec<u8>], load: &mut Pace) -> Result<Vec<usize>> {
    let (done, last) = (AtomicBool::new(false), told(&mut Connection::open(server.address)?)?);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(server, last, &done));
        let swapper = scope.spawn(|| -> Result<()> {
            for version in versions {
                server.put("v", version)?;
                pause(REST);
            }
            Ok(())
        });
        let mut stepped = Ok(());
        while stepped.is_ok() && !swapper.is_finished() {
            stepped = load.step();
        }
        let swapped = swapper.join();
        done.store(true, Ordering::Relaxed);
        let seen = watcher.join();
        stepped?;
        swapped.ok().context("the swapper panicked")??;
        seen.ok().context("the watcher panicked")?
    })
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

/// The versions after the last known one that one connection saw, a new one each time that it differs from the one before.
fn watch(server: &Server, last: usize, done: &AtomicBool) -> Result<Vec<usize>> {
    let mut connection = Connection::open(server.address)?;
    let mut seen: Vec<usize> = vec![];
    while !done.load(Ordering::Relaxed) {
        let version = told(&mut connection)?;
        if version != *seen.last().unwrap_or(&last) {
            seen.push(version);
        }
        pause(Duration::from_millis(1));
    }
    Ok(seen)
}
