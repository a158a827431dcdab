//! Parameters (OpenAPI 3.2, section 4.8.12): those of a path and of its operation together, and what their examples make of a
//! request.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use ringback_model::environment::Place;

use super::{
    generate::Generator,
    library::{Library, Spot},
    reader::Reader,
    service::{Dialect, Named, Parameter, Request},
    tree::{Node, Value},
};

impl Reader<'_, '_> {
    /// The parameters of a path item and of what stands in it. An operation's own one takes the place of the path's, whose
    /// examples under other names stay.
    pub(super) fn parameters(&mut self, of_path: &[Parameter], operation: &Spot) -> Vec<Parameter> {
        let mut all = of_path.to_vec();
        for own in self.own_parameters(operation) {
            let own = Parameter { is_own: true, ..own };
            match all.iter_mut().find(|other| other.name == own.name && other.place == own.place) {
                Some(other) => {
                    let is_taken = |named: &Named| own.examples.iter().any(|example| example.name == named.name);
                    let kept: Vec<_> = other.examples.drain(..).filter(|named| !is_taken(named)).collect();
                    *other = own;
                    other.examples.extend(kept);
                }
                None => all.push(own),
            }
        }
        all
    }

    /// What `parameters` of an object lists.
    pub(super) fn own_parameters(&mut self, holder: &Spot) -> Vec<Parameter> {
        let Some(list) = self.library.get(holder, "parameters") else { return vec![] };
        let elements: Vec<_> = list.elements().collect();
        elements.into_iter().filter_map(|element| self.parameter(&element)).collect()
    }

    fn parameter(&mut self, given: &Spot) -> Option<Parameter> {
        let spot = self.library.resolve(given)?;
        let name = spot.text("name");
        let place = match spot.text("in").as_deref() {
            Some("path") => Some(Place::Path),
            Some("query") => Some(Place::Query),
            Some("header") => Some(Place::Header),
            Some("cookie") => Some(Place::Cookie),
            // Swagger 2 has it, and so has Microcks, for its constraints.
            Some("formData") => Some(Place::Form),
            // OpenAPI 3.2: the whole query as one value, which takes no part in matching.
            Some("querystring") => return None,
            _ => None,
        };
        let (Some(name), Some(place)) = (name, place) else {
            if self.library.is_new(&spot) {
                let message = "this parameter is ignored: it has no `name`, or no `in` that is known";
                self.library.warn(&spot, message, "`in` is `path`, `query`, `header` or `cookie`");
            }
            return None;
        };
        let schema = self.library.get(&spot, "schema");
        // A parameter may have a media type, which then has the examples.
        let content = self.object(&spot, "content").and_then(|content| content.members().next());
        let content = content.and_then(|member| self.library.resolve(&member.spot));
        let examples = self.examples(content.as_ref().unwrap_or(&spot));
        let properties = match content {
            Some(_) => vec![],
            None => schema.as_ref().map(|schema| self.property_names(schema)).unwrap_or_default(),
        };
        Some(Parameter {
            required: spot.says("required"),
            is_own: false,
            explode: spot.get("explode").and_then(|explode| explode.node.as_bool()),
            style: if content.is_some() { Some("content".into()) } else { spot.text("style") },
            name,
            place,
            schema,
            properties,
            examples,
            at: spot,
        })
    }

    /// The names of the properties of a schema that is an object's.
    fn property_names(&mut self, schema: &Spot) -> Vec<Arc<str>> {
        let properties = self.library.get(schema, "properties");
        properties.map(|properties| properties.members().map(|member| member.name).collect()).unwrap_or_default()
    }

