//! What serves changes while it serves: whole, or not at all, and no request notices.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::mpsc;

use crate::{
    guest::Guest,
    support::{Gateway, PATIENCE, Raw, free_port},
};

const BUCKETS: &str = "[buckets]\norders = []\n";
const CREATE: &str =
    "[[route]]\nmethod = \"POST\"\npath = \"/orders\"\nbody = \"{{setData 'push' 'orders' null 'x'}}\"\n";

fn version(n: usize) -> String {
    format!(
        "{BUCKETS}{CREATE}[[route]]\npath = \"/version\"\nbody = \"{n}\"\n[[route]]\npath = \"/only-{n}\"\nbody = \"only\"\n"
    )
}

/// Reports what each reload came to: warnings, or why it was rejected.
fn watched(gateway: &Gateway) -> Heard {
    let (told, heard) = mpsc::channel(16);
    gateway.running.watch(move |result| {
        let result = result.map_err(|rejected| rejected.render(ringback_gateway::Colour::Plain));
        told.try_send(result).unwrap();
    });
    heard
}

type Heard = mpsc::Receiver<Result<String, String>>;

/// The next reload that is applied, or that is not. One change may be seen twice, so others are passed over.
async fn next(heard: &mut Heard, applied: bool) -> String {
    loop {
        match (tokio::time::timeout(PATIENCE, heard.recv()).await.expect("the change is noticed").unwrap(), applied) {
            (Ok(text), true) | (Err(text), false) => return text,
            _ => {}
        }
    }
}

