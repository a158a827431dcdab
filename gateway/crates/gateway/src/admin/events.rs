//! `GET /__admin/events`: everything that happens, as it happens (server-sent events, WHATWG HTML section 9.2). The
//! event's name is its kind, its id its number in the journal.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::stream::{self, Stream};

use super::{Shared, views};
use crate::app::App;

/// A comment is sent after this long without an event, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Streams events until the client goes or the gateway ends.
pub(super) async fn stream(State(app): Shared) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(events(app)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

fn events(app: Arc<App>) -> impl Stream<Item = Result<Event, Infallible>> {
    let listener = app.gateway.journal.listen();
    let stop = app.stopping();
    stream::unfold((listener, stop), |(mut listener, stop)| async move {
        let next = tokio::select! {
            () = stop.cancelled() => None,
            next = listener.next() => next,
        };
        let (numbered, missed) = next?;
        let (name, data) = views::event(&numbered);
        let event = Event::default().id(numbered.0.to_string()).event(name).data(data.to_string());
        let event = if missed > 0 { event.comment(format!("{missed} events were missed")) } else { event };
        Some((Ok(event), (listener, stop)))
    })
}
