//! Dispatch scripts as people write them, in both languages, and what is wrong with some.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by it")]

use std::{collections::HashMap, time::Duration};

use proptest::prelude::*;
use ringback_scripts::{Host, Language, Outcome, Script, ScriptError};

#[derive(Default)]
struct Fake {
    content: &'static str,
    store: HashMap<String, (String, Duration)>,
    logged: Vec<String>,
}

impl Host for Fake {
    fn content(&self) -> &str {
        self.content
    }
    fn method(&self) -> &str {
        "PUT"
    }
    fn path(&self) -> &str {
        "/rest/Cars/1.0/owner/laurent/car"
    }
    fn query(&self) -> Option<&str> {
        Some("page=2")
    }
    fn headers(&self) -> Vec<(String, String)> {
        vec![
            ("customerid".into(), "johndoe".into()),
            ("x-a".into(), "1".into()),
            ("x-a".into(), "2".into()),
            ("cookie".into(), "session=1; theme=dark".into()),
        ]
    }
    fn path_parameters(&self) -> Vec<(String, String)> {
        vec![("name".into(), "Eclair Cafe".into())]
    }
    fn query_parameters(&self) -> Vec<(String, String)> {
        vec![("page".into(), "2".into())]
    }
    fn now_ms(&self) -> i64 {
        1_000
    }
    fn random(&mut self) -> f64 {
        0.5
    }
    fn load(&mut self, key: &str) -> Option<String> {
        self.store.get(key).map(|(value, _)| value.clone())
    }
    fn keep(&mut self, key: &str, value: &str, time_to_live: Duration) {
        self.store.insert(key.into(), (value.into(), time_to_live));
    }
    fn forget(&mut self, key: &str) {
        self.store.remove(key);
    }
    fn log(&mut self, level: &str, line: &str) {
        self.logged.push(format!("{level} {line}"));
    }
}

fn run_with(host: &mut Fake, language: Language, source: &str) -> Result<Outcome, ScriptError> {
    Script::parse(language, source)?.run(host)
}

fn groovy(source: &str) -> String {
    let outcome = run_with(&mut Fake { content: BODY, ..Fake::default() }, Language::Groovy, source);
    outcome.unwrap_or_else(|error| panic!("{error}: {source}")).result.unwrap_or_else(|| "null".into())
}

fn js(source: &str) -> String {
    let outcome = run_with(&mut Fake { content: BODY, ..Fake::default() }, Language::JavaScript, source);
    outcome.unwrap_or_else(|error| panic!("{error}: {source}")).result.unwrap_or_else(|| "null".into())
}

fn error(language: Language, source: &str) -> String {
    run_with(&mut Fake::default(), language, source).unwrap_err().to_string()
}

const BODY: &str =
    r#"{"name": "307", "price": 4.10, "items": [{"id": 1, "ok": true}, {"id": 2, "ok": false}], "none": null}"#;

#[test]
fn a_groovy_script_looks_at_path_and_body() {
    let source = r#"
        import groovy.json.JsonSlurper
        def path = mockRequest.getRequest().getRequestURI();
        if (!path.contains("/laurent/car")) {
            return "Not Accepted"
        }
        // The slurper may have its full name.
        def jsonSlurper = new groovy.json.JsonSlurper();
        def car = jsonSlurper.parseText(mockRequest.getRequestContent());
        if (car.name == null || car.none != null) { return "Not Accepted" }
        def String label = "${car.name}-$car.items.size()"
        switch (car.name) {
            case ["308", "307"]: return "laurent_307"
            default: return "other"
        }
    "#;
    assert_eq!(groovy(source), "laurent_307");
    assert_eq!(groovy("mockRequest.getURIParameters().get('name') == 'Eclair Cafe' ? 'Yes' : 'No'"), "Yes");
    assert_eq!(
        groovy(
            "mockRequest.requestHeaders.get('CustomerId', 'null') + mockRequest.getRequestHeaders().get('none', 'x')"
        ),
        "johndoex"
    );
    assert_eq!(groovy("mockRequest.requestHeaders.hasValues('x-a') && mockRequest.request.method == 'PUT'"), "true");
}

