//! Answers that are no bytes in memory: files and streams.

use super::*;
use crate::{guest::streaming, support::Raw};

fn sends_file(name: &str) -> Vec<u8> {
    let items = format!("(data (i32.const 2048) \"{name}\")");
    let respond = format!(
        "(i32.store8 offset=16 (global.get $answer) (i32.const 3))
         (i32.store offset=20 (global.get $answer) (i32.const 2048))
         (i32.store offset=24 (global.get $answer) (i32.const {}))",
        name.len()
    );
    Guest { items: &items, respond: &respond, ..Guest::default() }.bytes()
}

async fn with_component(grants: &str, component: Vec<u8>) -> Gateway {
    let toml = format!("[plugin.kyc]\npath = \"kyc.wasm\"\n{grants}{ROUTE}");
    let started = Gateway::with("ringback.toml", &toml, |options| {
        let folder = &options.documents.working_folder;
        std::fs::write(folder.join("kyc.wasm"), component).unwrap();
        std::fs::create_dir(folder.join("fixtures")).unwrap();
    });
    started.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

#[tokio::test]
async fn a_file_is_sent_as_it_is_read_with_its_length_and_type() {
    let gateway = with_component("grants = { files = \"fixtures\" }\n", sends_file("logo.png")).await;
    let missing = gateway.get("/kyc").await;
    assert_eq!((missing.status.as_u16(), missing.header("ringback-error")), (500, "plugin"), "{missing:?}");
    // Larger than one piece, and than what the journal keeps.
    let content = "ringback".repeat(50_000);
    std::fs::write(gateway.file("fixtures/logo.png"), &content).unwrap();
    let answer = gateway.get("/kyc").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/png"));
    assert_eq!((answer.header("content-length"), answer.body == content), ("400000", true));
    let noted = gateway.journal().await.pop().unwrap();
    let response = &noted["response"];
    assert_eq!(
        (&response["body"], &response["bodyBytes"], &response["streamed"]),
        (&Value::Null, &400_000.into(), &true.into())
    );
}

#[tokio::test]
async fn a_stream_comes_piece_by_piece_and_ends() {
    let ends = "(if (i32.eq (global.get $asked) (i32.const 4)) (then (i32.store (i32.const 3076) (i32.const 0))))";
    let gateway = with_component("", streaming(ends)).await;
    let answer = gateway.get("/kyc").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "piecepiecepiece"));
    assert_eq!((answer.header("transfer-encoding"), answer.header("content-length")), ("chunked", ""));
    assert_eq!(gateway.journal().await.pop().unwrap()["response"]["streamed"], true);
}

#[tokio::test]
async fn a_stream_that_traps_is_broken_off_and_counted() {
    let traps = "(if (i32.eq (global.get $asked) (i32.const 3)) (then (unreachable)))";
    let gateway = with_component("", streaming(traps)).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send("GET /kyc HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let rest = raw.rest().await;
    assert!(!rest.contains("content-length") && !rest.ends_with("0\r\n\r\n"), "no client takes it for whole: {rest}");
    let view = gateway.until_plugin("kyc", |view| view["faults"] == 1).await;
    assert_eq!(view["state"], "serving");
}
