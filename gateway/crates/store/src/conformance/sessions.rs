//! State belongs to an environment and a session.
#![expect(missing_docs, reason = "the name of a case says what a store does")]

use std::sync::Arc;

use ringback_model::{fault::StoreError, ids::SessionId, json::Json, ports::Store, unit::Change};

use super::fixture::{Shop, after, id, scope};
use crate::StoreLimits;

pub async fn sessions_and_environments_do_not_see_each_other(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let (other_session, other_shop) = (shop.session("test-1"), shop.environment("other").await);
    shop.push(1, 1).await.unwrap();
    other_session.push(2, 2).await.unwrap();
    assert_eq!(shop.orders().await, "[1]");
    assert_eq!(other_session.orders().await, "[2]");
    assert_eq!(other_shop.orders().await, "[]");
}

pub async fn a_reset_touches_one_session_alone(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let other = shop.session("test-1");
    for (shop, request) in [(&shop, 1), (&other, 2)] {
        shop.push(request, request).await.unwrap();
        shop.schedule(request + 10, &[after(5)]).await;
    }
    shop.store.reset(Some(&other.scope.session)).await.unwrap();
    assert_eq!((other.orders().await.as_str(), shop.orders().await.as_str()), ("[]", "[1]"));
    assert_eq!((shop.pending().await, shop.claim_at(5).await), (1, vec![id(11, 1)]));
}

pub async fn a_reset_of_all_leaves_what_was_declared(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.push(1, 1).await.unwrap();
    let callback = shop.schedule(2, &[after(0), after(5)]).await.remove(0);
    shop.store.reset(None).await.unwrap();
    assert_eq!(shop.orders().await, "[]");
    assert_eq!((shop.pending().await, shop.due().await), (0, None));
    assert_eq!(shop.store.callback(&callback.id).await.unwrap(), None);
    shop.schedule(2, &[after(0)]).await;
    assert_eq!(shop.claim_at(0).await, [id(2, 1)], "an id is free again after a reset");
}

pub async fn a_call_from_before_a_reset_does_not_undo_it(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.push(1, 1).await.unwrap();
    let mut reader = shop.unit(2).await;
    reader.read("orders").unwrap();
    reader.change("orders", Change::Push("".into(), Json::from("stale"))).unwrap();
    let mut writer = shop.unit(3).await;
    writer.change("orders", Change::Push("".into(), Json::from("late"))).unwrap();
    shop.store.reset(None).await.unwrap();
    // As many commits as there were before, so that counting alone would not tell the difference.
    shop.push(4, 4).await.unwrap();
    assert!(shop.commit(reader).await.is_err(), "what it read is gone");
    shop.commit(writer).await.unwrap();
    assert_eq!(shop.orders().await, r#"[4,"late"]"#);
}

pub async fn a_reload_keeps_state_and_forgets_what_is_gone(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.declare(&[("orders", "[]"), ("users", "[]")]).await;
    shop.push(1, 1).await.unwrap();
    let mut before = shop.unit(2).await;
    before.change("users", Change::Push("".into(), Json::Null)).unwrap();
    shop.declare(&[("orders", "[0]"), ("cards", "{}")]).await;
    assert_eq!(shop.orders().await, "[1]");
    assert_eq!((shop.bucket("cards").await.as_deref(), shop.bucket("users").await), (Some("{}"), None));
    assert!(shop.commit(before).await.is_err(), "its bucket is gone");
    shop.store.reset(None).await.unwrap();
    assert_eq!(shop.orders().await, "[0]", "a reset goes back to the content as it is declared now");
}

pub async fn sessions_are_bounded_but_the_default_one_always_opens(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits { sessions: 2, ..StoreLimits::default() }).await).await;
    let other_environment = shop.environment("other").await;
    shop.session("a").push(1, 1).await.unwrap();
    shop.session("b").push(2, 2).await.unwrap();
    let third = shop.store.view(&scope("shop", "c")).await;
    assert!(matches!(third, Err(StoreError::Full(_))));
    assert_eq!(other_environment.session("a").orders().await, "[]", "a session counts once");
    assert_eq!(shop.orders().await, "[]");
    shop.store.reset(Some(&SessionId::try_new("a").unwrap())).await.unwrap();
    shop.session("c").push(3, 3).await.unwrap();
}
