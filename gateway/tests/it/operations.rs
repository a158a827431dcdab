//! Operations of API descriptions, which answer with the example that a request is for, as Microcks serves them.

use serde_json::{Value, json};

use crate::support::{Answer, Gateway, PATIENCE, Raw};

/// What all paths of the document stand beneath.
const BASE: &str = "/rest/Pastry%20API/1.0.0";

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Pastry API, version: 1.0.0 }
paths:
  /pastry:
    get:
      parameters:
        - name: size
          in: query
          schema: { type: string }
          examples: { small: { value: S }, both: { value: [S, L] } }
      responses:
        '200':
          description: ok
          content:
            application/json:
              examples: { small: { value: { size: S } }, both: { value: { size: any } } }
            text/xml:
              examples: { small: { value: <size>S</size> } }
    post:
      x-microcks-operation: { delay: 200 }
      requestBody:
        content:
          application/json:
            schema: { type: object, required: [name], properties: { price: { type: number } } }
            examples: { new: { value: { name: x } } }
      responses:
        '201':
          description: ok
          headers:
            Location: { schema: { type: string }, examples: { new: { value: /pastry/new } } }
          content: { application/json: { examples: { new: { value: { made: true } } } } }
  /pastry/{name}:
    get:
      x-microcks-operation:
        dispatcher: FALLBACK
        dispatcherRules: '{"dispatcher": "URI_PARTS", "dispatcherRules": "name", "fallback": "unknown"}'
        parameterConstraints:
          - { name: x-trace, in: header, required: false, recopy: true, mustMatchRegexp: '[a-f0-9]+' }
      parameters:
        - name: name
          in: path
          required: true
          schema: { type: string }
          examples: { eclair: { value: Eclair Cafe }, unknown: { value: '?' } }
      responses:
        '200':
          description: ok
          content: { application/json: { examples: { eclair: { value: { name: Eclair Cafe } } } } }
        '404':
          description: no such pastry
          content: { text/plain: { examples: { unknown: { value: unknown } } } }
  /orders:
    post:
      x-microcks-operation:
        dispatcher: JSON_BODY
        dispatcherRules: '{"exp": "/country", "operator": "equals", "cases": {"Belgium": "accepted"}}'
      requestBody:
        content: { application/json: { examples: { accepted: { value: { country: Belgium } } } } }
      responses:
        '201':
          description: ok
          content: { application/json: { examples: { accepted: { value: { result: accepted } } } } }
"#;

async fn pastries() -> Gateway {
    serve(DOCUMENT).await
}

async fn serve(document: &str) -> Gateway {
    Gateway::try_start("api.yaml", document, None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), &answer.body)
}

