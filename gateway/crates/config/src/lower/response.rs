//! `[[route.response]]`, and the short form that stands directly on a route.

use std::ops::Range;

use http::StatusCode;
use ringback_diag::{position, quoted};
use ringback_model::environment::{CallbackDefinition, Mode, Response};

use super::{Lowering, content::Content, header::Owner};
use crate::document::{self, At};

impl Lowering<'_> {
    /// A route's responses. Absent: there are none, which was reported.
    pub(super) fn responses(
        &mut self,
        at: &At<document::Route>,
        name: &str,
        direct: &[(&str, Range<usize>)],
        callbacks: &[CallbackDefinition],
    ) -> Option<(Mode, Vec<Response>)> {
        let route = &at.value;
        if route.response.is_empty() && direct.is_empty() {
            if self.broken.contains(&at.span.start) {
                return None;
            }
            let help = "add `status = 200`, a `body`, a `[[route.response]]`, a `responder` or an `upstream`";
            self.wrong(&at.span, format!("route {} has no answer", quoted(name)), help);
            return None;
        }
        if let (Some(_), Some((key, span))) = (route.response.first(), direct.first()) {
            let message = format!("route {} has both `{key}` and `[[route.response]]`", quoted(name));
            self.wrong(span, message, format!("move `{key}` into a `[[route.response]]`"));
        }
        self.check_defaults(&route.response);
        let responses = if route.response.is_empty() {
            vec![self.response(&at.with(short_form(route)), name, callbacks)]
        } else {
            route.response.iter().map(|response| self.response(response, name, callbacks)).collect()
        };
        Some((mode(route), responses))
    }

    pub(super) fn response(
        &mut self,
        at: &At<document::Response>,
        route: &str,
        callbacks: &[CallbackDefinition],
    ) -> Response {
        let response = &at.value;
        Response {
            id: response.id.as_deref().map(Into::into),
            rules: self.rules(response.when.as_ref()),
            label: response.label.as_ref().map(|label| label.value.clone()),
            status: self.status(response.status.as_ref()),
            headers: self.headers(response.headers.as_ref(), Owner::Response),
            body: self.carried(&Content::of_response(response)),
            latency: self.duration(response.latency.as_ref()).unwrap_or_default(),
            callbacks: self.attachments(response.callbacks.as_ref(), route, callbacks),
            default: response.default.as_ref().is_some_and(|default| default.value),
            origin: self.origin(&at.span),
        }
    }

    /// A status that can end a response; Mockoon takes every number of three digits.
    fn status(&mut self, status: Option<&At<i64>>) -> StatusCode {
        let Some(status) = status else { return StatusCode::OK };
        let read = u16::try_from(status.value).ok().and_then(|status| StatusCode::from_u16(status).ok());
        if !self.is_foreign() && !(200..600).contains(&status.value) {
            self.wrong(&status.span, "`status` is out of range", "write a number from 200 to 599");
        }
        read.unwrap_or(StatusCode::OK)
    }

    fn check_defaults(&mut self, responses: &[At<document::Response>]) {
        let defaults = responses.iter().filter_map(|response| response.value.default.as_ref());
        let mut defaults = defaults.filter(|default| default.value);
        let Some(first) = defaults.next() else { return };
        let line = position(self.text, first.span.start).line;
        for second in defaults {
            self.wrong(&second.span, "a route has one default response", format!("the other one is in line {line}"));
        }
    }
}

pub(super) fn mode(route: &document::Route) -> Mode {
    match route.mode.as_ref().map(|mode| mode.value) {
        None | Some(document::Mode::Default) => Mode::Default,
        Some(document::Mode::Fallback) => Mode::Fallback,
        Some(document::Mode::WithoutRules) => Mode::WithoutRules,
        Some(document::Mode::Sequential) => Mode::Sequential,
        Some(document::Mode::Random) => Mode::Random,
    }
}

/// The response that stands directly on a route.
pub(super) fn short_form(route: &document::Route) -> document::Response {
    document::Response {
        id: None,
        request: None,
        key: None,
        media_type: None,
        when: None,
        label: None,
        status: route.status.clone(),
        headers: route.headers.clone(),
        body: route.body.clone(),
        file: route.file.clone(),
        bucket: route.bucket.clone(),
        templating: route.templating.clone(),
        latency: route.latency.clone(),
        callbacks: route.callbacks.clone(),
        default: None,
    }
}
