//! An operation's answers: each named example of each media type of each response is one; so is each name that
//! `x-microcks-refs` lists in a response without content (`microcks.md`, section 1.2).

use std::{collections::HashSet, sync::Arc};

use http::{HeaderName, StatusCode, header};
use ringback_diag::quoted;
use ringback_model::environment::{StatusRange, Text};

use super::{
    library::{Member, Spot},
    reader::Reader,
    service::{Bare, Model, Named, Pair, Parameter, Request},
};

/// Most media types of a response that something is made for.
const MODELS_MAX: usize = 4;

/// What the answers of an operation are made of.
pub(super) struct Asked<'o> {
    pub(super) parameters: &'o [Parameter],
    /// The named examples of its request bodies.
    pub(super) bodies: Vec<Named>,
}

/// The answers that an operation's responses describe.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) pairs: Vec<Pair>,
    pub(super) has_examples: bool,
    pub(super) models: Vec<Model>,
    pub(super) bare: Option<Bare>,
}

/// A response and what its key says.
struct Given {
    spot: Spot,
    status: StatusCode,
    headers: Vec<(HeaderName, Vec<Named>)>,
}

impl Reader<'_, '_> {
    /// The answers of an operation.
    pub(super) fn answers(&mut self, operation: &Spot, asked: &Asked<'_>) -> Answers {
        let mut answers = Answers::default();
        let Some(responses) = self.object(operation, "responses") else { return answers };
        let members: Vec<_> = responses.members().filter(|member| !member.name.starts_with("x-")).collect();
        let has_success = members.iter().any(|member| member.name.starts_with('2'));
        for member in members {
            let Some(status) = self.status(&member, has_success) else { continue };
            let Some(spot) = self.library.resolve(&member.spot).filter(|spot| spot.node.as_map().is_some()) else {
                continue;
            };
            let headers = self.response_headers(&spot);
            self.response(&Given { spot, status, headers }, asked, &mut answers);
        }
        answers
    }

    /// The status that a key of `responses` stands for: itself; the first of its class; of `default`, 200 where no other key
    /// is a success, else 500. Absent: it is no status, which was reported.
    fn status(&mut self, member: &Member, has_success: bool) -> Option<StatusCode> {
        let number = match (&*member.name, StatusRange::read(&member.name)) {
            // What comes before an answer is none.
            (_, Some(range)) if range.from >= 200 => range.from,
            ("default", None) if has_success => 500,
            ("default", None) => 200,
            _ => {
                if self.library.is_new(&member.at) {
                    let message = format!("response {} is ignored: it is no status", quoted(&member.name));
                    self.library.warn(&member.at, message, "write `200`, `4XX` or `default`");
                }
                return None;
            }
        };
        StatusCode::from_u16(number).ok()
    }

    fn response(&mut self, given: &Given, asked: &Asked<'_>, answers: &mut Answers) {
        let content = self.object(&given.spot, "content").filter(|content| content.node.entries().iter().any(|_| true));
        let Some(content) = content else {
            self.bare(given, false, answers);
            return self.referred(given, asked, answers);
        };
        if let Some(refs) = given.spot.get("x-microcks-refs")
            && self.library.is_new(&refs)
        {
            let message = "`x-microcks-refs` is ignored: this response has a content";
            self.library.warn(&refs, message, "give that content examples of these names");
        }
        self.bare(given, true, answers);
        let is_model = given.status.is_success() && answers.models.is_empty();
        for member in content.members().collect::<Vec<_>>() {
            let Some(media) = self.library.resolve(&member.spot) else { continue };
            let examples = self.examples(&media);
            answers.has_examples |= !examples.is_empty();
            for example in &examples {
                self.check_example(example, &member.name, &media);
                let pair = self.pair(given, asked, example, &member.name);
                answers.pairs.push(pair);
            }
            if is_model && examples.is_empty() && answers.models.len() < MODELS_MAX {
                let schema = self.library.get(&media, "schema");
                answers.models.extend(schema.map(|schema| Model {
                    status: given.status,
                    media_type: member.name.clone(),
                    schema,
                }));
            }
        }
    }

