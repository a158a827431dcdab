//! `dispatch`: what a key is made of.

use std::sync::Arc;

use ringback_diag::{listed, quoted, suggest};
use ringback_model::{
    environment::{Dispatch, JsonBody, JsonOperator, Script, ScriptLanguage},
    ids::PluginName,
};

use crate::{
    document::{self, At, DispatchTable, Entries, Texts},
    lower::Lowering,
};

/// The tables of which one says which response a part of a content means.
const OPERATORS: &str = "`equals`, `range`, `size`, `regexp`, `presence`";
/// A table of cases: its key, how it compares, and what it holds.
type Cases<'a> = (&'static str, JsonOperator, &'a At<Entries<At<String>>>);

/// The plugin that takes a script's place where it does not say which.
pub(crate) const SCRIPTS_PLUGIN: &str = "dispatch";
/// What `presence` knows.
const PRESENCE: [&str; 2] = ["found", "missing"];
/// What only Java's regular expressions have: the gateway reads those too.
const JAVAS: [&str; 8] = ["(?", "\\p", "\\P", "\\Q", "&&", "++", "*+", "}+"];

impl Lowering<'_> {
    /// What a route's key is made of. Absent: that does not become clear, which was reported.
    pub(super) fn dispatch(&mut self, at: &At<document::Dispatch>, path: &str, called: &str) -> Option<Dispatch> {
        let table = match &at.value {
            document::Dispatch::Any => return Some(Dispatch::Any),
            document::Dispatch::Table(table) => table,
        };
        self.check_one_kind(at, table);
        if let Some(parts) = &table.path {
            self.check_parts(parts, path);
        }
        let names = |texts: &At<Texts>| texts.each().iter().map(|name| Arc::from(&*name.value)).collect::<Vec<_>>();
        if let Some(script) = &table.script {
            return self.script(script, table).map(Dispatch::Script);
        }
        Some(match (&table.path, &table.query, &table.header, &table.body, &table.plugin) {
            (Some(path), Some(query), ..) => Dispatch::Elements { parts: names(path), parameters: names(query) },
            (Some(path), None, ..) => Dispatch::Parts(names(path)),
            (None, Some(query), ..) => Dispatch::Parameters(names(query)),
            (None, None, Some(header), ..) => {
                let lower = |name: &At<String>| Arc::from(name.value.to_ascii_lowercase());
                Dispatch::Headers(header.each().iter().map(lower).collect())
            }
            (None, None, None, Some(pointer), _) => Dispatch::JsonBody(self.json_body(at, pointer, table)?),
            (None, None, None, None, Some(plugin)) => {
                let whose = format!("a response of route {} is chosen", quoted(called));
                Dispatch::Plugin(self.used_plugin(plugin, &whose)?)
            }
            (None, None, None, None, None) => {
                if !self.broken.contains(&at.span.start) {
                    let help =
                        "add `path`, `query`, `header`, `body`, `script` or `plugin`; or write `dispatch = \"any\"`";
                    self.wrong(&at.span, "nothing is said of what responses are chosen by", help);
                }
                return None;
            }
        })
    }

    /// Reports keys of several kinds of dispatch.
    fn check_one_kind(&mut self, at: &At<document::Dispatch>, table: &DispatchTable) {
        let elements = table.path.as_ref().map(|_| "path").or(table.query.as_ref().map(|_| "query"));
        let kinds = [
            elements,
            table.header.as_ref().map(|_| "header"),
            table.body.as_ref().map(|_| "body"),
            table.script.as_ref().map(|_| "script"),
            table.plugin.as_ref().filter(|_| table.script.is_none()).map(|_| "plugin"),
        ];
        let kinds: Vec<_> = kinds.into_iter().flatten().collect();
        if let [first, second, ..] = &*kinds {
            let message = format!("`dispatch` has both `{first}` and `{second}`");
            self.wrong(
                &at.span,
                message,
                "keep one of them: only `path` and `query` go together, and `script` and `plugin`",
            );
        }
        if let (None, Some(language)) = (&table.script, &table.language) {
            self.wrong(&language.span, "`language` counts with `script` only", "add `script`");
        }
        if table.body.is_none() && !self.broken.contains(&at.span.start) {
            let operators = operators(table).into_iter().map(|(key, _, cases)| (key, &cases.span));
            let default = table.default.as_ref().map(|default| ("default", &default.span));
            for (key, span) in operators.chain(default) {
                let help = "add `body = \"/a/b\"`: which part of the request's JSON content is meant";
                self.wrong(span, format!("`{key}` counts with `body` only"), help);
            }
        }
    }

    /// Reports names that a path has no parameter for.
    fn check_parts(&mut self, parts: &At<Texts>, path: &str) {
        let known: Vec<_> = parameters(path).collect();
        for part in parts.each() {
            if known.contains(&&*part.value) {
                continue;
            }
            let message = format!("path {} has no parameter {}", quoted(path), self.written(&part.span));
            let help = match (suggest(&part.value, known.iter().copied()), listed(known.iter().copied())) {
                (Some(near), _) => format!("did you mean {}?", quoted(near)),
                (None, Some(list)) => format!("it has {list}"),
                (None, None) => format!("write `{{{}}}` where it stands in the path", part.value),
            };
            self.mistake(&part.span, message, help);
        }
    }

    fn script(&mut self, script: &At<String>, table: &DispatchTable) -> Option<Script> {
        let plugin = match &table.plugin {
            Some(plugin) => self.name(plugin, PluginName::try_new)?,
            None => PluginName::try_new(SCRIPTS_PLUGIN).ok()?,
        };
        Some(Script {
            language: match table.language.as_ref().map(|language| language.value) {
                None | Some(document::ScriptLanguage::Javascript) => ScriptLanguage::JavaScript,
                Some(document::ScriptLanguage::Groovy) => ScriptLanguage::Groovy,
            },
            source: script.value.as_str().into(),
            plugin,
            origin: self.text_origin(script),
        })
    }

    fn json_body(
        &mut self,
        at: &At<document::Dispatch>,
        pointer: &At<String>,
        table: &DispatchTable,
    ) -> Option<JsonBody> {
        self.check_pointer(pointer);
        let (operator, cases) = match &*operators(table) {
            [(_, operator, cases)] => (*operator, *cases),
            [] => {
                if !self.broken.contains(&at.span.start) {
                    let message = "nothing is said of what the content is compared with";
                    self.wrong(&pointer.span, message, format!("add one of {OPERATORS}"));
                }
                return None;
            }
            [(first, ..), (second, _, cases), ..] => {
                let message = format!("`dispatch` has both `{first}` and `{second}`");
                self.wrong(&cases.span, message, format!("keep one of {OPERATORS}"));
                return None;
            }
        };
        for (case, _) in &cases.value.0 {
            self.check_case(operator, case);
        }
        let label = |label: &At<String>| Arc::from(&*label.value);
        Some(JsonBody {
            pointer: pointer.value.as_str().into(),
            operator,
            cases: cases.value.0.iter().map(|(case, name)| (label(case), label(name))).collect(),
            default: table.default.as_ref().map(label),
        })
    }

    /// Reports what is no JSON Pointer (RFC 6901).
    fn check_pointer(&mut self, pointer: &At<String>) {
        let text = &*pointer.value;
        let escapes = text.split('~').skip(1);
        let help = match text {
            _ if !(text.is_empty() || text.starts_with('/')) => {
                format!("it begins with `/`: `/{}`", text.replace('.', "/"))
            }
            _ if escapes.into_iter().any(|rest| !rest.starts_with(['0', '1'])) => {
                "write `~0` for `~` in a name, and `~1` for `/`".into()
            }
            _ => return,
        };
        let message = format!("{} is not a JSON Pointer", self.written(&pointer.span));
        self.mistake(&pointer.span, message, help);
    }

    fn check_case(&mut self, operator: JsonOperator, case: &At<String>) {
        let text = &*case.value;
        match operator {
            JsonOperator::Range | JsonOperator::Size if !is_range(text) => {
                let message = format!("{} is not a range", quoted(text));
                self.mistake(&case.span, message, "write `[1;5]` for 1 to 5, or `]1;5[` without its ends");
            }
            JsonOperator::Presence if !PRESENCE.contains(&text) => {
                let message = format!("{} is no kind of presence", quoted(text));
                self.mistake(&case.span, message, "write `found` or `missing`; the rest is `default`");
            }
            JsonOperator::Regexp => self.check_whole_pattern(case),
            _ => {}
        }
    }

    /// Reports what is no regular expression; one with words of Java's is left to the gateway.
    pub(super) fn check_whole_pattern(&mut self, pattern: &At<String>) {
        let is_javas = JAVAS.iter().any(|mark| pattern.value.contains(mark));
        let Err(error) = regress::Regex::new(&pattern.value) else { return };
        if !is_javas {
            let message = format!("{} is not a regular expression: {}", quoted(&pattern.value), error.text);
            self.mistake(&pattern.span, message, "write it without slashes around it");
        }
    }
}

