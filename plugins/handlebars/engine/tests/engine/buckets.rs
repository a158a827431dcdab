//! What templates do to buckets, call by call.

use crate::support::{Fixture, render_with};

/// What a template prints, and the calls that it made.
fn run(template: &str) -> (String, Vec<String>) {
    let mut fixture = Fixture::default();
    let printed = render_with(&mut fixture, template).unwrap_or_else(|error| panic!("{template}: {error}"));
    (printed, fixture.calls.take())
}

#[test]
fn a_bucket_is_found_by_a_part_of_its_name() {
    for name in ["orders", "ORDERS", "old", "Old orders", ""] {
        assert_eq!(run(&format!("{{{{data '{name}'}}}}")).0, r#"[{"id":1}]"#, "{name}");
    }
}

#[test]
fn a_bucket_that_is_not_there_prints_nothing() {
    assert_eq!(run("{{data 'zz'}}{{dataRaw 'zz'}}{{data}}{{setData 'push' 'zz' null 1}}").0, "");
}

#[test]
fn members_named_by_indices_come_first_as_in_javascript() {
    let mut fixture =
        Fixture { buckets: vec![("map", r#"{"b":1,"10":["x","1"],"9":{"z":1,"0":2}}"#)], ..Fixture::default() };
    let printed = render_with(&mut fixture, "{{data 'map'}}|{{#each (dataRaw 'map')}}{{@key}} {{/each}}").unwrap();
    assert_eq!(printed, r#"{"9":{"0":2,"z":1},"10":["x","1"],"b":1}|9 10 b "#);
}

#[test]
fn a_bucket_that_holds_nothing_prints_as_in_javascript() {
    let mut fixture = Fixture { buckets: vec![("void", "")], ..Fixture::default() };
    let template = "{{data 'void'}}|{{data 'void' 'a'}}|{{dataRaw 'void'}}|{{#if (data 'void')}}Y{{/if}}";
    assert_eq!(render_with(&mut fixture, template).unwrap(), "undefined|undefined||Y");
}

#[test]
fn whole_buckets_pass_through_and_parts_are_asked_for_by_path() {
    assert_eq!(run("{{data 'users'}}|{{data 'word'}}|{{dataRaw 'word'}}").0, r#"{"n":1,"name":"<u>"}|a<b|a&lt;b"#);
    assert_eq!(run("{{data 'users' 'n'}}").1, ["get users n"]);
    assert_eq!(run("{{data 'users' '$.n'}}|{{data 'users' 'name'}}|{{data 'users' 'zz'}}").0, "1|<u>|");
    assert_eq!(run("{{data 'orders' 'length'}}").0, "1");
}

#[test]
fn a_push_is_one_call() {
    let (printed, calls) = run("{{setData 'push' 'orders' null (object orderId='1' n=(array 1 2))}}");
    assert_eq!(printed, "");
    assert_eq!(calls, [r#"Push("{\"n\":[1,2],\"orderId\":\"1\"}") Old orders "#]);
}

#[test]
fn every_operator_is_its_own_change() {
    for (template, calls) in [
        ("{{setData 'set' 'users' 'a.b' (body 's')}}", vec![r#"Set("\"<s>\"") users a.b"#]),
        ("{{setData 'odd' 'users' null 5}}", vec![r#"Set("5") users "#]),
        ("{{setData 'set' 'users' 'a'}}", vec!["Delete users a"]),
        ("{{setData 'del' 'users' 'a'}}", vec!["Delete users a"]),
        ("{{setData 'inc' 'users' 'n'}}", vec!["get users n", "Add(1.0) users n"]),
        ("{{setData 'dec' 'users' 'n' '2'}}", vec!["get users n", "Add(-2.0) users n"]),
        ("{{setData 'inc' 'users' 'n' 'x'}}", vec![]),
        ("{{setData 'inc' 'users' 'absent'}}", vec!["get users absent"]),
        ("{{setData 'invert' 'users' 'flag'}}", vec!["get users flag", r#"Set("false") users flag"#]),
        ("{{setData 'invert' 'users' 'n'}}", vec!["get users n"]),
        ("{{setData 'merge' 'users' 'a' (object b=1)}}", vec![r#"Merge("{\"b\":1}") users a"#]),
        (
            "{{setData 'merge' 'users' 'n' (object b=1)}}",
            vec![r#"Merge("{\"b\":1}") users n"#, r#"Set("{\"b\":1}") users n"#],
        ),
        ("{{setData 'merge' 'users' 'a' 1}}", vec![r#"Set("1") users a"#]),
    ] {
        assert_eq!(run(template).1, calls, "{template}");
    }
}

#[test]
fn a_change_that_fails_fails_the_render() {
    let error = render_with(&mut Fixture::default(), "{{setData 'set' 'users' 'fails' 1}}").unwrap_err();
    assert_eq!(error.message(), "no such bucket");
}
