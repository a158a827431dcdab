//! wrk, the client: one thread on core 1.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail};

use super::server::Request;

/// What a run gave.
#[derive(Debug, PartialEq)]
pub(super) struct Load {
    pub(super) per_second: f64,
    pub(super) p99_ms: f64,
    /// Requests without an answer, or with one that is not 2xx or 3xx.
    pub(super) errors: u64,
}

/// Says how to get wrk where it is not there.
pub(super) fn is_installed() -> Result<()> {
    let version = Command::new("wrk").arg("--version").output();
    version.map(drop).context("cannot run `wrk`: install it (Debian: `apt-get install wrk`)")
}

/// Keeps connections busy for some seconds.
pub(super) fn run(port: u16, request: &Request, seconds: u32, connections: u32) -> Result<Load> {
    let script = std::env::temp_dir().join(format!("ringback-bench-{port}.lua"));
    let Request { method, path, body } = request;
    // Lua's long strings take JSON as it is.
    let lua = format!(
        "wrk.method = '{method}'\nwrk.body = [==[{body}]==]\nwrk.headers['content-type'] = 'application/json'\n"
    );
    fs::write(&script, lua)?;
    let output = Command::new("taskset")
        .args(["-c", "1", "wrk", "-t1", "--latency", &format!("-c{connections}"), &format!("-d{seconds}s"), "-s"])
        .arg(&script)
        .arg(format!("http://127.0.0.1:{port}{path}"))
        .output()
        .context("cannot run wrk")?;
    fs::remove_file(&script)?;
    if !output.status.success() {
        bail!("wrk failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    parse(&String::from_utf8_lossy(&output.stdout)).context("wrk said something else than expected")
}

fn parse(output: &str) -> Option<Load> {
    let after = |label: &str| output.lines().find_map(|line| line.trim().strip_prefix(label)).map(str::trim);
    let sockets = after("Socket errors:").map_or(0, sum_of_numbers);
    let statuses = after("Non-2xx or 3xx responses:").map_or(0, sum_of_numbers);
    Some(Load {
        per_second: after("Requests/sec:")?.parse().ok()?,
        p99_ms: milliseconds(after("99%")?)?,
        errors: sockets + statuses,
    })
}

fn sum_of_numbers(text: &str) -> u64 {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u64>().ok()).sum()
}

/// `431.00us`, `1.20ms` or `1.05s`.
fn milliseconds(text: &str) -> Option<f64> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let factor = match unit {
        "us" => 1e-3,
        "ms" => 1.0,
        "s" => 1e3,
        _ => return None,
    };
    Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_read_from_what_wrk_prints() {
        let output = "  Latency Distribution\n     50%  300.00us\n     99%    1.25ms\n  400 requests in 4.00s\n  \
                      Socket errors: connect 0, read 1, write 0, timeout 2\n  Non-2xx or 3xx responses: 4\n\
                      Requests/sec: 100234.50\n";
        assert_eq!(parse(output), Some(Load { per_second: 100_234.5, p99_ms: 1.25, errors: 7 }));
        assert_eq!(parse("unable to connect"), None);
    }
}
