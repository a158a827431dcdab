//! Plugins that choose which example of an operation answers, in the place of a dispatcher or a script.

use crate::{
    guest::{Guest, version},
    support::{Answer, Gateway},
};

/// A responder whose answer is the request's query: the head's query stands at 28 and 32, the answer's text at 20 and 24.
const QUERY: &str = "(i32.store8 offset=16 (global.get $answer) (i32.const 1))
    (i32.store offset=20 (global.get $answer) (i32.load offset=28 (local.get $params)))
    (i32.store offset=24 (global.get $answer) (i32.load offset=32 (local.get $params)))";

const COLOURS: &str = r#"
[plugin.choose]
path = "choose.wasm"
[[route]]
path = "/colour"
dispatch = { plugin = "choose" }
[[route.response]]
label = "red"
body = "red"
[[route.response]]
label = "blue"
status = 201
body = "blue {{queryParamsRaw}}"
"#;

async fn choosing(toml: &str, respond: Option<&str>) -> Gateway {
    let gateway = Gateway::with("ringback.toml", toml, |options| {
        if let Some(respond) = respond {
            Guest { respond, ..Guest::default() }.write(&options.documents.working_folder.join("choose.wasm"));
        }
    });
    gateway.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), &answer.body)
}

#[tokio::test]
async fn a_plugin_names_the_response_that_answers() {
    let gateway = choosing(COLOURS, Some(QUERY)).await;
    assert_eq!(told(&gateway.get("/colour?red").await), (200, "red"));
    let blue = gateway.get("/colour?blue").await;
    assert!(blue.status == 201 && blue.body.starts_with("blue "), "{blue:?}");
    let noted = gateway.journal().await.pop().unwrap();
    assert_eq!((noted["match"]["example"].as_str(), noted["match"]["key"].as_str()), (Some("blue"), Some("blue")));

    let green = gateway.get("/colour?green").await;
    assert_eq!(told(&green), (400, "The response green does not exist!"));
    let help = green.header("ringback-help");
    assert!(help.contains("made by plugin `choose`") && help.contains("`red`") && help.contains("`blue`"), "{help}");
}

#[tokio::test]
async fn where_a_plugin_names_nobody_the_fallback_answers() {
    let toml = COLOURS.replace("dispatch =", "fallback = \"red\"\ndispatch =");
    let gateway = choosing(&toml, Some(QUERY)).await;
    for query in ["?green", "", "?"] {
        assert_eq!(told(&gateway.get(&format!("/colour{query}")).await), (200, "red"), "{query}");
    }
    let noted = gateway.journal().await.pop().unwrap();
    assert_eq!(noted["match"]["because"], "the operation's fallback");
}

#[tokio::test]
async fn a_plugin_that_fails_or_is_not_there_chooses_nothing() {
    let gateway = choosing(COLOURS, Some("(unreachable)")).await;
    let answer = gateway.get("/colour?red").await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (500, "plugin"), "{answer:?}");
    let gateway = choosing(COLOURS, None).await;
    let answer = gateway.get("/colour?red").await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (503, "plugin-unavailable"), "{answer:?}");
}

const SCRIPTED: &str = r#"
openapi: 3.1.0
info: { title: Colours, version: '1' }
paths:
  /colour:
    get:
      operationId: pick
      x-microcks-operation: { dispatcher: SCRIPT, dispatcherRules: return "red" }
      responses:
        '200': { content: { text/plain: { examples: { red: { value: red }, blue: { value: blue } } } } }
"#;

#[tokio::test]
async fn a_plugin_takes_the_place_of_a_script_while_it_is_there() {
    let gateway = Gateway::with("api.yaml", SCRIPTED, |options| {
        let folder = options.documents.working_folder.join("plugins");
        std::fs::create_dir(&folder).unwrap();
        options.documents.plugins = vec![folder];
    });
    let gateway = gateway.await.unwrap();
    gateway.running.watch(|_| {});
    assert_eq!(told(&gateway.get("/colour?blue").await), (200, "red"), "the script answers");

    let file = gateway.file("plugins/colours-pick.wasm");
    Guest { respond: QUERY, ..Guest::default() }.write(&file);
    gateway.until_answer("/colour?blue", |answer| answer.body == "blue").await;
    // One that answers nothing names nobody.
    std::fs::write(&file, version(200)).unwrap();
    gateway.until_answer("/colour?blue", |answer| answer.status == 400).await;
    std::fs::remove_file(&file).unwrap();
    gateway.until_answer("/colour?blue", |answer| answer.body == "red").await;
}
