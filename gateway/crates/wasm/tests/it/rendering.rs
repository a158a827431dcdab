//! The renderer port, with the bundled renderer and with guests that lie.

use std::sync::{Arc, LazyLock};

use ringback_model::{
    fault::FaultKind,
    http_values::Responded,
    ids::BucketName,
    ports::{CompileError, Context, Purpose, Surroundings, Template, Templates},
};

use ringback_wasm::Plugin;

use super::support::{HOST, call, encode, source};

const HANDLEBARS: &[u8] = include_bytes!("../../../../../plugins/handlebars/handlebars.wasm");

fn template(source: &str) -> Template {
    Template { source: source.into(), purpose: Purpose::ResponseBody }
}

/// The bundled renderer, compiled once for all tests.
pub(super) static BUNDLED: LazyLock<Arc<Plugin>> =
    LazyLock::new(|| HOST.load(source("handlebars", HANDLEBARS)).unwrap());

async fn handlebars(templates: &[&str]) -> Result<Arc<dyn Templates>, CompileError> {
    compile_with(&BUNDLED, templates).await
}

pub(super) async fn compile(wasm: &[u8], templates: &[&str]) -> Result<Arc<dyn Templates>, CompileError> {
    compile_with(&HOST.load(source("renders", wasm)).unwrap(), templates).await
}

async fn compile_with(plugin: &Arc<Plugin>, templates: &[&str]) -> Result<Arc<dyn Templates>, CompileError> {
    let renderer = plugin.renderer().expect("a renderer");
    renderer.compile(templates.iter().map(|source| template(source)).collect(), None).await
}

#[tokio::test]
async fn templates_render_in_one_crossing_in_the_order_asked_for() {
    let templates = handlebars(&["{{method}}", "{{urlParam 'x'}}-{{header 'x-id'}}", "fixed"]).await.ok().unwrap();
    let rendered = templates.render(&[2, 1, 0, 2], Context::default(), call("/", "")).await.unwrap();
    assert_eq!(rendered.outputs, [Ok("fixed".into()), Ok("\u{e9}/1-7".into()), Ok("POST".into()), Ok("fixed".into())]);
    assert!(rendered.unit.is_empty() && rendered.status.is_none());
}

#[tokio::test]
async fn every_template_that_does_not_parse_is_told_with_its_place() {
    let errors = match handlebars(&["ok", "a {{#if x}}", "{{/each}}"]).await {
        Err(CompileError::Templates(errors)) => errors,
        _ => panic!("the templates don't parse"),
    };
    assert_eq!(errors.iter().map(|error| error.template).collect::<Vec<_>>(), [1, 2]);
    assert!(errors[0].span.is_some_and(|(from, to)| from < to && to <= 11), "{errors:?}");
}

#[tokio::test]
async fn a_template_that_is_not_there_is_a_fault_and_nothing_else_suffers() {
    let templates = handlebars(&["ok"]).await.ok().unwrap();
    let fault = templates.render(&[1], Context::default(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(fault.message, "was asked for a template that it does not have");
    assert_eq!(templates.render(&[0], Context::default(), call("/", "")).await.unwrap().outputs, [Ok("ok".into())]);
}

#[tokio::test]
async fn effects_of_templates_come_back_in_the_unit() {
    let templates = handlebars(&["{{setData 'push' 'orders' null 'new'}}{{data 'orders'}}"]).await.ok().unwrap();
    let rendered = templates.render(&[0], Context::default(), call("/", "")).await.unwrap();
    assert_eq!(rendered.outputs, [Ok(r#"["new"]"#.into())]);
    assert!(!rendered.unit.is_empty());
}

/// A renderer whose `compile` and `render` are given: `render` has its parameters behind `$at`.
pub(super) fn renderer(compile: &str, render: &str) -> Vec<u8> {
    renderer_with("", compile, render)
}

/// The same with imports.
pub(super) fn renderer_with(imports: &str, compile: &str, render: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
            {imports}
            (memory (export "memory") 1)
            (global $free (mut i32) (i32.const 4096))
            (global $calls (mut i32) (i32.const 0))
            (data (i32.const 2048) "\2a\00\00\00")
            (data (i32.const 3000) "hello")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.get $free) (global.set $free (i32.add (global.get $free) (i32.and (i32.add (local.get 3) (i32.const 15)) (i32.const -8)))))
            (func (export "ringback:gateway/renderer@0.1.0#compile") (param $templates i32) (param $count i32) (result i32)
                (i32.store (i32.const 1028) (i32.const 2048))
                (i32.store (i32.const 1032) (local.get $count))
                {compile}
                (i32.const 1024))
            (func (export "ringback:gateway/renderer@0.1.0#render") (param $at i32) (result i32)
                (call $drop (i32.load (i32.add (local.get $at) (i32.const 148))))
                {render}
                (i32.const 512)))"#
    );
    encode(&text, "renderer-plugin")
}

/// One output: the text `hello`.
pub(super) const HELLO: &str = "(i32.store (i32.const 516) (i32.const 600)) (i32.store (i32.const 520) (i32.const 1))
    (i32.store (i32.const 604) (i32.const 3000)) (i32.store (i32.const 608) (i32.const 5))";

#[tokio::test]
async fn a_renderer_that_lies_about_its_templates_never_serves() {
    let fewer = renderer("(i32.store (i32.const 1032) (i32.const 0))", "");
    let Err(CompileError::Fault(fault)) = compile(&fewer, &["a"]).await else { panic!("it lies") };
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, "compiled 0 of 1 templates"));
    let spins = renderer("(loop $again (br $again))", "");
    let Err(CompileError::Fault(fault)) = compile(&spins, &["a"]).await else { panic!("it spins") };
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Cpu, "used more than 2000 ms of CPU"));
}

