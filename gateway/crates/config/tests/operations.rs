//! Operations of an API description are written and read as the same, whatever their examples, keys and dispatchers are.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use http::{HeaderName, Method, StatusCode, Uri, header::CONTENT_TYPE};
use proptest::{collection::vec, option, prelude::*, sample::select};
use ringback_config::{read, write};
use ringback_diag::{Colour, Sources, render};
use ringback_model::{
    environment::{
        Alias, Answering, Attachment, Body, CallbackDefinition, CallbackUrl, Constraint, ContentSchema, Conventions,
        Delay, Dispatch, Environment, Example, Forward, Header, JsonBody, JsonOperator, MicrocksService,
        MicrocksSettings, OnError, Operation, Origin, Place, Response, Route, Rules, Script, ScriptLanguage, Spread,
        StatusRange, Text, Webhook, WebhookExample, elements_key, headers_key, parameters_key, parts_key,
    },
    ids::{CallbackName, PluginName, RouteName},
    limits,
    runtime_expression::RuntimeText,
};

fn environment(text: &str) -> Result<Environment, String> {
    let mut sources = Sources::default();
    let read = read("ringback.toml", text, Path::new(""), &|_| None, &mut sources);
    read.map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain) + text)
        .map(|loaded| loaded.environment)
}

/// All that an environment says, but where it was written.
fn said(environment: &Environment) -> String {
    let text = format!("{environment:#?}");
    let mut said = String::new();
    let mut rest = &*text;
    while let Some((before, origin)) = rest.split_once("Origin {") {
        said.push_str(before);
        rest = origin.split_once("span: (").and_then(|(_, span)| span.split_once('}')).map_or("", |(_, after)| after);
    }
    said + rest
}

/// A text that a document may hold where it names something.
fn text() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        select(vec![
            "a",
            "b",
            "200",
            "",
            "a=b",
            "x?b=1",
            "/a=1/b",
            "]1;5[",
            "$${env:A}",
            "${file:a}",
            "it's \"so\"\\",
            "off"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ]
    .prop_map(Into::into)
}

fn names() -> impl Strategy<Value = Vec<Arc<str>>> {
    prop_oneof![vec(select(vec!["a", "b", "c"]).prop_map(Arc::from), 0..3), vec(text(), 0..3)]
}

fn cases() -> impl Strategy<Value = Vec<(Arc<str>, Arc<str>)>> {
    vec((text(), text()), 0..3).prop_map(|cases| cases.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect())
}

fn dispatch() -> impl Strategy<Value = Dispatch> {
    let operators = vec![
        JsonOperator::Equals,
        JsonOperator::Range,
        JsonOperator::Size,
        JsonOperator::Regexp,
        JsonOperator::Presence,
    ];
    let script = r#"([\PC]|['"\n\t\r\\{}]|'''|"""){0,120}"#;
    let lower = |names: Vec<Arc<str>>| names.iter().map(|name| name.to_ascii_lowercase().into()).collect();
    prop_oneof![
        Just(Dispatch::Any),
        names().prop_map(Dispatch::Parts),
        names().prop_map(Dispatch::Parameters),
        (names(), names()).prop_map(|(parts, parameters)| Dispatch::Elements { parts, parameters }),
        names().prop_map(move |names| Dispatch::Headers(lower(names))),
        (text(), select(operators), cases(), option::of(text())).prop_map(|(pointer, operator, cases, default)| {
            Dispatch::JsonBody(JsonBody { pointer, operator, cases, default })
        }),
        (script, select(vec![ScriptLanguage::Groovy, ScriptLanguage::JavaScript]), select(vec!["dispatch", "choose"]))
            .prop_map(|(source, language, plugin)| {
                let (plugin, origin) = (PluginName::try_new(plugin).unwrap(), Origin::default());
                Dispatch::Script(Script { language, source: source.into(), plugin, origin })
            }),
    ]
}

/// The key of a request with these values, as importers make it.
fn key(dispatch: &Dispatch, values: &[Arc<str>]) -> Arc<str> {
    let pairs = |names: &[Arc<str>]| names.iter().cloned().zip(values.iter().cloned()).collect::<Vec<_>>();
    match dispatch {
        Dispatch::Parts(names) => parts_key(pairs(names)),
        Dispatch::Parameters(names) => parameters_key(pairs(names)),
        Dispatch::Headers(names) => headers_key(pairs(names)),
        Dispatch::Elements { parts, parameters } => {
            elements_key(parts_key(pairs(parts)), parameters_key(pairs(parameters)))
        }
        _ => values.concat(),
    }
    .into()
}

