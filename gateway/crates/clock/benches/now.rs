//! What it costs to read the clock: every request does so several times.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_clock::GatewayClock;
use ringback_model::time::{Clock as _, Timestamp};

fn now(criterion: &mut Criterion) {
    let running = GatewayClock::system();
    criterion.bench_function("now, running", |bencher| bencher.iter(|| black_box(&running).now()));
    criterion.bench_function("std::time::Instant::now, to compare", |bencher| bencher.iter(std::time::Instant::now));
    let frozen = GatewayClock::frozen_at(Timestamp::default());
    criterion.bench_function("now, frozen", |bencher| bencher.iter(|| black_box(&frozen).now()));
}

criterion_group!(benches, now);
criterion_main!(benches);