#[tokio::test]
async fn what_a_renderer_returns_is_checked() {
    let good = compile(&renderer("", HELLO), &["a"]).await.ok().unwrap();
    assert_eq!(good.render(&[0], Context::default(), call("/", "")).await.unwrap().outputs, [Ok("hello".into())]);
    let none = compile(&renderer("", ""), &["a"]).await.ok().unwrap();
    let fault = none.render(&[0], Context::default(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Invalid, "rendered 0 of 1 templates"));
    let status =
        format!("{HELLO} (i32.store16 (i32.const 524) (i32.const 1)) (i32.store16 (i32.const 526) (i32.const 99))");
    let bad = compile(&renderer("", &status), &["a"]).await.ok().unwrap();
    let fault = bad.render(&[0], Context::default(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(fault.message, "asked for status 99, which is none");
    // The option's tag, then the text's place and length.
    let values = |at: u32, length: u32| {
        let stores = [(528, 1), (532, at), (536, length)]
            .map(|(to, what)| format!("(i32.store (i32.const {to}) (i32.const {what}))"));
        renderer(r#"(i32.store (i32.const 3100) (i32.const 0x7d7b))"#, &format!("{HELLO} {}", stores.concat()))
    };
    let empty = compile(&values(3100, 2), &["a"]).await.ok().unwrap();
    let rendered = empty.render(&[0], Context::default(), call("/", "")).await.unwrap();
    assert_eq!(rendered.values.as_deref(), Some("{}"));
    let bad = compile(&values(3000, 5), &["a"]).await.ok().unwrap();
    let fault = bad.render(&[0], Context::default(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(fault.message, "put aside values that are no JSON object");
}

#[tokio::test]
async fn a_trap_ends_a_renderers_instance_and_the_next_call_compiles_again() {
    let second_traps = format!(
        "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (if (i32.eq (global.get $calls) (i32.const 2)) (then unreachable)) {HELLO}"
    );
    let templates = compile(&renderer("", &second_traps), &["a"]).await.ok().unwrap();
    let mut answered = vec![];
    for _ in 0..4 {
        answered.push(templates.render(&[0], Context::default(), call("/", "")).await.is_ok());
    }
    assert_eq!(answered, [true, false, true, false]);
}

#[tokio::test]
async fn callback_templates_see_the_response_and_rendering_needs_no_request() {
    let headers = http::HeaderMap::new();
    let responded = Responded { status: http::StatusCode::CREATED, headers: &headers, body: "\u{e9}".as_bytes() };
    let templates = handlebars(&["{{now}}x"]).await.ok().unwrap();
    assert!(templates.render(&[0], Context { response: Some(responded), data: None }, call("/", "")).await.is_ok());
    let mut alone = call("/", "");
    alone.request = None;
    assert!(templates.render(&[0], Context::default(), alone).await.is_ok());
}

// === expressions ===

const EXPRESSIONS: &[u8] = include_bytes!("../../../../../plugins/expressions/expressions.wasm");

/// An environment that says whose conventions hold.
struct Says(&'static str);

impl Surroundings for Says {
    fn settings(&self) -> &str {
        self.0
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn draw(&self) -> Option<u32> {
        None
    }

    fn buckets(&self) -> &[BucketName] {
        &[]
    }

    fn bucket_ids(&self) -> &[(Arc<str>, BucketName)] {
        &[]
    }
}

static BUNDLED_EXPRESSIONS: LazyLock<Arc<Plugin>> =
    LazyLock::new(|| HOST.load(source("expressions", EXPRESSIONS)).unwrap());

async fn expressions(settings: &'static str, templates: &[&str]) -> Result<Arc<dyn Templates>, CompileError> {
    let templates = templates.iter().map(|source| template(source)).collect();
    BUNDLED_EXPRESSIONS.renderer().unwrap().compile(templates, Some(Arc::new(Says(settings)))).await
}

#[tokio::test]
async fn expressions_put_values_aside_and_see_those_of_before() {
    let template = "{{ request.path[1] }} {{ request.body/n || 'none' > put(n) }} {{ before }}";
    let templates = expressions("{}", &[template, "{{ n }}{{ request.body/n }}"]).await.ok().unwrap();
    let given = Context { response: None, data: Some(r#"{"before":"x","$path":"/below/it"}"#) };
    let rendered = templates.render(&[0], given, call("/", r#"{"n":1.50}"#)).await.unwrap();
    assert_eq!(rendered.outputs, [Ok("below 1.5 x".into())]);
    assert_eq!(rendered.values.as_deref(), Some(r#"{"n":"1.5"}"#));
    let rendered = templates.render(&[1], Context::default(), call("/", "")).await.unwrap();
    assert!(matches!(rendered.outputs.as_slice(), [Err(why)] if why.contains("the request has no body")));
}

#[tokio::test]
async fn under_microcks_conventions_a_broken_template_is_itself() {
    let sources = ["a {{ request.params[a] and no end", "a{{ request.body/x }}b", "[{{ nope() }}]"];
    let templates = expressions(r#"{"conventions":"microcks","time-zone":"+01:00"}"#, &sources).await.ok().unwrap();
    let rendered = templates.render(&[0, 1, 2], Context::default(), call("/", "")).await.unwrap();
    assert_eq!(rendered.outputs, [Ok(sources[0].into()), Ok(sources[1].into()), Ok("[]".into())]);
    let Err(CompileError::Templates(errors)) = expressions("{}", &sources).await else { panic!("two don't parse") };
    assert_eq!(errors.iter().map(|error| error.template).collect::<Vec<_>>(), [0, 2]);
}

#[tokio::test]
async fn the_deepest_expressions_fit_into_a_guests_stack() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{{{{ {}{inner}{} }}}}", open.repeat(depth), close.repeat(depth))
    };
    let body = format!("{}x{}", "<a>".repeat(300), "</a>".repeat(300));
    for depth in [1, 11, 12, 23, 24, 25, 62, 63, 64, 1000] {
        let sources = [
            nested("randomInt(", "1", ")", depth),
            nested("put(a, randomValue(", "1", "))", depth),
            format!("{{{{ request.body//a[{}1{}] }}}}", "(".repeat(depth), ")".repeat(depth)),
            format!("{{{{ request.body//a{}{} }}}}", "[a".repeat(depth), "]".repeat(depth)),
            format!("{{{{ request.body//a[{}true(){}] }}}}", "not(".repeat(depth), ")".repeat(depth)),
            format!("{{{{ request.body//a[{}1] }}}}", "1 + ".repeat(depth)),
            format!("{{{{ request.body//a[{}1] }}}}", "1 = 1 or ".repeat(depth)),
        ];
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let templates = expressions(r#"{"conventions":"microcks"}"#, &sources).await;
        let templates = templates.unwrap_or_else(|_| panic!("depth {depth} does not compile"));
        let all: Vec<usize> = (0..sources.len()).collect();
        let rendered = templates.render(&all, Context::default(), call("/", &body)).await;
        assert!(rendered.is_ok(), "depth {depth}: {:?}", rendered.map(drop).unwrap_err());
    }
}
