//! Greets whoever asks.

use ringback_plugin::{Error, Request, Response, configuration, responder};
use serde_json::json;

/// What the operator may write in `config = { ... }`.
#[configuration]
#[serde(default)]
struct Config {
    greeting: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            greeting: "Hello".into(),
        }
    }
}

/// Answers each request of the plugin's routes (plugin.toml).
#[responder]
fn handle(request: Request, config: &Config) -> Result<Response, Error> {
    let name = request.param("name").unwrap_or("nobody");
    let greeting = format!("{}, {name}!", config.greeting);
    // What must last belongs in a bucket: `bucket("visits").inc(name, 1.0)?`, with `needs.buckets = ["visits"]` and a table
    // `[buckets]` in plugin.toml. A request that is sent later: `Callback::post(url).json(&value).schedule()?`.
    Ok(Response::json(
        200,
        &json!({ "greeting": greeting, "number": request.number() }),
    ))
}

#[cfg(test)]
mod tests {
    use ringback_plugin::testing::{Gateway, get};

    use super::*;

    #[test]
    fn it_greets() {
        let mut gateway = Gateway::new().config(json!({ "greeting": "Good day" }));
        let called = gateway.call(handle, get("/plugin-name/hello/Ada").param("name", "Ada"));
        assert_eq!(called.response().status(), 200);
        assert_eq!(
            called.json(),
            json!({ "greeting": "Good day, Ada!", "number": 1 })
        );
    }

    #[test]
    fn a_greeting_is_a_text() {
        let wrong = Gateway::new()
            .config(json!({ "greeting": 7 }))
            .configure::<Config>()
            .err()
            .unwrap();
        assert_eq!(
            wrong[0].to_string(),
            "/greeting: `greeting` must be a string, not integer `7`"
        );
    }
}
