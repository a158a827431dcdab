//! What came of vectors, for a person and for a machine.

use std::{fmt::Write, time::Duration};

use ringback_model::limits::{CALL_CPU_MAX, INSTANCE_MEMORY_MAX_BYTES};
use ringback_wasm::Cost;
use serde_json::{Value, json};

use super::run::Done;
use crate::plugin::declaration::size;

/// Widest name that keeps the costs in one column.
const NAME_MAX: usize = 64;

/// One file's calls.
pub(super) struct Report {
    file: String,
    calls: Vec<(usize, Done)>,
}

/// All files' calls.
#[derive(Default)]
pub(super) struct Tally {
    pub calls: usize,
    pub failed: usize,
    cpu: Duration,
    memory_bytes: usize,
}

// === impl Report ===

impl Report {
    /// Of the calls whose names hold a text, or of all if the file's does. `line` tells the line of a byte.
    pub(super) fn of(file: &str, calls: Vec<Done>, line: impl Fn(usize) -> usize, filter: Option<&str>) -> Self {
        let wanted = |done: &Done| filter.is_none_or(|text| file.contains(text) || done.name.contains(text));
        let calls = calls.into_iter().filter(wanted).map(|done| (line(done.at), done)).collect();
        Self { file: file.to_owned(), calls }
    }

    pub(super) fn text(&self) -> String {
        if self.calls.is_empty() {
            return String::new();
        }
        let mut text = format!("{}\n", self.file);
        let widest = self.calls.iter().map(|(_, done)| done.name.chars().count()).max().unwrap_or(0).min(NAME_MAX);
        for (line, done) in &self.calls {
            let verdict = if done.differences.is_empty() { "ok    " } else { "failed" };
            let cost = done.cost.as_ref().map(cost).unwrap_or_default();
            let row = format!("  {verdict}  {:<widest$}  {cost}", done.name);
            let _ = writeln!(text, "{}", row.trim_end());
            if !done.differences.is_empty() {
                self.details(&mut text, *line, done);
            }
        }
        text.push('\n');
        text
    }

    fn details(&self, text: &mut String, line: usize, done: &Done) {
        let _ = writeln!(text, "          at {}:{line}", self.file);
        for difference in &done.differences {
            let _ = writeln!(text, "          {}", difference.path);
            let _ = writeln!(text, "            expected {}", difference.expected);
            let _ = writeln!(text, "            got      {}", difference.got);
        }
        if let Some(fault) = &done.fault {
            let _ = writeln!(text, "          fault: {}", fault.replace('\n', "\n            "));
        }
        // The gateway's own line about a fault says the same again.
        let fault = done.fault.as_deref().and_then(|fault| fault.lines().next());
        let told = |line: &&String| fault.is_none_or(|fault| !line.starts_with(&format!("error {fault}")));
        for line in done.lines.iter().filter(told) {
            let _ = writeln!(text, "          log: {}", line.replace('\n', "\n            "));
        }
    }

    fn value(&self) -> Value {
        let calls = self.calls.iter().map(|(line, done)| {
            let cost = done.cost.map(|cost| {
                json!({
                    "cpuUs": micros(cost.cpu),
                    "tookUs": micros(cost.took),
                    "memoryBytes": cost.memory_bytes,
                    "hostCalls": cost.host_calls,
                    "instructions": cost.instructions,
                })
            });
            json!({
                "name": done.name,
                "line": line,
                "ok": done.differences.is_empty(),
                "differences": done.differences,
                "fault": done.fault,
                "log": done.lines,
                "cost": cost,
            })
        });
        json!({ "file": self.file, "calls": calls.collect::<Vec<_>>() })
    }
}

/// In columns of one width: time on the CPU, memory, instructions.
fn cost(cost: &Cost) -> String {
    let instructions = cost.instructions.map(|count| format!("  {:>12} instructions", grouped(count)));
    format!(
        "{:>9} cpu  {:>9} memory{}",
        format!("{:.2} ms", cost.cpu.as_secs_f64() * 1e3),
        size(cost.memory_bytes),
        instructions.unwrap_or_default()
    )
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// All files as one object.
pub(super) fn json(reports: &[Report], tally: &Tally) -> String {
    let value = json!({
        "files": reports.iter().map(Report::value).collect::<Vec<_>>(),
        "calls": tally.calls,
        "failed": tally.failed,
        "limits": { "cpuUs": micros(CALL_CPU_MAX), "memoryBytes": INSTANCE_MEMORY_MAX_BYTES },
    });
    format!("{value:#}\n")
}

// === impl Tally ===

impl Tally {
    pub(super) fn add(&mut self, report: &Report) {
        self.calls += report.calls.len();
        self.failed += report.calls.iter().filter(|(_, done)| !done.differences.is_empty()).count();
        for cost in report.calls.iter().filter_map(|(_, done)| done.cost.as_ref()) {
            self.cpu = self.cpu.max(cost.cpu);
            self.memory_bytes = self.memory_bytes.max(cost.memory_bytes);
        }
    }

    /// The last line: `38 calls, 1 failed; at most 0.41 ms of 100 ms CPU, 1.2 MiB of 64 MiB memory`.
    pub(super) fn text(&self) -> String {
        let Self { calls, failed, cpu, memory_bytes } = self;
        let calls = if *calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
        let result = if *failed == 0 { "all ok".to_owned() } else { format!("{failed} failed") };
        format!(
            "{calls}, {result}; at most {:.2} of {} ms CPU and {} of {} memory for one\n",
            cpu.as_secs_f64() * 1e3,
            CALL_CPU_MAX.as_millis(),
            size(*memory_bytes),
            size(INSTANCE_MEMORY_MAX_BYTES)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