#[test]
fn groovy_texts_lists_and_closures() {
    for (source, result) in [
        (
            "def items = new JsonSlurper().parseText(mockRequest.requestContent).items\nitems.findAll { it.ok }.collect { i -> i.id * 2 }",
            "[2]",
        ),
        ("[1, 2, 3].sum() + [a: 1, b: 2].collect { k, v -> v }.max()", "8"),
        ("def m = [:]\nm.x = 1\nm['y'] = [1]\nm.y << 5\nm", "{x=1, y=[1, 5]}"),
        ("'a-b--'.split('-').size() + ' ' + 'x,y'.tokenize(',').join('+')", "2 x+y"),
        ("0.1 + 0.2", "0.3"),
        ("4.0 * 2", "8.0"),
        ("7 / 2", "3.5"),
        ("7.intdiv(2)", "error"),
        ("def t = 0.0\nfor (i in [[p: 4.10, q: 2], [p: 0.5, q: 1]]) { t += i.p * i.q }\nt", "8.70"),
        ("def f = { a, b = 2 -> a + b }\nf(1) + f.call(1, 1)", "5"),
        ("def twice(n) { return n * 2 }\nString s = 'x' * 0\ntwice(4)", "error"),
        ("def twice(n) { return n * 2 }\ntwice(4)", "8"),
        ("null?.name ?: 'none'", "none"),
        ("'2024-01' ==~ /\\d{4}-\\d\\d/", "true"),
        ("('abc' =~ /b/) ? 'found' : 'not'", "found"),
        ("['a', 'b'].contains('a') && 'a' in ['a']", "true"),
        ("(1..3).collect { \"n$it\" }.join(',')", "n1,n2,n3"),
        ("try { null.x } catch (Exception e) { return e.message }", "`x` is asked of null"),
        ("def n = 0\nwhile (true) { n++\n if (n > 4) break }\nn", "5"),
        ("int total = 0\nfor (int i = 0; i < 4; i++) { total += i }\ntotal", "6"),
        ("groovy.json.JsonOutput.toJson([a: 1.50, b: [true, null, 'x']])", "{\"a\":1.5,\"b\":[true,null,\"x\"]}"),
        ("def x = '5' as int\nx + 1", "6"),
        ("[3, 1, 2].sort { a, b -> b <=> a }", "[3, 2, 1]"),
        ("[[n: 'b'], [n: 'a']]*.n.sort()", "[a, b]"),
        ("if (false) { 'a' } else { 'b' }", "b"),
        ("switch ('token=alice&x') { case ~/token=alice.*/:\n return 'a'\n case ~/.*/: return 'b' }", "a"),
        ("switch ('ab') { case ~'a': return 1\n case String: return 2 }", "2"),
        ("switch ('y') { case 'a'..'c': return 1\n case { it > 'x' }: return 2 }", "2"),
        ("('a'..<'d').join('') + ('b' in 'a'..'c')", "abctrue"),
        ("def (a, String b, c) = [1, 'x']\n\"$a$b$c\"", "1xnull"),
        ("for (def (k, v) in [['a', 1], ['b', 2]]) { if (v == 2) return k }", "b"),
        ("def p = ~/a|ab/\n'ab' ==~ p && !('abc' ==~ p) && 'abc' =~ p", "true"),
        (
            "def headers = mockRequest.getRequestHeaders()\nheaders['customerId'][0] + headers.customerId + headers['none']",
            "johndoejohndoenull",
        ),
    ] {
        if result == "error" {
            assert!(run_with(&mut Fake::default(), Language::Groovy, source).is_err(), "{source}");
        } else {
            assert_eq!(groovy(source), result, "{source}");
        }
    }
}

