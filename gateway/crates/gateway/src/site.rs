//! A site: one environment made ready to answer. Built off the request path, then never changed; a request takes the one
//! that is current when it arrives and keeps it to its end. What a request could work out each time is worked out here:
//! checked headers, fixed bodies, template numbers, whether an answer needs any work at all.

use std::{sync::Arc, time::Duration};

use http::Method;
use ringback_matching::{Found, RouteTable};
use ringback_model::{
    environment::{Conventions, Latency, Listen, MicrocksSettings, MockoonSettings},
    ids::{BucketName, EnvironmentName, RequestId, RouteName},
    ports::Templates,
    seed::Seed,
    unit::{Document, Scope},
};
use tokio_util::sync::CancellationToken;

use crate::{metrics::RouteMetrics, mockoon::admin::Admin};

mod aliases;
pub mod build;
mod first_use;
mod late;
mod names;
mod numbers;
mod operation;
mod plan;
mod seeds;
mod surroundings;
mod time_zone;
mod tls;

pub use aliases::{Aliases, Meant};
pub use late::LateTemplates;
pub use numbers::Numbers;
pub use operation::{ExamplePlan, OperationPlan, ScriptPlan};
pub use plan::{
    AnswerPlan, CallbackPlan, CollectionPlan, ContentPlan, FilePlan, FirstUse, HeadersPlan, OnErrorPlan, OutgoingPlan,
    PathPlan, Piece, ProxyPlan, Ready, ResponsePlan, RoutePlan, SocketPlan, UrlPlan, WebhookPlan, together,
};
pub(crate) use seeds::{anew, read};
pub use surroundings::Surroundings;
pub use tls::SiteTls;

/// One environment made ready to answer.
pub struct Site {
    /// The environment's name.
    pub name: EnvironmentName,
    /// Where it listens, as written.
    pub listen: Listen,
    /// Whose conventions hold where its document leaves something open.
    pub conventions: Conventions,
    latency: Latency,
    /// The header fields of answers that no response of a route gives.
    pub headers: HeadersPlan,
    /// Stands before every path, with its slash; empty: nothing does.
    pub prefix: String,
    /// Who answers what no route does. Absent: nobody.
    pub proxy: Option<ProxyPlan>,
    /// Finds the route of a request.
    pub table: RouteTable,
    /// Under which other paths routes are reached.
    pub aliases: Aliases,
    /// In the order of the document: what the table's indexes mean.
    pub routes: Vec<RoutePlan>,
    /// Calls that whoever fires them names a target for, in the order of the document.
    pub webhooks: Vec<WebhookPlan>,
    /// The compiled templates of all its answers. Absent: it has none.
    pub templates: Option<Arc<dyn Templates>>,
    /// Compiles what is known only while a request is answered: the content of files.
    pub late: LateTemplates,
    /// The content of its buckets at start, in the order of their declaration.
    pub seeds: Vec<(BucketName, Document)>,
    /// Those of them that are rendered at start, and the numbers of their templates.
    pub seeding: Vec<(BucketName, usize)>,
    /// What it says to its templates beside buckets.
    pub surroundings: Arc<Surroundings>,
    /// The listener's TLS. Absent: it has none.
    pub tls: Option<SiteTls>,
    /// Mockoon's admin API. Absent: it is off, or the conventions are others.
    pub admin: Option<Admin>,
    /// Whose state requests without a session work on.
    pub default_scope: Scope,
    /// Stands for the route where none answered: `-`.
    pub unrouted: RouteName,
    /// Ends when another site takes its place.
    pub retired: CancellationToken,
    /// Counts the requests that no route answered.
    pub unmatched: RouteMetrics,
}

// === impl Site ===

impl Site {
    /// What Mockoon's command line set. Absent: its conventions do not hold here.
    pub fn mockoon(&self) -> Option<&MockoonSettings> {
        self.conventions.mockoon()
    }

    /// What Microcks serves. Absent: its conventions do not hold here.
    pub fn microcks(&self) -> Option<&MicrocksSettings> {
        self.conventions.microcks()
    }

    /// Whether answers carry CORS fields whatever they are.
    pub fn allows_origins(&self) -> bool {
        self.microcks().is_some_and(|settings| settings.cors)
    }

    /// What a request's method and path lead to, and what its path means.
    pub fn find(&self, method: &Method, path: &str) -> (Found, Meant) {
        let mut meant = self.aliases.meant(path);
        let found = self.table.find(method, meant.path(path));
        if found == Found::NotFound
            && self.microcks().is_some()
            && let Some(shorter) = meant.path(path).strip_suffix('/').filter(|shorter| !shorter.is_empty())
        {
            let again = self.table.find(method, shorter);
            let shorter = shorter.to_owned();
            if again != Found::NotFound {
                meant.path = Some(shorter);
                return (again, meant);
            }
        }
        (found, meant)
    }

    /// How long the answer to a request waits, the latency of its own response included; the same each time it is asked.
    pub fn latency(&self, seed: Seed, request: RequestId, own: Duration) -> Duration {
        if !self.latency.random {
            return self.latency.most + own;
        }
        let mut draws = seed.of_request(request);
        // Mockoon's draw: whole milliseconds, up to and with the most.
        let mut drawn = |most: Duration| {
            let bound = u64::try_from(most.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
            Duration::from_millis(draws.below(bound))
        };
        drawn(self.latency.most) + drawn(own)
    }
}
