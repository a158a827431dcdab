//! An operation and its examples.

use std::{sync::Arc, time::Duration};

use http::header;
use ringback_diag::quoted;
use ringback_model::{
    environment::{
        self, Attachment, Body, Constraint, ContentSchema, Delay, Dispatch, Example, Forward, Header, Place, Response,
        Rules, Text,
    },
    http_values::essence,
};

use super::{
    super::{
        dispatch::{Choice, Chooser},
        extensions::constrain,
        generate::{self, Generator},
        service::{Bare, Call, Model, Operation, Pair, Parameter, Request, Service},
    },
    Lowering,
};

impl Lowering<'_, '_> {
    /// An operation in the gateway's words. Absent: it has no example, and none can be made.
    pub(super) fn operation(
        &mut self,
        service: &Service,
        operation: &Operation,
        name: &str,
    ) -> Option<environment::Operation> {
        let is_exact = self.is_exact;
        let mut choice = Chooser { library: self.library, title: &service.name, operation, is_exact }.choice();
        let made = self.made_pairs(operation, name);
        if !made.is_empty() && !matches!(choice.dispatch, Dispatch::Plugin(_) | Dispatch::Script(_)) {
            choice.dispatch = Dispatch::Any;
        }
        let mut pairs: Vec<&Pair> = operation.pairs.iter().chain(&made).collect();
        pairs.retain(|pair| self.is_complete(pair, &choice));
        let is_forwarded = matches!(choice.forward, Some(Forward::Always(_)));
        if pairs.is_empty() && !is_forwarded {
            return None;
        }
        if choice.dispatch == Dispatch::Any {
            // Nothing else tells them apart: what succeeds comes first.
            pairs.sort_by_key(|pair| !pair.status.is_success());
        }
        if choice.fallback.is_none() && choice.dispatch != Dispatch::Any {
            // An example without a name is for every request that no other is for.
            let unnamed = pairs.iter().find(|pair| pair.name.is_none());
            let any = || pairs.iter().find(|pair| pair.status.is_success()).or(pairs.first());
            let is_open = choice.is_open || (!is_exact && choice.is_inferred);
            choice.fallback = unnamed.or_else(|| any().filter(|_| is_open)).map(|pair| pair.called());
        }
        let examples = pairs.iter().map(|pair| self.example(operation, pair, &choice)).collect();
        Some(environment::Operation {
            name: operation.name.clone(),
            base: service.base(),
            constraints: constraints(operation),
            delay: Delay {
                base: operation.settings.delay.unwrap_or(Duration::ZERO),
                spread: operation.settings.spread.unwrap_or_default(),
            },
            contents: self.contents(service, operation),
            examples,
            dispatch: choice.dispatch,
            fallback: choice.fallback,
            forward: choice.forward,
        })
    }

    /// Answers where there is no example at all, or, in a document that only describes an API, none of a success.
    fn made_pairs(&mut self, operation: &Operation, name: &str) -> Vec<Pair> {
        let wanted = match self.is_exact {
            true => !operation.has_examples,
            false => !operation.pairs.iter().any(|pair| pair.status.is_success()),
        };
        if !wanted {
            return vec![];
        }
        let mut models: Vec<_> = operation.models.iter().collect();
        // Clients that take anything are used to JSON.
        models.sort_by_key(|model| !generate::is_json(&essence(&model.media_type)));
        let generated: Vec<_> = models.into_iter().filter_map(|model| self.generated_pair(operation, model)).collect();
        if !generated.is_empty() {
            self.generated.push(name.to_owned());
            return generated;
        }
        // An error is answered where there is nothing else.
        let is_best = |bare: &&Bare| operation.pairs.is_empty() || bare.rank().0 < 2;
        let Some(bare) = operation.bare.as_ref().filter(|_| !self.is_exact).filter(is_best) else { return vec![] };
        if bare.has_content {
            self.empty.push(name.to_owned());
        }
        vec![Pair {
            name: None,
            request: Request::default(),
            status: bare.status,
            media_type: None,
            headers: bare.headers.clone(),
            body: None,
            criteria: None,
            at: bare.at.clone(),
        }]
    }

    /// An answer made of a schema. Absent: none can be.
    fn generated_pair(&mut self, operation: &Operation, model: &Model) -> Option<Pair> {
        let text =
            Generator::new(self.library, self.seed, &operation.at).content(&model.media_type, &model.schema, false)?;
        let origin = self.library.origin(&model.schema);
        Some(Pair {
            name: None,
            request: Request::default(),
            status: model.status,
            media_type: Some(model.media_type.clone()),
            headers: vec![],
            // A schema's own examples may hold braces by chance.
            body: Some(Text { source: text, templated: false, origin }),
            criteria: None,
            at: operation.at.clone(),
        })
    }

