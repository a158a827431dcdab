//! Registrations: targets that want a webhook again and again, as Microcks has them (`microcks.md`, section 4.7). They fire at
//! times of the gateway's clock, so a test that moves it gets them all; each time a webhook's examples go out as callbacks
//! do, one after the other. Nothing fires while calls of the time before are under way. They live as long as the process.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use ringback_callbacks::Ticks;
use ringback_model::{
    callback::{Action, Callback, Outcome},
    ids::{CallbackId, SessionId},
    ports::BoxFuture,
    time::{Clock as _, Timestamp},
};

use crate::{
    app::App,
    respond::webhook::{Shot, fire},
};

/// How many there may be: each costs a rendering at its times.
pub const REGISTRATIONS_MAX: usize = 100;
/// How often one fires at most: what a person can still follow.
pub const FREQUENCY_MIN: Duration = Duration::from_secs(1);

/// The registrations of one gateway.
pub struct Registrations {
    app: Weak<App>,
    kept: Mutex<Vec<Registration>>,
}

/// One target of one webhook.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its id: 24 hexadecimal digits.
    pub id: Arc<str>,
    /// What it was registered for, as it was named.
    pub operation: String,
    /// The webhook.
    pub webhook: Arc<str>,
    /// The service that the webhook belongs to, as `name:version`.
    pub service: Arc<str>,
    /// The method of its calls.
    pub method: String,
    /// The target, as it was given.
    pub target: String,
    /// Between one time and the next.
    pub frequency: Duration,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// At so many errors it ends.
    pub errors_max: u32,
    /// How many calls did not reach the target.
    pub errors: u32,
    /// The calls of the last time that are not settled, as far as is known.
    open: Vec<CallbackId>,
    next: Timestamp,
}

/// What is asked for.
pub struct Wanted {
    /// As [`Registration::operation`].
    pub operation: String,
    /// As [`Registration::webhook`].
    pub webhook: Arc<str>,
    /// As [`Registration::service`].
    pub service: Arc<str>,
    /// As [`Registration::method`].
    pub method: String,
    /// As [`Registration::target`].
    pub target: String,
    /// As [`Registration::frequency`].
    pub frequency: Duration,
    /// As [`Registration::expires`]; absent: never before `lasts` has passed.
    pub expires: Option<Timestamp>,
    /// How long it lasts where `expires` is absent.
    pub lasts: Duration,
    /// As [`Registration::errors_max`].
    pub errors_max: u32,
}

// === impl Registrations ===

impl Registrations {
    /// None yet.
    pub fn new(app: Weak<App>) -> Self {
        Self { app, kept: Mutex::default() }
    }

    /// Makes one, which fires for the first time when its frequency has passed. Absent: there are [`REGISTRATIONS_MAX`].
    pub fn add(&self, app: &App, wanted: Wanted) -> Option<Registration> {
        let now = app.gateway.clock.now();
        let id = app.gateway.next_id();
        let Wanted { operation, webhook, service, method, target, frequency, expires, lasts, errors_max } = wanted;
        let frequency = frequency.max(FREQUENCY_MIN);
        let made = Registration {
            id: format!("{:08x}{:016x}", id.tag, id.number).into(),
            operation,
            webhook,
            service,
            method,
            target,
            frequency,
            created: now,
            expires: expires.unwrap_or(now.after(lasts)),
            errors_max,
            errors: 0,
            open: vec![],
            next: now.after(frequency),
        };
        let mut kept = self.kept.lock();
        if kept.len() >= REGISTRATIONS_MAX {
            return None;
        }
        kept.push(made.clone());
        drop(kept);
        app.engine.look_again();
        Some(made)
    }

    /// Those that there are, the first one first, with their errors as far as calls are settled.
    pub async fn list(&self, app: &App) -> Vec<Registration> {
        let now = app.gateway.clock.now();
        self.kept.lock().retain(|kept| kept.expires > now);
        let ids: Vec<_> = self.kept.lock().iter().map(|kept| kept.id.clone()).collect();
        for id in ids {
            self.account(app, &id).await;
        }
        self.kept.lock().clone()
    }

