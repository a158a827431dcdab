//! A million calls, fresh and warm, while the document and the plugin change hundreds of times: what the process holds stays.

use std::path::Path;

use anyhow::Result;

use super::{
    CONNECTIONS, Finding,
    guest::{self, Does},
    pace::Pace,
    server::{Holds, Server},
};

/// As fast as one client can ask.
const PER_SECOND: f64 = 40_000.0;
/// What memory may vary by: pages that pools and allocators keep.
const RSS_SLACK_KIB: u64 = 8 << 10;
/// Connections and files that come and go.
const DESCRIPTORS_SLACK: usize = 4;
/// The part of the calls after which it holds what it holds.
const WARM_PART: u64 = 5;

fn document(number: usize) -> String {
    format!(
        "[plugin.v]\nconfig = {{ number = {number} }}\n[[route]]\nmethod = \"GET\"\npath = \"/v\"\nresponder = \"v\"\n\
         [[route]]\nmethod = \"GET\"\npath = \"/number\"\nbody = \"{number}\"\n"
    )
}

/// Measures.
pub(super) fn run(root: &Path, ringback: &Path, calls: u64, reloads: usize) -> Result<Vec<Finding>> {
    let version = |number| guest::responder(root, Does::Tell(number));
    let server = Server::start(ringback, &document(0), &[("v.wasm", &version(0)?)])?;
    let mut load = Pace::new(server.address, "/v", PER_SECOND, CONNECTIONS);
    let mut before: Option<Holds> = None;
    let (mut made, mut reloaded) = (0, 0);
    while made < calls {
        load.step()?;
        let answered = load.good + load.bad;
        if answered == made {
            continue;
        }
        made = answered;
        // The latencies of a million calls are nothing to keep.
        load.latencies.clear();
        if before.is_none() && made > calls / WARM_PART {
            before = Some(server.holds()?);
        }
        // Half of the reloads change the document, half the plugin.
        if made * reloads as u64 / calls > reloaded {
            reloaded += 1;
            let number = usize::try_from(reloaded)?;
            match number % 2 {
                0 => server.write_document(&document(number))?,
                _ => server.drop_in("v.wasm", &version(number)?)?,
            }
        }
    }
    let after = server.holds()?;
    let before = before.unwrap_or(after);
    Ok(vec![
        Finding {
            what: format!("{made} calls and {reloaded} reloads: resident memory"),
            bar: "flat".into(),
            measured: format!("{} MiB -> {} MiB", before.rss_kib >> 10, after.rss_kib >> 10),
            met: after.rss_kib <= before.rss_kib + RSS_SLACK_KIB,
        },
        Finding {
            what: "the same: file descriptors".into(),
            bar: "flat".into(),
            measured: format!("{} -> {}", before.descriptors, after.descriptors),
            met: after.descriptors <= before.descriptors + DESCRIPTORS_SLACK,
        },
        Finding {
            what: "the same: requests that failed".into(),
            bar: "0".into(),
            measured: load.bad.to_string(),
            met: load.bad == 0,
        },
    ])
}
