//! What an environment's proxy answers where no route does, as Mockoon passes requests on (`mockoon.md`, section 7, Proxy):
//! nothing is added that says so, fields that the document sets win, cookies lose their domain, and over plain HTTP the flag
//! that keeps them from it.

use std::{borrow::Cow, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ringback_model::{
    callback::Outgoing,
    http_values::Request,
    journal::Matched,
    ports::{Context, FetchError},
    unit::{Scope, Unit, View},
};

use super::{
    answering::Situation,
    cookies::{without_domain, without_secure},
    forward::{HEAD_MAX, end_to_end, fields, passed},
    headers::{self, FAILED},
    made::{Made, Reply},
    target::single_slashes,
    texts::Texts,
    work::{Job, commit},
};
use crate::{
    gateway::Door,
    http::{body::Body, express, refusal::Refusal},
    site::{Piece, ProxyPlan, Site},
};

/// Passes a request on, and its answer back as it comes. Where there is none, 504 says so.
///
/// # Errors
/// When the renderer failed.
pub(super) async fn proxied(
    door: &Door,
    site: &Site,
    proxy: &ProxyPlan,
    request: &Arc<Request>,
) -> Result<Made, Refusal> {
    let own = headers::of_site(door, site, request).await;
    let set = rendered(door, site, request, &proxy.request_headers).await?;
    let target = target(request, proxy, site.mockoon().is_some());
    Ok(match passed_on(door, site, proxy, request, &target, set).await {
        Ok(opened) => {
            let mut reply = passed(opened, request);
            let set = rendered(door, site, request, &proxy.response_headers).await?;
            reply.headers = merged(own, &reply.headers, set, door.origin.starts_with("http://"));
            Made::plain(reply, Matched::Upstream { route: site.unrouted.clone() })
        }
        Err(why) => {
            let (to, url) = (proxy.upstream.to_string(), single_slashes(request));
            let told = format!("An error occurred while trying to proxy to {} {url}: Error: {why}", base(&to));
            let sent = express::message(StatusCode::GATEWAY_TIMEOUT, own, told.clone());
            let reply = Reply { status: sent.status, headers: sent.headers, body: Body::Whole(sent.body) };
            let mut made = Made::plain(reply, Matched::Upstream { route: site.unrouted.clone() });
            made.notes.push(told);
            made
        }
    })
}

async fn passed_on(
    door: &Door,
    site: &Site,
    proxy: &ProxyPlan,
    request: &Request,
    target: &str,
    set: Vec<(HeaderName, HeaderValue)>,
) -> Result<ringback_egress::Opened, FetchError> {
    let base = proxy.upstream.to_string();
    let url = format!("{}{target}", self::base(&base));
    let url = url.parse().map_err(|error| FetchError::Failed(format!("{url}: {error}")))?;
    let mut headers = fields(request);
    for (name, value) in set {
        headers.insert(name, value);
    }
    let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let outgoing = Outgoing { method: request.method.clone(), url, headers, body: request.body.clone() };
    door.gateway.courier.pass_on(&site.name, &outgoing, HEAD_MAX).await
}

/// An upstream without the slash at its end, before which a target's begins.
fn base(upstream: &str) -> &str {
    upstream.trim_end_matches('/')
}

/// The target as the upstream gets it: each run of slashes as one and, where the proxy says so, without the environment's
/// prefix: where Mockoon's conventions hold, off a segment that only begins with it, too.
fn target<'r>(request: &'r Request, proxy: &ProxyPlan, is_mockoon: bool) -> Cow<'r, str> {
    let target = single_slashes(request);
    let Some(rest) = proxy.strip.as_deref().and_then(|prefix| target.strip_prefix(prefix)) else { return target };
    match rest.as_bytes().first() {
        None => "/".into(),
        Some(b'?') => format!("/{rest}").into(),
        Some(b'/') => rest.to_owned().into(),
        Some(_) if is_mockoon => format!("/{rest}").into(),
        Some(_) => target,
    }
}

