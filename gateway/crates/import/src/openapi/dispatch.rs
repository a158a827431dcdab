//! How an operation's examples are chosen: by the dispatcher that is given, with its rules, else by the one that its parameters
//! suggest (`microcks.md`, sections 1.4 and 2.4).

use std::sync::Arc;

use http::Uri;
use ringback_diag::quoted;
use ringback_model::{
    environment::{
        Dispatch, Forward, JsonBody, JsonOperator, Place, Script, ScriptLanguage, elements_key, headers_key,
        parameters_key, parts_key,
    },
    ids::PluginName,
};

use super::{
    extensions,
    library::{Library, Spot},
    parse,
    service::{Operation, Pair, Request},
    tree::{Node, Value},
};

/// How examples are chosen, and what happens to requests that none fits.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) dispatch: Dispatch,
    pub(super) fallback: Option<Arc<str>>,
    pub(super) forward: Option<Forward>,
    /// Whether the parameters suggest it, and nothing else says it.
    pub(super) is_inferred: bool,
    /// Whether some example is to answer what none is for, and none is named.
    pub(super) is_open: bool,
}

/// Dispatchers that can be named.
const KNOWN: &str = "`URI_PARTS`, `URI_PARAMS`, `URI_ELEMENTS`, `QUERY_ARGS`, `QUERY_HEADER`, `JSON_BODY`, `SCRIPT`, `JS`, \
                     `FALLBACK`, `PROXY` and `PROXY_FALLBACK` are";
/// Deepest nesting of dispatchers.
const NESTING_MAX: usize = 8;

/// Finds out how an operation's examples are chosen.
pub(super) struct Chooser<'o, 'l, 'a> {
    pub(super) library: &'l mut Library<'a>,
    /// The API's title, for the names of plugins.
    pub(super) title: &'o str,
    pub(super) operation: &'o Operation,
    /// Whether its examples say which requests they answer ([`super::service::Service::says_what_it_answers`]).
    pub(super) is_exact: bool,
}

/// Rules, and where they were written: a text in a document, or JSON within such a text.
struct Rules {
    node: Option<Node>,
    at: Spot,
}

