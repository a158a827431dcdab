//! A plugin that spins, asked a hundred times a second, beside a fixed answer at half of what the gateway can give of it.

use std::{path::Path, time::Duration};

use anyhow::Result;

use super::{
    CONNECTIONS, Finding, WARM_UP,
    guest::{self, Does},
    pace::{self, Pace},
    server::Server,
};

/// Each of the two phases.
const PHASE: Duration = Duration::from_secs(10);
const SPIN_PER_SECOND: f64 = 100.0;
/// A spinning call takes as long as it may.
const LOOK: Duration = Duration::from_millis(1);
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
    fixed.forget();
    pace::run(&mut [&mut fixed], PHASE)?;
    let quiet = fixed.quantile(0.99);
    fixed.forget();
    let mut spins = Pace::new(server.address, "/spin", SPIN_PER_SECOND, 2_048).resting(LOOK);
    pace::run(&mut [&mut fixed, &mut spins], PHASE)?;
    let disturbed = fixed.quantile(0.99);
    let ratio = disturbed.as_secs_f64() / quiet.as_secs_f64();
    Ok(vec![Finding {
        what: "p99 of a fixed answer at half load, beside a plugin that spins at 100 requests a second".into(),
        bar: format!("{BAR} times"),
        measured: format!(
            "{ratio:.1} times ({quiet:.1?} -> {disturbed:.1?} at {half:.0} requests a second; {} of {} spinning requests were answered)",
            spins.bad + spins.good,
            spins.bad + spins.good + spins.skipped
        ),
        met: ratio <= BAR && fixed.bad == 0,
    }])
}
