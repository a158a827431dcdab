//! Ends work that takes too long. The timer is looked for only when an answer is not there at once, so a static answer
//! pays nothing for it; and a connection has one, set anew for each of its requests, since making one takes a lock that
//! all connections share, and setting one to a later time does not.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use parking_lot::Mutex;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep};
use tower::Service;

use super::{
    pipeline::{Answered, Inbound},
    refusal::{Kind, Refusal},
};

/// The layer.
#[derive(Clone)]
pub struct Deadline<S> {
    inner: S,
    most: Duration,
    spare: Spare,
}

type Alarm = Pin<Box<Sleep>>;

/// A connection's alarm while no request uses it. Absent: one does, or none has needed it yet.
type Spare = Arc<Mutex<Option<Alarm>>>;

pin_project! {
    /// Work with an end.
    pub struct Ended<F> {
        #[pin]
        inner: F,
        most: Duration,
        alarm: Option<Alarm>,
        spare: Spare,
    }
}

impl<S> Deadline<S> {
    /// Gives each request of a connection at most `most`, in real time.
    pub fn new(inner: S, most: Duration) -> Self {
        Self { inner, most, spare: Spare::default() }
    }
}

impl<S> Service<Inbound> for Deadline<S>
where
    S: Service<Inbound, Response = Answered, Error = Refusal>,
{
    type Response = Answered;
    type Error = Refusal;
    type Future = Ended<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refusal>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, inbound: Inbound) -> Self::Future {
        Ended { inner: self.inner.call(inbound), most: self.most, alarm: None, spare: self.spare.clone() }
    }
}

impl<F: Future<Output = Result<Answered, Refusal>>> Future for Ended<F> {
    type Output = Result<Answered, Refusal>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.inner.poll(cx) {
            if let Some(alarm) = this.alarm.take() {
                *this.spare.lock() = Some(alarm);
            }
            return Poll::Ready(output);
        }
        let most = *this.most;
        let alarm = this.alarm.get_or_insert_with(|| set(this.spare.lock().take(), most));
        alarm.as_mut().poll(cx).map(|()| {
            let public = format!("there was no answer within {} s", most.as_secs_f64());
            Err(Refusal::new(Kind::TimedOut, public))
        })
    }
}

/// An alarm that rings after `most`.
fn set(spare: Option<Alarm>, most: Duration) -> Alarm {
    let Some(mut alarm) = spare else { return Box::pin(sleep(most)) };
    alarm.as_mut().reset(Instant::now() + most);
    alarm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_that_never_ends_is_ended() {
        let most = Duration::from_secs(30);
        let (inner, spare) = (std::future::pending(), Spare::default());
        let refusal = Ended { inner, most, alarm: None, spare }.await.err().unwrap();
        assert_eq!((refusal.kind, refusal.public.as_str()), (Kind::TimedOut, "there was no answer within 30 s"));
    }
}
