//! The content of buckets at start. Templates among them are rendered in the order of their declaration, each with those
//! before it to read, and to change, as Mockoon's can; a text that is not JSON becomes a string (Mockoon's rule).

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{Bucket, Seeding},
    ids::{BucketName, RequestId, RouteName},
    json::Json,
    ports::{self, Call, Context, Templates},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Document, Scope, Unit, View},
};

use super::{Piece, Site, Surroundings, build::placed};

/// What buckets are made with.
pub(super) struct Making<'a> {
    /// Absent: there are no templates.
    pub(super) templates: Option<&'a dyn Templates>,
    pub(super) scope: &'a Scope,
    /// The name that stands for the route, as none is answering.
    pub(super) unrouted: &'a RouteName,
    pub(super) surroundings: &'a Arc<Surroundings>,
    pub(super) now: Timestamp,
    pub(super) seed: Seed,
    /// Whether Mockoon's conventions hold: there are global variables, and a template that fails is not wrong, its bucket
    /// holds the message.
    pub(super) mockoon: bool,
    /// Whether there are scripts, which keep texts.
    pub(super) scripts: bool,
}

/// The content at start of all buckets.
///
/// # Errors
/// Every bucket whose template failed.
pub(super) async fn seeds(
    buckets: &[(&Bucket, Option<Piece>)],
    making: &Making<'_>,
) -> Result<Vec<(BucketName, Document)>, Diagnostics> {
    let globals = making.mockoon.then(BucketName::globals);
    let hidden = globals.into_iter().chain(making.scripts.then(BucketName::scripts));
    let mut names: Vec<BucketName> = hidden.collect();
    let mut view = View::seeded(names.iter().map(|name| (name.clone(), Document::new(Json::object()))));
    let mut wrong = Diagnostics::default();
    for (index, (bucket, piece)) in buckets.iter().enumerate() {
        let made = match (&bucket.seed, piece, making.templates) {
            (Seeding::Value(value), ..) => Ok(value.clone().into()),
            (Seeding::AtFirstUse(text), ..) => Ok(Document::waiting(&text.source)),
            (Seeding::Template(_), Some(Piece::Fixed(bytes)), _) => Ok(read(&String::from_utf8_lossy(bytes)).into()),
            (Seeding::Template(_), Some(Piece::Template(number)), Some(templates)) => {
                match making.rendered(templates, *number, index, &mut view).await {
                    Err(Failed::Template(why)) if making.mockoon => Ok(Json::from(&*why).into()),
                    other => other.map(Document::new),
                }
            }
            _ => Err(Failed::Renderer("its template was not compiled".into())),
        };
        match made {
            Ok(document) => {
                names.push(bucket.name.clone());
                view.insert(bucket.name.clone(), document);
            }
            Err(Failed::Template(why) | Failed::Renderer(why)) => {
                let message = format!("bucket `{}` can't be made: {why}", bucket.name);
                wrong.push(placed(Diagnostic::error(message), &bucket.origin));
            }
        }
    }
    if wrong.has_errors() {
        return Err(wrong);
    }
    let seeds = names.into_iter().filter_map(|name| Some((name.clone(), view.get(name.as_str())?.clone())));
    Ok(seeds.collect())
}

/// The content of a site's buckets, hidden ones included, made once more as Mockoon's purge does: templates are rendered
/// with the global variables as they are by now, absent where there are none, and with what comes next of generated data. A
/// bucket that the renderer does not run is as at start.
pub(crate) async fn anew(
    site: &Site,
    globals: Option<&Document>,
    now: Timestamp,
    seed: Seed,
) -> Vec<(BucketName, Document)> {
    let making = Making {
        templates: site.templates.as_deref(),
        scope: &site.default_scope,
        unrouted: &site.unrouted,
        surroundings: &site.surroundings,
        now,
        seed,
        mockoon: true,
        scripts: false,
    };
    let mut view = View::seeded(globals.map(|globals| (BucketName::globals(), globals.clone())));
    for (index, (name, at_start)) in site.seeds.iter().enumerate().filter(|(_, (name, _))| !name.is_hidden()) {
        let number = site.seeding.iter().find(|(known, _)| known == name).map(|(_, number)| *number);
        let made = match making.templates.zip(number) {
            Some((templates, number)) => match making.rendered(templates, number, index, &mut view).await {
                Ok(value) => Document::new(value),
                Err(Failed::Template(why)) => Json::from(&*why).into(),
                Err(Failed::Renderer(_)) => at_start.clone(),
            },
            None => at_start.clone(),
        };
        view.insert(name.clone(), made);
    }
    let made = site.seeds.iter().filter_map(|(name, _)| Some((name.clone(), view.get(name.as_str())?.clone())));
    made.collect()
}

/// Why a bucket has no content.
enum Failed {
    /// What its template says.
    Template(String),
    /// The renderer did not run it.
    Renderer(String),
}

// === impl Making ===

impl Making<'_> {
    /// What a bucket's template makes of those before it, which it may change.
    async fn rendered(
        &self,
        templates: &dyn Templates,
        number: usize,
        index: usize,
        view: &mut View,
    ) -> Result<Json, Failed> {
        let cause = Cause::Request(RequestId { tag: 0, number: 0 });
        let unit = Unit::new(self.scope.clone(), self.unrouted.clone(), cause, 0, view.clone());
        let random = self.seed.stream(u64::MAX - index as u64);
        let surroundings: Arc<dyn ports::Surroundings> = self.surroundings.clone();
        let (now, surroundings) = (self.now, Some(surroundings));
        let call = Call { request: None, unit, now, random, upstream: None, surroundings };
        let rendering = templates.render(&[number], Context::default(), call).await;
        let rendering = rendering.map_err(|fault| Failed::Renderer(fault.to_string()))?;
        // Nobody else changes the view.
        let _ = rendering.unit.finish(self.now).apply(view);
        match rendering.outputs.into_iter().next() {
            Some(Ok(text)) => Ok(read(&text)),
            Some(Err(why)) => Err(Failed::Template(why)),
            None => Err(Failed::Renderer("the renderer gave no text".into())),
        }
    }
}

/// A text as a bucket's content: JSON, or a string where it is none.
pub(crate) fn read(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|_| text.into())
}
