//! What the gateway counts, for `GET /metrics`. A route's series are looked up once, when its site is built; counting is
//! then an atomic addition. Labels are names that the operator wrote, and fixed words.

use std::sync::Arc;

use http::StatusCode;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// Upper bounds of the request duration's buckets, in seconds: from a static answer to the request timeout.
const DURATION_BUCKETS_S: [f64; 11] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 10.0];

/// All series of one gateway.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    /// Attempts of callbacks by outcome: `2xx`, `timed-out`.
    pub attempts: IntCounterVec,
    /// Callbacks that were put in the queue.
    pub scheduled: IntCounter,
    /// Calls that were run again because a bucket changed under them.
    pub reruns: IntCounter,
    /// Reloads by outcome: `applied`, `rejected`.
    pub reloads: IntCounterVec,
    /// Loads of plugins by outcome: `serving`, `unchanged`, `refused`, `rolled-back`.
    pub plugin_loads: IntCounterVec,
    /// Open connections.
    pub connections: IntGauge,
    /// Requests being answered.
    pub in_flight: IntGauge,
}

/// One route's series.
#[derive(Clone)]
pub struct RouteMetrics(Arc<Series>);

struct Series {
    /// By status class: 1xx to 5xx.
    classes: Vec<IntCounter>,
    duration: Histogram,
}

/// The status classes, as label values.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

// === impl Metrics ===

impl Metrics {
    /// All series at zero.
    ///
    /// # Errors
    /// When two series have one name: a defect.
    pub fn new() -> Result<Self, prometheus::Error> {
        let durations = HistogramOpts::new("ringback_request_duration_seconds", "Time to the answer, latency included")
            .buckets(DURATION_BUCKETS_S.to_vec());
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new("ringback_requests_total", "Requests answered"),
                &["environment", "route", "status"],
            )?,
            durations: HistogramVec::new(durations, &["environment", "route"])?,
            attempts: IntCounterVec::new(
                Opts::new("ringback_callback_attempts_total", "Callback attempts by outcome"),
                &["outcome"],
            )?,
            scheduled: IntCounter::new("ringback_callbacks_scheduled_total", "Callbacks put in the queue")?,
            reruns: IntCounter::new("ringback_unit_reruns_total", "Calls run again because a bucket changed")?,
            reloads: IntCounterVec::new(Opts::new("ringback_reloads_total", "Reloads by outcome"), &["outcome"])?,
            plugin_loads: IntCounterVec::new(
                Opts::new("ringback_plugin_loads_total", "Loads of plugins by outcome"),
                &["plugin", "outcome"],
            )?,
            connections: IntGauge::new("ringback_connections", "Open connections")?,
            in_flight: IntGauge::new("ringback_requests_in_flight", "Requests being answered")?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        self.registry.register(Box::new(self.requests.clone()))?;
        self.registry.register(Box::new(self.durations.clone()))?;
        self.registry.register(Box::new(self.attempts.clone()))?;
        self.registry.register(Box::new(self.scheduled.clone()))?;
        self.registry.register(Box::new(self.reruns.clone()))?;
        self.registry.register(Box::new(self.reloads.clone()))?;
        self.registry.register(Box::new(self.plugin_loads.clone()))?;
        self.registry.register(Box::new(self.connections.clone()))?;
        self.registry.register(Box::new(self.in_flight.clone()))
    }

    /// The series of a route, ready to count.
    pub fn route(&self, environment: &str, route: &str) -> RouteMetrics {
        RouteMetrics(Arc::new(Series {
            classes: CLASSES
                .iter()
                .map(|class| self.requests.with_label_values(&[environment, route, class]))
                .collect(),
            duration: self.durations.with_label_values(&[environment, route]),
        }))
    }

    /// All series in Prometheus' text format, version 0.0.4.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory can't fail, and the registry refuses names that the format can't say.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }
}

// === impl RouteMetrics ===

impl RouteMetrics {
    /// Counts one answer.
    pub fn count(&self, status: StatusCode, took: std::time::Duration) {
        if let Some(class) = self.0.classes.get(usize::from(status.as_u16() / 100).wrapping_sub(1)) {
            class.inc();
        }
        self.0.duration.observe(took.as_secs_f64());
    }

    /// How many answers were counted.
    pub fn answered(&self) -> u64 {
        self.0.classes.iter().map(IntCounter::get).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_counted_in_its_class() {
        let metrics = Metrics::new().unwrap();
        metrics.route("shop", "GET /orders").count(StatusCode::NOT_FOUND, std::time::Duration::from_millis(2));
        let text = metrics.text();
        assert!(
            text.contains(r#"ringback_requests_total{environment="shop",route="GET /orders",status="4xx"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"le="0.0025"} 1"#));
    }
}
