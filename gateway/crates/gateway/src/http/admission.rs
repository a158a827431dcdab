//! Sheds what is too much: a request beyond the limit is told so at once, rather than left to wait behind all others.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tower::Service;

use super::{
    pipeline::{Answered, Inbound},
    refusal::{Kind, Refusal},
};

/// The layer.
#[derive(Clone)]
pub struct Admission<S> {
    inner: S,
    in_flight: Arc<AtomicUsize>,
    most: usize,
}

/// A place among the requests in flight.
struct Place(Arc<AtomicUsize>);

pin_project! {
    /// An admitted request, or one that was shed.
    pub struct Admitted<F> {
        #[pin]
        inner: Option<F>,
        place: Option<Place>,
        most: usize,
    }
}

impl<S> Admission<S> {
    /// Admits at most `most` requests at once, counted in `in_flight`.
    pub fn new(inner: S, in_flight: Arc<AtomicUsize>, most: usize) -> Self {
        Self { inner, in_flight, most }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S> Service<Inbound> for Admission<S>
where
    S: Service<Inbound, Response = Answered, Error = Refusal>,
{
    type Response = Answered;
    type Error = Refusal;
    type Future = Admitted<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, inbound: Inbound) -> Self::Future {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        let place = Some(Place(self.in_flight.clone()));
        let inner = (before < self.most).then(|| self.inner.call(inbound));
        Admitted { inner, place, most: self.most }
    }
}

impl<F: Future<Output = Result<Answered, Refusal>>> Future for Admitted<F> {
    type Output = Result<Answered, Refusal>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(inner) => inner.poll(cx).map_ok(|mut answered| {
                // What is sent piece by piece keeps its place until it has been sent.
                answered.response.body_mut().hold(this.place.take());
                answered
            }),
            None => {
                let public = format!("{} requests are being answered, more are not taken", this.most);
                Poll::Ready(Err(Refusal::new(Kind::Overloaded, public)))
            }
        }
    }
}
