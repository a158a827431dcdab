//! A bucket as a REST collection: what a chosen response answers that serves one. The arithmetic is in
//! `ringback-collection`; here are the request, the unit of work, and the template of new ids.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ringback_collection::{Asked, Counts, NewId, Operation, needs_id, run};
use ringback_matching::RequestParts;
use ringback_model::{http_values::Request, ports::Context, seed::Stream, unit::Unit};
use ringback_values::{Value, request::RequestData};

use super::{
    answering::Situation,
    first_use::refused,
    given::{Draft, Drafted},
    texts::Texts,
};
use crate::{
    http::refusal::{Kind, Refusal},
    site::CollectionPlan,
};

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
const FILTERED: HeaderName = HeaderName::from_static("x-filtered-count");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Does what the request asks of a collection, and puts what comes of it into a draft.
///
/// # Errors
/// When the renderer failed, or the bucket became too large.
pub(super) async fn serve(
    work: &Situation<'_>,
    plan: &CollectionPlan,
    mut draft: Draft,
    mut unit: Unit,
) -> Result<(Draft, Unit), Refusal> {
    let bucket = plan.bucket.as_str();
    let (request, has_id) = (work.request, work.item);
    let operation = Operation::of(&request.method, has_id)
        .ok_or_else(|| Refusal::new(Kind::Defect, "a collection was asked with a method that it does not have"))?;
    // Absent: there is no such bucket, and nothing to say about it.
    let Ok(document) = unit.glance(bucket).cloned() else { return Ok((draft, unit)) };
    let (query, body) = read(request);
    let mut rendered = None;
    if let Some(number) = plan.id_template
        && needs_id(operation, document.value.as_ref(), &plan.key, &body)
    {
        let (mut texts, rendering) = Texts::render(work.site, &[number], Context::default(), work.call(unit)).await?;
        // Where it fails, the id follows from the others'.
        rendered = texts.next().ok();
        unit = rendering.unit;
    }
    let id = if has_id { id(request) } else { "" };
    let new_id =
        NewId { rendered: rendered.as_deref(), uuid: || uuid(&mut work.door.gateway.seed.of_request(request.id)) };
    let asked = Asked { id, query: &query, body };
    let outcome = match run(operation, document.value.as_ref(), &plan.key, asked, new_id) {
        Ok(outcome) => outcome,
        Err(error) => {
            draft.status = StatusCode::BAD_REQUEST;
            draft.content = Drafted::Failed(error.to_string());
            return Ok((draft, unit));
        }
    };
    if outcome.reads {
        // Remembered, so that a change under it is a conflict.
        let _ = unit.read(bucket);
    }
    for change in outcome.changes {
        unit.change(bucket, change).map_err(refused)?;
    }
    if !document.waits {
        draft.headers.insert(header::CONTENT_TYPE, JSON);
    }
    outcome.counts.iter().for_each(|counts| count(&mut draft.headers, *counts));
    draft.status = outcome.status.unwrap_or(draft.status);
    draft.content = Drafted::Text(outcome.body.into());
    Ok((draft, unit))
}

/// The query, and the content: parsed if its type says how, else its text, else an empty object.
fn read(request: &Request) -> (Value, Value) {
    let url = request.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut parts = RequestParts {
        method: request.method.as_str(),
        url,
        pattern: "*",
        headers: &request.headers,
        body: &request.body,
        parameters: &Value::Undefined,
        message: None,
    };
    let data = RequestData::default();
    let body = match data.body(&mut parts) {
        Value::Undefined if request.body.is_empty() => Value::object(vec![]),
        Value::Undefined => Value::String(data.text(&mut parts).clone()),
        parsed => parsed.clone(),
    };
    (data.query(&mut parts).clone(), body)
}

/// The id in the path: its last parameter of that name.
fn id(request: &Request) -> &str {
    request.params.iter().rfind(|(name, _)| &**name == "id").map_or("", |(_, value)| value.as_str())
}

fn count(headers: &mut HeaderMap, counts: Counts) {
    headers.insert(TOTAL, counts.total.into());
    headers.insert(FILTERED, counts.filtered.into());
}

/// A random UUID (RFC 9562, version 4).
fn uuid(random: &mut Stream) -> String {
    let bits = (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64());
    let bits = bits & !(0xf << 76) | 4 << 76;
    let bits = bits & !(0b11 << 62) | 0b10 << 62;
    let digits = format!("{bits:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        // Writing to a string does not fail.
        let _ = text.write_char(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use ringback_model::seed::Seed;

    use super::uuid;

    #[test]
    fn a_uuid_says_that_it_is_random() {
        let text = uuid(&mut Seed(1).stream(1));
        let parts: Vec<&str> = text.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{text}");
    }
}
