//! The callback policy port, with guests in WAT.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use ringback_model::{
    callback::{Callback, CallbackState, Decision, Outcome, Outgoing, PolicyUse},
    fault::FaultKind,
    ids::{CallbackId, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    limits,
    ports::CallbackPolicy,
    time::Timestamp,
    unit::{Cause, Scope},
};

use super::support::{HOST, encode, plugin_name, source};

/// A policy whose `plan` and `decide` are given. Both have the callback at `$at`: the request at 16 (36 bytes, method
/// first), the settings at 76, the attempt at 88; `decide` the outcome at 92, an answer's status at 96. `plan` returns a result at 1024, its
/// request at 1028; `decide` a decision at 1024, its content at 1032. At 2048 is the text `PUT`, at 2060 `no more`.
pub(crate) fn policy(plan: &str, decide: &str) -> Arc<dyn CallbackPolicy> {
    let text = format!(
        r#"(module
            (memory (export "memory") 3)
            (global $free (mut i32) (i32.const 4096))
            (data (i32.const 2048) "PUT")
            (data (i32.const 2060) "no more")
            (data (i32.const 2080) "http://evil.com")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.get $free)
                (global.set $free (i32.add (global.get $free) (local.get 3))))
            (func (export "ringback:gateway/callback-policy@0.1.0#plan") (param $at i32) (result i32)
                (memory.copy (i32.const 1028) (i32.add (local.get $at) (i32.const 16)) (i32.const 36))
                {plan}
                (i32.const 1024))
            (func (export "ringback:gateway/callback-policy@0.1.0#decide") (param $at i32) (result i32)
                {decide}
                (i32.const 1024)))"#
    );
    let component = encode(&text, "callback-policy-plugin");
    HOST.load(source("policy", &component)).unwrap().callback_policy().expect("a policy")
}

pub(crate) fn callback() -> Callback {
    let headers = vec![(HeaderName::from_static("x-a"), HeaderValue::from_static("b"))];
    let url = "http://localhost:9/hook?a=b".parse().unwrap();
    Callback {
        id: CallbackId::parse("cb-3fa2c1-12.1").unwrap(),
        name: CallbackName::try_new("paid").unwrap(),
        scope: Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() },
        route: RouteName::try_new("POST /orders").unwrap(),
        cause: Cause::Request(RequestId { tag: 0x3f_a2c1, number: 12 }),
        depth: 1,
        outgoing: Outgoing { method: Method::POST, url, headers, body: vec![0xff, 0].into() },
        created: Timestamp::from_micros(1),
        due: Timestamp::from_micros(2),
        ordering_key: None,
        idempotency_key: None,
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
        state: CallbackState::Attempting,
        attempts: vec![],
    }
}

fn answered(status: u16) -> Outcome {
    let status = StatusCode::from_u16(status).unwrap();
    Outcome::Answered { status, headers: HeaderMap::new(), body: "ok".into() }
}

/// Done on 204, another try in a second before the third attempt, then no more.
const LADDER: &str = "
    (if (i32.and (i32.eqz (i32.load8_u offset=92 (local.get $at)))
            (i32.eq (i32.load16_u offset=96 (local.get $at)) (i32.const 204)))
        (then (i32.store8 (i32.const 1024) (i32.const 0)) (return (i32.const 1024))))
    (if (i32.lt_u (i32.load offset=88 (local.get $at)) (i32.const 3))
        (then
            (i32.store8 (i32.const 1024) (i32.const 1))
            (i64.store (i32.const 1032) (i64.const 1000000))
            (return (i32.const 1024))))
    (i32.store8 (i32.const 1024) (i32.const 2))
    (i32.store (i32.const 1032) (i32.const 2060))
    (i32.store (i32.const 1036) (i32.const 7))";

#[tokio::test]
async fn a_plan_is_sent_as_the_policy_changed_it() {
    let put = "(i32.store (i32.const 1028) (i32.const 2048)) (i32.store (i32.const 1032) (i32.const 3))";
    let planned = policy(put, LADDER).plan(&callback(), 1).await.unwrap();
    assert_eq!(planned, Outgoing { method: Method::PUT, ..callback().outgoing });
}

#[tokio::test]
async fn a_policy_is_given_what_the_operator_wrote_beside_its_name() {
    // The method becomes the settings, which are no token.
    let show = "(i64.store (i32.const 1028) (i64.load offset=76 (local.get $at)))";
    let policy = policy(show, LADDER);
    let said = async |used| policy.plan(&Callback { policy: used, ..callback() }, 1).await.unwrap_err().message;
    let used = PolicyUse { plugin: plugin_name("policy"), settings: r#"{"times":3}"#.into() };
    assert_eq!(said(Some(used)).await, r#"planned what can't be sent: `{"times":3}` is not a method"#);
    assert_eq!(said(None).await, "planned what can't be sent: `{}` is not a method");
}

#[tokio::test]
async fn a_decision_follows_from_the_outcome_and_the_attempt() {
    let (policy, callback) = (policy("", LADDER), callback());
    assert_eq!(policy.decide(&callback, 1, &answered(204)).await.unwrap(), Decision::Done);
    assert_eq!(policy.decide(&callback, 1, &answered(500)).await.unwrap(), Decision::Retry(Duration::from_secs(1)));
    assert_eq!(policy.decide(&callback, 2, &Outcome::TimedOut).await.unwrap(), Decision::Retry(Duration::from_secs(1)));
    let refused = Outcome::Refused("private".into());
    assert_eq!(policy.decide(&callback, 3, &refused).await.unwrap(), Decision::GiveUp("no more".into()));
}

#[tokio::test]
async fn what_cannot_be_sent_or_done_is_a_fault() {
    // The method becomes `no more`, which is no token.
    let bad = "(i32.store (i32.const 1028) (i32.const 2060)) (i32.store (i32.const 1032) (i32.const 7))";
    let fault = policy(bad, LADDER).plan(&callback(), 1).await.unwrap_err();
    let message = "planned what can't be sent: `no more` is not a method";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, message));
    // One callback that follows, all of it zero: an empty method.
    let follow = "(i32.store8 (i32.const 1024) (i32.const 3))
        (i32.store (i32.const 1032) (i32.const 65536)) (i32.store (i32.const 1036) (i32.const 1))";
    let fault = policy("", follow).decide(&callback(), 1, &Outcome::TimedOut).await.unwrap_err();
    let message = "decided what can't be done: `` is not a method";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, message));
    let away = "(i32.store (i32.const 1036) (i32.const 2080)) (i32.store (i32.const 1040) (i32.const 15))";
    let fault = policy(away, LADDER).plan(&callback(), 1).await.unwrap_err();
    let message = "planned what can't be sent: host `evil.com:80` was not granted; granted: `localhost:9`";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, message));
    let many = follow.replace("(i32.const 1036) (i32.const 1)", "(i32.const 1036) (i32.const 101)");
    let fault = policy("", &many).decide(&callback(), 1, &Outcome::TimedOut).await.unwrap_err();
    let message = "decided what can't be done: 101 callbacks follow, 100 are the most";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, message));
    let fault = policy("unreachable", LADDER).plan(&callback(), 1).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Trap);
    let fault = policy("(loop $again (br $again))", LADDER).plan(&callback(), 1).await.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}