fn response(label: &str, status: u16, media_type: Option<&str>, callbacks: Vec<Attachment>) -> Response {
    let content_type = media_type.map(|text| Header { name: CONTENT_TYPE, value: Text::fixed(text) });
    let other =
        Header { name: HeaderName::from_static("x-a"), value: Text::template("{{ uuid() }}", Origin::default()) };
    Response {
        id: None,
        label: Some(label.into()),
        rules: Rules::default(),
        status: StatusCode::from_u16(status).unwrap(),
        headers: content_type.into_iter().chain([other]).collect(),
        body: Body::Text(Text::template("{\"a\":\"{{ request.body/a }}\"}", Origin::default())),
        latency: Duration::ZERO,
        callbacks,
        default: false,
        origin: Origin::default(),
    }
}

/// What differs among the examples of an operation: the name, the status, two media types, whether the key is of these values
/// or another text, and how long a callback waits.
type Drawn = (Arc<str>, u16, Option<Arc<str>>, Option<Arc<str>>, Option<Result<Vec<Arc<str>>, Arc<str>>>, u64, bool);

fn drawn() -> impl Strategy<Value = Drawn> {
    let media =
        || option::of(select(vec!["application/json;charset=UTF-8", "text/xml", "a ; b", " "]).prop_map(Arc::from));
    let key = option::of(prop_oneof![vec(text(), 3..4).prop_map(Ok), text().prop_map(Err)]);
    (
        text(),
        100u16..1000,
        media(),
        option::of(text().prop_filter("means none", |t| &**t != "off")),
        key,
        0u64..9999,
        any::<bool>(),
    )
}

fn example(dispatch: &Dispatch, drawn: Drawn) -> Example {
    let (name, status, content_type, media_type, key_of, millis, in_turn) = drawn;
    let attachment = Attachment { callback: 0, delay: Duration::from_millis(millis), in_turn };
    let callbacks = if millis.is_multiple_of(3) { vec![] } else { vec![attachment] };
    Example {
        key: key_of.map(|of| of.map_or_else(|key| key, |values| key(dispatch, &values))),
        media_type,
        response: response(&name, status, content_type.as_deref(), callbacks),
        name,
    }
}

fn forward() -> impl Strategy<Value = Option<Forward>> {
    let uri = || Uri::from_static("http://localhost:8080/v1?a=b");
    select(vec![None, Some(Forward::Always(uri())), Some(Forward::Unmatched(uri()))])
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let places = vec![Place::Path, Place::Query, Place::Header, Place::Cookie, Place::Form];
    (text(), select(places), any::<bool>(), any::<bool>(), option::of(text()))
        .prop_map(|(name, place, required, recopy, pattern)| Constraint { name, place, required, recopy, pattern })
}

fn delay() -> impl Strategy<Value = Delay> {
    let spread = prop_oneof![Just(Spread::Fixed), Just(Spread::UpTo), (0u8..=100).prop_map(Spread::Percent)];
    (0u64..10_000, spread).prop_map(|(micros, spread)| Delay { base: Duration::from_micros(micros), spread })
}

