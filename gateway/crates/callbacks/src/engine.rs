//! The engine: what the gateway starts, asks to act on callbacks, and drains.

use std::{sync::Arc, time::Duration};

use ringback_clock::GatewayClock;
use ringback_model::{
    callback::{Action, Callback},
    fault::StoreError,
    ids::{CallbackId, PluginName},
    journal::{CallbackNote, Event},
    limits,
    ports::{CallbackPolicy, Courier, Journal, Store},
    time::Clock as _,
};
use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

use crate::{in_flight::InFlight, ticks, timeline::Timeline, told::Untold};

/// Finds a policy plugin by its name. Absent: it is not loaded.
pub type Policies = Arc<dyn Fn(&PluginName) -> Option<Arc<dyn CallbackPolicy>> + Send + Sync>;

/// What the engine works with.
#[derive(Clone)]
pub struct Ports {
    /// The gateway's time.
    pub clock: Arc<GatewayClock>,
    /// The queue.
    pub store: Arc<dyn Store>,
    /// Who sends.
    pub courier: Arc<dyn Courier>,
    /// Who is told.
    pub journal: Arc<dyn Journal>,
    /// Policies as they are loaded now; asked once per attempt, so that a reload counts from the next one on.
    pub policies: Policies,
    /// What has not been told yet; its callbacks wait for it while the clock stands.
    pub untold: Untold,
}

/// Sends callbacks when they are due, for as long as it lives and is not drained.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

/// What the due loop, the attempts and the timeline share.
pub(crate) struct Shared {
    pub(crate) ports: Ports,
    pub(crate) in_flight: InFlight,
    /// Held by whoever claims callbacks or moves the clock.
    pub(crate) driver: Mutex<()>,
    /// Told when the next due time may have moved.
    pub(crate) due_moved: Arc<Notify>,
    /// What else happens at times.
    pub(crate) ticks: ticks::Slot,
    /// One permit for each attempt that may be under way.
    pub(crate) permits: Arc<Semaphore>,
    /// No more claims.
    pub(crate) stop: CancellationToken,
    /// No more attempts either: the grace is over.
    pub(crate) abort: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

// === impl Engine ===

impl Engine {
    /// Starts sending. Call it within a runtime.
    pub fn start(ports: Ports) -> Self {
        let due_moved = Arc::new(Notify::new());
        let wake = due_moved.clone();
        ports.store.on_due(Arc::new(move || wake.notify_one()));
        let shared = Arc::new(Shared {
            ports,
            in_flight: InFlight::default(),
            driver: Mutex::default(),
            due_moved,
            ticks: ticks::Slot::new(),
            permits: Arc::new(Semaphore::new(limits::ATTEMPTS_IN_FLIGHT_MAX)),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        shared.tasks.spawn(shared.clone().run_due_loop());
        Self { shared }
    }

    /// The clock as an operator moves it.
    pub fn timeline(&self) -> Timeline {
        Timeline::new(self.shared.clone())
    }

    /// How many attempts are under way.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.len()
    }

    /// Does as an operator says. Returns the callback as it stands and whether the action applied. Absent: there is none
    /// of that id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn act(&self, id: &CallbackId, action: Action) -> Result<Option<(Callback, bool)>, StoreError> {
        let Ports { store, clock, journal, .. } = &self.shared.ports;
        let acted = store.act(id, action, clock.now()).await?;
        if let Some((callback, true)) = &acted {
            tracing::info!(callback = %callback.id, ?action, state = callback.state.name(), "an operator acted on a callback");
            journal.record(Event::Moved(CallbackNote::of(callback.clone(), clock.now())));
        }
        Ok(acted)
    }

    /// Claims no more callbacks and waits for the attempts under way, at most `grace` of real time; those that take longer
    /// are broken off, and are claimed again by whoever opens the store next.
    pub async fn drain(&self, grace: Duration) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(attempts = self.in_flight(), "attempts are broken off: the grace period is over");
            self.shared.abort.cancel();
            self.shared.tasks.wait().await;
        }
    }
}

// === impl Shared ===

impl Shared {
    /// Begins a claimed callback's attempt in a task of its own. One that this engine is attempting already has only had
    /// its lease renewed.
    pub(crate) fn launch(self: &Arc<Self>, callback: Callback, permit: OwnedSemaphorePermit) {
        let Some(flight) = self.in_flight.begin(&callback.id, self.ports.clock.last_sleeper()) else { return };
        let span = tracing::info_span!("attempt", callback = %callback.id, name = %callback.name);
        let shared = self.clone();
        let attempt = async move {
            let _permit = permit;
            tokio::select! {
                ran = shared.attempt(callback) => flight.land(ran),
                () = shared.abort.cancelled() => {}
            }
        };
        self.tasks.spawn(attempt.instrument(span));
    }
}
