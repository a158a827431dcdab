//! Header fields of an answer, once their templates are rendered.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};
use ringback_model::{
    http_values::Request,
    ports::Context,
    unit::{Scope, Unit, View},
};

use super::{
    answering::Situation,
    texts::Texts,
    work::{Job, commit},
};
use crate::{
    gateway::Door,
    http::{
        express,
        refusal::{Kind, Refusal},
    },
    site::{HeadersPlan, Site},
};

/// What stands where a field's template failed (`mockoon.md`, section 2.4).
pub(super) const FAILED: &str = "-- Header parsing error, see logs for more details --";

/// The fields of a plan. Their texts are the next ones.
///
/// # Errors
/// When a template failed, or a field came out that can't be sent; never where Mockoon's conventions hold.
pub(super) fn rendered(site: &Site, plan: &HeadersPlan, texts: &mut Texts) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::clone(&plan.fixed);
    let mockoon = site.mockoon().is_some();
    for (name, _) in &plan.rendered {
        match texts.next() {
            Ok(text) if mockoon => express::set(&mut headers, name, &text),
            Err(_) if mockoon => express::set(&mut headers, name, FAILED),
            Ok(text) => drop(headers.append(name.clone(), value(name, &text)?)),
            Err(why) => {
                return Err(Refusal::new(Kind::Plugin, format!("header `{name}`'s template failed: {why}")));
            }
        }
    }
    Ok(headers)
}

fn value(name: &HeaderName, text: &str) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| Refusal::new(Kind::Plugin, format!("header `{name}` came out with control characters")))
}

/// The environment's own fields, for an answer that no response of a route gives. Where they can't be rendered, those that
/// are fixed.
pub(super) async fn of_site(door: &Door, site: &Site, request: &Arc<Request>) -> HeaderMap {
    if site.headers.rendered.is_empty() {
        return HeaderMap::clone(&site.headers.fixed);
    }
    let job = Fields { door, site, request };
    match commit(&door.gateway, &job).await {
        Ok((headers, _)) => headers,
        Err(refusal) => {
            tracing::warn!(request = %request.id, "the environment's header fields: {}", refusal.public);
            HeaderMap::clone(&site.headers.fixed)
        }
    }
}

/// Rendering the environment's fields, as a job.
struct Fields<'a> {
    door: &'a Door,
    site: &'a Site,
    request: &'a Arc<Request>,
}

impl Job for Fields<'_> {
    type Output = HeaderMap;

    fn scope(&self) -> Scope {
        self.situation().scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.situation().unit(scope, view)
    }

    async fn run(&self, unit: Unit) -> Result<(HeaderMap, Unit), Refusal> {
        let plan = &self.site.headers;
        let templates: Vec<usize> = plan.rendered.iter().map(|(_, number)| *number).collect();
        let (mut texts, rendering) =
            Texts::render(self.site, &templates, Context::default(), self.situation().call(unit)).await?;
        Ok((rendered(self.site, plan, &mut texts)?, rendering.unit))
    }

    fn hold(&self, _: &HeaderMap) -> Duration {
        Duration::ZERO
    }
}

impl Fields<'_> {
    fn situation(&self) -> Situation<'_> {
        Situation {
            door: self.door,
            site: self.site,
            route: None,
            item: false,
            validates: false,
            path: None,
            values: None,
            request: self.request,
        }
    }
}