impl Chooser<'_, '_, '_> {
    pub(super) fn choice(&mut self) -> Choice {
        let settings = &self.operation.settings;
        let Some(dispatcher) = &settings.dispatcher else { return self.inferred() };
        let rules = settings.rules.clone();
        let at = rules.clone().unwrap_or_else(|| dispatcher.clone());
        let name = dispatcher.node.as_written().unwrap_or_default();
        self.named(&name, Rules { node: rules.map(|rules| rules.node), at }, 0)
    }

    fn named(&mut self, name: &str, rules: Rules, depth: usize) -> Choice {
        let text = rules.node.as_ref().and_then(Node::as_written);
        let text = text.as_deref().map(str::trim).unwrap_or_default();
        let choice = |dispatch| Choice { dispatch, ..Choice::default() };
        match name.trim().to_ascii_uppercase().as_str() {
            "URI_PARTS" | "SEQUENCE" if text.is_empty() => choice(Dispatch::Parts(self.operation.path_names())),
            "URI_PARTS" | "SEQUENCE" => choice(Dispatch::Parts(names(text))),
            "URI_PARAMS" | "QUERY_ARGS" if text.is_empty() => choice(Dispatch::Parameters(self.query_names())),
            "URI_PARAMS" | "QUERY_ARGS" => choice(Dispatch::Parameters(names(text))),
            "URI_ELEMENTS" if text.is_empty() => {
                choice(Dispatch::Elements { parts: self.operation.path_names(), parameters: self.query_names() })
            }
            "URI_ELEMENTS" => {
                let (parts, parameters) = text.split_once("??").unwrap_or((text, ""));
                choice(Dispatch::Elements { parts: names(parts), parameters: names(parameters) })
            }
            "QUERY_HEADER" => {
                let lower = names(text).into_iter().map(|name| name.to_ascii_lowercase().into()).collect();
                choice(Dispatch::Headers(lower))
            }
            "JSON_BODY" => match self.json_body(&rules) {
                Some(body) => choice(Dispatch::JsonBody(body)),
                None => self.inferred(),
            },
            script @ ("SCRIPT" | "GROOVY" | "JS") => self.script(script, &rules),
            "FALLBACK"
                if rules
                    .node
                    .as_ref()
                    .is_none_or(|node| node.is_null() || text.is_empty() && node.as_map().is_none()) =>
            {
                Choice { is_open: true, ..self.inferred() }
            }
            "FALLBACK" => self.nested(&rules, "fallback", depth),
            "PROXY" => match self.target(text, &rules.at) {
                Some(target) => Choice { forward: Some(Forward::Always(target)), ..Choice::default() },
                None => self.inferred(),
            },
            "PROXY_FALLBACK" => self.nested(&rules, "proxyUrl", depth),
            _ => {
                let message =
                    format!("dispatcher {} is not known here: what the parameters suggest is used", quoted(name));
                self.library.warn(&rules.at, message, KNOWN);
                self.inferred()
            }
        }
    }

    /// `{dispatcher, dispatcherRules, fallback}`, or `proxyUrl` instead of the latter.
    fn nested(&mut self, rules: &Rules, last: &str, depth: usize) -> Choice {
        let example =
            format!("write `{{\"dispatcher\": \"URI_PARTS\", \"dispatcherRules\": \"name\", \"{last}\": \"…\"}}`");
        let Some(node) = self.json(rules) else { return self.inferred() };
        let text = |name: &str| node.get(name).and_then(Node::as_written).filter(|text| !text.trim().is_empty());
        let (Some(dispatcher), Some(target)) = (text("dispatcher"), text(last)) else {
            let message =
                format!("these rules have no `dispatcher`, or no `{last}`: what the parameters suggest is used");
            self.library.warn(&rules.at, message, example);
            let fallback = text(last).filter(|_| last == "fallback");
            return Choice { fallback, ..self.inferred() };
        };
        if depth >= NESTING_MAX {
            self.library.warn(&rules.at, "these rules are nested too deep", "one dispatcher within another is enough");
            return self.inferred();
        }
        let inner = Rules { node: node.get("dispatcherRules").cloned(), at: rules.at.clone() };
        let mut choice = self.named(&dispatcher, inner, depth + 1);
        if last == "fallback" {
            self.check_example(&target, &rules.at);
            choice.fallback = Some(target);
        } else if let Some(target) = self.target(&target, &rules.at) {
            choice.forward = choice.forward.or(Some(Forward::Unmatched(target)));
        }
        choice
    }

    /// The server that requests go to. Absent: it can't be one, which was reported.
    fn target(&mut self, text: &str, at: &Spot) -> Option<Uri> {
        let uri = text.trim().trim_end_matches('/').parse::<Uri>().ok();
        let uri = uri.filter(|uri| uri.authority().is_some() && matches!(uri.scheme_str(), Some("http" | "https")));
        if uri.is_none() {
            let message = format!("{} is no URL of a server: nothing is passed on", quoted(text));
            self.library.warn(at, message, "write it like `http://localhost:8080/api`");
        }
        uri
    }

    fn json_body(&mut self, rules: &Rules) -> Option<JsonBody> {
        let node = self.json(rules)?;
        let example = r#"write `{"exp": "/country", "operator": "equals", "cases": {"Belgium": "Accepted", "default": "Refused"}}`"#;
        let mut wrong = |what: String| {
            self.library.warn(&rules.at, format!("{what}: what the parameters suggest is used"), example);
            None
        };
        let Some(pointer) = node.get("exp").and_then(Node::as_written) else {
            return wrong("these rules have no `exp`".into());
        };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return wrong(format!("{} is no JSON Pointer: it begins with `/`", quoted(&pointer)));
        }
        let operator = node.get("operator").and_then(Node::as_written).unwrap_or_else(|| "equals".into());
        let operator = match operator.to_ascii_lowercase().as_str() {
            "equals" => JsonOperator::Equals,
            "range" => JsonOperator::Range,
            "size" => JsonOperator::Size,
            "regexp" => JsonOperator::Regexp,
            "presence" => JsonOperator::Presence,
            _ => return wrong(format!("operator {} is not known", quoted(&operator))),
        };
        let Some(cases) = node.get("cases").filter(|cases| cases.as_map().is_some()) else {
            return wrong("these rules have no `cases`".into());
        };
        let named = |entry: &super::tree::Entry| Some((entry.name.clone(), entry.node.as_written()?));
        let all: Vec<_> = cases.entries().iter().filter_map(named).collect();
        for (_, name) in &all {
            self.check_example(name, &rules.at);
        }
        let default = all.iter().find(|(case, _)| &**case == "default").map(|(_, name)| name.clone());
        let cases = all.into_iter().filter(|(case, _)| &**case != "default").collect();
        Some(JsonBody { pointer, operator, cases, default })
    }

    /// A script, and the plugin that may take its place.
    fn script(&mut self, language: &str, rules: &Rules) -> Choice {
        let name = extensions::plugin(self.title, self.operation.id.as_ref(), &self.operation.name);
        let source = rules.node.as_ref().and_then(Node::as_text).cloned();
        let (Some(source), Ok(plugin)) = (source, PluginName::try_new(&name)) else {
            let message = "this dispatcher has no script: what the parameters suggest is used";
            self.library.warn(&rules.at, message, "write it below `dispatcherRules: |`");
            return self.inferred();
        };
        let (language, lang) = match language {
            "JS" => (ScriptLanguage::JavaScript, "js"),
            _ => (ScriptLanguage::Groovy, "rust"),
        };
        let message = format!(
            "the script of `{}` is interpreted: short ones run, others answer 500; plugin `{name}` takes its place once \
             it is there",
            self.operation.name
        );
        let help =
            format!("start it with `ringback plugin new {name} --lang {lang}`: it answers the name of an example");
        self.library.warn(&rules.at, message, help);
        let origin = self.library.origin(&rules.at);
        let script = Script { language, source, plugin, origin };
        Choice { dispatch: Dispatch::Script(script), ..Choice::default() }
    }

    /// Rules that are JSON: written as an object, or within a text. Absent: they are neither, which was reported.
    fn json(&mut self, rules: &Rules) -> Option<Node> {
        let node = rules.node.as_ref()?;
        let Value::Text(text) = &node.value else {
            return node.as_map().is_some().then(|| node.clone());
        };
        let read = parse::parse(&self.library.name(&rules.at), text);
        match read {
            Ok(node) if node.as_map().is_some() => Some(node),
            Ok(node) => {
                let message =
                    format!("these rules are {}, not a JSON object: what the parameters suggest is used", node.kind());
                self.library.warn(&rules.at, message, "write `{…}`");
                None
            }
            Err(broken) => {
                let message = format!("these rules are no JSON: {}", broken.message);
                self.library.warn(&rules.at, message, "what the parameters suggest is used");
                None
            }
        }
    }

    /// Reports the name of an example that is none.
    fn check_example(&mut self, name: &Arc<str>, at: &Spot) {
        let is_known = self.operation.pairs.iter().any(|pair| pair.called() == *name);
        if !is_known && self.operation.models.is_empty() {
            let message = format!("no response has an example {}: nothing answers where it is chosen", quoted(name));
            self.library.warn(
                at,
                message,
                format!("give a response of `{}` an example of this name", self.operation.name),
            );
        }
    }

    /// The dispatcher that the parameters suggest.
    fn inferred(&mut self) -> Choice {
        let parameters = self.query_names();
        let parts = if self.has_parts() { self.operation.path_names() } else { vec![] };
        let pairs = &self.operation.pairs;
        let is_told = pairs.iter().any(|pair| !(pair.request.path.is_empty() && pair.request.query.is_empty()));
        // No example of Microcks' could be chosen either: it wants values of the path's parameters.
        let is_any = !is_told && (!self.is_exact || (parts.is_empty() && self.operation.path.contains('{')));
        let dispatch = match (parts.is_empty(), parameters.is_empty()) {
            _ if is_any => Dispatch::Any,
            (false, false) => Dispatch::Elements { parts, parameters },
            (true, false) => Dispatch::Parameters(parameters),
            (false, true) => Dispatch::Parts(parts),
            (true, true) => Dispatch::Any,
        };
        Choice { dispatch, is_inferred: true, ..Choice::default() }
    }

    /// Whether any example is about a certain value of a path parameter. Where none is, any value will do.
    fn has_parts(&self) -> bool {
        let of_path = self.operation.parameters.iter().filter(|parameter| parameter.place == Place::Path);
        let mut examples = of_path.flat_map(|parameter| &parameter.examples);
        examples.any(|example| example.name.is_some())
            || self.operation.pairs.iter().any(|pair| !pair.request.path.is_empty())
    }

    /// The query parameters that examples are told apart by: all, but for those that must be there and that no example
    /// gives a value.
    fn query_names(&self) -> Vec<Arc<str>> {
        let pairs = &self.operation.pairs;
        let is_set =
            |name: &Arc<str>| pairs.iter().any(|pair| pair.request.query.iter().any(|(other, _)| other == name));
        let mut all = vec![];
        for parameter in self.operation.parameters.iter().filter(|parameter| parameter.place == Place::Query) {
            let properties = &parameter.properties;
            let stands_for = if properties.is_empty() { std::slice::from_ref(&parameter.name) } else { properties };
            let stands_for = stands_for.iter().map(|name| match parameter.style.as_deref() {
                Some("deepObject") if !properties.is_empty() => format!("{}[{name}]", parameter.name).into(),
                _ => name.clone(),
            });
            all.extend(stands_for.filter(|name| !parameter.required || is_set(name)));
        }
        // An object without a schema, or an artifact, brings names of its own.
        for (name, _) in pairs.iter().flat_map(|pair| &pair.request.query) {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }
}

