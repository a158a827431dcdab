//! Routes and their responses made ready.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use ringback_collection::{Key, id_template};
use ringback_diag::Diagnostic;
use ringback_matching::{Chooser, RuleSet};
use ringback_model::{
    environment::{Answering, Mode, OnError, Response, Route, Seeding, Text},
    ports::Purpose,
};

use super::{Ingredients, Making, placed};
use crate::{
    respond::Broadcast,
    site::{
        AnswerPlan, CallbackPlan, CollectionPlan, ContentPlan, FirstUse, HeadersPlan, Numbers, OnErrorPlan,
        ResponsePlan, RoutePlan, SocketPlan, first_use, together,
    },
};

/// Where a response stands in its document, as Mockoon's answers tell when asked to.
const ROUTE_ID: HeaderName = HeaderName::from_static("x-mockoon-route-uuid");
const RESPONSE_NUMBER: HeaderName = HeaderName::from_static("x-mockoon-route-response-no");
const RESPONSE_ID: HeaderName = HeaderName::from_static("x-mockoon-route-response-uuid");

impl Making<'_> {
    /// Makes one route ready.
    pub(super) fn route(&mut self, route: &Route, with: &Ingredients<'_>) -> RoutePlan {
        let answer = match &route.answer {
            Answering::Responder(plugin) => AnswerPlan::Responder((with.slot)(plugin)),
            Answering::Upstream => AnswerPlan::Upstream,
            Answering::Examples(operation) => AnswerPlan::Examples(Box::new(self.operation(route, operation, with))),
            Answering::Socket { streaming, mode, responses } => {
                let chooser = Chooser::new(*mode, responses);
                let conditions = self.conditions(route, &chooser);
                let responses = self.responses(route, responses);
                let (streaming, broadcast) = (*streaming, Broadcast::default());
                AnswerPlan::Socket(Box::new(SocketPlan { streaming, chooser, conditions, responses, broadcast }))
            }
            Answering::Responses { mode, responses } | Answering::Collection { mode, responses, .. } => {
                let chooser = Chooser::new(*mode, responses);
                let (conditions, may_pass) = (self.conditions(route, &chooser), *mode == Mode::Fallback);
                let responses = self.responses(route, responses);
                AnswerPlan::Responses { chooser, conditions, may_pass, responses }
            }
        };
        let on_error = match &route.on_error {
            OnError::Error => OnErrorPlan::Error,
            OnError::Passthrough => OnErrorPlan::Passthrough,
            OnError::Fallback(fallback) => OnErrorPlan::Fallback(Box::new(self.response(route, fallback, None))),
        };
        let first_uses = self.first_uses(route);
        let environment = &self.environment.name;
        let same = |plan: &&RoutePlan| plan.name == route.name;
        let before =
            with.previous.filter(|site| site.name == *environment).and_then(|site| site.routes.iter().find(same));
        RoutePlan {
            name: route.name.clone(),
            id: route.id.clone(),
            methods: methods(route),
            path: route.path.clone(),
            answer,
            upstream: route.upstream.clone().map(Arc::new),
            on_error,
            first_uses,
            numbers: before.map_or_else(|| Arc::new(Numbers::default()), |plan| plan.numbers.clone()),
            metrics: with.metrics.route(environment.as_str(), route.name.as_str()),
        }
    }

    /// Makes a bucket the collection that it is on a route of that kind.
    fn collection(&mut self, route: &Route, content: ContentPlan) -> ContentPlan {
        match (&route.answer, content) {
            (Answering::Collection { key, .. }, ContentPlan::Bucket(bucket)) => {
                let key = Key::new(key);
                let seed = self.environment.buckets.iter().find(|known| known.name == bucket).map(|known| &known.seed);
                let id_template = match seed {
                    Some(Seeding::Template(text) | Seeding::AtFirstUse(text)) => {
                        id_template(&text.source, &key).map(|found| Text { source: found.into(), ..text.clone() })
                    }
                    Some(Seeding::Value(_)) | None => None,
                };
                let whose = || format!("the id of bucket `{bucket}`");
                let id_template =
                    id_template.and_then(|text| self.gathering.piece(&text, Purpose::Value, whose).template());
                ContentPlan::Collection(Box::new(CollectionPlan { bucket, key, id_template }))
            }
            (_, content) => content,
        }
    }

    /// The buckets that a route's first request makes.
    fn first_uses(&mut self, route: &Route) -> Vec<FirstUse> {
        let buckets = first_use::of(self.environment, route);
        let made = buckets
            .into_iter()
            .filter_map(|bucket| Some(FirstUse { bucket: bucket.name.clone(), source: self.gathering.seed(bucket)? }));
        made.collect()
    }

    /// The templates of a route's conditions. A condition that can't be tried is warned of: its requests will fail.
    pub(super) fn conditions(&mut self, route: &Route, chooser: &Chooser) -> Vec<usize> {
        for (origin, why) in chooser.rules().iter().flat_map(RuleSet::problems) {
            let warning = Diagnostic::warning(format!("a rule of route `{}` can't be tried: {why}", route.name));
            self.wrong.push(placed(warning, origin).help("mend it: requests that come to it are answered with 500"));
        }
        let whose = || format!("a rule of route `{}`", route.name);
        let pieces: Vec<_> = chooser.templates().cloned().collect();
        pieces.iter().filter_map(|text| self.gathering.piece(text, Purpose::Value, whose).template()).collect()
    }

    /// A route's responses made ready, in their order.
    pub(super) fn responses(&mut self, route: &Route, responses: &[Response]) -> Vec<ResponsePlan> {
        let numbered = responses.iter().enumerate();
        numbered.map(|(index, response)| self.response(route, response, Some(index + 1))).collect()
    }

    /// Makes a response ready. `number` counts those of its route from 1; absent: it is none of them.
    pub(super) fn response(&mut self, route: &Route, response: &Response, number: Option<usize>) -> ResponsePlan {
        let environment = self.environment;
        let label = response.label.clone().unwrap_or_else(|| response.status.as_u16().to_string());
        let whose = |what: &str| format!("{what} of response `{label}` of route `{}`", route.name);
        let mut headers = self.headers(&environment.headers, &response.headers, whose);
        let content = self.content(response, whose);
        let content = self.collection(route, content);
        self.type_by_default(&mut headers, response);
        if environment.conventions.mockoon().is_some_and(|settings| settings.route_headers)
            && let Some(number) = number
        {
            place(Arc::make_mut(&mut headers.fixed), route, response, number);
        }
        let ready = self.ready(response, &headers, &content);
        let callbacks: Vec<CallbackPlan> = response.callbacks.iter().filter_map(|a| self.callback(a)).collect();
        let joined = environment.conventions.mockoon().is_some()
            && matches!(content, ContentPlan::Text(_))
            && !response.callbacks.iter().any(|attachment| self.may_set_status(attachment));
        let fields = headers.rendered.iter().map(|(_, number)| *number);
        let mut templates: Vec<usize> = fields.chain(content.template()).collect();
        if joined {
            templates.extend(callbacks.iter().take(together(&callbacks)).flat_map(CallbackPlan::templates));
        }
        let (id, status, latency) = (response.id.clone(), response.status, response.latency);
        ResponsePlan { id, status, headers, content, ready, templates, joined, latency, callbacks }
    }

    /// Gives content without a type the environment's. Mockoon's comes when the content is known.
    fn type_by_default(&self, headers: &mut HeadersPlan, response: &Response) {
        let typed = headers.fixed.contains_key(header::CONTENT_TYPE)
            || headers.rendered.iter().any(|(name, _)| name == header::CONTENT_TYPE);
        let mockoon = self.environment.conventions.mockoon().is_some();
        if let (false, false, false, Some(default)) =
            (mockoon, typed, response.body.is_empty(), &self.environment.default_content_type)
        {
            Arc::make_mut(&mut headers.fixed).insert(header::CONTENT_TYPE, default.clone());
        }
    }
}

fn methods(route: &Route) -> String {
    match route.methods.as_slice() {
        [] => "ANY".into(),
        methods => methods.iter().map(http::Method::as_str).collect::<Vec<_>>().join(","),
    }
}

/// Tells where a response stands in its document.
fn place(headers: &mut HeaderMap, route: &Route, response: &Response, number: usize) {
    let id = |id: &Option<Arc<str>>| HeaderValue::from_str(id.as_deref().unwrap_or_default()).ok();
    let fields = [(ROUTE_ID, id(&route.id)), (RESPONSE_NUMBER, Some(number.into())), (RESPONSE_ID, id(&response.id))];
    headers.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
}