    fn pair(&mut self, given: &Given, asked: &Asked<'_>, example: &Named, media_type: &Arc<str>) -> Pair {
        Pair {
            request: self.asked(asked, example.name.as_deref()),
            headers: self.headers_of(given, example.name.as_deref()),
            body: Some(self.content(example)),
            name: example.name.clone(),
            status: given.status,
            media_type: Some(media_type.clone()),
            criteria: None,
            at: example.at.clone(),
        }
    }

    /// What the examples of a name make of a request; those of its content are of use then.
    fn asked(&mut self, asked: &Asked<'_>, name: Option<&str>) -> Request {
        let Some(name) = name else { return Request::default() };
        for body in asked.bodies.iter().filter(|body| body.name.as_deref() == Some(name)) {
            self.uses(body);
        }
        self.request(asked.parameters, name)
    }

    /// Keeps a response that may be answered without content where that is better than the one before it.
    fn bare(&mut self, given: &Given, has_content: bool, answers: &mut Answers) {
        let headers = self.headers_of(given, None);
        let bare = Bare { status: given.status, has_content, headers, at: given.spot.clone() };
        if answers.bare.as_ref().is_none_or(|known| bare.rank() < known.rank()) {
            answers.bare = Some(bare);
        }
    }

    /// The answers without content that a response lists by the names of requests.
    fn referred(&mut self, given: &Given, asked: &Asked<'_>, answers: &mut Answers) {
        let Some(refs) = self.library.get(&given.spot, "x-microcks-refs") else { return };
        let parameters = asked.parameters.iter().flat_map(|parameter| &parameter.examples);
        let known: HashSet<_> = parameters.chain(&asked.bodies).filter_map(|example| example.name.clone()).collect();
        for element in refs.elements().collect::<Vec<_>>() {
            let Some(name) = element.node.as_written() else { continue };
            answers.has_examples = true;
            if !known.contains(&name) {
                let message = format!("{} is ignored: no example of a request has this name", quoted(&name));
                self.library.warn(&element, message, "give a parameter or the request's body an example of this name");
                continue;
            }
            answers.pairs.push(Pair {
                request: self.asked(asked, Some(&name)),
                headers: self.headers_of(given, Some(&name)),
                body: None,
                name: Some(name),
                status: given.status,
                media_type: None,
                criteria: None,
                at: element,
            });
        }
    }

    /// The header fields that a response describes, with their examples.
    fn response_headers(&mut self, response: &Spot) -> Vec<(HeaderName, Vec<Named>)> {
        let Some(headers) = self.object(response, "headers") else { return vec![] };
        let mut all = vec![];
        for member in headers.members().collect::<Vec<_>>() {
            let Some(spot) = self.library.resolve(&member.spot) else { continue };
            match HeaderName::from_bytes(member.name.as_bytes()) {
                // The content's own media type says it (OpenAPI 3.2, section 4.8.17.1).
                Ok(header::CONTENT_TYPE) => {}
                Ok(name) => {
                    let content = self.object(&spot, "content").and_then(|content| content.members().next());
                    let content = content.and_then(|member| self.library.resolve(&member.spot));
                    all.push((name, self.examples(content.as_ref().unwrap_or(&spot))));
                }
                Err(_) => {
                    if self.library.is_new(&member.at) {
                        let message = format!("header {} is ignored: this is no name of a field", quoted(&member.name));
                        self.library.warn(&member.at, message, "letters, digits and `-` make one");
                    }
                }
            }
        }
        all
    }

    /// The values of header fields for an example: those of its name, else the only one. Whole, as they were written.
    fn headers_of(&mut self, given: &Given, name: Option<&str>) -> Vec<(HeaderName, Text)> {
        let mut all = vec![];
        for (field, examples) in &given.headers {
            let named = examples.iter().find(|example| name.is_some() && example.name.as_deref() == name);
            let only = || examples.iter().find(|example| example.name.is_none());
            let Some(example) = named.or_else(only) else { continue };
            let text = match &example.data {
                Some(data) if !data.node.elements().is_empty() => {
                    let parts: Vec<_> = data.node.elements().iter().map(super::text::plain).collect();
                    self.template(&parts.join(", ").into(), data)
                }
                _ => self.content(example),
            };
            all.push((field.clone(), text));
        }
        all
    }
}
