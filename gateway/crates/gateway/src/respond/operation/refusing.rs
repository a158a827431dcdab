//! What a client is told whose request an operation does not take: a text, as Microcks' clients know it. Why it is so stands in
//! a header field and the journal, and in the content for clients that accept `application/problem+json`.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use ringback_matching::{Dispatcher, Key};
use ringback_model::http_values::Request;

use crate::{
    http::{
        express::Sent,
        refusal::{ERROR_HEADER, HELP_HEADER, Kind, Refusal},
    },
    site::OperationPlan,
};

/// How much of an explanation a header field carries, in bytes.
const HELP_MAX_BYTES: usize = 500;

/// No example is meant by a request with this key.
pub(super) fn no_example(plan: &OperationPlan, key: &Key) -> Refusal {
    let mut refusal = Refusal::new(Kind::NoExample, Dispatcher::refusal(key));
    refusal.hints = plan.dispatcher.why_not(key);
    refusal
}

/// How a refusal of an operation looks. Absent: it is none, or the client wants a problem's description.
pub(in crate::respond) fn shown(request: &Request, refusal: &Refusal) -> Option<Sent> {
    if !refusal.kind.is_an_operations() || wants_problem(&request.headers) {
        return None;
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    headers.insert(ERROR_HEADER, HeaderValue::from_static(refusal.kind.name()));
    headers.extend(help(&refusal.hints).map(|help| (HELP_HEADER, help)));
    Some(Sent { status: refusal.kind.status(), headers, body: Bytes::from(refusal.public.clone()) })
}

/// An explanation as a header field. Absent: there is none.
pub(in crate::respond) fn help(lines: &[String]) -> Option<HeaderValue> {
    let text = lines.join("; ");
    let visible = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    let line: String = text.chars().map(visible).take(HELP_MAX_BYTES).collect();
    HeaderValue::from_str(&line).ok().filter(|line| !line.is_empty())
}

fn wants_problem(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|accepted| accepted.to_ascii_lowercase().contains("application/problem+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_fits_a_field() {
        assert_eq!(help(&["the key `é`".into(), "\r\nx: y".into()]).unwrap(), "the key `?`; ??x: y");
        assert_eq!(help(&["a".repeat(10_000)]).unwrap().len(), HELP_MAX_BYTES);
        assert_eq!(help(&[]), None);
    }
}
