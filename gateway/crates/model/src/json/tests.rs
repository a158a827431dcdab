use proptest::prelude::*;

use super::*;

fn json(text: &str) -> Json {
    Json::parse(text).unwrap()
}

fn after(text: &str, change: impl FnOnce(&mut Json)) -> String {
    let mut value = json(text);
    change(&mut value);
    value.to_text()
}

#[test]
fn paths_reach_members_and_elements() {
    let orders = json(r#"[{"status":"pending","items":[1,2]}]"#);
    let at = |path| orders.at(&DataPath::parse(path)).map(Json::to_text);
    assert_eq!(at("0.status").as_deref(), Some(r#""pending""#));
    assert_eq!(at("0.items.1").as_deref(), Some("2"));
    assert_eq!(at("1.status"), None);
    assert_eq!(at("status"), None);
}

#[test]
fn set_creates_what_is_missing_or_changes_nothing() {
    let set = |text, path, value| {
        let mut doc = json(text);
        let result = doc.set(&DataPath::parse(path), json(value)).map(|_| ());
        (doc.to_text(), result)
    };
    assert_eq!(set(r#"[{"status":"pending"}]"#, "0.status", r#""paid""#).0, r#"[{"status":"paid"}]"#);
    assert_eq!(set("{}", "a.b", "1").0, r#"{"a":{"b":1}}"#);
    assert_eq!(set("[1]", "1", "2").0, "[1,2]");
    assert_eq!(set("[1]", "", "{}").0, "{}");
    assert_eq!(set("[1]", "5", "2"), ("[1]".into(), Err(JsonError::NoSuchPath("5".into()))));
    assert_eq!(set(r#"{"a":"x"}"#, "a.b", "2").1, Err(JsonError::NoSuchPath("b".into())));
    assert_eq!(set("[1]", "1.5", "2").0, r#"[1,{"5":2}]"#);
}

#[test]
fn push_merge_and_del_work_in_place() {
    let path = DataPath::parse;
    assert_eq!(after("[1]", |j| j.push(&path(""), json("2")).unwrap()), "[1,2]");
    assert_eq!(after(r#"{"a":[]}"#, |j| j.push(&path("a"), json("2")).unwrap()), r#"{"a":[2]}"#);
    assert!(json("{}").push(&path(""), Json::Null).is_err());
    assert!(json("{}").push(&path("a"), Json::Null).is_err());
    assert_eq!(
        after(r#"{"a":1,"b":2}"#, |j| j.merge(&path(""), &json(r#"{"b":3,"c":4}"#)).unwrap()),
        r#"{"a":1,"b":3,"c":4}"#
    );
    assert_eq!(after(r#"{"a":1,"b":2,"c":3}"#, |j| drop(j.del(&path("b")))), r#"{"a":1,"c":3}"#);
    assert_eq!(after("[1,2,3]", |j| drop(j.del(&path("1")))), "[1,3]");
    assert_eq!(after("[1]", |j| drop(j.del(&path("7")))), "[1]");
    assert_eq!(after("[1]", |j| drop(j.del(&path("")))), "null");
}

#[test]
fn a_clone_does_not_see_later_changes_at_any_size() {
    for size in [0, 1, SMALL_MAX - 1, SMALL_MAX, SMALL_MAX + 1, 1_000] {
        let mut array = Json::array();
        let mut object = Json::object();
        for n in 0..size {
            array.push(&DataPath::parse(""), Json::Number(n.into())).unwrap();
            object.set(&DataPath::parse(&format!("k{n}")), Json::Number(n.into())).unwrap();
        }
        let before = (array.clone(), object.clone(), array.to_text(), object.to_text());
        array.push(&DataPath::parse(""), Json::Null).unwrap();
        object.set(&DataPath::parse("more"), Json::Null).unwrap();
        object.del(&DataPath::parse("k0"));
        assert_eq!((before.0.to_text(), before.1.to_text()), (before.2, before.3), "size {size}");
        assert_eq!(json(&array.to_text()), array);
        assert_eq!(json(&object.to_text()), object);
    }
}

#[test]
fn a_member_is_found_wherever_it_is_in_each_object() {
    let mut many: Vec<String> = (0..SMALL_MAX).map(|n| format!(r#""k{n}":0"#)).collect();
    many.push(r#""b":5"#.into());
    let items = json(&format!(
        r#"[{{"a":1,"b":2}},{{"a":1,"b":3}},{{"b":4,"a":1}},{{"a":1}},{{"bb":1,"b":6}},{{}},{{{}}}]"#,
        many.join(",")
    ));
    let Json::Array(items) = items else { panic!() };
    let mut lookup = Lookup::new("b");
    let find = |item: &Json| match item {
        Json::Object(object) => lookup.find(object).map(Json::to_text),
        _ => None,
    };
    let found: Vec<_> = items.iter().map(find).collect();
    let found: Vec<_> = found.iter().map(Option::as_deref).collect();
    assert_eq!(found, [Some("2"), Some("3"), Some("4"), None, Some("6"), None, Some("5")]);
}

#[test]
fn objects_of_one_document_share_their_names_up_to_a_number() {
    let names = |items: &Json, at| match items.at(&DataPath::parse(at)) {
        Some(Json::Object(object)) => object.iter().map(|(name, _)| std::sync::Arc::clone(name)).collect::<Vec<_>>(),
        _ => vec![],
    };
    let items = json(r#"[{"a":1,"b":{"a":2}},{"a":3,"b":null}]"#);
    let (one, other, inner) = (names(&items, "0"), names(&items, "1"), names(&items, "0.b"));
    assert!(
        one.iter().zip(&other).chain(one.iter().zip(&inner)).all(|(one, other)| std::sync::Arc::ptr_eq(one, other))
    );
    let many: Vec<String> = (0..1_000).map(|n| format!(r#"{{"k{n}":{n}}}"#)).collect();
    let text = format!("[{}]", many.join(","));
    assert_eq!(json(&text).to_text(), text);
}

proptest! {
    #[test]
    fn of_members_with_one_name_the_last_value_counts_at_the_first_place(names in prop::collection::vec(0usize..60, 0..120)) {
        let members: Vec<String> = names.iter().enumerate().map(|(n, name)| format!(r#""k{name}":{n}"#)).collect();
        let text = format!("{{{}}}", members.join(","));
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(json(&text).to_text(), theirs.to_string());
    }

    #[test]
    fn any_sequence_of_changes_agrees_with_serde_json(changes in prop::collection::vec((0usize..3, 0usize..90, any::<i32>()), 0..200)) {
        let mut ours = Json::object();
        let mut theirs = serde_json::Map::new();
        for (kind, key, value) in changes {
            let name = format!("k{key}");
            if kind == 0 {
                ours.del(&DataPath::parse(&name));
                theirs.shift_remove(&name);
            } else {
                ours.set(&DataPath::parse(&name), Json::Number(value.into())).unwrap();
                theirs.insert(name, value.into());
            }
        }
        prop_assert_eq!(ours.to_text(), serde_json::Value::Object(theirs).to_string());
    }
}
