//! A unit of work over a view, and what a commit makes of it.

use super::*;

fn view(text: &str) -> View {
    View::seeded([(BucketName::try_new("orders").unwrap(), Json::parse(text).unwrap())])
}

fn unit(view: &View) -> Unit {
    let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
    let cause = Cause::Request(RequestId { tag: 1, number: 1 });
    Unit::new(scope, RouteName::try_new("POST /orders").unwrap(), cause, 0, view.clone())
}

fn push(unit: &mut Unit, value: u64) -> Result<(), BucketError> {
    unit.change("orders", Change::Push("".into(), Json::Number(value.into())))
}

fn commit(view: &mut View, unit: Unit) -> Result<(), BucketName> {
    unit.finish(Timestamp::default()).apply(view).map(drop)
}

fn orders(view: &View) -> String {
    view.get("orders").unwrap().value.as_ref().unwrap().to_text()
}

#[test]
fn a_unit_sees_its_own_changes_and_nobody_else_does() {
    let before = view("[]");
    let mut unit = unit(&before);
    push(&mut unit, 1).unwrap();
    assert_eq!(unit.read("orders").unwrap().unwrap().to_text(), "[1]");
    assert_eq!(orders(&before), "[]");
}

#[test]
fn blind_pushes_of_two_units_both_stay() {
    let mut view = view("[]");
    let (mut one, mut two) = (unit(&view), unit(&view));
    push(&mut one, 1).unwrap();
    push(&mut two, 2).unwrap();
    commit(&mut view, one).unwrap();
    commit(&mut view, two).unwrap();
    assert_eq!(orders(&view), "[1,2]");
    assert_eq!(view.get("orders").unwrap().version, 3);
}

#[test]
fn a_bucket_that_was_read_and_moved_is_a_conflict() {
    let mut view = view(r#"{"n":1}"#);
    let (mut one, mut two) = (unit(&view), unit(&view));
    assert_eq!(one.increment("orders", "n", 1.0), Ok(2.0));
    assert_eq!(two.increment("orders", "n", 1.0), Ok(2.0));
    commit(&mut view, one).unwrap();
    assert_eq!(commit(&mut view, two).unwrap_err().as_str(), "orders");
    assert_eq!(orders(&view), r#"{"n":2}"#);
}

#[test]
fn a_blind_change_that_no_longer_fits_is_a_conflict() {
    let mut view = view("[]");
    let (mut one, mut two) = (unit(&view), unit(&view));
    one.change("orders", Change::Set("".into(), Json::Null)).unwrap();
    push(&mut two, 2).unwrap();
    commit(&mut view, one).unwrap();
    assert!(commit(&mut view, two).is_err());
    assert_eq!(orders(&view), "null");
}

#[test]
fn several_changes_of_one_bucket_build_on_each_other() {
    let mut view = view("1");
    let (mut one, mut two) = (unit(&view), unit(&view));
    for unit in [&mut one, &mut two] {
        unit.change("orders", Change::Set("".into(), Json::array())).unwrap();
        push(unit, 1).unwrap();
        push(unit, 2).unwrap();
    }
    let mut three = unit(&view);
    three.change("orders", Change::Set("".into(), Json::object())).unwrap();
    assert!(push(&mut three, 3).is_err(), "the object that was staged is no array");
    commit(&mut view, one).unwrap();
    commit(&mut view, two).unwrap();
    assert_eq!(orders(&view), "[1,2]");
}

#[test]
fn nothing_of_a_unit_is_made_when_one_of_its_buckets_is_a_conflict() {
    let names = ["a", "b"].map(|name| BucketName::try_new(name).unwrap());
    let mut view = View::seeded(names.clone().map(|name| (name, Json::array())));
    let mut both = unit(&view);
    both.change("a", Change::Push("".into(), Json::Null)).unwrap();
    both.read("b").unwrap();
    let mut other = unit(&view);
    other.change("b", Change::Push("".into(), Json::Null)).unwrap();
    commit(&mut view, other).unwrap();
    assert_eq!(commit(&mut view, both).unwrap_err(), names[1]);
    assert_eq!(view.get("a").unwrap().value.as_ref().unwrap().to_text(), "[]");
}

#[test]
fn a_refused_change_stages_nothing() {
    let mut unit = unit(&view(r#"{"a":1}"#));
    assert!(push(&mut unit, 1).is_err());
    assert!(unit.change("nope", Change::Del("".into())).is_err());
    let huge = Json::from("x".repeat(limits::CALL_STAGED_MAX_BYTES).as_str());
    assert!(matches!(unit.change("orders", Change::Set("a".into(), huge)), Err(BucketError::TooLarge(_))));
    assert!(unit.is_empty());
}

#[test]
fn an_id_that_was_taken_back_is_not_given_again() {
    let schedule = Schedule {
        name: CallbackName::try_new("paid").unwrap(),
        outgoing: Outgoing::try_new("POST", "http://localhost/", [], bytes::Bytes::new()).unwrap(),
        delay: Duration::ZERO,
        ordering_key: None,
        idempotency_key: None,
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
    };
    let mut unit = unit(&view("[]"));
    let first = unit.schedule(schedule.clone()).unwrap();
    let second = unit.schedule(schedule.clone()).unwrap();
    unit.cancel(first);
    let third = unit.schedule(schedule).unwrap();
    assert_ne!(second, third);
    assert_eq!(unit.scheduled().len(), 2);
}

#[test]
fn the_size_of_a_bucket_follows_its_changes() {
    let mut view = view("[]");
    let empty = view.get("orders").unwrap().bytes;
    for n in 0..100 {
        let mut unit = unit(&view);
        push(&mut unit, n).unwrap();
        commit(&mut view, unit).unwrap();
    }
    let full = view.get("orders").unwrap();
    assert_eq!(full.bytes, full.value.as_ref().unwrap().weight());
    let mut unit = unit(&view);
    unit.change("orders", Change::Set("".into(), Json::array())).unwrap();
    commit(&mut view, unit).unwrap();
    assert_eq!(view.get("orders").unwrap().bytes, empty);
}
