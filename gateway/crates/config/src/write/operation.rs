//! A route with `dispatch`.

use std::sync::Arc;

use ringback_model::{
    environment::{
        Constraint, ContentSchema, Delay, Dispatch, Environment, Example, Forward, JsonBody, JsonOperator, Operation,
        Place, Route, Script, ScriptLanguage, Spread, elements_key, headers_key, parameters_key, parts_key,
    },
    json::Json,
};

use super::{
    lines::{Lines, WIDTH, duration, fields},
    literal, response,
};
use crate::{
    document::ANY,
    lower::{NO_MEDIA_TYPE, SCRIPTS_PLUGIN, implied_media_type},
    naming,
};

/// Writes what a route with `dispatch` says beside its method and path; `bases` is what the paths of services begin with.
pub(super) fn operation(
    operation: &Operation,
    route: &Route,
    environment: &Environment,
    bases: &[String],
    lines: &mut Lines,
) {
    if *operation.base != *naming::base_of(&route.path, bases) {
        lines.text("base", &operation.base);
    }
    if *operation.name != *naming::operation_name(&route.methods, &route.path, &operation.base) {
        lines.text("operation", &operation.name);
    }
    let short = dispatch(&operation.dispatch);
    let is_short = short.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() <= WIDTH
        && !short.iter().any(|(_, value)| value.contains('\n'));
    match &*short {
        [] => lines.text("dispatch", ANY),
        keys if is_short => {
            let keys: Vec<_> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            lines.value("dispatch", &format!("{{ {} }}", keys.join(", ")));
        }
        _ => {}
    }
    lines.optional("fallback", operation.fallback.as_deref());
    match &operation.forward {
        None => {}
        Some(Forward::Always(to)) => forward("always", to, lines),
        Some(Forward::Unmatched(to)) => forward("unmatched", to, lines),
    }
    lines.list("constraints", &operation.constraints.iter().map(constraint).collect::<Vec<_>>());
    delay(&operation.delay, lines);
    if !is_short {
        lines.table("[route.dispatch]");
        for (key, value) in &short {
            lines.value(key, value);
        }
    }
    schemas(&operation.contents, lines);
    for example in &operation.examples {
        self::example(example, &operation.dispatch, environment, lines);
    }
}

fn forward(key: &str, to: &http::Uri, lines: &mut Lines) {
    lines.value("forward", &format!("{{ {key} = {} }}", literal::inline(&to.to_string())));
}

/// The keys and values of a dispatch, such that each can stand on a line of its own. Empty: any response fits.
fn dispatch(dispatch: &Dispatch) -> Vec<(String, String)> {
    let names = |names: &[_]| {
        let names: Vec<_> = names.iter().map(|name: &Arc<str>| literal::inline(name)).collect();
        format!("[{}]", names.join(", "))
    };
    let key = |key: &str, value: String| (key.to_owned(), value);
    match dispatch {
        Dispatch::Any => vec![],
        Dispatch::Parts(parts) => vec![key("path", names(parts))],
        Dispatch::Parameters(parameters) => vec![key("query", names(parameters))],
        Dispatch::Elements { parts, parameters } => vec![key("path", names(parts)), key("query", names(parameters))],
        Dispatch::Headers(headers) => vec![key("header", names(headers))],
        Dispatch::Plugin(plugin) => vec![key("plugin", literal::inline(plugin.as_str()))],
        Dispatch::JsonBody(body) => json_body(body),
        Dispatch::Script(script) => self::script(script),
    }
}

fn json_body(body: &JsonBody) -> Vec<(String, String)> {
    let operator = match body.operator {
        JsonOperator::Equals => "equals",
        JsonOperator::Range => "range",
        JsonOperator::Size => "size",
        JsonOperator::Regexp => "regexp",
        JsonOperator::Presence => "presence",
    };
    let mut keys = vec![("body".to_owned(), literal::inline(&body.pointer))];
    for (case, label) in &body.cases {
        keys.push((format!("{operator}.{}", literal::key(case)), literal::inline(label)));
    }
    if body.cases.is_empty() {
        keys.push((operator.into(), "{}".into()));
    }
    keys.extend(body.default.as_ref().map(|label| ("default".to_owned(), literal::inline(label))));
    keys
}

fn script(script: &Script) -> Vec<(String, String)> {
    let mut keys = vec![("script".to_owned(), literal::string(&script.source))];
    if script.language == ScriptLanguage::Groovy {
        keys.push(("language".into(), literal::inline("groovy")));
    }
    if script.plugin.as_str() != SCRIPTS_PLUGIN {
        keys.push(("plugin".into(), literal::inline(script.plugin.as_str())));
    }
    keys
}