fn contents() -> impl Strategy<Value = Vec<ContentSchema>> {
    let long =
        r#"{"type":"object","properties":{"a":{"type":"string","enum":["it's","b\n",1.5,null]}},"required":["a"]}"#;
    let schema =
        |media_type: &str, schema: &str| ContentSchema { media_type: media_type.into(), schema: schema.into() };
    select(vec![
        vec![],
        vec![schema("application/json", "true")],
        vec![schema("text/*", r#"{"b":1,"a":{}}"#), schema("application/x+json", long)],
    ])
}

fn operation() -> impl Strategy<Value = Operation> {
    let front = (text(), prop_oneof![Just(Arc::from("")), Just(Arc::from("/rest/A B/1")), text()]);
    let choice = (dispatch(), option::of(text()), forward());
    (front, choice, vec(constraint(), 0..3), delay(), contents(), vec(drawn(), 1..4)).prop_map(
        |((name, base), (dispatch, fallback, forward), constraints, delay, contents, drawn)| {
            let examples = drawn.into_iter().map(|drawn| example(&dispatch, drawn)).collect();
            Operation { name, base, examples, dispatch, fallback, forward, constraints, delay, contents }
        },
    )
}

fn url() -> impl Strategy<Value = CallbackUrl> {
    let urls =
        ["{$request.body#/a~1b}/x?y={$statusCode}", "$request.query.url", "http://a/b", "/b", "", "{$url}{$method}"];
    let query = vec((select(vec!["a", "b c", "d=e"]), text()), 0..2);
    (select(urls.to_vec()), query).prop_map(|(url, query)| {
        let text = |text: &str| Text::template(text, Origin::default());
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), text(&value))).collect();
        CallbackUrl::Expression { url: RuntimeText::parse(url).unwrap(), query }
    })
}

fn callback(name: &str, url: CallbackUrl, expects: Vec<(u16, u16)>) -> CallbackDefinition {
    CallbackDefinition {
        name: CallbackName::try_new(name).unwrap(),
        method: Text::fixed("PUT"),
        url,
        headers: vec![],
        body: Body::Empty,
        ordering_key: None,
        policy: None,
        timeout: limits::ATTEMPT_TIMEOUT,
        expects: expects.into_iter().map(|(from, more)| StatusRange { from, to: (from + more).min(599) }).collect(),
        origin: Origin::default(),
    }
}

fn route(index: usize, operation: Operation) -> Route {
    let front = if &*operation.base == "/rest/A B/1" && index.is_multiple_of(2) { "/rest/A%20B/1" } else { "" };
    Route {
        name: RouteName::try_new(&format!("route {index}")).unwrap(),
        id: None,
        methods: vec![Method::GET],
        path: format!("{front}/r{index}/{{a}}/{{b}}"),
        answer: Answering::Examples(Box::new(operation)),
        upstream: None,
        on_error: OnError::Error,
        origin: Origin::default(),
    }
}

proptest! {
    #[test]
    fn what_an_importer_makes_is_written_and_read_as_the_same(
        operations in vec(operation(), 0..4),
        urls in (url(), vec((100u16..600, prop_oneof![Just(0u16), Just(99), Just(4)]), 0..3)),
        services in vec((text(), text(), option::of(names())), 0..3),
        aliases in vec(("(/[a-z ]{1,4}){0,2}", "(/[a-z ]{1,4}){0,2}", any::<bool>()), 0..3),
        webhooks in vec((text().prop_filter("a name", |name| !name.is_empty()), text(), text()), 0..3),
        cors in any::<bool>(),
    ) {
        let mut before = environment("[server]\nconventions = 'microcks'\n[microcks]").unwrap();
        before.routes = operations.into_iter().enumerate().map(|(index, operation)| route(index, operation)).collect();
        let given = CallbackUrl::Given { query: vec![("a".into(), Text::fixed("b"))] };
        before.callbacks = vec![callback("on paid", urls.0, urls.1)];
        if !webhooks.is_empty() {
            before.callbacks.push(callback("fired", given, vec![]));
        }
        let example = |name| WebhookExample { name, callback: 1 };
        let webhook = |(name, service, one)| Webhook { name, service, method: Method::PATCH, examples: vec![example(one)] };
        before.webhooks = webhooks.into_iter().map(webhook).collect();
        before.aliases = aliases.into_iter().map(|(from, to, validates)| Alias { from, to, validates }).collect();
        let mut known = vec![(Arc::from("A B"), Arc::from("1"), None)];
        known.extend(services);
        known.sort();
        known.dedup_by(|one, two| (&one.0, &one.1) == (&two.0, &two.1));
        let service = |(name, version, operations): (_, _, Option<_>)| {
            MicrocksService { name, version, operations: operations.unwrap_or_default() }
        };
        let services = known.into_iter().map(service).collect();
        before.conventions = Conventions::Microcks(Box::new(MicrocksSettings { services, cors }));
        let written = write(&before, &[]);
        let after = environment(&written).unwrap();
        prop_assert_eq!(said(&before), said(&after), "{}", written);
    }
}