fn write(gateway: &Gateway, text: &str) {
    std::fs::write(gateway.file("ringback.toml"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_routes_are_swapped() {
    const CLIENTS: usize = 16;
    let gateway = Gateway::start(&version(0)).await;
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (to, stop, asked) = (gateway.address, stop.clone(), asked.clone());
            tokio::spawn(async move {
                let (mut raw, mut created) = (Raw::open(to).await, 0);
                while !stop.load(Ordering::Relaxed) {
                    raw.send("GET /version HTTP/1.1\r\nhost: x\r\n\r\nPOST /orders HTTP/1.1\r\nhost: x\r\n\r\n").await;
                    let (got, pushed) = (raw.answer().await, raw.answer().await);
                    assert_eq!((got.status.as_u16(), pushed.status.as_u16()), (200, 200), "{got:?} {pushed:?}");
                    created += 1;
                    asked.fetch_add(1, Ordering::Relaxed);
                }
                created
            })
        })
        .collect();
    for n in 1..=10 {
        // Good and bad by turns, with traffic between.
        let text = if n % 3 == 0 { "[[route]\n".to_owned() } else { version(n) };
        std::fs::write(gateway.file("ringback.toml"), text).unwrap();
        assert_eq!(gateway.running.app.reload().await.is_ok(), n % 3 != 0);
        let before = asked.load(Ordering::Relaxed);
        while asked.load(Ordering::Relaxed) < before + CLIENTS {
            tokio::task::yield_now().await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    let mut created = 0;
    for client in clients {
        created += client.await.unwrap();
    }
    assert_eq!(gateway.get("/version").await.body, "10");
    assert_eq!(gateway.get("/only-10").await.status, 200);
    assert_eq!(gateway.get("/only-0").await.status, 404);
    // No reload lost a bucket's content.
    assert_eq!(gateway.bucket("orders").await.matches('x').count(), created);
}

#[tokio::test]
async fn a_file_that_changes_is_served_and_a_bad_one_changes_nothing() {
    let gateway = Gateway::start(&version(1)).await;
    let mut heard = watched(&gateway);
    gateway.post("/orders", "").await;
    write(&gateway, &version(2));
    next(&mut heard, true).await;
    assert_eq!(gateway.get("/version").await.body, "2");

    write(&gateway, "[[route]]\npath = \"/x\"\nstatuss = 1\n");
    let why = next(&mut heard, false).await;
    assert!(why.contains("unknown key `statuss`") && why.contains("ringback.toml:3:1"), "{why}");
    assert_eq!(gateway.get("/version").await.body, "2");
    assert_eq!(gateway.bucket("orders").await, r#"["x"]"#);

    write(&gateway, &format!("{}[[route]]\npath = \"/mended\"\nbody = \"mended\"\n", version(3)));
    assert_eq!(next(&mut heard, true).await, "");
    assert_eq!((gateway.get("/version").await.body.as_str(), gateway.get("/mended").await.status.as_u16()), ("3", 200));
    assert_eq!(gateway.bucket("orders").await, r#"["x"]"#);
    let metrics = gateway.admin("GET", "/metrics", "").await.body;
    assert!(metrics.contains(r#"ringback_reloads_total{outcome="rejected"}"#), "{metrics}");
}

#[tokio::test]
async fn a_file_that_is_gone_for_a_while_is_seen_when_it_is_back() {
    let gateway = Gateway::start(&version(1)).await;
    let mut heard = watched(&gateway);
    write(&gateway, &version(2));
    next(&mut heard, true).await;
    std::fs::remove_file(gateway.file("ringback.toml")).unwrap();
    let why = next(&mut heard, false).await;
    assert!(why.contains("can't be read"), "{why}");
    assert_eq!(gateway.get("/version").await.body, "2");
    // As an editor does: a new file, renamed to the name.
    std::fs::write(gateway.file("new"), version(3)).unwrap();
    std::fs::rename(gateway.file("new"), gateway.file("ringback.toml")).unwrap();
    next(&mut heard, true).await;
    assert_eq!(gateway.get("/version").await.body, "3");
}

#[tokio::test]
async fn buckets_keep_their_content_and_new_ones_get_theirs() {
    let gateway = Gateway::start(&version(1)).await;
    gateway.post("/orders", "").await;
    let text = version(2).replace("orders = []", "orders = [\"seed\"]\nusers = [\"Ada\"]");
    std::fs::write(gateway.file("ringback.toml"), text).unwrap();
    gateway.running.app.reload().await.unwrap();
    assert_eq!(gateway.admin("GET", "/__admin/buckets", "").await.body, r#"{"orders":["x"],"users":["Ada"]}"#);
    // Until it is asked to start anew.
    gateway.admin("POST", "/__admin/reset", "").await;
    assert_eq!(gateway.bucket("orders").await, r#"["seed"]"#);
}

#[tokio::test]
async fn another_port_is_bound_before_the_old_one_is_left() {
    let (one, two) = (free_port(), free_port());
    let listen = |port: u16, body: &str| {
        format!("[server]\nlisten = \"127.0.0.1:{port}\"\n[[route]]\npath = \"/\"\nbody = \"{body}\"\n")
    };
    let gateway =
        Gateway::with("ringback.toml", &listen(one, "one"), |options| options.documents.port = None).await.unwrap();
    let mut open = Raw::open(gateway.address).await;
    open.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(open.answer().await.body, "one");

    // A port that is taken: nothing moves.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    std::fs::write(gateway.file("ringback.toml"), listen(port, "taken")).unwrap();
    let why = gateway.running.app.reload().await.unwrap_err().render(ringback_gateway::Colour::Plain);
    assert!(why.contains(&format!("port {port} of 127.0.0.1 is in use")), "{why}");
    assert_eq!(gateway.get("/").await.body, "one");

    std::fs::write(gateway.file("ringback.toml"), listen(two, "two")).unwrap();
    gateway.running.app.reload().await.unwrap();
    assert_eq!(gateway.running.origins(), [format!("http://127.0.0.1:{two}")]);
    let mut moved = Raw::open(([127, 0, 0, 1], two).into()).await;
    moved.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(moved.answer().await.body, "two");
    // The old connection ends in good order, and its port is free again.
    assert_eq!(open.rest().await, "");
}

#[tokio::test]
async fn settings_of_the_gateway_itself_are_said_to_stay() {
    let gateway = Gateway::start(&version(1)).await;
    let text = format!("[server]\nrequest-body-max = \"1 B\"\n{}", version(2));
    std::fs::write(gateway.file("ringback.toml"), text).unwrap();
    let applied = gateway.running.app.reload().await.unwrap();
    assert!(
        applied.warnings.starts_with("warning: limits, the journal and the admin listener are as they were"),
        "{applied:?}"
    );
}

#[tokio::test]
async fn a_plugin_whose_file_changes_is_the_next_generation() {
    let toml = "[plugin.echo]\npath = \"echo.wasm\"\n[[route]]\npath = \"/\"\nresponder = \"echo\"\n";
    let gateway = Gateway::with("ringback.toml", toml, |options| {
        Guest::default().write(&options.documents.working_folder.join("echo.wasm"));
    })
    .await
    .unwrap();
    let mut heard = watched(&gateway);
    let generation =
        async || gateway.admin_json("GET", "/__admin/plugins", "").await["plugins"][0]["generation"].clone();
    assert_eq!((gateway.get("/").await.status.as_u16(), generation().await), (200, 1.into()));

    std::fs::write(gateway.file("echo.wasm"), "no component").unwrap();
    next(&mut heard, false).await;
    assert_eq!((gateway.get("/").await.status.as_u16(), generation().await), (200, 1.into()));

    let teapot = "(i32.store16 offset=4 (global.get $answer) (i32.const 418))";
    Guest { respond: teapot, ..Guest::default() }.write(&gateway.file("echo.wasm"));
    next(&mut heard, true).await;
    assert_eq!((gateway.get("/").await.status.as_u16(), generation().await), (418, 2.into()));
}
