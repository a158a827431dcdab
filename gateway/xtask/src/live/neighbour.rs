//! A plugin that spins, asked a hundred times a second, beside a fixed answer at half of what the gateway can give of it.

use std::{path::Path, time::Duration};

use anyhow::Result;

use super::{
    CONNECTIONS, Finding, ROUNDS, WARM_UP,
    guest::{self, Does},
    pace::{self, Pace},
    server::Server,
    spread::Spread,
};

/// How long each phase of a round is measured.
const PHASE: Duration = Duration::from_secs(6);
/// Until no call spins any more: longer than one may take.
const SPIN_ENDS: Duration = Duration::from_secs(6);
const SPIN_PER_SECOND: f64 = 100.0;
/// A spinning call takes as long as it may.
const LOOK: Duration = Duration::from_millis(20);
/// How much worse the neighbour may fare.
const BAR: f64 = 2.0;

const DOCUMENT: &str = "\
[plugin.spin]
[[route]]
method = \"GET\"
path = \"/fixed\"
body = \"hello\"
[[route]]
method = \"GET\"
path = \"/spin\"
responder = \"spin\"
";

/// Measures.
pub(super) fn run(root: &Path, ringback: &Path) -> Result<Vec<Finding>> {
    let spin = guest::responder(root, Does::Spin)?;
    let server = Server::start(ringback, DOCUMENT, &[("spin.wasm", &spin)])?;
    let half = Pace::most(server.address, "/fixed", CONNECTIONS)? / 2.0;
    let mut fixed = Pace::new(server.address, "/fixed", half, CONNECTIONS);
    pace::run(&mut [&mut fixed], WARM_UP)?;
    let mut answered = 0;
    let (mut quiet, mut disturbed) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        fixed.forget();
        pace::run(&mut [&mut fixed], PHASE)?;
        quiet.push(fixed.quantile(0.99));
        fixed.forget();
        let mut spins = Pace::new(server.address, "/spin", SPIN_PER_SECOND, 2_048).resting(LOOK);
        pace::run(&mut [&mut fixed, &mut spins], PHASE)?;
        disturbed.push(fixed.quantile(0.99));
        answered += spins.good + spins.bad;
        drop(spins);
        pace::run(&mut [&mut fixed], SPIN_ENDS)?;
    }
    let (quiet, disturbed) = (Spread::of(quiet), Spread::of(disturbed));
    let ratio = disturbed.median.as_secs_f64() / quiet.median.as_secs_f64();
    Ok(vec![Finding {
        what: "p99 of a fixed answer at half load, beside a plugin that spins at 100 requests a second".into(),
        bar: format!("{BAR} times"),
        measured: format!(
            "{ratio:.1} times ({quiet} -> {disturbed} at {half:.0} requests a second; {answered} spinning requests were answered)"
        ),
        met: ratio <= BAR && fixed.bad == 0,
    }])
}
