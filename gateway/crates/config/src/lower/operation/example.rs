//! The responses of a route with `dispatch`: what each is chosen for.

use std::{ops::Range, sync::Arc};

use http::header;
use ringback_diag::{listed, quoted, suggest};
use ringback_model::environment::{
    CallbackDefinition, Dispatch, Example, Response, elements_key, headers_key, parameters_key, parts_key,
};

use crate::{
    document::{self, At, Entries, Texts},
    lower::{Lowering, response::short_form},
};

/// The value of `media-type` that means none.
pub(crate) const NO_MEDIA_TYPE: &str = "off";

impl Lowering<'_> {
    /// The responses of a route with `dispatch`. Absent: there are none, which was reported.
    pub(super) fn examples(
        &mut self,
        at: &At<document::Route>,
        called: &str,
        dispatch: Option<&Dispatch>,
        direct: &[(&'static str, Range<usize>)],
        callbacks: &[CallbackDefinition],
    ) -> Option<Vec<Example>> {
        let route = &at.value;
        let (_, responses) = self.responses(at, called, direct, callbacks)?;
        let short = at.with(short_form(route));
        let written: Vec<_> = if route.response.is_empty() { vec![&short] } else { route.response.iter().collect() };
        let mut examples: Vec<Example> = vec![];
        for (at, response) in written.into_iter().zip(responses) {
            self.refuse_conditions(&at.value, called);
            let example = self.example(&at.value, response, dispatch);
            if let Some(dispatch) = dispatch {
                self.check_chosen(at, &example, &examples, dispatch, route.fallback.as_ref());
            }
            examples.push(example);
        }
        Some(examples)
    }

    fn example(&mut self, written: &document::Response, response: Response, dispatch: Option<&Dispatch>) -> Example {
        let name: Arc<str> = response.label.as_deref().unwrap_or(response.status.as_str()).into();
        let key = self.example_key(written, dispatch);
        let media_type = match &written.media_type {
            Some(off) if off.value == NO_MEDIA_TYPE => None,
            Some(given) => Some(given.value.as_str().into()),
            None => implied_media_type(&response).map(Into::into),
        };
        Example {
            key,
            media_type,
            response: Response { label: Some(name.to_string()), default: false, ..response },
            name,
        }
    }

    /// Reports what chooses a response where there is no `dispatch`.
    fn refuse_conditions(&mut self, response: &document::Response, called: &str) {
        if let Some(when) = &response.when {
            let message = format!("route {} has both `dispatch` and `when`", quoted(called));
            self.wrong(&when.span, message, "keep one of them: what a response is for is said with `for`");
        }
        if let Some(default) = response.default.as_ref().filter(|default| default.value) {
            let label = response.label.as_ref().map_or("LABEL", |label| &*label.value);
            let message = format!("route {} has both `dispatch` and `default`", quoted(called));
            self.wrong(&default.span, message, format!("add `fallback = \"{}\"` to the route", label.escape_debug()));
        }
    }

    fn example_key(&mut self, written: &document::Response, dispatch: Option<&Dispatch>) -> Option<Arc<str>> {
        if let (Some(request), Some(_)) = (&written.request, &written.key) {
            self.wrong(&request.span, "there are both `for` and `key`", "keep one of them");
        }
        if let Some(key) = &written.key {
            return Some(key.value.as_str().into());
        }
        let request = written.request.as_ref()?;
        self.key_of(request, dispatch?).map(Into::into)
    }

    /// The key that a request with these parameters or header fields makes.
    fn key_of(&mut self, request: &At<Entries<At<Texts>>>, dispatch: &Dispatch) -> Option<String> {
        let (parts, others): (&[_], &[_]) = match dispatch {
            Dispatch::Parts(parts) => (parts, &[]),
            Dispatch::Parameters(others) | Dispatch::Headers(others) => (&[], others),
            Dispatch::Elements { parts, parameters } => (parts, parameters),
            Dispatch::Any | Dispatch::JsonBody(_) | Dispatch::Plugin(_) | Dispatch::Script(_) => {
                let help = match dispatch {
                    Dispatch::Any => "write `dispatch = { query = [\"NAME\"] }`, or `path` or `header` likewise",
                    _ => "leave it out: a response is chosen by its label",
                };
                let message = "`for` counts where `dispatch` looks at `path`, `query` or `header`";
                self.wrong(&request.span, message, help);
                return None;
            }
        };
        let is_headers = matches!(dispatch, Dispatch::Headers(_));
        let mut pairs = vec![];
        for (name, values) in &request.value.0 {
            let wanted = if is_headers { name.value.to_ascii_lowercase() } else { name.value.clone() };
            if !parts.iter().chain(others).any(|known| **known == *wanted) {
                self.not_looked_at(name, parts.iter().chain(others).map(|known| &**known));
                continue;
            }
            pairs.extend(values.each().into_iter().map(|value| (wanted.clone(), value.value)));
        }
        for part in parts.iter().filter(|part| !pairs.iter().any(|(name, _)| *name == ***part)) {
            let message = format!("`for` says nothing of {}, which every path has", quoted(part));
            self.doubt(&request.span, message, "no request is like that: add it, or take it out of `dispatch`");
        }
        let those = |names: &[Arc<str>]| {
            let of = |(name, _): &&(String, String)| names.iter().any(|known| **known == **name);
            pairs.iter().filter(of).cloned().collect::<Vec<_>>()
        };
        Some(match dispatch {
            Dispatch::Headers(_) => headers_key(those(others)),
            _ => elements_key(parts_key(those(parts)), parameters_key(those(others))),
        })
    }

    fn not_looked_at<'n>(&mut self, name: &At<String>, known: impl Iterator<Item = &'n str> + Clone) {
        let message = format!("`dispatch` does not look at {}", quoted(&name.value));
        let help = match (suggest(&name.value, known.clone()), listed(known)) {
            (Some(near), _) => format!("did you mean {}?", quoted(near)),
            (None, Some(list)) => format!("it looks at {list}"),
            (None, None) => "it looks at nothing".into(),
        };
        self.wrong(&name.span, message, help);
    }

    /// Reports a response that no request can have: another one is chosen before it, or it is for nothing.
    fn check_chosen(
        &mut self,
        at: &At<document::Response>,
        example: &Example,
        before: &[Example],
        dispatch: &Dispatch,
        fallback: Option<&At<String>>,
    ) {
        let identity = |example: &Example| match dispatch {
            Dispatch::Any => None,
            Dispatch::JsonBody(_) => Some(example.name.clone()),
            _ => example.key.clone(),
        };
        if fallback.is_some_and(|fallback| *fallback.value == *example.name) {
            return;
        }
        let own = identity(example);
        let same = |other: &&Example| own.is_some() && identity(other) == own && other.media_type == example.media_type;
        let label = quoted(&example.name);
        if let Some(other) = before.iter().find(same) {
            let other = quoted(&other.name);
            let (message, help) = match dispatch {
                Dispatch::JsonBody(_) => (format!("two responses are labelled {label}"), "give one another label"),
                _ => (
                    format!("response {label} is never chosen: {other} is for the same requests"),
                    "give one another `for`, or another media type",
                ),
            };
            self.mistake(&at.span, message, help);
        }
        let by_key =
            !matches!(dispatch, Dispatch::Any | Dispatch::JsonBody(_) | Dispatch::Plugin(_) | Dispatch::Script(_));
        let is_for_nothing = at.value.request.is_none() && at.value.key.is_none();
        if by_key && is_for_nothing && !self.is_foreign() && !self.broken.contains(&at.span.start) {
            let message = format!("response {label} is never chosen: it is not said what it is for");
            self.doubt(&at.span, message, "add `for`, or make it the route's `fallback`");
        }
    }

    /// Reports a label that no response has.
    pub(super) fn check_label(&mut self, label: &At<String>, examples: &[Example], called: &str) {
        let labels = || examples.iter().map(|example| &*example.name);
        if labels().any(|known| known == label.value) {
            return;
        }
        let help = match (suggest(&label.value, labels()), listed(labels())) {
            (Some(near), _) => format!("did you mean {}?", quoted(near)),
            (None, Some(list)) => format!("labels: {list}"),
            (None, None) => format!("add a `[[route.response]]` with `label = \"{}\"`", label.value.escape_debug()),
        };
        let message = format!("route {} has no response labelled {}", quoted(called), self.written(&label.span));
        self.mistake(&label.span, message, help);
    }
}

/// The media type that a response's `content-type` names. Absent: it has none, or a template makes it.
pub(crate) fn implied_media_type(response: &Response) -> Option<&str> {
    let field = response.headers.iter().find(|header| header.name == header::CONTENT_TYPE)?;
    let essence = field.value.source.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty() && !field.value.templated).then_some(essence)
}