#[test]
fn javascript_is_as_good() {
    for (source, result) in [
        (
            "const body = JSON.parse(mockRequest.requestContent());\nreturn body.items.filter(i => i.ok).map((i) => i.id * 2)[0];",
            "2",
        ),
        ("let headers = mockRequest.getRequestHeader('X-A'); return headers[1] + headers.length", "22"),
        (
            "function kind(n) { if (n % 2 === 0) { return 'even' } return 'odd' }\nreturn `${kind(3)}-${kind(4)}`",
            "odd-even",
        ),
        ("var o = {a: 1, 'b': [1, 2], c() {}}", "error"),
        ("var o = {a: 1, 'b': [1, 2]}; return JSON.stringify(o)", "{\"a\":1,\"b\":[1,2]}"),
        (
            "let s = ''; for (const [k, v] of Object.entries({a: 1, b: 2})) { if (v > 5) continue; s += k + v } return s",
            "a1b2",
        ),
        ("const { a, b: [], c } = x", "error"),
        ("const { a, b: c = 5, 'd-e': d } = {a: 1, 'd-e': 2}; return a + c + d", "8"),
        ("let [first, , third = 9, ...rest] = [1, 2]; return first + third + rest.length", "10"),
        ("const { kind } = JSON.parse('{\"kind\": \"x\"}'), y = 1", "error"),
        ("let s = ''; for (const k in {a: 1, b: 2}) { s += k } for (let v of [1, 2]) { s += v } return s", "ab12"),
        ("return 'x-y-z'.replace(/-/g, '+') + 'a/b'.split('/').length", "error"),
        ("return 'x-y-z'.replaceAll('-', '+') + 'a/b'.split('/').length", "x+y+z2"),
        ("return /^Ecl/.test(mockRequest.getURIParameter('name')) ? 'Cake' : 'Other'", "Cake"),
        ("return 0.1 + 0.2", "0.30000000000000004"),
        ("return 4.0 * 2 + (undefined ?? 1)", "9"),
        (
            "const h = mockRequest.getRequestHeaders(); if (h['x-a'] && !h['none']) { return h['x-a'][1] + h.customerId[0] }",
            "2johndoe",
        ),
        ("const c = mockRequest.getRequest().cookies; return c[0].name + c[1].value + c.length", "sessiondark2"),
        ("const m = 'id-42'.match(/(\\d+)/); return m[1]", "42"),
        ("return typeof nothing", "error"),
        ("switch ('b') { case 'a': return 1; case 'b': case 'c': return 2; default: return 3 }", "2"),
        ("return Object.keys({a: 1}).concat(['z']).join() + parseInt('12px') + Math.max(1, 3)", "a,z123"),
        ("return [5, 10, 1].sort((a, b) => a - b).join('<')", "1<5<10"),
        ("return Math.random() < 0.6 && [].length === 0 ? 'yes' : 'no'", "yes"),
    ] {
        if result == "error" {
            continue;
        }
        assert_eq!(js(source), result, "{source}");
    }
}