    /// Ends one, and what it has under way. Returns whether there was one.
    pub async fn remove(&self, app: &App, id: &str) -> bool {
        let gone = {
            let mut kept = self.kept.lock();
            kept.iter().position(|kept| *kept.id == *id).map(|at| kept.remove(at))
        };
        let Some(gone) = gone else { return false };
        for call in &gone.open {
            if let Err(error) = app.engine.act(call, Action::Cancel).await {
                tracing::warn!(callback = %call, %error, "a call of a webhook could not be cancelled");
            }
        }
        true
    }

    /// Ends all. What they have under way goes with the queue.
    pub fn clear(&self) {
        self.kept.lock().clear();
    }

    /// Those that are due, and puts each off to its next time.
    fn due(&self, now: Timestamp) -> Vec<Arc<str>> {
        let mut kept = self.kept.lock();
        kept.retain(|kept| kept.expires > now);
        let due = kept.iter_mut().filter(|kept| kept.next <= now).map(|kept| {
            // Times that were missed are not made up for.
            let next = kept.next.after(kept.frequency);
            kept.next = if next > now { next } else { now.after(kept.frequency) };
            kept.id.clone()
        });
        due.collect()
    }

    fn change<T>(&self, id: &str, change: impl FnOnce(&mut Registration) -> T) -> Option<T> {
        self.kept.lock().iter_mut().find(|kept| *kept.id == *id).map(change)
    }

    /// Counts the errors of calls that are settled meanwhile, and ends a registration that has too many. Absent: it ended.
    async fn account(&self, app: &App, id: &str) -> Option<Registration> {
        let open = self.change(id, |kept| kept.open.clone())?;
        let (mut left, mut failed) = (vec![], 0);
        for call in open {
            match app.gateway.store.callback(&call).await {
                Ok(Some(callback)) if !callback.state.is_settled() => left.push(call),
                Ok(Some(callback)) if went_nowhere(&callback) => failed += 1,
                // One that is gone was settled long ago.
                Ok(_) => {}
                Err(_) => left.push(call),
            }
        }
        let now = self.change(id, |kept| {
            kept.errors = kept.errors.saturating_add(failed);
            kept.open = left;
            kept.clone()
        })?;
        if now.errors < now.errors_max {
            return Some(now);
        }
        tracing::warn!(webhook = %now.webhook, target = %now.target, errors = now.errors, "a webhook's registration ends: its target is not reached");
        self.kept.lock().retain(|kept| *kept.id != *id);
        None
    }

    async fn fire(&self, app: &App, id: &str) {
        let Some(registration) = self.account(app, id).await.filter(|registration| registration.open.is_empty()) else {
            return;
        };
        let Registration { webhook, service, target, .. } = registration;
        let aimed = app.webhooks().into_iter().find(|aimed| aimed.is(&webhook, &service));
        let Some((aimed, plan)) = aimed.as_ref().and_then(|aimed| Some((aimed, aimed.plan()?))) else {
            tracing::warn!(%webhook, %target, "a webhook's registration ends: no document has it any more");
            self.kept.lock().retain(|kept| *kept.id != *id);
            return;
        };
        let shot = Shot { webhook: plan, callbacks: &plan.callbacks, target: &target, session: SessionId::default() };
        match fire(&aimed.door, &aimed.site, &shot).await {
            Ok(fired) => {
                for note in &fired.notes {
                    tracing::warn!(%webhook, %target, "{note}");
                }
                self.change(id, |kept| {
                    kept.errors = kept.errors.saturating_add(u32::try_from(fired.notes.len()).unwrap_or(u32::MAX));
                    kept.open = fired.scheduled.iter().map(|callback| callback.id.clone()).collect();
                });
            }
            Err(refusal) => {
                tracing::error!(%webhook, %target, detail = refusal.detail.as_deref(), "a webhook was not fired: {}", refusal.public);
            }
        }
    }
}

impl Ticks for Registrations {
    fn next(&self) -> Option<Timestamp> {
        self.kept.lock().iter().map(|kept| kept.next).min()
    }

    fn tick(&self, now: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let due = self.due(now);
            let Some(app) = self.app.upgrade() else { return };
            for id in due {
                self.fire(&app, &id).await;
            }
        })
    }
}

/// Whether no answer came at all: what is answered is no error here, whatever its status, as in Microcks.
fn went_nowhere(callback: &Callback) -> bool {
    let last = callback.attempts.last().map(|attempt| &attempt.outcome);
    matches!(last, Some(Outcome::TimedOut | Outcome::Refused(_) | Outcome::Failed(_)))
}