/// The labels that the cases of a route's dispatch name.
pub(super) fn labels(route: &document::Route) -> impl Iterator<Item = &At<String>> {
    let table = route.dispatch.as_ref().and_then(|dispatch| match &dispatch.value {
        document::Dispatch::Any => None,
        document::Dispatch::Table(table) => Some(table),
    });
    let cases = table.map(|table| operators(table)).unwrap_or_default();
    let cases = cases.into_iter().flat_map(|(_, _, cases)| &cases.value.0).map(|(_, label)| label);
    cases.chain(table.and_then(|table| table.default.as_ref()))
}

/// The tables of cases that are there.
fn operators(table: &DispatchTable) -> Vec<Cases<'_>> {
    let tables = [
        ("equals", JsonOperator::Equals, &table.equals),
        ("range", JsonOperator::Range, &table.range),
        ("size", JsonOperator::Size, &table.size),
        ("regexp", JsonOperator::Regexp, &table.regexp),
        ("presence", JsonOperator::Presence, &table.presence),
    ];
    tables.into_iter().filter_map(|(key, operator, cases)| Some((key, operator, cases.as_ref()?))).collect()
}

/// Whether a text is a range as Microcks writes them: `[1;5]`, `]1;5[`.
fn is_range(text: &str) -> bool {
    let inner = text.strip_prefix(['[', ']']).and_then(|rest| rest.strip_suffix(['[', ']']));
    let ends = inner.and_then(|inner| inner.split_once(';'));
    ends.is_some_and(|(from, to)| [from, to].iter().all(|end| end.trim().parse::<f64>().is_ok_and(f64::is_finite)))
}

/// The names of a path's parameters.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.trim_start_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_two_numbers_in_brackets() {
        assert!(["[1;5]", "]1;5]", "[ -1.5 ; 2e3 [", "]0;0["].into_iter().all(is_range));
        assert!(!["1;5", "[1,5]", "[;5]", "[1;5", "", "[a;b]", "[1;inf]"].into_iter().any(is_range));
    }

    #[test]
    fn a_path_has_the_parameters_in_braces() {
        assert_eq!(parameters("/a/{b}.{c}/{*d}").collect::<Vec<_>>(), ["b", "c", "d"]);
        assert_eq!(parameters("/a/{b").count(), 0);
    }
}
