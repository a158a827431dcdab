//! A plugin's own templates, rendered by the gateway's renderers.

use serde::Serialize;

use crate::{Error, host};

/// Renders a template against this call's request. `renderer` is a name as in ringback.toml: `handlebars`. `data` is an
/// object whose members the template reaches by name. What the template does to buckets joins this call's changes, and
/// only buckets that this plugin was granted are there. The gateway keeps compiled templates.
///
/// ```
/// # use ringback_plugin::{templates, testing::Gateway};
/// # use serde_json::json;
/// # Gateway::new().renderer(|_, source, data| source.replace("{{name}}", data["name"].as_str().unwrap())).run(|| {
/// let text = templates::render("handlebars", "hello {{name}}", &json!({ "name": "Ada" }))?;
/// assert_eq!(text, "hello Ada");
/// # Ok::<_, ringback_plugin::Error>(())
/// # }).unwrap();
/// ```
///
/// # Errors
/// When there is no such renderer, the template does not parse or fails, or the data is no JSON.
pub fn render(renderer: &str, source: &str, data: &(impl Serialize + ?Sized)) -> Result<String, Error> {
    host::render(renderer, source, &serde_json::to_string(data)?)
}
