//! One attempt: plan, send, judge, settle, tell.

use std::sync::Arc;

use ringback_model::{
    callback::{Attempt, Callback, Settlement},
    fault::StoreError,
    journal::{CallbackNote, Event},
    time::Clock as _,
};

use crate::{
    engine::{Ports, Shared},
    pause::Pause,
    policy::{Policy, phrase},
    timeline::Ran,
    verdict,
};

// === impl Shared ===

impl Shared {
    /// Attempts a claimed callback once. Absent: it was gone when its attempt ended.
    pub(crate) async fn attempt(self: &Arc<Self>, callback: Callback) -> Option<Ran> {
        let settlement = self.try_once(&callback).await;
        let attempt = settlement.attempt.clone();
        let follow = settlement.follow.clone();
        let settled = self.settle(&callback, settlement).await?;
        tracing::debug!(outcome = ?attempt.as_ref().map(|a| phrase(&a.outcome)), state = settled.state.name(), "settled");
        let ran = Ran::of(&settled, attempt.as_ref(), self.ports.clock.now());
        self.tell(&settled, attempt);
        self.tell_what_follows(&follow).await;
        Some(ran)
    }

    /// What an attempt comes to. Times are of the gateway's clock; the courier's timeout is of real time.
    async fn try_once(&self, callback: &Callback) -> Settlement {
        let Ports { clock, courier, policies, .. } = &self.ports;
        let number = callback.attempt_count().saturating_add(1);
        let policy = match Policy::of(callback, policies) {
            Ok(policy) => policy,
            Err(missing) => return verdict::parked(None, missing, clock.now()),
        };
        let outgoing = match policy.plan(callback, number).await {
            Ok(outgoing) => outgoing,
            Err(fault) => return verdict::faulted(None, &fault, clock.now()),
        };
        let started = clock.now();
        let outcome = courier.send(callback, &outgoing).await;
        let attempt = Attempt { number, started, took: clock.now().since(started), outcome };
        match policy.decide(callback, number, &attempt.outcome).await {
            Ok(decision) => verdict::judged(callback, attempt, decision, clock.now()),
            Err(fault) => verdict::faulted(Some(attempt), &fault, clock.now()),
        }
    }

    /// Settles in one commit, however often that takes. Absent: the callback is gone, a reset took it.
    async fn settle(&self, callback: &Callback, mut settlement: Settlement) -> Option<Callback> {
        let mut pause = Pause::new();
        loop {
            match self.ports.store.settle(&callback.id, settlement.clone()).await {
                Ok(settled) => return settled,
                Err(StoreError::Full(why)) if !settlement.follow.is_empty() => {
                    let why = format!("delivered, but what follows finds no room: {why}");
                    settlement = verdict::parked(settlement.attempt, why, settlement.due);
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "an attempt could not be settled yet");
                    if !pause.wait(&self.abort).await {
                        return None;
                    }
                }
            }
        }
    }

    fn tell(&self, callback: &Callback, attempt: Option<Attempt>) {
        let Ports { clock, journal, .. } = &self.ports;
        let note = CallbackNote::of(callback.clone(), clock.now());
        journal.record(match attempt {
            Some(attempt) => Event::Attempted(note, Box::new(attempt)),
            None => Event::Moved(note),
        });
    }

    /// Tells of the callbacks that follow, but for those that an idempotency key kept out.
    async fn tell_what_follows(&self, follow: &[Callback]) {
        let Ports { clock, journal, store, .. } = &self.ports;
        for callback in follow {
            if let Ok(Some(queued)) = store.callback(&callback.id).await {
                journal.record(Event::Scheduled(CallbackNote::of(queued, clock.now())));
            }
        }
    }
}
