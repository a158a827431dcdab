//! Which route answers, with which of its responses, and what is said where none does.

use crate::support::Gateway;

#[tokio::test]
async fn the_first_route_that_matches_answers() {
    let gateway = Gateway::start(
        r#"
        [[route]]
        path = "/orders/new"
        body = "literal"
        [[route]]
        path = "/orders/{id}"
        body = "order {{urlParam 'id'}}"
        [[route]]
        path = "/orders/{id}/lines/{line}"
        body = "line {{urlParam 'line'}} of {{urlParam 'id'}}"
        [[route]]
        path = "/files/{*rest}"
        body = "file {{urlParam 'rest'}}"
        [[route]]
        path = "/{*all}"
        body = "anything"
        "#,
    )
    .await;
    let cases = [
        ("/orders/new", "literal"),
        ("/orders/7", "order 7"),
        ("/orders/caf%C3%A9%20x?trailing=query&x=/orders/new", "order café x"),
        ("/orders/7/lines/2", "line 2 of 7"),
        ("/files/a/b%2Fc.txt", "file a/b/c.txt"),
        ("/elsewhere", "anything"),
        ("/orders/7/lines", "anything"),
    ];
    for (path, body) in cases {
        let answer = gateway.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, body), "{path}");
    }
}

#[tokio::test]
async fn a_head_request_gets_what_get_would_but_for_the_body() {
    let gateway = Gateway::start(
        r#"
        [[route]]
        method = "GET"
        path = "/static"
        headers = { x-a = "1", content-type = "text/x" }
        body = "twelve bytes"
        [[route]]
        method = "GET"
        path = "/rendered"
        headers = { x-a = "{{queryParam 'a'}}" }
        body = "{{method}}"
        "#,
    )
    .await;
    for path in ["/static", "/rendered?a=1"] {
        let (get, head) = (gateway.get(path).await, gateway.ask("HEAD", path, &[], "").await);
        assert_eq!(head.status, 200);
        assert_eq!(head.body, "", "{path}");
        assert_eq!(head.header("x-a"), "1");
        for field in ["content-type", "x-a"] {
            assert_eq!(head.header(field), get.header(field), "{path}: {field}");
        }
        assert!(head.headers.contains_key("content-length"), "{path}: {head:?}");
    }
    assert_eq!(gateway.ask("HEAD", "/static", &[], "").await.header("content-length"), "12");
}

#[tokio::test]
async fn a_route_answers_its_methods_and_the_others_are_told_which() {
    let gateway = Gateway::start(
        r#"
        [[route]]
        method = ["GET", "PUT"]
        path = "/both"
        body = "both"
        [[route]]
        method = "DELETE"
        path = "/both"
        status = 204
        [[route]]
        path = "/any"
        body = "any"
        [[route]]
        method = "OPTIONS"
        path = "/own"
        body = "own"
        "#,
    )
    .await;
    for method in ["GET", "PUT"] {
        assert_eq!(gateway.ask(method, "/both", &[], "").await.body, "both");
    }
    assert_eq!(gateway.ask("DELETE", "/both", &[], "").await.status, 204);
    assert_eq!(gateway.ask("PURGE", "/any", &[], "").await.body, "any");
    assert_eq!(gateway.ask("OPTIONS", "/own", &[], "").await.body, "own");

    let options = gateway.ask("OPTIONS", "/both", &[], "").await;
    assert_eq!((options.status.as_u16(), options.header("allow")), (204, "GET, PUT, DELETE, HEAD, OPTIONS"));
    let refused = gateway.post("/both", "").await;
    assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, "GET, PUT, DELETE, HEAD, OPTIONS"));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["detail"], "`/both` answers GET, PUT, DELETE, HEAD, OPTIONS, not POST");
}

#[tokio::test]
async fn an_unknown_path_is_told_what_is_nearest_and_what_would_add_it() {
    let gateway = Gateway::start("[[route]]\nmethod = \"POST\"\npath = \"/orders/{id}\"\nbody = \"x\"").await;
    let answer = gateway.post("/order/7", "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, "application/problem+json"));
    assert_eq!(answer.header("ringback-error"), "no-route");
    let problem = answer.json();
    assert_eq!(problem["detail"], "no route answers `POST /order/7`");
    let help: Vec<&str> = problem["help"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(help.contains(&"nearest: `POST /orders/{id}` (path differs in `order`)"), "{help:?}");
    // What it says would add the route does.
    let added = help.iter().skip_while(|line| **line != "[[route]]").copied().collect::<Vec<_>>().join("\n");
    let mended = Gateway::start(&added).await;
    assert_eq!(mended.post("/order/7", "").await.status, 200);
    // An operator finds why among the unmatched.
    let unmatched = gateway.admin_json("GET", "/__admin/requests/unmatched", "").await;
    let nearest = unmatched["requests"][0]["match"]["nearest"][0].as_str().unwrap();
    assert!(nearest.contains("`POST /orders/{id}`") && nearest.contains("path differs in `order`"), "{nearest}");
}

#[tokio::test]
async fn a_path_that_is_not_well_escaped_is_refused_where_it_would_be_a_value() {
    let gateway = Gateway::start("[[route]]\npath = \"/users/{id}\"\nbody = \"{{urlParam 'id'}}\"").await;
    for (path, raw) in [("/users/%ff", "%ff"), ("/users/a%C3", "a%C3")] {
        let answer = gateway.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (400, "bad-target"), "{path}");
        let detail = format!("`{raw}`, the value of `id`, is not well percent-encoded UTF-8");
        assert_eq!(answer.json()["detail"], detail);
    }
    assert_eq!(gateway.get("/users/%41").await.body, "A");
}

const MODES: &str = r#"
    [[route]]
    path = "/sequential"
    mode = "sequential"
    response = [{ body = "1" }, { body = "2", status = 202 }, { body = "3" }]
    [[route]]
    path = "/random"
    mode = "random"
    response = [{ body = "a" }, { body = "b" }, { body = "c" }]
    [[route]]
    path = "/default"
    response = [{ body = "first" }, { body = "second", default = true }]
"#;

#[tokio::test]
async fn a_response_is_chosen_as_the_mode_says() {
    let gateway = Gateway::start(MODES).await;
    let (mut sequential, mut random) = (String::new(), String::new());
    for _ in 0..7 {
        sequential += &gateway.get("/sequential").await.body;
    }
    assert_eq!(sequential, "1231231");
    // A session counts for itself, and a reset starts anew.
    assert_eq!(gateway.ask("GET", "/sequential", &[("ringback-session", "one")], "").await.body, "1");
    gateway.admin("POST", "/__admin/reset", "").await;
    assert_eq!(gateway.get("/sequential").await.body, "1");
    assert_eq!(gateway.get("/sequential").await.status, 202);
    assert_eq!(gateway.get("/default").await.body, "second");

    for _ in 0..32 {
        random += &gateway.get("/random").await.body;
    }
    assert!(["a", "b", "c"].iter().all(|answer| random.contains(answer)), "{random}");
}

#[tokio::test]
async fn one_seed_draws_the_same_responses_again() {
    async fn drawn(seed: u64) -> String {
        let gateway = Gateway::with("ringback.toml", MODES, |options| options.seed = Some(seed)).await.unwrap();
        let mut drawn = String::new();
        for _ in 0..32 {
            drawn += &gateway.get("/random").await.body;
        }
        drawn
    }
    assert_eq!(drawn(7).await, drawn(7).await);
    assert_ne!(drawn(7).await, drawn(8).await);
}
