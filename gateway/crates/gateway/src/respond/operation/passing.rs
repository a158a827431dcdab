//! Requests of an operation that another server answers: `PROXY` and `PROXY_FALLBACK` (`microcks.md`, section 2.4).

use http::Uri;

use super::Dispatching;
use crate::{
    http::refusal::Refusal,
    respond::{forward::forward_to, made::Made},
    site::RoutePlan,
};

/// What a server answers to the operation's request: its path below the service's base, after the server's. Absent: that
/// would be the same request again.
///
/// # Errors
/// When the server does not answer.
pub(super) async fn on(job: &Dispatching<'_>, route: &RoutePlan, upstream: &Uri) -> Result<Option<Made>, Refusal> {
    let work = &job.work;
    let query = work.request.uri.query().map_or(String::new(), |query| format!("?{query}"));
    let target = format!("{}{query}", work.resource_path());
    let sent = work.request.uri.path_and_query().map_or("/", |target| target.as_str());
    let own = format!("{}{sent}", work.request.origin);
    if format!("{}{target}", upstream.to_string().trim_end_matches('/')) == own {
        return Ok(None);
    }
    let mut made = forward_to(work.door, work.site, route, work.request, upstream, &target).await?;
    made.latency = job.latency(std::time::Duration::ZERO);
    Ok(Some(made))
}
