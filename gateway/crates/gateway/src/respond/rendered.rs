//! Makes an answer from a response's plan: all templates of the answer in one crossing, then body and headers checked.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use ringback_model::{
    http_values::{Answer, Content},
    ports::Call,
    unit::Unit,
};

use crate::{
    http::refusal::{Kind, Refusal},
    site::{Piece, ResponsePlan, Site},
};

/// The answer that a plan makes of a call, and the call's effects.
///
/// # Errors
/// When the renderer or a template failed, or a header came out that can't be sent.
pub(super) async fn answer(site: &Site, plan: &ResponsePlan, call: Call) -> Result<(Answer, Unit), Refusal> {
    let mut headers = HeaderMap::clone(&plan.headers);
    let templates = match (&plan.body, &site.templates) {
        (Piece::Fixed(body), _) if plan.templates.is_empty() => {
            return Ok((Answer { status: plan.status, headers, body: Content::Bytes(body.clone()) }, call.unit));
        }
        (_, None) => return Err(Refusal::new(Kind::Defect, "the templates were not compiled")),
        (_, Some(templates)) => templates,
    };
    let rendering = templates.render(&plan.templates, None, call).await?;
    let mut outputs = rendering.outputs.into_iter();
    let body = match &plan.body {
        Piece::Fixed(body) => body.clone(),
        Piece::Template(_) => Bytes::from(output(outputs.next(), "the body's")?),
    };
    for ((name, _), text) in plan.rendered_headers.iter().zip(outputs) {
        let text = text.map_err(|why| failed(&format!("header `{name}`'s"), &why))?;
        headers.append(name, value(name, &text)?);
    }
    Ok((
        Answer { status: rendering.status.unwrap_or(plan.status), headers, body: Content::Bytes(body) },
        rendering.unit,
    ))
}

/// One template's output.
pub(super) fn output(output: Option<Result<String, String>>, whose: &str) -> Result<String, Refusal> {
    match output {
        Some(Ok(text)) => Ok(text),
        Some(Err(why)) => Err(failed(whose, &why)),
        None => Err(Refusal::new(Kind::Plugin, "the renderer gave fewer texts than it was asked for")),
    }
}

fn failed(whose: &str, why: &str) -> Refusal {
    Refusal::new(Kind::Plugin, format!("{whose} template failed: {why}"))
}

fn value(name: &HeaderName, text: &str) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| Refusal::new(Kind::Plugin, format!("header `{name}` came out with control characters")))
}
