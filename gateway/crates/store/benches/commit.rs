//! What a unit of work costs: it must not grow with the bucket, nor with the queue.
#![expect(clippy::unwrap_used, reason = "a benchmark that fails panics")]

use std::{hint::black_box, task::Poll, time::Duration};

use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ringback_model::{
    callback::Outgoing,
    ids::{BucketName, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    json::Json,
    limits,
    ports::{BoxFuture, Store},
    time::Timestamp,
    unit::{Cause, Change, Changes, Schedule, Scope, Unit},
};
use ringback_store::{MemoryStore, StoreLimits};

const ORDER: &str = r#"{"orderId":"123456","status":"pending"}"#;

/// Keeps buckets about as large as they are said to be.
const PUSHES_BEFORE_RESET: u64 = 1_000;

/// The memory store never waits.
fn now<T>(mut future: BoxFuture<'_, T>) -> T {
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the memory store never waits"),
    }
}

struct Shop {
    store: MemoryStore,
    scope: Scope,
    route: RouteName,
    order: Json,
    schedule: Schedule,
    requests: u64,
}

impl Shop {
    fn with_orders(orders: usize) -> Self {
        let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
        let store = MemoryStore::new(StoreLimits { pending: usize::MAX, ..StoreLimits::default() });
        let all = Json::parse(&format!("[{}]", vec![ORDER; orders].join(","))).unwrap();
        now(store.declare(&scope.environment, vec![(BucketName::try_new("orders").unwrap(), all.into())])).unwrap();
        let schedule = Schedule {
            name: CallbackName::try_new("payment").unwrap(),
            outgoing: Outgoing::try_new("POST", "http://localhost:3000/webhook", [], Bytes::from_static(b"{}"))
                .unwrap(),
            delay: Duration::from_secs(10),
            ordering_key: None,
            idempotency_key: None,
            policy: None,
            expects: vec![],
            scheduled_by: None,
            timeout: limits::ATTEMPT_TIMEOUT,
        };
        let route = RouteName::try_new("POST /orders").unwrap();
        Self { store, scope, route, order: Json::parse(ORDER).unwrap(), schedule, requests: 0 }
    }

    fn changes(&mut self, callbacks: usize) -> Changes {
        self.requests += 1;
        if self.requests.is_multiple_of(PUSHES_BEFORE_RESET) {
            now(self.store.reset(None)).unwrap();
        }
        let cause = Cause::Request(RequestId { tag: 1, number: self.requests });
        let view = now(self.store.view(&self.scope)).unwrap();
        let mut unit = Unit::new(self.scope.clone(), self.route.clone(), cause, 0, view);
        unit.change("orders", Change::Push("".into(), self.order.clone())).unwrap();
        for _ in 0..callbacks {
            unit.schedule(self.schedule.clone()).unwrap();
        }
        unit.finish(Timestamp::from_micros(1_795_262_400_000_000))
    }
}

fn commit(criterion: &mut Criterion) {
    for orders in [10, 100_000] {
        let mut shop = Shop::with_orders(orders);
        criterion.bench_function(&format!("unit with a push, {orders} orders"), |bencher| {
            bencher.iter(|| {
                let changes = shop.changes(0);
                now(shop.store.commit(changes)).unwrap();
            });
        });
    }
    for (name, callbacks) in [("commit of a push", 0), ("commit of a push and a callback", 1)] {
        let shop = std::cell::RefCell::new(Shop::with_orders(1_000));
        criterion.bench_function(name, |bencher| {
            bencher.iter_batched(
                || shop.borrow_mut().changes(callbacks),
                |changes| now(black_box(&shop.borrow().store).commit(changes)).unwrap(),
                BatchSize::PerIteration,
            );
        });
    }
}

criterion_group!(benches, commit);
criterion_main!(benches);
