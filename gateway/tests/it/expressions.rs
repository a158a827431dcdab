//! Templates in Microcks' language, from `ringback.toml` to the answer and the callbacks that it causes.

use crate::support::{Gateway, rejected};

#[tokio::test]
async fn an_answer_and_its_callbacks_share_what_was_put_aside() {
    let target = Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await;
    let toml = format!(
        r#"
        [server]
        template-language = "expressions"
        [[route]]
        method = "POST"
        path = "/orders/{{id}}"
        headers = {{ x-trace = "{{{{ request.headers[X-Trace] }}}}" }}
        body = '{{"id":{{{{ request.path[2] }}}},"ref":"{{{{ uuid() > put(ref) }}}}","at":"{{{{ now(HH:mm) }}}}","o":{{{{ request.body/o }}}}}}'
        callbacks = ["first", "second"]
        [callback.first]
        url = "http://{0}/{{{{ response.status }}}}"
        body = "{{{{ ref }}}} {{{{ response.body/ref }}}} {{{{ put(seen, yes) }}}}{{{{ request.body/o/n }}}}"
        [callback.second]
        url = "http://{0}/second"
        body = "{{{{ seen }}}} {{{{ ref }}}}"
        "#,
        target.address
    );
    let gateway = Gateway::start(&toml).await;
    let answer = gateway.ask("POST", "/orders/7", &[("x-trace", "abc")], r#"{"o":{"n":1.0}}"#).await;
    let body = answer.json();
    let id = body["ref"].as_str().unwrap();
    assert_eq!((answer.status.as_u16(), answer.header("x-trace")), (200, "abc"));
    assert_eq!((&body["id"], &body["o"]["n"], id.len()), (&7.into(), &1.0.into(), 36));
    gateway.admin_json("GET", "/__admin/callbacks/wait?state=delivered&count=2&timeout=60s", "").await;
    let mut arrived: Vec<String> = target
        .journal()
        .await
        .iter()
        .map(|exchange| {
            format!(
                "{} {}",
                exchange["request"]["path"].as_str().unwrap(),
                exchange["request"]["body"].as_str().unwrap()
            )
        })
        .collect();
    arrived.sort();
    assert_eq!(arrived, [format!("/200 {id} {id} 1.0"), format!("/second yes {id}")]);
}

#[tokio::test]
async fn callbacks_draw_numbers_of_their_own_and_the_same_ones_again() {
    let exchange = async || {
        let target =
            Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await;
        let toml = format!(
            r#"
            [server]
            template-language = "expressions"
            [[route]]
            path = "/order"
            body = '{{"a":"{{{{ uuid() > put(a) }}}}","b":"{{{{ uuid() }}}}"}}'
            callbacks = ["first", "second"]
            [callback.first]
            url = "http://{0}/first"
            body = '{{"a":"{{{{ a }}}}","b":"{{{{ response.body/b }}}}","own":"{{{{ uuid() }}}}"}}'
            [callback.second]
            url = "http://{0}/second"
            body = '{{"own":"{{{{ uuid() }}}}"}}'
            "#,
            target.address
        );
        let gateway = Gateway::start(&toml).await;
        let answer = gateway.get("/order").await.json();
        gateway.admin_json("GET", "/__admin/callbacks/wait?state=delivered&count=2&timeout=60s", "").await;
        let mut bodies: Vec<serde_json::Value> = target
            .journal()
            .await
            .iter()
            .map(|exchange| serde_json::from_str(exchange["request"]["body"].as_str().unwrap()).unwrap())
            .collect();
        bodies.sort_by_key(|body| body.get("a").is_none());
        (answer, bodies)
    };
    let (answer, callbacks) = exchange().await;
    assert_eq!((&callbacks[0]["a"], &callbacks[0]["b"]), (&answer["a"], &answer["b"]), "they see what was drawn");
    let drawn: std::collections::BTreeSet<_> = [&answer["a"], &answer["b"], &callbacks[0]["own"], &callbacks[1]["own"]]
        .into_iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(drawn.len(), 4, "{answer} {callbacks:?}");
    assert_eq!(exchange().await, (answer, callbacks), "the seed is the same");
}

#[tokio::test]
async fn an_expression_that_can_not_be_meant_is_told_with_its_place() {
    let toml = "[server]\ntemplate-language = \"expressions\"\n[[route]]\npath = \"/x\"\nbody = '''\n{{ requst.body }}\n{{ randomint(3) }} {{ request.body/x\n'''\n";
    assert_eq!(rejected("ringback.toml", toml).await, PROBLEMS);
}

const PROBLEMS: &str = r#"error: template of response `200` of route `/x` does not parse: there is no function `randomint`
  --> ringback.toml:7:4
 7 | {{ randomint(3) }} {{ request.body/x
   |    ^^^^^^^^^ help: did you mean `randomInt`?

error: template of response `200` of route `/x` does not parse: `{{` is never closed
  --> ringback.toml:7:20
 7 | {{ randomint(3) }} {{ request.body/x
   |                    ^^ help: add `}}` behind the expression
"#;
