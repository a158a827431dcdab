//! Units of work commit whole or not at all.
#![expect(missing_docs, reason = "the name of a case says what a store does")]

use std::sync::Arc;

use ringback_model::{
    fault::{CommitError, StoreError},
    ids::BucketName,
    json::Json,
    ports::Store,
    unit::{Change, Document},
};
use tokio::task::JoinSet;

use super::fixture::{Shop, after, schedule};
use crate::StoreLimits;

pub async fn a_unit_is_seen_whole_and_only_once_committed(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.declare(&[("orders", "[]"), ("users", "{}")]).await;
    let mut unit = shop.unit(1).await;
    unit.change("orders", Change::Push("".into(), Json::from("paid"))).unwrap();
    unit.change("users", Change::Set("ann".into(), Json::Bool(true))).unwrap();
    unit.schedule(schedule(&after(10))).unwrap();
    assert_eq!((shop.orders().await.as_str(), shop.pending().await), ("[]", 0));
    let before = shop.view().await;
    let queued = shop.commit(unit).await.unwrap();
    assert_eq!(shop.orders().await, r#"["paid"]"#);
    assert_eq!(shop.bucket("users").await.unwrap(), r#"{"ann":true}"#);
    assert_eq!(shop.store.callback(&queued[0].id).await.unwrap().as_ref(), queued.first());
    assert_eq!(before.get("orders").unwrap().value.as_ref().unwrap().to_text(), "[]", "a view does not move");
}

pub async fn pushes_of_many_clients_all_stay(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    const CLIENTS: u64 = 64;
    const PUSHES: u64 = 1_000;
    let shop = Arc::new(Shop::new(open(StoreLimits::default()).await).await);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let shop = shop.clone();
        clients.spawn(async move {
            for n in client * PUSHES..(client + 1) * PUSHES {
                shop.push(n, n).await.unwrap();
            }
        });
    }
    clients.join_all().await;
    let Some(Json::Array(orders)) = shop.view().await.get("orders").and_then(|document| document.value.clone()) else {
        panic!("orders is no array any more");
    };
    let mut numbers: Vec<u64> = orders.iter().map(|order| order.to_text().parse().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..CLIENTS * PUSHES), "each order is there once");
}

pub async fn increments_of_many_clients_all_count(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Arc::new(Shop::new(open(StoreLimits::default()).await).await);
    shop.declare(&[("counter", "0")]).await;
    let mut clients = JoinSet::new();
    for client in 0..8 {
        let shop = shop.clone();
        clients.spawn(async move {
            for n in 0..50 {
                increment(&shop, client * 50 + n).await;
            }
        });
    }
    clients.join_all().await;
    assert_eq!(shop.bucket("counter").await.unwrap(), "400");
}

async fn increment(shop: &Shop, request: u64) {
    loop {
        let mut unit = shop.unit(request).await;
        unit.increment("counter", "", 1.0).unwrap();
        match shop.commit(unit).await {
            Ok(_) => return,
            Err(CommitError::Conflict(bucket)) => assert_eq!(bucket, "counter"),
            Err(other) => panic!("{other}"),
        }
    }
}

pub async fn a_conflict_leaves_nothing_behind(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.declare(&[("orders", "[]"), ("users", "{}")]).await;
    let mut unit = shop.unit(1).await;
    unit.change("users", Change::Set("ann".into(), Json::Null)).unwrap();
    unit.read("orders").unwrap();
    unit.schedule(schedule(&after(0))).unwrap();
    shop.push(2, 7).await.unwrap();
    assert!(matches!(shop.commit(unit).await, Err(CommitError::Conflict(bucket)) if bucket == "orders"));
    assert_eq!(shop.bucket("users").await.unwrap(), "{}");
    assert_eq!((shop.pending().await, shop.due().await), (0, None));
}

pub async fn a_full_queue_refuses_the_whole_unit(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits { pending: 2, ..StoreLimits::default() }).await).await;
    shop.schedule(1, &[after(1)]).await;
    let mut unit = shop.unit(2).await;
    unit.change("orders", Change::Push("".into(), Json::Null)).unwrap();
    unit.schedule(schedule(&after(1))).unwrap();
    let one_fits = unit.clone();
    unit.schedule(schedule(&after(1))).unwrap();
    assert!(matches!(shop.commit(unit).await, Err(CommitError::Store(StoreError::Full(_)))));
    assert_eq!((shop.orders().await.as_str(), shop.pending().await), ("[]", 1));
    shop.commit(one_fits).await.unwrap();
    assert_eq!((shop.orders().await.as_str(), shop.pending().await), ("[null]", 2));
}

pub async fn a_bucket_can_be_left_without_content(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let mut unit = shop.unit(1).await;
    unit.change("orders", Change::Del("".into())).unwrap();
    assert_eq!(unit.read("orders").unwrap(), None);
    assert!(unit.change("orders", Change::Push("".into(), Json::Null)).is_err());
    shop.commit(unit).await.unwrap();
    assert_eq!(shop.bucket("orders").await, None);
    assert!(shop.unit(2).await.buckets().any(|name| name.as_str() == "orders"));
    let mut unit = shop.unit(3).await;
    unit.change("orders", Change::Set("a.b".into(), Json::Number(1.into()))).unwrap();
    shop.commit(unit).await.unwrap();
    assert_eq!(shop.orders().await, r#"{"a":{"b":1}}"#);
}

pub async fn a_bucket_that_waits_is_made_once(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let name = BucketName::try_new("orders").unwrap();
    shop.store.declare(&shop.scope.environment, vec![(name, Document::waiting("{{body}}"))]).await.unwrap();
    let shop = shop.session("another");
    let (mut first, mut second) = (shop.unit(1).await, shop.unit(2).await);
    for (unit, value) in [(&mut first, 1_u64), (&mut second, 2)] {
        assert_eq!(unit.read("orders").unwrap(), Some(&"{{body}}".into()));
        assert!(unit.glance("orders").unwrap().waits);
        unit.change("orders", Change::Set("".into(), Json::Number(value.into()))).unwrap();
    }
    shop.commit(first).await.unwrap();
    assert!(matches!(shop.commit(second).await, Err(CommitError::Conflict(_))));
    let mut later = shop.unit(3).await;
    assert!(!later.glance("orders").unwrap().waits);
    assert_eq!(shop.orders().await, "1");
    // What only glanced at it does not collide with what changes it.
    later.change("orders", Change::Set("".into(), Json::Number(3.into()))).unwrap();
    let mut again = shop.unit(4).await;
    again.change("orders", Change::Restore(Box::new(Document::waiting("{{query}}")))).unwrap();
    shop.commit(again).await.unwrap();
    assert!(shop.unit(5).await.glance("orders").unwrap().waits);
    shop.commit(later).await.unwrap();
    assert_eq!(shop.orders().await, "3");
}

pub async fn a_commit_dropped_before_it_began_did_nothing(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let mut unit = shop.unit(1).await;
    unit.change("orders", Change::Push("".into(), Json::Null)).unwrap();
    drop(shop.store.commit(unit.finish(super::fixture::START)));
    assert_eq!(shop.orders().await, "[]");
}