#[tokio::test]
async fn a_request_gets_the_example_that_is_for_it() {
    let gateway = pastries().await;
    for (path, body) in [("/pastry?size=S", r#"{"size":"S"}"#), ("/pastry?size=L&size=S", r#"{"size":"any"}"#)] {
        let answer = gateway.ask("GET", &format!("{BASE}{path}"), &[("accept", "application/json")], "").await;
        assert_eq!(told(&answer), (200, body), "{path}");
        assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    }
    let xml = gateway.ask("GET", &format!("{BASE}/pastry?size=S"), &[("accept", "text/*")], "").await;
    assert_eq!(told(&xml), (200, "<size>S</size>"));
    for path in ["/pastry/Eclair%20Cafe", "/pastry/Eclair+Cafe", "/pastry/Eclair+Cafe/"] {
        assert_eq!(told(&gateway.get(&format!("{BASE}{path}")).await), (200, r#"{"name":"Eclair Cafe"}"#), "{path}");
    }
    assert_eq!(told(&gateway.get(&format!("{BASE}/pastry/Bun")).await), (404, "unknown"));

    let journal = gateway.journal().await;
    let matches: Vec<&Value> = journal.iter().map(|request| &request["match"]).collect();
    assert_eq!(
        *matches[0],
        json!({"route": matches[0]["route"], "example": "small", "key": "?size=S",
        "because": "its key is the request's"})
    );
    let last = matches.last().unwrap();
    assert_eq!(
        (last["example"].as_str(), last["because"].as_str()),
        (Some("unknown"), Some("the operation's fallback"))
    );
}

#[tokio::test]
async fn who_gets_no_example_is_told_why() {
    let gateway = pastries().await;
    let answer = gateway.get(&format!("{BASE}/pastry?size=XL")).await;
    assert_eq!(told(&answer), (400, "The response ?size=XL does not exist!"));
    assert_eq!(answer.header("ringback-error"), "no-example");
    assert!(answer.header("ringback-help").contains("URI_PARAMS: `size`; there are `?size=S`"), "{answer:?}");
    let path = format!("{BASE}/orders");
    let problem = [("accept", "application/problem+json"), ("content-type", "application/json")];
    let answer = gateway.ask("POST", &path, &problem, r#"{"country":"France"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (400, "application/problem+json"));
    assert!(answer.json()["help"][0].as_str().unwrap().contains(r#"`/country` is `"France"`"#), "{answer:?}");
    for content in ["no json", ""] {
        assert_eq!(told(&gateway.post(&path, content).await), (400, "The response null does not exist!"));
    }
    let journal = gateway.journal().await;
    assert_eq!(journal[0]["match"]["because"], "it was refused");
    assert_eq!(journal[0]["match"]["why"][0], "The response ?size=XL does not exist!");
}

#[tokio::test]
async fn constraints_hold_before_an_example_is_chosen() {
    let gateway = pastries().await;
    let path = format!("{BASE}/pastry/Eclair%20Cafe");
    let answer = gateway.ask("GET", &path, &[("x-trace", "xyz")], "").await;
    assert_eq!(told(&answer), (400, "Parameter x-trace should match [a-f0-9]+. Check parameter constraints."));
    let answer = gateway.ask("GET", &path, &[("x-trace", "abc")], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-trace")), (200, "abc"));
}

#[tokio::test]
async fn an_answer_comes_when_the_client_asks_for_it_else_when_the_operation_says() {
    let gateway = pastries().await;
    let clock = gateway.running.app.gateway.clock.clone();
    for (query, fields, milliseconds) in
        [("", "", 200), ("?delay=50", "", 50), ("?delay=50", "x-microcks-delay: 400\r\n", 400)]
    {
        let (last, before) = (clock.last_sleeper(), gateway.journal().await.len());
        let mut raw = Raw::open(gateway.address).await;
        raw.send(format!("POST {BASE}/pastry{query} HTTP/1.1\r\nhost: x\r\n{fields}\r\n")).await;
        tokio::time::timeout(PATIENCE, clock.sleeper_after(last)).await.unwrap();
        gateway.advance(&format!("{}ms", milliseconds - 1)).await;
        assert_eq!(gateway.journal().await.len(), before, "it is not answered before its time");
        gateway.advance("1ms").await;
        assert_eq!(raw.answer().await.status, 201);
        let took = gateway.journal().await.last().unwrap()["tookMs"].as_f64();
        assert_eq!(took, Some(f64::from(milliseconds)), "{query} {fields}");
    }
    assert_eq!(gateway.post(&format!("{BASE}/pastry?delay=0"), "{}").await.status, 201);
    let answer = gateway.post(&format!("{BASE}/pastry?delay=soon"), "{}").await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (400, "bad-target"));
}

#[tokio::test]
async fn a_relative_location_becomes_the_clients_way_to_the_service() {
    let gateway = pastries().await;
    let answer = gateway.post(&format!("{BASE}/pastry?delay=0"), "{}").await;
    assert_eq!(answer.header("location"), format!("http://{}{BASE}/pastry/new", gateway.address));
}

#[tokio::test]
async fn routes_have_other_paths_of_which_one_checks_contents() {
    let gateway = pastries().await;
    assert_eq!(told(&gateway.get("/pastry?size=S").await), (200, r#"{"size":"S"}"#), "one service needs no name");
    let checked = "/rest-valid/Pastry+API/1.0.0/pastry?delay=0";
    assert_eq!(gateway.post(checked, r#"{"name":"x","price":2.6}"#).await.status, 201);
    let answer = gateway.post(checked, r#"{"price":"2.6"}"#).await;
    let errors = "[required property 'name' not found, string found, number expected]";
    assert_eq!(told(&answer), (400, errors));
    assert_eq!(gateway.post(&format!("{BASE}/pastry?delay=0"), r#"{"price":"2.6"}"#).await.status, 201);
    let unsaid = gateway.post("/rest-valid/Pastry+API/1.0.0/pastry/Bun", "{}").await;
    assert_eq!(unsaid.status, 404, "there is no such operation");
    let routes = gateway.admin_json("GET", "/__admin/routes", "").await;
    let also = &routes["routes"][0]["also"];
    let origin = format!("http://{}", gateway.address);
    assert!(
        also.as_array().unwrap().contains(&json!({"url": format!("{origin}/pastry"), "validates": false})),
        "{also}"
    );
}

#[tokio::test]
async fn what_is_not_served_is_told_as_microcks_tells_it() {
    let gateway = pastries().await;
    let answer = gateway.get("/rest/Other+API/2.0/pastry").await;
    assert_eq!(told(&answer), (404, "The service Other+API with version 2.0 does not exist!"));
    for (method, path) in [("GET", format!("{BASE}/cakes")), ("PUT", format!("{BASE}/pastry"))] {
        let answer = gateway.ask(method, &path, &[], "").await;
        assert_eq!(told(&answer), (404, ""), "{method} {path}");
        assert!(!answer.header("ringback-help").is_empty());
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_call() {
    let gateway = pastries().await;
    let fields = [("origin", "http://page.test"), ("access-control-request-headers", "x-custom")];
    let answer = gateway.ask("OPTIONS", &format!("{BASE}/pastry"), &fields, "").await;
    assert_eq!(told(&answer), (204, ""));
    assert!(answer.header("access-control-allow-headers").contains("x-custom"));
    for path in ["/pastry?size=S", "/pastry?size=XL", "/cakes"] {
        let answer = gateway.ask("GET", &format!("{BASE}{path}"), &fields, "").await;
        assert_eq!(answer.header("access-control-allow-origin"), "http://page.test", "{path}");
    }
    assert_eq!(gateway.get(&format!("{BASE}/cakes")).await.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn another_server_answers_where_the_document_says_so() {
    let upstream = Gateway::start(
        r#"
        [[route]]
        path = "/base/pastry"
        body = "real, {{queryParam 'size'}}"
        "#,
    )
    .await;
    let proxied = |dispatcher: &str, rules: &str| {
        let rules = rules.replace("BASE", &format!("http://{}/base/", upstream.address));
        let start = DOCUMENT.split_once("    post:").unwrap().0;
        let operation = format!(
            "    get:\n      x-microcks-operation:\n        dispatcher: {dispatcher}\n        dispatcherRules: '{rules}'"
        );
        start.replacen("    get:", &operation, 1)
    };
    let rules = r#"{"dispatcher": "URI_PARAMS", "dispatcherRules": "size", "proxyUrl": "BASE"}"#;
    let gateway = serve(&proxied("PROXY_FALLBACK", rules)).await;
    assert_eq!(gateway.get(&format!("{BASE}/pastry?size=S")).await.body, r#"{"size":"S"}"#);
    assert_eq!(gateway.get(&format!("{BASE}/pastry?size=XL")).await.body, "real, XL");
    assert_eq!(gateway.journal().await[1]["match"]["because"], "the route's upstream");
    let gateway = serve(&proxied("PROXY", "BASE")).await;
    assert_eq!(gateway.get(&format!("{BASE}/pastry?size=S")).await.body, "real, S");
}

#[tokio::test]
async fn a_script_names_the_example_and_remembers() {
    let document = r#"
openapi: 3.0.3
info: { title: Cart API, version: '1.0' }
paths:
  /cart:
    get:
      x-microcks-operation:
        dispatcher: GROOVY
        dispatcherRules: |
          def seen = store.get("seen")
          if (seen == null) {
            store.put("seen", "yes", 60)
            return "first"
          }
          return mockRequest.getRequestHeaders().hasValues("x-bad") ? nothing.at.all : "again"
      responses:
        '200':
          description: ok
          content:
            text/plain: { examples: { first: { value: first }, again: { value: again } } }
"#;
    let gateway = serve(document).await;
    let bodies = [gateway.get("/cart").await.body, gateway.get("/cart").await.body];
    assert_eq!(bodies, ["first", "again"]);
    let other = gateway.ask("GET", "/cart", &[("ringback-session", "other")], "").await;
    assert_eq!(other.body, "first", "sessions do not see each other's texts");
    gateway.advance("61s").await;
    assert_eq!(gateway.get("/cart").await.body, "first", "a text is kept for its time");
    let answer = gateway.ask("GET", "/cart", &[("x-bad", "1")], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (500, "rules"), "{answer:?}");
}

#[tokio::test]
async fn fields_of_forms_are_demanded_and_an_image_is_one() {
    let document = r#"
openapi: 3.0.3
info: { title: Upload API, version: '1.0' }
paths:
  /upload:
    post:
      parameters:
        - { name: userId, in: formData, required: true, schema: { type: string } }
        - { name: category, in: formData, schema: { type: string } }
      responses: { '200': { description: ok, content: { text/plain: { examples: { done: { value: done } } } } } }
  /logo:
    get:
      responses:
        '200':
          description: ok
          content: { image/gif: { examples: { logo: { externalValue: 'data:image/gif;base64,R0lGODlh' } } } }
"#;
    let gateway = serve(document).await;
    let part = "--X\r\ncontent-disposition: form-data; name=\"userId\"\r\n\r\n7\r\n--X--\r\n";
    for (kind, content, status) in [
        ("application/x-www-form-urlencoded", "userId=7", 200),
        ("application/x-www-form-urlencoded", "category=7", 400),
        ("multipart/form-data; boundary=X", part, 200),
        ("multipart/form-data; boundary=X", &part.replace("userId", "other"), 400),
        ("application/json", "{}", 400),
    ] {
        let answer = gateway.ask("POST", "/upload", &[("content-type", kind)], content).await;
        assert_eq!(answer.status.as_u16(), status, "{kind} {content}");
        if status == 400 {
            assert_eq!(answer.body, "Parameter userId is required. Check parameter constraints.");
        }
    }
    let logo = gateway.get("/logo").await;
    assert_eq!((told(&logo), logo.header("content-type")), ((200, "GIF89a"), "image/gif;charset=UTF-8"));
}

#[tokio::test]
async fn a_plus_in_a_title_is_no_blank() {
    let document = DOCUMENT.replace("Pastry API", "C++ & more");
    let gateway = serve(&document).await;
    for path in ["/rest/C%2B%2B%20&%20more/1.0.0", "/rest/C%2B%2B+&+more/1.0.0", "/rest-valid/C%2B%2B+&+more/1.0.0", ""]
    {
        let answer = gateway.get(&format!("{path}/pastry?size=S")).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let routes = gateway.admin_json("GET", "/__admin/routes", "").await;
    assert_eq!(routes["routes"][0]["path"], "/rest/C%2B%2B%20&%20more/1.0.0/pastry");
    let made = gateway.post("/pastry?delay=0", "{}").await;
    assert_eq!(made.header("location"), format!("http://{}/rest/C%2B%2B%20&%20more/1.0.0/pastry/new", gateway.address));
}
