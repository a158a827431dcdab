//! Callbacks and webhooks (OpenAPI 3.2, sections 4.8.18 and 4.1): for each expression, each method of its path item is a call.

use std::sync::Arc;

use http::Method;
use ringback_diag::quoted;
use ringback_model::environment::StatusRange;

use super::{
    generate::Generator,
    library::{Member, Spot},
    methods,
    reader::Reader,
    service::{Call, CallBody, Parameter},
};

impl Reader<'_, '_> {
    /// The calls of an operation's `callbacks`, in the order of the document.
    pub(super) fn callbacks(&mut self, operation: &Spot) -> Vec<Call> {
        let Some(callbacks) = self.object(operation, "callbacks") else { return vec![] };
        let mut calls = vec![];
        for callback in callbacks.members().filter(|member| !member.name.starts_with("x-")).collect::<Vec<_>>() {
            let Some(spot) = self.library.resolve(&callback.spot) else { continue };
            for expression in spot.members().filter(|member| !member.name.starts_with("x-")).collect::<Vec<_>>() {
                self.path_item(&callback.name, &expression, &mut calls);
            }
        }
        calls
    }

    /// The calls of a document's `webhooks`.
    pub(super) fn webhooks(&mut self, root: &Spot) -> Vec<Call> {
        let Some(webhooks) = self.object(root, "webhooks") else { return vec![] };
        let mut calls = vec![];
        for member in webhooks.members().filter(|member| !member.name.starts_with("x-")).collect::<Vec<_>>() {
            self.path_item(&member.name, &member, &mut calls);
        }
        calls
    }

    fn path_item(&mut self, name: &Arc<str>, expression: &Member, calls: &mut Vec<Call>) {
        let Some(item) = self.library.resolve(&expression.spot) else { return };
        if item.node.as_map().is_none() {
            if self.library.is_new(&expression.at) {
                let message = format!("{} is ignored: below it stand methods", quoted(&expression.name));
                self.library.warn(&expression.at, message, "write `post:`, and what it sends below it");
            }
            return;
        }
        let of_path = self.own_parameters(&item);
        for (method, at, operation) in methods::of(self, &item) {
            let call = self.call(name, expression, (method, at, operation), &of_path);
            calls.push(call);
        }
    }

    fn call(
        &mut self,
        name: &Arc<str>,
        expression: &Member,
        (method, at, operation): (Method, Spot, Spot),
        of_path: &[Parameter],
    ) -> Call {
        let settings = self.library.get(&operation, "x-microcks-callback");
        let order = settings.as_ref().and_then(|settings| settings.node.get("order")?.as_number());
        let delay = settings.as_ref().and_then(|settings| self.milliseconds(settings, "delay"));
        let (expects, names) = self.expected(&operation);
        let bodies = self.call_bodies(&operation, &at);
        Call {
            name: name.clone(),
            expression: expression.at.clone(),
            method,
            order,
            delay,
            parameters: self.parameters(of_path, &operation),
            names: if bodies.iter().any(|body| body.name.is_some()) { vec![] } else { names },
            bodies,
            expects,
            at,
        }
    }

    /// Which statuses a call's receiver answers with, and the names of the examples of these answers.
    fn expected(&mut self, operation: &Spot) -> (Vec<StatusRange>, Vec<Arc<str>>) {
        let Some(responses) = self.object(operation, "responses") else { return (vec![], vec![]) };
        let (mut statuses, mut names) = (vec![], vec![]);
        for member in responses.members().collect::<Vec<_>>() {
            statuses.extend(StatusRange::read(&member.name));
            let Some(response) = self.library.resolve(&member.spot) else { continue };
            let refs = self.library.get(&response, "x-microcks-refs");
            names.extend(refs.iter().flat_map(Spot::elements).filter_map(|element| element.node.as_written()));
            let content = self.object(&response, "content");
            for media in content.iter().flat_map(Spot::members).collect::<Vec<_>>() {
                let Some(media) = self.library.resolve(&media.spot) else { continue };
                names.extend(self.examples(&media).into_iter().filter_map(|example| example.name));
            }
        }
        (statuses, names)
    }

    /// What a call sends: of each name the first media type's example; where there is none at all, one made of the schema.
    fn call_bodies(&mut self, operation: &Spot, at: &Spot) -> Vec<CallBody> {
        let Some(request) = self.object(operation, "requestBody") else { return vec![] };
        let Some(content) = self.object(&request, "content") else { return vec![] };
        let mut bodies: Vec<CallBody> = vec![];
        let mut model = None;
        for member in content.members().collect::<Vec<_>>() {
            let Some(media) = self.library.resolve(&member.spot) else { continue };
            for example in self.examples(&media) {
                if bodies.iter().any(|body| body.name == example.name) {
                    continue;
                }
                self.check_example(&example, &member.name, &media);
                let text = self.content(&example);
                bodies.push(CallBody { name: example.name.clone(), media_type: member.name.clone(), text });
            }
            let schema = self.library.get(&media, "schema");
            model = model.or_else(|| schema.map(|schema| (member.name.clone(), schema)));
        }
        if let (true, Some((media_type, schema))) = (bodies.is_empty(), model) {
            let seed = self.seed;
            if let Some(text) = Generator::new(self.library, seed, at).content(&media_type, &schema, true) {
                self.generated.push(at.node.as_text().cloned().unwrap_or_default());
                let text = self.template(&text, &schema);
                bodies.push(CallBody { name: None, media_type, text });
            }
        }
        bodies
    }
}