    /// Whether an example can be chosen: where path parameters decide, it gives one of them a value, or it is what answers
    /// when no other does.
    fn is_complete(&mut self, pair: &Pair, choice: &Choice) -> bool {
        let parts = choice.parts();
        let gives = |name: &Arc<str>| pair.request.path.iter().any(|(other, _)| other == name);
        if parts.is_empty() || pair.name.is_none() || pair.criteria.is_some() || choice.fallback == pair.name {
            return true;
        }
        let missing: Vec<_> = parts.iter().filter(|part| !gives(part)).map(|part| format!("`{part}`")).collect();
        if missing.is_empty() {
            return true;
        }
        let name = quoted(&pair.called());
        let message =
            format!("example {name} answers no request: it gives path parameter {} no value", missing.join(", "));
        let help = format!("give the parameter an example called {name} too");
        if self.library.is_new(&pair.at) {
            self.library.warn(&pair.at, message, help);
        }
        missing.len() < parts.len()
    }

    fn example(&mut self, operation: &Operation, pair: &Pair, choice: &Choice) -> Example {
        // A field that an example has itself takes the place of the one that its media type makes.
        let is_typed = pair.headers.iter().any(|(name, _)| *name == header::CONTENT_TYPE);
        let media_type = pair.media_type.iter().filter(|_| !is_typed);
        let mut headers: Vec<Header> = media_type.map(|media| content_type(media, pair.body.as_ref())).collect();
        let own = pair.headers.iter().filter(|(name, _)| *name != header::TRANSFER_ENCODING);
        headers.extend(own.map(|(name, value)| Header { name: name.clone(), value: value.clone() }));
        let name = pair.called();
        Example {
            key: choice.key(pair),
            media_type: pair.media_type.clone(),
            response: Response {
                id: None,
                label: Some(name.to_string()),
                rules: Rules::default(),
                status: pair.status,
                headers,
                body: Body::from(pair.body.clone()),
                latency: Duration::ZERO,
                callbacks: self.attachments(operation, pair),
                default: false,
                origin: self.library.origin(&pair.at),
            },
            name,
        }
    }

    fn attachments(&mut self, operation: &Operation, pair: &Pair) -> Vec<Attachment> {
        let mut calls: Vec<_> = operation.calls.iter().collect();
        // Those without an order come last.
        let order = |call: &&Call| call.order.unwrap_or(f64::INFINITY);
        calls.sort_by(|one, other| order(one).total_cmp(&order(other)));
        self.scheduled(pair, &calls)
    }

    /// What requests may hold, where it is JSON.
    fn contents(&mut self, service: &Service, operation: &Operation) -> Vec<ContentSchema> {
        let mut contents = vec![];
        for (media_type, schema) in &operation.contents {
            let essence = essence(media_type);
            if !generate::is_json(&essence) {
                continue;
            }
            match self.schemas.text(self.library, schema, service.dialect) {
                Some(text) => contents.push(ContentSchema { media_type: essence.into(), schema: text }),
                None if self.library.is_new(schema) => {
                    let message = "requests are not checked against this schema: with all it refers to it is too large";
                    self.library.warn(schema, message, "requests beneath `/rest-valid` are taken as they are");
                }
                None => {}
            }
        }
        contents
    }
}

/// What must hold of a request: its own required parameters but those in the path, then what is said besides.
fn constraints(operation: &Operation) -> Vec<Constraint> {
    let is_constraint =
        |parameter: &&Parameter| parameter.required && parameter.is_own && parameter.place != Place::Path;
    let required = operation.parameters.iter().filter(is_constraint);
    let mut all: Vec<_> = required
        .map(|parameter| Constraint {
            name: parameter.name.clone(),
            place: parameter.place,
            required: true,
            recopy: false,
            pattern: None,
        })
        .collect();
    for constraint in &operation.settings.constraints {
        constrain(&mut all, constraint.clone());
    }
    all
}

/// `content-type` of an answer, with its charset as Microcks has it. A range of types stands for what the content looks like.
pub(super) fn content_type(media_type: &str, body: Option<&Text>) -> Header {
    let is_json = body.is_some_and(|body| body.source.trim_start().starts_with(['{', '[']));
    let concrete = match media_type.contains('*') {
        true if is_json => "application/json",
        true => "text/plain",
        false => media_type,
    };
    let has_charset = concrete.to_ascii_lowercase().contains("charset=");
    let value = if has_charset { concrete.to_owned() } else { format!("{concrete};charset=UTF-8") };
    Header { name: header::CONTENT_TYPE, value: Text::fixed(&value) }
}
