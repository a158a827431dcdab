//! A transaction as Mockoon shows it, made of what the journal keeps of an exchange. Contents are cut where the journal
//! cuts them.

use std::sync::Arc;

use http::{HeaderMap, StatusCode, header};
use ringback_matching::Found;
use ringback_model::{
    environment::{Environment, Response, Route},
    head::Head,
    http_values::ParamValue,
    journal::{Exchange, Matched},
};
use ringback_values::{
    Object, Text, Value,
    request::{joined_headers, parse_query},
};
use sha2::{Digest, Sha256};

use super::{object, text};
use crate::site::Site;

/// Stands for the content of an answer that was not kept.
const BINARY: &str = "#######BINARY-CONTENT#######";
/// What stands in place of what nobody else may read.
const REDACTED: &str = "[REDACTED]";
/// Fields whose values are not shown, but for the scheme of the first two.
const SENSITIVE: [&str; 7] =
    ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token"];
/// What `decodeURI` leaves as it is (ECMAScript, section 19.2.6.1).
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// An exchange as a transaction, credentials taken out. `environment` is what `site` was made of; absent: it is not known any
/// more, and the ids of routes with it.
pub fn transaction(exchange: &Exchange, site: &Site, environment: Option<&Environment>) -> Value {
    let (route, response) = environment.map_or((None, None), |environment| matched(exchange, environment));
    let id = |id: Option<&Arc<str>>| id.map_or(Value::Undefined, |id| text(id));
    object([
        ("request", request(exchange, site, environment, route)),
        ("response", answer(exchange)),
        ("routeResponseUUID", id(response.and_then(|response| response.id.as_ref()))),
        ("routeUUID", id(route.and_then(|route| route.id.as_ref()))),
        ("proxied", Value::Bool(is_proxied(exchange))),
        ("timestampMs", Value::Number((exchange.received.after(exchange.took).as_micros() / 1_000) as f64)),
        ("uuid", text(&uuid(exchange))),
    ])
}

/// Whether another server answered.
pub fn is_proxied(exchange: &Exchange) -> bool {
    matches!(exchange.matched, Matched::Upstream { .. })
}

/// The environment's route and response that answered. Absent: none of its own did.
fn matched<'a>(exchange: &Exchange, environment: &'a Environment) -> (Option<&'a Route>, Option<&'a Response>) {
    let name = exchange.matched.route();
    let route = environment.routes.iter().find(|route| Some(&route.name) == name && route.id.is_some());
    let response = match &exchange.matched {
        Matched::Response { response, .. } => route.and_then(|route| route.responses().nth(*response)),
        _ => None,
    };
    (route, response)
}

fn request(exchange: &Exchange, site: &Site, environment: Option<&Environment>, route: Option<&Route>) -> Value {
    let head = &exchange.head;
    let query = head.query().unwrap_or_default();
    let path = route.zip(environment).map_or(Value::Null, |(route, environment)| text(&pattern(route, environment)));
    object([
        ("method", text(&exchange.method.as_str().to_ascii_lowercase())),
        ("urlPath", text(head.path())),
        ("route", path),
        ("params", params(exchange, site)),
        ("query", text(&decoded(query))),
        ("queryParams", parse_query(query)),
        ("body", text(&String::from_utf8_lossy(&exchange.body))),
        ("headers", fields(&of_head(head))),
    ])
}