/// Names of rules: `a && b`.
fn names(text: &str) -> Vec<Arc<str>> {
    text.split("&&").map(str::trim).filter(|name| !name.is_empty()).map(Arc::from).collect()
}

// === impl Choice ===

impl Choice {
    /// The key of an example. Absent: it is chosen by name, or where nothing is dispatched.
    pub(super) fn key(&self, pair: &Pair) -> Option<Arc<str>> {
        if pair.criteria.is_some() {
            return pair.criteria.clone();
        }
        let Request { path, query, headers } = &pair.request;
        let key = match &self.dispatch {
            Dispatch::Parts(names) => parts_key(named(path, names)),
            Dispatch::Parameters(names) => parameters_key(named(query, names)),
            Dispatch::Elements { parts, parameters } => {
                elements_key(parts_key(named(path, parts)), parameters_key(named(query, parameters)))
            }
            Dispatch::Headers(names) => headers_key(named(headers, names)),
            Dispatch::Any | Dispatch::JsonBody(_) | Dispatch::Plugin(_) | Dispatch::Script(_) => return None,
        };
        Some(key.into())
    }

    /// The path parameters that examples are told apart by.
    pub(super) fn parts(&self) -> &[Arc<str>] {
        match &self.dispatch {
            Dispatch::Parts(parts) | Dispatch::Elements { parts, .. } => parts,
            _ => &[],
        }
    }
}

fn named<'a>(
    pairs: &'a [(Arc<str>, Arc<str>)],
    names: &'a [Arc<str>],
) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<str>)> {
    pairs.iter().filter(|(name, _)| names.contains(name)).map(|(name, value)| (name, value))
}
