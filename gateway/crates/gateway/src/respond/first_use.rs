//! Makes buckets whose templates need a request: by the first one to a route that refers to them, in its unit of work. Then
//! they stay as they are. Of requests that come at once, one makes them, and the others run again and find them made.

use ringback_model::{
    json::Json,
    ports::Context,
    unit::{BucketError, Change, Unit},
};

use super::{answering::Situation, texts::Texts};
use crate::{
    http::refusal::{Kind, Refusal},
    site::{FirstUse, read},
};

/// Makes the buckets that a route refers to and that nobody has made.
///
/// # Errors
/// When the renderer failed, or a bucket became too large.
pub(super) async fn made(work: &Situation<'_>, mut unit: Unit) -> Result<Unit, Refusal> {
    for FirstUse { bucket, source } in work.route.map_or(&[] as &[_], |route| &route.first_uses) {
        if !unit.glance(bucket.as_str()).is_ok_and(|document| document.waits) {
            continue;
        }
        // Remembered as read: whoever makes it at the same time must not be overwritten.
        let _ = unit.read(bucket.as_str());
        let number: Vec<usize> = source.template().into_iter().collect();
        let (mut texts, rendering) = Texts::render(work.site, &number, Context::default(), work.call(unit)).await?;
        unit = rendering.unit;
        // What is wrong with its template is what the bucket holds then (Mockoon's rule).
        let value = texts.take(source).map_or_else(|why| Json::from(&*why), |text| read(&text));
        unit.change(bucket.as_str(), Change::Set("".into(), value)).map_err(refused)?;
    }
    Ok(unit)
}

/// A bucket that does not take a change: it would become too large.
pub(super) fn refused(error: BucketError) -> Refusal {
    Refusal::new(Kind::Store, error.to_string())
}