/// The environment's fields, over which come the upstream's, over which come those that the proxy sets.
fn merged(mut own: HeaderMap, upstream: &HeaderMap, set: Vec<(HeaderName, HeaderValue)>, plain: bool) -> HeaderMap {
    for name in upstream.keys() {
        own.remove(name);
    }
    for (name, value) in end_to_end(upstream) {
        let value = match *name == header::SET_COOKIE {
            true if plain => without_domain(without_secure(value)),
            true => without_domain(value.clone()),
            false => value.clone(),
        };
        own.append(name.clone(), value);
    }
    // Cookies that are set replace all others and add up; Mockoon takes the flag from these whatever it listens with.
    if set.iter().any(|(name, _)| *name == header::SET_COOKIE) {
        own.remove(header::SET_COOKIE);
    }
    for (name, value) in set {
        match name == header::SET_COOKIE {
            true => drop(own.append(name, without_domain(without_secure(&value)))),
            false => drop(own.insert(name, value)),
        }
    }
    own
}

// === fields ===

/// Rendering a proxy's fields, as a job.
struct Fields<'a> {
    work: Situation<'a>,
    pieces: &'a [(HeaderName, Piece)],
}

/// The fields that a proxy sets, but for those whose value can't be sent.
async fn rendered(
    door: &Door,
    site: &Site,
    request: &Arc<Request>,
    pieces: &[(HeaderName, Piece)],
) -> Result<Vec<(HeaderName, HeaderValue)>, Refusal> {
    let work = Situation { door, site, route: None, item: false, validates: false, path: None, values: None, request };
    if pieces.iter().any(|(_, piece)| piece.template().is_some()) {
        return Ok(commit(&door.gateway, &Fields { work, pieces }).await?.0);
    }
    Ok(sendable(pieces, &mut Texts::default()))
}

fn sendable(pieces: &[(HeaderName, Piece)], texts: &mut Texts) -> Vec<(HeaderName, HeaderValue)> {
    let field = |(name, piece): &(HeaderName, Piece)| {
        let text = texts.take(piece).unwrap_or_else(|_| FAILED.to_owned());
        // Node writes a character a byte.
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        Some((name.clone(), HeaderValue::from_bytes(&bytes?).ok()?))
    };
    pieces.iter().filter_map(field).collect()
}

impl Job for Fields<'_> {
    type Output = Vec<(HeaderName, HeaderValue)>;

    fn scope(&self) -> Scope {
        self.work.scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.work.unit(scope, view)
    }

    async fn run(&self, unit: Unit) -> Result<(Self::Output, Unit), Refusal> {
        let templates: Vec<usize> = self.pieces.iter().filter_map(|(_, piece)| piece.template()).collect();
        let (mut texts, rendering) =
            Texts::render(self.work.site, &templates, Context::default(), self.work.call(unit)).await?;
        Ok((sendable(self.pieces, &mut texts), rendering.unit))
    }

    fn hold(&self, _: &Self::Output) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn who_sets_a_field_last_wins() {
        let own = map(&[("x-env", "env"), ("x-both", "env"), ("set-cookie", "env=1")]);
        let upstream = map(&[("x-both", "up"), ("set-cookie", "a=1; Domain=x.test; Secure"), ("set-cookie", "b=2")]);
        let merged = |set: Vec<_>, plain| {
            let merged = merged(own.clone(), &upstream, set, plain);
            let all =
                |name: &str| merged.get_all(name).iter().map(|v| v.to_str().unwrap().to_owned()).collect::<Vec<_>>();
            (all("x-env"), all("x-both"), all("set-cookie"))
        };
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(merged(vec![], true), (list(&["env"]), list(&["up"]), list(&["a=1", "b=2"])));
        assert_eq!(merged(vec![], false).2, list(&["a=1; Secure", "b=2"]));
        let set = map(&[("x-both", "set"), ("set-cookie", "c=3; secure")]);
        let set = set.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        assert_eq!(merged(set, false), (list(&["env"]), list(&["set"]), list(&["c=3"])));
    }
}
