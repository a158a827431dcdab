//! A route that chooses among its responses by a key of the request: `dispatch`, and what goes with it.

use std::{ops::Range, sync::Arc};

use http::Method;
use ringback_diag::quoted;
use ringback_model::{
    environment::{
        self, Answering, CallbackDefinition, Constraint, ContentSchema, Delay, Example, Forward, Operation, Place,
        Spread,
    },
    json::Json,
};

use super::Lowering;
use crate::{
    document::{self, At, DurationText, Entries, Seed, TextOr},
    naming,
};

mod dispatch;
mod example;

pub(crate) use dispatch::SCRIPTS_PLUGIN;
pub(crate) use example::{NO_MEDIA_TYPE, implied_media_type};

/// What an operation is called, and where its own path begins.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Its name.
    pub(super) name: Arc<str>,
    /// What stands in front of its path.
    base: Arc<str>,
}

impl Lowering<'_> {
    /// What the operation of a route is called. Absent: the route has no `dispatch`.
    pub(super) fn named(&mut self, route: &document::Route, methods: &[Method]) -> Option<Named> {
        route.dispatch.as_ref()?;
        let base = match &route.base {
            Some(base) => {
                self.check_front(base, &route.path.value);
                &*base.value
            }
            None => naming::base_of(&route.path.value, &self.bases),
        };
        let made = || naming::operation_name(methods, &route.path.value, base).into();
        let name = route.operation.as_ref().map_or_else(made, |name| name.value.as_str().into());
        Some(Named { name, base: base.into() })
    }

    /// Reports a base that is not what a path begins with.
    fn check_front(&mut self, base: &At<String>, path: &str) {
        if !base.value.is_empty() && naming::base_of(path, std::slice::from_ref(&base.value)).is_empty() {
            let message = format!("path {} does not begin with {}", quoted(path), self.written(&base.span));
            self.mistake(&base.span, message, "write in `path` what clients call, `base` included");
        }
    }

    /// An answer that is one of an operation's examples.
    pub(super) fn operation(
        &mut self,
        at: &At<document::Route>,
        called: &str,
        named: Named,
        direct: &[(&'static str, Range<usize>)],
        callbacks: &[CallbackDefinition],
    ) -> Option<Answering> {
        let route = &at.value;
        self.refuse_beside_dispatch(route, called);
        let dispatch = self.dispatch(route.dispatch.as_ref()?, &route.path.value, called);
        let forward = route.forward.as_ref().and_then(|forward| self.forward(forward));
        let is_silent = route.response.is_empty() && direct.is_empty();
        let examples = match (&dispatch, &forward) {
            (Some(dispatch), Some(Forward::Always(_))) if is_silent && *dispatch == environment::Dispatch::Any => {
                vec![]
            }
            (_, Some(Forward::Always(_))) if is_silent => vec![],
            (dispatch, _) => self.examples(at, called, dispatch.as_ref(), direct, callbacks)?,
        };
        self.check_labels(route, &examples, called);
        Some(Answering::Examples(Box::new(Operation {
            name: named.name,
            base: named.base,
            dispatch: dispatch?,
            fallback: route.fallback.as_ref().map(|label| label.value.as_str().into()),
            forward,
            constraints: self.constraints(route.constraints.as_ref()),
            delay: self.operation_delay(route.delay.as_ref()),
            contents: self.request_schemas(route.request_schema.as_ref()),
            examples,
        })))
    }

    /// Reports what has no meaning beside `dispatch`.
    fn refuse_beside_dispatch(&mut self, route: &document::Route, called: &str) {
        fn at<T>(key: &'static str, value: Option<&At<T>>) -> Option<(&'static str, Range<usize>)> {
            value.map(|value| (key, value.span.clone()))
        }
        let others = [
            at("mode", route.mode.as_ref()),
            at("collection", route.collection.as_ref()),
            at("websocket", route.websocket.as_ref()),
            at("responder", route.responder.as_ref()),
        ];
        for (key, span) in others.into_iter().flatten() {
            let help = match key {
                "responder" => "remove one; a plugin that only chooses is `dispatch = { plugin = \"NAME\" }`",
                _ => "remove one: `dispatch` says how a response is chosen",
            };
            self.wrong(&span, format!("route {} has both `dispatch` and `{key}`", quoted(called)), help);
        }
    }

    /// Reports what counts with `dispatch` only.
    pub(super) fn refuse_operation_keys(&mut self, route: &document::Route) {
        fn at<T>(key: &'static str, value: Option<&At<T>>) -> Option<(&'static str, Range<usize>)> {
            value.map(|value| (key, value.span.clone()))
        }
        let own = [
            at("fallback", route.fallback.as_ref()),
            at("forward", route.forward.as_ref()),
            at("constraints", route.constraints.as_ref()),
            at("delay", route.delay.as_ref()),
            at("request-schema", route.request_schema.as_ref()),
            at("base", route.base.as_ref()),
            at("operation", route.operation.as_ref()),
        ];
        let responses = route.response.iter().flat_map(|response| {
            let document::Response { request, key, media_type, .. } = &response.value;
            [at("for", request.as_ref()), at("key", key.as_ref()), at("media-type", media_type.as_ref())]
        });
        for (key, span) in own.into_iter().chain(responses).flatten() {
            let help = match key {
                "delay" => "a response waits for its `latency`; or add `dispatch = \"any\"` to the route",
                "for" => "conditions are `when.all = [...]`; or add `dispatch` to the route",
                _ => "add `dispatch = \"any\"` to the route, or a table that says what responses are chosen by",
            };
            self.wrong(&span, format!("`{key}` counts with `dispatch` only"), help);
        }
    }

    fn forward(&mut self, at: &At<document::Forward>) -> Option<Forward> {
        match (&at.value.always, &at.value.unmatched) {
            (Some(always), None) => self.upstream(Some(always)).map(Forward::Always),
            (None, Some(unmatched)) => self.upstream(Some(unmatched)).map(Forward::Unmatched),
            (Some(_), Some(unmatched)) => {
                self.wrong(&unmatched.span, "there are both `always` and `unmatched`", "keep one of them");
                None
            }
            (None, None) => {
                if !self.broken.contains(&at.span.start) {
                    let help = "add `always` or `unmatched`, the URL of the other server";
                    self.wrong(&at.span, "nothing is said of what is forwarded", help);
                }
                None
            }
        }
    }

    fn constraints(&mut self, constraints: Option<&At<Vec<At<document::Constraint>>>>) -> Vec<Constraint> {
        let constraints = constraints.into_iter().flat_map(|constraints| &constraints.value);
        constraints.map(|constraint| self.constraint(&constraint.value)).collect()
    }

    fn constraint(&mut self, constraint: &document::Constraint) -> Constraint {
        if let Some(pattern) = &constraint.regexp {
            self.check_whole_pattern(pattern);
        }
        Constraint {
            name: constraint.name.value.as_str().into(),
            place: match constraint.place.value {
                document::Place::Path => Place::Path,
                document::Place::Query => Place::Query,
                document::Place::Header => Place::Header,
                document::Place::Cookie => Place::Cookie,
                document::Place::Form => Place::Form,
            },
            required: constraint.required,
            recopy: constraint.recopy,
            pattern: constraint.regexp.as_ref().map(|pattern| pattern.value.as_str().into()),
        }
    }

    fn operation_delay(&mut self, delay: Option<&At<TextOr<document::Delay>>>) -> Delay {
        let Some(at) = delay else { return Delay::default() };
        let document::Delay { up_to, around, percent } = match &at.value {
            TextOr::Text(text) => {
                let base = self.duration(Some(&at.with(DurationText(text.clone())))).unwrap_or_default();
                return Delay { base, spread: Spread::Fixed };
            }
            TextOr::Table(table) => table,
        };
        if let (Some(_), Some(around)) = (up_to, around) {
            self.wrong(&around.span, "there are both `up-to` and `around`", "keep one of them");
        }
        if let (None, Some(percent)) = (around, percent) {
            self.wrong(&percent.span, "`percent` counts with `around`", "add `around = \"200ms\"`");
        }
        if let Some(base) = self.duration(up_to.as_ref()) {
            return Delay { base, spread: Spread::UpTo };
        }
        let percent = percent.as_ref().and_then(|percent| u8::try_from(percent.value).ok()).unwrap_or_default();
        Delay { base: self.duration(around.as_ref()).unwrap_or_default(), spread: Spread::Percent(percent) }
    }

    /// The schemas of what requests may hold; those that are none are reported and left out.
    fn request_schemas(&mut self, schemas: Option<&At<Entries<At<Seed>>>>) -> Vec<ContentSchema> {
        let entries = schemas.into_iter().flat_map(|schemas| &schemas.value.0);
        let schemas = entries.filter_map(|(media_type, seed)| {
            if !media_type.value.contains('/') {
                let message = format!("{} is not a media type", quoted(&media_type.value));
                self.wrong(&media_type.span, message, "write it like `application/json`");
            }
            let schema = self.schema(seed)?.to_text().into();
            Some(ContentSchema { media_type: media_type.value.as_str().into(), schema })
        });
        schemas.collect()
    }

    fn schema(&mut self, seed: &At<Seed>) -> Option<Json> {
        let read = match &seed.value.0 {
            toml::Value::String(text) => Json::parse(text).map_err(|error| format!("this is not JSON: {error}")),
            _ => serde_json::from_value(self.json(seed)?).map_err(|error| error.to_string()),
        };
        let why = match read {
            Ok(schema @ (Json::Object(_) | Json::Bool(_))) => return Some(schema),
            Ok(_) => "this is not a JSON Schema".into(),
            Err(why) => why,
        };
        self.wrong(&seed.span, why, "write the schema as a table, or as JSON text: `'{\"type\": \"object\"}'`");
        None
    }

    /// Reports labels that no response has.
    fn check_labels(&mut self, route: &document::Route, examples: &[Example], called: &str) {
        if route.response.iter().any(|response| self.broken.contains(&response.span.start)) {
            return;
        }
        for label in route.fallback.iter().chain(dispatch::labels(route)) {
            self.check_label(label, examples, called);
        }
    }
}
