//! Which of a route's responses answers: its conditions are tried on the request and on the state that the answer is made
//! with, in the same unit of work.

use std::{cell::RefCell, sync::Arc};

use ringback_matching::{Chooser, Facts, RequestFacts, RequestParts};
use ringback_model::{
    http_values::Params,
    ids::BucketName,
    journal::Because,
    json::Json,
    ports::{Context, Surroundings as _},
    unit::Unit,
};
use ringback_values::{Text, Value};

use super::{answering::Situation, target::single_slashes, texts::Texts};
use crate::{
    http::refusal::{Kind, Refusal},
    site::Surroundings,
};

/// What conditions may ask of a request and of the state that it finds.
struct Found<'a> {
    request: RequestFacts<'a>,
    number: u64,
    unit: RefCell<Unit>,
    surroundings: &'a Surroundings,
}

/// A choice, and the unit of work with what it has read. Absent within: none is meant, and the next route is tried.
type Chosen = (Option<(usize, Because)>, Unit);

/// Chooses one of a route's responses. `templates` are those of its conditions, by number.
///
/// # Errors
/// When a condition can't be tried, or the renderer failed.
pub(super) async fn choose(
    work: &Situation<'_>,
    chooser: &Chooser,
    templates: &[usize],
    unit: Unit,
) -> Result<Chosen, Refusal> {
    // Over HTTP Mockoon knows no other pattern.
    choose_for(work, chooser, templates, unit, "*", None).await
}

/// Chooses one of the responses of a route with this pattern, for a request or, where there is one, a WebSocket's message.
///
/// # Errors
/// When a condition can't be tried, or the renderer failed.
pub(super) async fn choose_for(
    work: &Situation<'_>,
    chooser: &Chooser,
    templates: &[usize],
    unit: Unit,
    pattern: &str,
    message: Option<&str>,
) -> Result<Chosen, Refusal> {
    if let Some(standing) = chooser.fixed() {
        return Ok((Some(standing), unit));
    }
    let (mut texts, rendering) = Texts::render(work.site, templates, Context::default(), work.call(unit)).await?;
    // Of a template that failed, the source counts.
    let rendered: Vec<Option<String>> = templates.iter().map(|_| texts.next().ok()).collect();
    tried(work, chooser, &rendered, rendering.unit, pattern, message)
}

fn tried(
    work: &Situation<'_>,
    chooser: &Chooser,
    rendered: &[Option<String>],
    unit: Unit,
    pattern: &str,
    message: Option<&str>,
) -> Result<Chosen, Refusal> {
    let request = work.request;
    let (url, parameters) = (single_slashes(request), parameters(&request.params));
    let parts = RequestParts {
        method: request.method.as_str(),
        url: &url,
        pattern,
        headers: &request.headers,
        body: &request.body,
        parameters: &parameters,
        message,
    };
    let facts = Found {
        request: RequestFacts::new(parts),
        number: request.number,
        unit: RefCell::new(unit),
        surroundings: &work.site.surroundings,
    };
    let mut random = work.door.gateway.seed.of_request(request.id);
    let chosen = chooser.choose(&facts, rendered, &mut random);
    let chosen = chosen.map_err(|error| Refusal::new(Kind::Rules, error.to_string()))?;
    Ok((chosen, facts.unit.into_inner()))
}

fn parameters(params: &Params) -> Value {
    let value = |value: &ringback_model::http_values::ParamValue| match value.segments() {
        Some(segments) => Value::array(segments.iter().map(|segment| Value::string(segment.as_str())).collect()),
        None => Value::string(value.as_str()),
    };
    Value::object(params.iter().map(|(name, found)| (Text::from(name.clone()), value(found))).collect())
}

/// A document as conditions see it.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::String(Text::from(text.clone())),
        Json::Array(array) => Value::array(array.iter().map(value).collect()),
        Json::Object(object) => {
            Value::object(object.iter().map(|(name, member)| (Text::from(name.clone()), value(member))).collect())
        }
    }
}

// === impl Found ===

impl Found<'_> {
    fn read(&self, bucket: &str) -> Option<Value> {
        self.unit.borrow_mut().read(bucket).ok().flatten().map(value)
    }

    /// The name of the bucket that has this id. Absent: it may be a name itself.
    fn of_id(&self, id: &str) -> Option<&str> {
        let ids = self.surroundings.bucket_ids();
        ids.iter().rfind(|(known, _)| **known == *id).map(|(_, name)| name.as_str())
    }
}

impl Facts for Found<'_> {
    fn request(&self) -> &RequestFacts<'_> {
        &self.request
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn global(&self, name: &str) -> Option<Value> {
        match self.unit.borrow_mut().read(BucketName::GLOBALS).ok()?? {
            Json::Object(globals) => globals.get(name).map(value),
            _ => None,
        }
    }

    fn globals(&self) -> Value {
        self.read(BucketName::GLOBALS).unwrap_or_else(|| Value::object(vec![]))
    }

    fn bucket(&self, name: &str) -> Option<Value> {
        self.read(self.of_id(name).unwrap_or(name))
    }

    fn buckets(&self) -> Value {
        let names: Vec<Arc<str>> = {
            let unit = self.unit.borrow();
            unit.buckets()
                .map(|name| Arc::from(name.as_str()))
                .filter(|name: &Arc<str>| !name.starts_with('$'))
                .collect()
        };
        let named = names.into_iter().filter_map(|name| Some((Text::from(name.clone()), self.read(&name)?)));
        let ids = self.surroundings.bucket_ids().iter();
        let by_id = ids.filter_map(|(id, name)| Some((Text::from(id.clone()), self.read(name.as_str())?)));
        Value::object(named.chain(by_id).collect())
    }
}