fn constraint(constraint: &Constraint) -> String {
    let place = match constraint.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::Form => "form",
    };
    let mut text = format!("in = \"{place}\", name = {}", literal::inline(&constraint.name));
    if constraint.required {
        text += ", required = true";
    }
    if let Some(pattern) = &constraint.pattern {
        text += &format!(", regexp = {}", literal::inline(pattern));
    }
    if constraint.recopy {
        text += ", recopy = true";
    }
    format!("{{ {text} }}")
}

fn delay(delay: &Delay, lines: &mut Lines) {
    let base = duration(delay.base);
    match delay.spread {
        Spread::Fixed => lines.duration("delay", delay.base),
        Spread::UpTo => lines.value("delay", &format!("{{ up-to = \"{base}\" }}")),
        Spread::Percent(percent) => {
            lines.value("delay", &format!("{{ around = \"{base}\", percent = {percent} }}"));
        }
    }
}

fn schemas(contents: &[ContentSchema], lines: &mut Lines) {
    if contents.is_empty() {
        return;
    }
    lines.table("[route.request-schema]");
    for ContentSchema { media_type, schema } in contents {
        let long = || Json::parse(schema).ok().and_then(|schema| serde_json::to_string_pretty(&schema).ok());
        let text = if schema.len() <= WIDTH { None } else { long().map(|text| text + "\n") };
        lines.text(&literal::key(media_type), text.as_deref().unwrap_or(schema));
    }
}

fn example(example: &Example, dispatch: &Dispatch, environment: &Environment, lines: &mut Lines) {
    let Example { name, key, media_type, response } = example;
    lines.table("[[route.response]]");
    let is_status = response.status.as_str() == &**name;
    lines.optional("label", (!is_status).then_some(&**name));
    lines.optional("id", response.id.as_deref());
    if let Some(key) = key.as_deref() {
        match request(key, dispatch) {
            Some(request) => lines.value("for", &request),
            None => lines.text("key", key),
        }
    }
    if media_type.as_deref() != implied_media_type(response) {
        lines.text("media-type", media_type.as_deref().unwrap_or(NO_MEDIA_TYPE));
    }
    response::keys(response, environment, lines);
}

/// The request that makes a key, as a table. Absent: the key does not tell.
fn request(key: &str, dispatch: &Dispatch) -> Option<String> {
    let (pairs, made) = match dispatch {
        Dispatch::Parts(names) => {
            let pairs = pairs(key, '/', names)?;
            let made = parts_key(pairs.iter().copied());
            (pairs, made)
        }
        Dispatch::Parameters(names) => {
            let pairs = pairs(key, '?', names)?;
            let made = parameters_key(pairs.iter().copied());
            (pairs, made)
        }
        Dispatch::Headers(names) => {
            let pairs = pairs(key, '?', names)?;
            let made = headers_key(pairs.iter().copied());
            (pairs, made)
        }
        Dispatch::Elements { parts, parameters } => {
            // A name that is both would count twice.
            if parts.iter().any(|part| parameters.contains(part)) {
                return None;
            }
            let (before, after) = key.split_at(begin(key, '?', parameters).unwrap_or(key.len()));
            let (mut pairs, others) = (self::pairs(before, '/', parts)?, self::pairs(after, '?', parameters)?);
            let made = elements_key(parts_key(pairs.iter().copied()), parameters_key(others.iter().copied()));
            pairs.extend(others);
            (pairs, made)
        }
        Dispatch::Any | Dispatch::JsonBody(_) | Dispatch::Plugin(_) | Dispatch::Script(_) => return None,
    };
    let text = fields(pairs.into_iter()).map_or("{}".into(), |fields| format!("{{ {fields} }}"));
    (made == key).then_some(text)
}

/// The names and values in a part of a key. Absent: it has others.
fn pairs<'a>(mut key: &'a str, mark: char, names: &'a [Arc<str>]) -> Option<Vec<(&'a str, &'a str)>> {
    let mut pairs = vec![];
    while !key.is_empty() {
        let rest = key.strip_prefix(mark)?;
        let (name, value) = rest.split_once('=').filter(|(name, _)| names.iter().any(|known| **known == **name))?;
        let (value, after) = value.split_at(begin(value, mark, names).unwrap_or(value.len()));
        pairs.push((name, value));
        key = after;
    }
    Some(pairs)
}

/// Where in a text the next name begins with its mark.
fn begin(text: &str, mark: char, names: &[Arc<str>]) -> Option<usize> {
    let is_name = |rest: &str| {
        let name = rest.strip_prefix(mark).and_then(|rest| rest.split_once('=')).map(|(name, _)| name);
        name.is_some_and(|name| names.iter().any(|known| **known == *name))
    };
    text.match_indices(mark).map(|(at, _)| at).find(|at| text.get(*at..).is_some_and(is_name))
}