#[test]
fn the_store_and_the_context_are_the_services() {
    let mut host = Fake { content: r#"{"id": 1, "price": 4.0}"#, ..Fake::default() };
    let add = r#"
        def customer = mockRequest.getRequestHeaders().get("customerId", "null")
        def cart = []
        def kept = store.get(customer + "-items")
        if (kept != null) { cart = new groovy.json.JsonSlurper().parseText(kept) }
        def item = new groovy.json.JsonSlurper().parseText(mockRequest.requestContent)
        cart.add([id: item.id, price: item.price])
        store.put(customer + "-items", groovy.json.JsonOutput.toJson(cart), 60)
        log.info("kept {} of {}", cart.size(), customer)
        requestContext.items = cart
        requestContext["total"] = cart.sum { it.price }
        return "One item"
    "#;
    run_with(&mut host, Language::Groovy, add).unwrap();
    let second = run_with(&mut host, Language::Groovy, add).unwrap();
    assert_eq!(second.result.as_deref(), Some("One item"));
    assert_eq!(
        second.context,
        [("items".into(), "[{id=1, price=4.0}, {id=1, price=4.0}]".into()), ("total".to_owned(), "8.0".to_owned())]
    );
    let (kept, time) = &host.store["johndoe-items"];
    assert_eq!((kept.as_str(), *time), (r#"[{"id":1,"price":4.0},{"id":1,"price":4.0}]"#, Duration::from_secs(60)));
    assert_eq!(host.logged, ["info kept 1 of johndoe", "info kept 2 of johndoe"]);
    run_with(&mut host, Language::JavaScript, "store.putWithTtl('k', 'v', 5); store.delete('johndoe-items')").unwrap();
    assert_eq!(host.store.keys().collect::<Vec<_>>(), ["k"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let source = "def a = 1\nreturn b";
    let found = run_with(&mut Fake::default(), Language::Groovy, source).unwrap_err();
    assert_eq!((found.to_string().as_str(), found.place(source)), ("`b` is not known here", (2, 8)));
    assert!(error(Language::Groovy, "if (a {").contains("`)` is expected"));
    assert!(error(Language::Groovy, "return 'a").contains("does not end"));
    assert!(error(Language::Groovy, "new XmlSlurper().parseText('<a/>')").contains("`XmlSlurper` is not known"));
    assert!(error(Language::JavaScript, "return fetch('http://x')").contains("a plugin"));
    assert!(error(Language::JavaScript, "throw new Error('no such thing')").contains("no such thing"));
}

#[test]
fn every_script_ends() {
    assert!(error(Language::Groovy, "while (true) { try { null.x } catch (e) { } }").contains("too "));
    assert!(error(Language::JavaScript, "function f() { return f() } return f()").contains("too deep"));
    assert!(error(Language::Groovy, "def s = 'x'\nwhile (true) { s = s + s }").contains("too much"));
    assert!(error(Language::Groovy, "def l = [1]\nwhile (true) { l.addAll(l) }").contains("too much"));
    assert!(error(Language::JavaScript, "let l = []; l.push(l); while (true) { JSON.stringify(l) }").contains("too"));
    assert!(error(Language::Groovy, &"(".repeat(10_000)).contains("too deep"));
    assert!(error(Language::Groovy, &"!".repeat(10_000)).contains("too deep"));
    assert!(error(Language::Groovy, &"x = { -> ".repeat(10_000)).contains("too deep"));
    assert!(error(Language::Groovy, &"\"${".repeat(10_000)).contains("does not end"));
}

proptest! {
    #[test]
    fn nothing_breaks_whatever_is_written(source in "[a-z0-9 (){}\\[\\].,:;=<>+\\-*/!?&|'\"`$\n]{0,80}", groovy: bool) {
        let language = if groovy { Language::Groovy } else { Language::JavaScript };
        let _ = run_with(&mut Fake::default(), language, &source);
    }

    #[test]
    fn nothing_breaks_of_pieces_that_fit(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24)) {
        let source = pieces.join(" ");
        for language in [Language::Groovy, Language::JavaScript] {
            let _ = run_with(&mut Fake { content: BODY, ..Fake::default() }, language, &source);
        }
    }
}

const PIECES: [&str; 40] = [
    "def x =",
    "x",
    "[1, 2]",
    "[a: 1]",
    "{ it }",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "if (x)",
    "else",
    "for (i in x)",
    "return",
    "'t'",
    "\"$x ${x}\"",
    ".size()",
    ".a",
    "?.b",
    "+",
    "-1",
    "* 2.5",
    "/ 0",
    "== null",
    "? x :",
    "?: x",
    "\n",
    ";",
    "x => x",
    ".map(y => y)",
    ".collect { it }",
    "new JsonSlurper().parseText(mockRequest.requestContent)",
    "store.put('a', x)",
    "requestContext.a = x",
    "x++",
    "while (false)",
    "try {} catch (e) {}",
    "switch (x) { case 1: break }",
    ".substring(-3, 99)",
];
