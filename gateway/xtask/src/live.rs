//! `cargo xtask live`: what plugins do to a gateway that is serving. Not ratios to another server: each scenario compares the
//! gateway under stress with itself at rest, in one run.
//!
//! The server has core 0, this program, which is also the client, has core 1.

mod client;
mod guest;
mod neighbour;
mod pace;
mod server;
mod soak;
mod spread;
mod swaps;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::bench;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this; otherwise all of them
    #[arg(value_enum)]
    only: Option<Scenario>,
    /// Measure this program instead of building one
    #[arg(long)]
    ringback: Option<PathBuf>,
    /// How often a plugin is replaced
    #[arg(long, default_value_t = 200)]
    swaps: usize,
    /// How many calls the soak makes
    #[arg(long, default_value_t = 1_000_000)]
    calls: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// New versions of a plugin are dropped in under load
    Swaps,
    /// A plugin that spins, beside a route that has nothing to do with it
    Neighbour,
    /// A million calls and hundreds of reloads
    Soak,
}

/// One thing that was measured, and whether it is good enough.
struct Finding {
    what: String,
    bar: String,
    measured: String,
    met: bool,
}

/// How often a scenario is measured at rest and under stress, in turn: how fast the machine is varies from minute to minute.
const ROUNDS: usize = 5;
/// Connections that are kept busy.
const CONNECTIONS: usize = 64;
/// Until pages are touched, code is warm and connections are open.
const WARM_UP: Duration = Duration::from_secs(2);

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let ringback = options.ringback.clone().map_or_else(|| bench::gateway(root), Ok)?;
    server::stay_on_own_core()?;
    let wanted = |scenario| options.only.is_none_or(|only| only == scenario);
    let mut findings = vec![];
    if wanted(Scenario::Swaps) {
        findings.extend(swaps::run(root, &ringback, options.swaps)?);
    }
    if wanted(Scenario::Neighbour) {
        findings.extend(neighbour::run(root, &ringback)?);
    }
    if wanted(Scenario::Soak) {
        findings.extend(soak::run(root, &ringback, options.calls, options.swaps)?);
    }
    println!("| what | bar | measured | |\n|---|---|---|---|");
    for Finding { what, bar, measured, met } in &findings {
        println!("| {what} | {bar} | {measured} | {} |", if *met { "met" } else { "MISSED" });
    }
    match findings.iter().filter(|finding| !finding.met).count() {
        0 => Ok(()),
        missed => bail!("{missed} bars missed"),
    }
}
