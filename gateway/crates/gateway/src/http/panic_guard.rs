//! Turns a panic into an answer, so that a defect costs one request and not the connection's others.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
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
pub struct PanicGuard<S> {
    inner: S,
}

pin_project! {
    /// A guarded answer. Absent: making it has panicked already.
    pub struct Guarded<F> {
        #[pin]
        inner: Option<F>,
        panic: Option<String>,
    }
}

impl<S> PanicGuard<S> {
    /// Guards a service.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Inbound> for PanicGuard<S>
where
    S: Service<Inbound, Response = Answered, Error = Refusal>,
{
    type Response = Answered;
    type Error = Refusal;
    type Future = Guarded<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, inbound: Inbound) -> Self::Future {
        // What a panic could leave half done is dropped with the future; shared state is behind locks that do not poison.
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(inbound))) {
            Ok(inner) => Guarded { inner: Some(inner), panic: None },
            Err(panic) => Guarded { inner: None, panic: Some(message(&*panic)) },
        }
    }
}

impl<F: Future<Output = Result<Answered, Refusal>>> Future for Guarded<F> {
    type Output = Result<Answered, Refusal>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(Err(defect(this.panic.take().unwrap_or_default())));
        };
        catch_unwind(AssertUnwindSafe(|| inner.poll(cx)))
            .unwrap_or_else(|panic| Poll::Ready(Err(defect(message(&*panic)))))
    }
}

fn defect(detail: String) -> Refusal {
    Refusal::new(Kind::Defect, "the gateway has a defect, please report it with the log").with_detail(detail)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_while_answering_is_an_answer() {
        let inner = std::future::poll_fn(|_| -> Poll<Result<Answered, Refusal>> { panic!("went wrong at {}", 7) });
        let refusal = Guarded { inner: Some(inner), panic: None }.await.err().unwrap();
        assert_eq!((refusal.kind, refusal.detail.as_deref()), (Kind::Defect, Some("went wrong at 7")));
        assert!(!refusal.public.contains("went wrong"));
    }
}
