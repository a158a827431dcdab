//! How long a client wants an answer to take (`microcks.md`, section 2.5): header fields, else parameters of the query, else
//! what the operation says.

use std::time::Duration;

use http::HeaderMap;
use ringback_model::environment::{Delay, Spread};

use super::Inquiry;

/// The longest delay that a client can ask for: longer than any test waits, and nobody's connection is held forever.
pub const DELAY_MAX: Duration = Duration::from_secs(24 * 60 * 60);

const HEADER: &str = "x-microcks-delay";
const HEADER_STRATEGY: &str = "x-microcks-delay-strategy";
const PARAMETER: &str = "delay";
const PARAMETER_STRATEGY: &str = "delayStrategy";

/// Why there is no delay: the query's is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`delay` must be a number of milliseconds, not `{0}`")]
pub struct NoDelay(String);

/// What a request asks for. Absent: nothing, and the operation's own delay counts.
///
/// # Errors
/// The query's delay is no number.
pub fn asked_delay(query: &str, headers: &HeaderMap) -> Result<Option<Delay>, NoDelay> {
    if !query.contains(PARAMETER) && !headers.contains_key(HEADER) {
        return Ok(None);
    }
    let params = Default::default();
    let inquiry = Inquiry { params: &params, query, headers, body: b"" };
    // One that is no number is as if it were not there.
    let header = inquiry.header(HEADER).and_then(|value| milliseconds(&value));
    if let Some(base) = header {
        let strategy = inquiry.header(HEADER_STRATEGY);
        return Ok(Some(delay(base, strategy.as_deref())));
    }
    let Some(value) = inquiry.parameter(PARAMETER).filter(|value| !value.is_empty()) else { return Ok(None) };
    let base = milliseconds(&value).ok_or_else(|| NoDelay(value.chars().take(40).collect()))?;
    Ok(Some(delay(base, inquiry.parameter(PARAMETER_STRATEGY).as_deref())))
}

fn delay(base: Duration, strategy: Option<&str>) -> Delay {
    Delay { base, spread: strategy.map_or(Spread::Fixed, Spread::read) }
}

/// Below 0 is none.
fn milliseconds(text: &str) -> Option<Duration> {
    let number: i64 = text.trim().parse().ok()?;
    Some(Duration::from_millis(u64::try_from(number).unwrap_or(0)).min(DELAY_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str, fields: &[(&'static str, &str)]) -> Result<Option<(u128, Spread)>, NoDelay> {
        let headers = fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        asked_delay(query, &headers).map(|delay| delay.map(|delay| (delay.base.as_millis(), delay.spread)))
    }

    #[test]
    fn the_header_wins_over_the_query() {
        let header = (HEADER, "400");
        assert_eq!(asked("", &[]), Ok(None));
        assert_eq!(asked("delay=200", &[header]), Ok(Some((400, Spread::Fixed))));
        assert_eq!(asked("", &[header, (HEADER_STRATEGY, "Random-20")]), Ok(Some((400, Spread::Percent(20)))));
        assert_eq!(asked("delay=200&delayStrategy=random", &[(HEADER, "soon")]), Ok(Some((200, Spread::UpTo))));
        assert_eq!(asked("delay=0", &[]), Ok(Some((0, Spread::Fixed))));
        assert_eq!(asked("delay=-5", &[]), Ok(Some((0, Spread::Fixed))));
        assert_eq!(asked("delay=", &[]), Ok(None));
        assert_eq!(asked("delayed=1", &[]), Ok(None));
        assert!(asked("delay=soon", &[]).is_err());
        assert_eq!(asked("delay=9223372036854775807", &[]), Ok(Some((DELAY_MAX.as_millis(), Spread::Fixed))));
    }
}