fn answer(exchange: &Exchange) -> Value {
    let mut headers = of_map(&exchange.answer_headers);
    let empty = matches!(exchange.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let known = !exchange.answer_streamed || exchange.answer_bytes > 0;
    if known && !empty && !exchange.answer_headers.contains_key(header::CONTENT_LENGTH) {
        headers.push((Text::fixed("content-length"), Text::from(exchange.answer_bytes.to_string())));
    }
    let body = match &exchange.matched {
        Matched::Gateway(_) | Matched::Admin => Value::Undefined,
        _ if exchange.answer_streamed => text(BINARY),
        _ => text(&String::from_utf8_lossy(&exchange.answer_body)),
    };
    object([
        ("statusCode", Value::Number(exchange.status.as_u16().into())),
        ("statusMessage", text(exchange.status.canonical_reason().unwrap_or("unknown"))),
        ("headers", fields(&headers)),
        ("body", body),
    ])
}

/// A route's path behind the prefix, as it was written.
fn pattern(route: &Route, environment: &Environment) -> String {
    let parts = [environment.prefix.trim_matches('/'), route.path.trim_start_matches('/')];
    format!("/{}", parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"))
}

/// What the path of the route that answered captured; parameters of several segments are arrays.
fn params(exchange: &Exchange, site: &Site) -> Value {
    let captured = match site.table.find(&exchange.method, exchange.head.path()) {
        Found::Route { index, params, .. } => {
            let same = site.routes.get(index).is_some_and(|route| Some(&route.name) == exchange.matched.route());
            same.then_some(params)
        }
        _ => None,
    };
    let one = |(name, value): (Arc<str>, ParamValue)| {
        let segments = value.segments().map(|segments| Value::array(segments.iter().map(|part| text(part)).collect()));
        object([("name", text(&name)), ("value", segments.unwrap_or_else(|| text(value.as_str())))])
    };
    Value::array(captured.into_iter().flatten().map(one).collect())
}

/// A query with its escapes resolved, but for those of characters that mean something in it; as it is where one is wrong.
fn decoded(query: &str) -> String {
    let mut out = Vec::with_capacity(query.len());
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = bytes.next().zip(bytes.next()).map(|(high, low)| [high, low]);
        let Some(digits) = digits else { return query.to_owned() };
        let value = std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match value {
            None => return query.to_owned(),
            Some(value) if RESERVED.contains(&value) => out.extend([b'%', digits[0], digits[1]]),
            Some(value) => out.push(value),
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| query.to_owned())
}

// === header fields ===

fn of_head(head: &Head) -> Vec<(Text, Text)> {
    head.fields().map(|(name, value)| (Text::from(name), Text::from(&*String::from_utf8_lossy(value)))).collect()
}

fn of_map(fields: &HeaderMap) -> Vec<(Text, Text)> {
    let value = |value: &http::HeaderValue| Text::from(&*String::from_utf8_lossy(value.as_bytes()));
    fields.iter().map(|(name, field)| (Text::from(name.as_str()), value(field))).collect()
}

/// Fields as Mockoon lists them: joined as Node joins them, by name, credentials taken out.
pub(super) fn fields(fields: &[(Text, Text)]) -> Value {
    let Value::Object(joined) = joined_headers(fields.to_vec()) else { return Value::array(vec![]) };
    let mut members: Vec<(&Text, &Value)> = Object::iter(&joined).map(|(name, value)| (name, value)).collect();
    members.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
    let one = |(name, value): (&Text, &Value)| {
        let shown = redacted(name, &value.to_text());
        object([("key", Value::String(name.clone())), ("value", Value::string(shown))])
    };
    Value::array(members.into_iter().map(one).collect())
}

fn redacted(name: &str, value: &str) -> String {
    match SENSITIVE.iter().position(|sensitive| name.eq_ignore_ascii_case(sensitive)) {
        None => value.to_owned(),
        Some(0 | 1) => match value.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {REDACTED}"),
            None => REDACTED.to_owned(),
        },
        Some(_) => REDACTED.to_owned(),
    }
}

/// An id in the shape of a random UUID (RFC 9562 section 5.4), the same whenever the transaction is shown.
fn uuid(exchange: &Exchange) -> String {
    let digest = Sha256::digest(format!("transaction {}", exchange.id));
    let mut number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    number = number & !(0xf << 76) | 0x4 << 76;
    number = number & !(0x3 << 62) | 0x2 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_as_decode_uri_does() {
        assert_eq!(decoded("a=1&b[]=%C3%A9%20x"), "a=1&b[]=é x");
        assert_eq!(decoded("a=%26%3D"), "a=%26%3D");
        assert_eq!(decoded("q=%C3%A9&c=%zz"), "q=%C3%A9&c=%zz");
        assert_eq!(decoded("a=%"), "a=%");
        assert_eq!(decoded("a=%ff"), "a=%ff");
    }

    #[test]
    fn credentials_are_not_shown_and_their_scheme_is() {
        assert_eq!(redacted("authorization", "Bearer abc def"), "Bearer [REDACTED]");
        assert_eq!(redacted("Authorization", "abc"), "[REDACTED]");
        assert_eq!(redacted("x-api-key", "a b"), "[REDACTED]");
        assert_eq!(redacted("accept", "a b"), "a b");
    }
}