    /// What the examples of a name make of a request. A path parameter without one of that name has its only one, where
    /// another has one of that name.
    pub(super) fn request(&mut self, parameters: &[Parameter], name: &str) -> Request {
        let mut request = Request::default();
        let find = |parameter: &Parameter| {
            parameter.examples.iter().find(|example| example.name.as_deref() == Some(name)).cloned()
        };
        for parameter in parameters {
            let Some(example) = find(parameter) else { continue };
            self.add(&mut request, parameter, &example);
        }
        let has_path = !request.path.is_empty();
        for parameter in parameters.iter().filter(|parameter| has_path && parameter.place == Place::Path) {
            let only = parameter.examples.iter().find(|example| example.name.is_none()).cloned();
            if let (None, Some(only)) = (find(parameter), only) {
                self.add(&mut request, parameter, &only);
            }
        }
        request
    }

    fn add(&mut self, request: &mut Request, parameter: &Parameter, example: &Named) {
        self.uses(example);
        let values = self.values(parameter, example);
        match parameter.place {
            Place::Path => request.path.extend(values),
            Place::Query => request.query.extend(values),
            Place::Header => {
                let lower = |(name, value): (Arc<str>, Arc<str>)| (name.to_ascii_lowercase().into(), value);
                request.headers.extend(values.into_iter().map(lower));
            }
            Place::Cookie | Place::Form => {}
        }
    }

    /// A parameter's example as names and values of a request (OpenAPI 3.2, section 4.8.12.4).
    pub(super) fn values(&mut self, parameter: &Parameter, example: &Named) -> Vec<(Arc<str>, Arc<str>)> {
        let name = parameter.name.clone();
        let Some(data) = &example.data else {
            let sent = example.sent.clone().unwrap_or_default();
            let bare = sent.strip_prefix(&format!("{name}=")).unwrap_or(&sent);
            return vec![(name, percent_decode_str(bare).decode_utf8_lossy().as_ref().into())];
        };
        let is_query = parameter.place == Place::Query;
        let style = parameter.style.as_deref();
        if style == Some("content") || !matches!(data.node.value, Value::List(_) | Value::Map(_)) {
            return vec![(name, self.plain(data))];
        }
        let is_apart =
            is_query && parameter.explode.unwrap_or(!matches!(style, Some("spaceDelimited" | "pipeDelimited")));
        let between = match style {
            Some("spaceDelimited") => " ",
            Some("pipeDelimited") => "|",
            _ => ",",
        };
        let parts: Vec<_> = match &data.node.value {
            Value::Map(map) => map.entries().iter().map(|entry| (Some(entry.name.clone()), &entry.node)).collect(),
            _ => data.node.elements().iter().map(|element| (None, element)).collect(),
        };
        let text = |node: &Node| super::text::plain(node);
        match style {
            Some("deepObject") => {
                let named = parts
                    .into_iter()
                    .map(|(key, node)| (format!("{name}[{}]", key.unwrap_or_default()).into(), text(node)));
                named.collect()
            }
            _ if is_apart => {
                parts.into_iter().map(|(key, node)| (key.unwrap_or_else(|| name.clone()), text(node))).collect()
            }
            _ => {
                let pieces = parts.into_iter().flat_map(|(key, node)| key.into_iter().chain([text(node)]));
                let pieces: Vec<Arc<str>> = pieces.collect();
                vec![(name, pieces.join(between).into())]
            }
        }
    }
}

/// What a call has for a parameter: its example of this name, its only one, or, where it must have one, what its schema makes.
pub(super) fn parameter_values(
    library: &mut Library<'_>,
    seed: u64,
    parameter: &Parameter,
    name: Option<&str>,
) -> Vec<(Arc<str>, Arc<str>)> {
    let named = parameter.examples.iter().find(|example| name.is_some() && example.name.as_deref() == name);
    let only = || parameter.examples.iter().find(|example| example.name.is_none());
    let first = || parameter.examples.first().filter(|_| name.is_none());
    if let Some(example) = named.or_else(only).or_else(first) {
        return Reader::new(library, Dialect::JsonSchema, seed).values(parameter, example);
    }
    let schema = parameter.schema.as_ref().filter(|_| parameter.required);
    let made =
        schema.and_then(|schema| Generator::new(library, seed, &parameter.at).content("text/plain", schema, true));
    made.map(|value| (parameter.name.clone(), value)).into_iter().collect()
}
