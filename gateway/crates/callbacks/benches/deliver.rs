//! Callbacks to a local sink over HTTP: how many a second, and how late at 1,000 a second.
//!
//! `cargo bench -p ringback-callbacks --bench deliver`. The sink runs in this process on a thread of its own, so engine and
//! sink share the machine as they do in a test setup. Bars: 5,000 a second sustained; p99 lateness 10 ms.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that people read")]

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use ringback_callbacks::{Engine, Ports, Untold};
use ringback_clock::GatewayClock;
use ringback_egress::{EgressPolicy, HttpCourier};
use ringback_model::{
    callback::Outgoing,
    http_values::CALLBACK_HEADER,
    ids::{CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    journal::Event,
    limits,
    ports::{Journal, Store},
    time::{Clock, Timestamp},
    unit::{Cause, Schedule, Scope, Unit, View},
};
use ringback_store::{MemoryStore, StoreLimits};
use tokio::{net::TcpListener, sync::mpsc};

const FIRST: u64 = u64::MAX;
const SUSTAINED: u64 = 100_000;
const PACED: u64 = 20_000;
const PACE: Duration = Duration::from_millis(1);

/// Keeps as much as the gateway's journal does.
#[derive(Default)]
struct Ring(Mutex<VecDeque<Event>>);

/// A callback as the sink sees it: its number, and when it came.
type Arrival = (u64, Timestamp);

struct Bench {
    clock: Arc<GatewayClock>,
    store: Arc<MemoryStore>,
    scope: Scope,
    url: String,
    arrivals: mpsc::Receiver<Arrival>,
}

fn main() {
    let clock = Arc::new(GatewayClock::system());
    let (sink, arrivals) = sink(clock.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Arc::new(MemoryStore::new(StoreLimits::default()));
        let courier = Arc::new(HttpCourier::new());
        let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
        courier.set_policies([(scope.environment.clone(), EgressPolicy { private: true, ..EgressPolicy::default() })]);
        let journal = Arc::new(Ring::default());
        let policies: ringback_callbacks::Policies = Arc::new(|_| None);
        let engine = Engine::start(Ports {
            clock: clock.clone(),
            store: store.clone(),
            courier,
            journal,
            policies,
            untold: Untold::default(),
        });
        let url = format!("http://{sink}/webhook");
        let mut bench = Bench { clock, store, scope, url, arrivals };
        bench.first().await;
        bench.sustained().await;
        bench.paced().await;
        engine.drain(Duration::from_secs(10)).await;
    });
}

// === impl Bench ===

impl Bench {
    /// The first pays for what is only made when it is needed.
    async fn first(&mut self) {
        let due = self.clock.now();
        self.schedule(FIRST, due).await;
        let (_, came) = self.arrivals.recv().await.unwrap();
        println!("first callback: {:?} late", came.since(due));
    }

    /// All due at once: how many a second go out.
    async fn sustained(&mut self) {
        let due = self.clock.now().after(Duration::from_secs(2));
        let before = resident_bytes();
        for number in 0..SUSTAINED {
            self.schedule(number, due).await;
        }
        let each = resident_bytes().saturating_sub(before) / SUSTAINED;
        println!("memory: {each} bytes a pending callback");
        self.clock.sleep_until(due).await;
        let began = Instant::now();
        for _ in 0..SUSTAINED {
            self.arrivals.recv().await.unwrap();
        }
        let rate = SUSTAINED as f64 / began.elapsed().as_secs_f64();
        println!("sustained: {rate:.0} callbacks a second ({SUSTAINED} callbacks)");
    }

    /// One each millisecond: how late they come.
    async fn paced(&mut self) {
        let first = self.clock.now().after(Duration::from_secs(2));
        let due = |n: u64| first.after(PACE * u32::try_from(n).unwrap_or(u32::MAX));
        for n in 0..PACED {
            self.schedule(SUSTAINED + n, due(n)).await;
        }
        let mut late = Vec::new();
        for _ in 0..PACED {
            let (number, came) = self.arrivals.recv().await.unwrap();
            late.push(came.since(due(number - SUSTAINED)));
        }
        late.sort_unstable();
        let at =
            |share: f64| late.get((late.len() as f64 * share) as usize).or(late.last()).copied().unwrap_or_default();
        println!(
            "lateness at 1,000 a second: p50 {:?}, p90 {:?}, p99 {:?}, p99.9 {:?}, worst {:?}",
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            at(1.0)
        );
    }

    async fn schedule(&self, number: u64, due: Timestamp) {
        let cause = Cause::Request(RequestId { tag: 1, number });
        let mut unit =
            Unit::new(self.scope.clone(), RouteName::try_new("POST /orders").unwrap(), cause, 0, View::default());
        let headers = [("content-type", "application/json")];
        let body = Bytes::from_static(br#"{"orderId":"123456","status":"paid"}"#);
        let now = self.clock.now();
        let schedule = Schedule {
            name: CallbackName::try_new("payment").unwrap(),
            outgoing: Outgoing::try_new("POST", &self.url, headers, body).unwrap(),
            delay: due.since(now),
            ordering_key: None,
            idempotency_key: None,
            policy: None,
            expects: vec![],
            scheduled_by: None,
            timeout: limits::ATTEMPT_TIMEOUT,
        };
        unit.schedule(schedule).unwrap();
        self.store.commit(unit.finish(now)).await.unwrap();
    }
}

impl Journal for Ring {
    fn record(&self, event: Event) {
        let mut events = self.0.lock();
        if events.len() >= limits::JOURNAL_EVENTS_MAX {
            events.pop_front();
        }
        events.push_back(event);
    }
}

/// The process's memory, as Linux tells it; 0 elsewhere.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|pages| pages.split(' ').nth(1)?.parse::<u64>().ok());
    resident.unwrap_or(0) * 4096
}

/// A sink on a thread of its own.
fn sink(clock: Arc<GatewayClock>) -> (SocketAddr, mpsc::Receiver<Arrival>) {
    let (arrived, arrivals) = mpsc::channel(1 << 18);
    let (bound, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            bound.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (clock, arrived) = (clock.clone(), arrived.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let number = number(&request);
                    arrived.try_send((number, clock.now())).unwrap();
                    async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    });
    (address.recv().unwrap(), arrivals)
}

/// The `12` of `cb-000001-12.1`.
fn number(request: &Request<Incoming>) -> u64 {
    let id = request.headers().get(CALLBACK_HEADER).unwrap().to_str().unwrap();
    id.rsplit('-').next().unwrap().split('.').next().unwrap().parse().unwrap()
}
