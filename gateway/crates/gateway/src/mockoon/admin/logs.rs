//! `GET /logs`, `PURGE /logs`, `POST /logs/purge`: the last transactions, oldest first, a page at a time.

use std::sync::atomic::Ordering;

use ringback_model::{
    ids::EnvironmentName,
    journal::{Event, Exchange, Matched},
};
use ringback_values::Value;

use super::{Admin, Caller, Reply, purged};
use crate::{gateway::Gateway, mockoon::transaction::transaction};

/// Transactions of a page, unless asked for others.
const PAGE: f64 = 10.0;

impl Caller<'_> {
    pub(super) fn logs(&self) -> Reply {
        let number = |name, default| self.asked(name).map_or(default, |text| parse_int(&text));
        let (page, limit) = (number("page", 1.0), number("limit", PAGE));
        let exchanges = kept(self.admin, &self.door.gateway, &self.site.name);
        let start = (page - 1.0) * limit;
        let (from, to) = slice(exchanges.len(), start, start + limit);
        let environment = self.environment();
        let shown = exchanges.get(from..to).unwrap_or_default().iter();
        let shown = shown.map(|exchange| transaction(exchange, self.site, environment.as_ref()));
        Reply::ok(&Value::array(shown.collect()))
    }

    pub(super) fn purge_logs(&self) -> Reply {
        self.forget_logs();
        Reply::done("Logs have been purged")
    }

    pub(super) fn forget_logs(&self) {
        self.admin.purged.store(self.door.gateway.journal.last(), Ordering::Relaxed);
    }
}

/// The exchanges whose transactions are shown, oldest first.
pub(super) fn kept(admin: &Admin, gateway: &Gateway, environment: &EnvironmentName) -> Vec<Exchange> {
    let events = gateway.journal.since(purged(admin)).into_iter();
    let mut exchanges: Vec<_> =
        events.filter_map(|(_, event)| recorded(event, environment)).map(|exchange| *exchange).collect();
    let surplus = exchanges.len().saturating_sub(admin.transactions_max);
    exchanges.drain(..surplus);
    exchanges
}

/// An event as a transaction of an environment. Absent: it is none.
pub(super) fn recorded(event: Event, environment: &EnvironmentName) -> Option<Box<Exchange>> {
    match event {
        Event::Exchange(exchange) if exchange.environment == *environment => {
            (!matches!(exchange.matched, Matched::Admin)).then_some(exchange)
        }
        _ => None,
    }
}

/// JavaScript's `parseInt(text, 10)`; NaN where it finds no number.
pub(super) fn parse_int(text: &str) -> f64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end).and_then(|digits| digits.parse::<f64>().ok()).map_or(f64::NAN, |number| sign * number)
}

/// The places that JavaScript's `array.slice(from, to)` means: negative ones count from the end, NaN is 0.
fn slice(length: usize, from: f64, to: f64) -> (usize, usize) {
    let place = |at: f64| match at {
        at if at.is_nan() => 0,
        at if at < 0.0 => (length as f64 + at).max(0.0) as usize,
        at => at.min(length as f64) as usize,
    };
    let (from, to) = (place(from), place(to));
    (from.min(to), to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_as_javascript_cuts_them() {
        assert_eq!(slice(25, 10.0, 20.0), (10, 20));
        assert_eq!(slice(5, 10.0, 20.0), (5, 5));
        assert_eq!(slice(25, -10.0, 0.0), (0, 0));
        assert_eq!(slice(25, f64::NAN, f64::NAN), (0, 0));
        assert_eq!(slice(25, -20.0, -10.0), (5, 15));
    }

    #[test]
    fn numbers_are_read_as_javascript_reads_them() {
        assert_eq!(parse_int("10abc"), 10.0);
        assert_eq!(parse_int(" -3"), -3.0);
        assert!(parse_int("abc").is_nan() && parse_int("").is_nan());
    }
}
