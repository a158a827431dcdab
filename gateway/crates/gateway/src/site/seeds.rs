//! The content of buckets at start. Templates among them are rendered in the order of their declaration, each with those
//! before it to read; a text that is not JSON becomes a string (Mockoon's rule).

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{Bucket, Seeding},
    ids::{BucketName, RequestId, RouteName},
    json::Json,
    ports::{self, Call, Templates},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Scope, Unit, View},
};

use super::{Piece, Surroundings, build::placed};

/// The content at start of all buckets.
///
/// # Errors
/// Every bucket whose template failed.
pub(super) async fn seeds(
    buckets: &[(&Bucket, Option<Piece>)],
    templates: Option<&dyn Templates>,
    scope: &Scope,
    unrouted: &RouteName,
    surroundings: &Arc<Surroundings>,
    now: Timestamp,
    seed: Seed,
) -> Result<Vec<(BucketName, Json)>, Diagnostics> {
    let mut seeds: Vec<(BucketName, Json)> = Vec::with_capacity(buckets.len());
    let mut wrong = Diagnostics::default();
    for (index, (bucket, piece)) in buckets.iter().enumerate() {
        let text = match (&bucket.seed, piece, templates) {
            (Seeding::Value(value), ..) => Ok(value.clone()),
            (_, Some(Piece::Fixed(bytes)), _) => Ok(read(&String::from_utf8_lossy(bytes))),
            (_, Some(Piece::Template(number)), Some(templates)) => {
                let view = View::seeded(seeds.iter().cloned());
                let cause = Cause::Request(RequestId { tag: 0, number: 0 });
                let unit = Unit::new(scope.clone(), unrouted.clone(), cause, 0, view);
                let random = seed.stream(u64::MAX - index as u64);
                let surroundings: Arc<dyn ports::Surroundings> = surroundings.clone();
                let call = Call { request: None, unit, now, random, upstream: None, surroundings: Some(surroundings) };
                rendered(templates, *number, call).await
            }
            _ => Err("its template was not compiled".into()),
        };
        match text {
            Ok(value) => seeds.push((bucket.name.clone(), value)),
            Err(why) => {
                let message = format!("bucket `{}` can't be made: {why}", bucket.name);
                wrong.push(placed(Diagnostic::error(message), &bucket.origin));
            }
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(seeds) }
}

async fn rendered(templates: &dyn Templates, number: usize, call: Call) -> Result<Json, String> {
    let rendering = templates.render(&[number], None, call).await.map_err(|fault| fault.to_string())?;
    match rendering.outputs.into_iter().next() {
        Some(Ok(text)) => Ok(read(&text)),
        Some(Err(why)) => Err(why),
        None => Err("the renderer gave no text".into()),
    }
}

fn read(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|_| text.into())
}
