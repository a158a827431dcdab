//! The engine with the real courier, against a target on a socket.

use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use ringback_clock::GatewayClock;
use ringback_egress::{EgressPolicy, HttpCourier};
use ringback_model::{http_values::CALLBACK_HEADER, ids::EnvironmentName, limits};
use ringback_store::{MemoryStore, StoreLimits};
use tokio::net::TcpListener;

use crate::support::{START, Stage, Want, secs};

/// How often each callback came.
type Counts = Arc<Mutex<BTreeMap<String, usize>>>;

/// A target that refuses each callback the first `refusals` times.
async fn target(refusals: usize) -> (SocketAddr, Counts) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let counts = Counts::default();
    let came = counts.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let came = came.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let id = request.headers().get(CALLBACK_HEADER).unwrap().to_str().unwrap().to_owned();
                let mut came = came.lock();
                let count = came.entry(id).or_default();
                *count += 1;
                let status = if *count > refusals { 200 } else { 503 };
                let answer = Response::builder().status(status).body(Full::<Bytes>::default()).unwrap();
                async move { Ok::<_, Infallible>(answer) }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    (address, counts)
}

fn stage(clock: GatewayClock) -> Stage {
    let courier = HttpCourier::new();
    let lenient = EgressPolicy { private: true, ..EgressPolicy::default() };
    courier.set_policies([(EnvironmentName::try_new("shop").unwrap(), lenient)]);
    Stage::with(clock, Arc::new(MemoryStore::new(StoreLimits::default())), Some(Arc::new(courier)))
}

fn want(target: SocketAddr) -> Want {
    Want { url: format!("http://{target}/webhook"), ..Want::default() }
}

#[tokio::test]
async fn a_target_that_recovers_gets_its_callback_in_the_end() {
    let (target, counts) = target(2).await;
    let stage = stage(GatewayClock::frozen_at(START));
    stage.one(want(target).policy("ladder").after(secs(10))).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!(
        stage.journal.lines(),
        [
            "10s attempted cb-000001-1.1 #1 answered 503, pending",
            "15s attempted cb-000001-1.1 #2 answered 503, pending",
            "315s attempted cb-000001-1.1 #3 answered 200, delivered",
        ]
    );
    assert_eq!((summary.pending, counts.lock().get("cb-000001-1.1").copied()), (0, Some(3)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callbacks_at_once_arrive_once_each() {
    const CALLBACKS: usize = 500;
    let (target, counts) = target(0).await;
    let stage = stage(GatewayClock::system());
    for _ in 0..CALLBACKS / limits::CALL_CALLBACKS_MAX {
        stage.schedule(&vec![want(target); limits::CALL_CALLBACKS_MAX]).await;
    }
    stage.journal.wait_for(CALLBACKS).await;
    assert_eq!(stage.store.pending().await.unwrap(), 0);
    let counts = counts.lock();
    assert_eq!((counts.len(), counts.values().sum::<usize>()), (CALLBACKS, CALLBACKS));
}
