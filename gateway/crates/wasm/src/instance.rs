//! Instances: where one comes from, under which limits it runs, and whether it is used again.
//!
//! Two kinds of life. *Fresh*, the default: made for one call and gone after it. *Warm*: kept for about as many calls as the
//! operator says. Whatever ends a call early, a trap, a limit, a client that went away, ends the instance too, so a warm
//! one has only ever seen calls that ran to their end; what such calls leave in its memory is the plugin's own affair,
//! which is why warm is a choice.

use std::{future::poll_fn, sync::Arc, task::Poll};

use parking_lot::Mutex;
use ringback_model::{environment::Instances, fault::PluginFault, limits, ports::Call};
use tokio::sync::OwnedSemaphorePermit;
use wasmtime::{
    Store, StoreContextMut, UpdateDeadline,
    component::{Instance, Resource},
};

use crate::{
    budget::{Bounds, Budget, Tick},
    cost::FUEL,
    fault::Stop,
    imports::RequestHandle,
    permits::Permit,
    plugin::Plugin,
    state::{Identity, State},
};

/// What may cross from a guest in one go: a response with everything that it may have, and room for the records around it.
pub(crate) const CROSSING_MAX_BYTES: usize = limits::RESPONSE_BODY_MAX_BYTES + (1 << 20);
/// Handles that a guest may hold: it is given one for each call, a WASI runtime opens a few.
pub(crate) const HANDLES_MAX: usize = 256;
/// Handles of earlier requests that a warm instance may sit on: a garbage collector frees them when it runs.
const REQUESTS_HELD_MAX: u32 = HANDLES_MAX as u32 / 2;

/// An instance with its typed exports.
pub(crate) struct Live<G> {
    /// The store that it lives in.
    pub(crate) store: Store<State>,
    /// Its exports.
    pub(crate) guest: G,
    /// The instance itself, for hooks that are looked up later. Absent: there are none.
    pub(crate) instance: Option<Instance>,
    /// Calls that it may still answer.
    calls_left: u32,
    /// The right to be kept. Absent: it is fresh, or there are enough warm ones.
    warm: Option<OwnedSemaphorePermit>,
}

/// Warm instances that wait for a call. The one that was used last goes first: its memory is in the caches.
pub(crate) struct Idle<G>(Mutex<Vec<Live<G>>>);

impl<G> Default for Idle<G> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

// === impl Idle ===

impl<G> Idle<G> {
    /// One that is ready. Absent: a new one is needed.
    pub(crate) fn take(&self) -> Option<Live<G>> {
        self.0.lock().pop()
    }

    /// Keeps an instance whose call ran to its end, if it may live on and no more than `max` others wait. Absent: however
    /// many wait.
    pub(crate) fn keep(&self, mut live: Live<G>, max: Option<u32>) {
        live.calls_left = live.calls_left.saturating_sub(1);
        if !live.may_stay() {
            return;
        }
        let mut idle = self.0.lock();
        if max.is_none_or(|max| idle.len() < max as usize) {
            idle.push(live);
        }
    }
}

// === impl Live ===

impl<G> Live<G> {
    /// An instance for one call.
    pub(crate) fn fresh(store: Store<State>, guest: G) -> Self {
        Self { store, guest, instance: None, calls_left: 1, warm: None }
    }

    /// An instance for so many calls, or for one when enough are kept.
    pub(crate) fn warm(store: Store<State>, guest: G, plugin: &Plugin, calls: u32) -> Self {
        let warm = Arc::clone(&plugin.host.warm).try_acquire_owned().ok();
        Self { store, guest, instance: None, calls_left: calls, warm }
    }

    /// Whether it may be used for another call.
    pub(crate) fn may_stay(&self) -> bool {
        let state = self.store.data();
        self.warm.is_some()
            && self.calls_left > 0
            && state.requests_held <= REQUESTS_HELD_MAX
            && !state.holdings.is_grown()
    }

    /// An instance that lives as the operator says.
    pub(crate) fn of(store: Store<State>, guest: G, plugin: &Plugin) -> Self {
        match plugin.instances {
            Instances::Fresh => Self::fresh(store, guest),
            Instances::Warm { reuse, .. } => Self::warm(store, guest, plugin, plugin.host.draw_reuse(reuse)),
        }
    }
}

// === impl Plugin ===

impl Plugin {
    /// Waits for the right to run a guest. Cancel safe.
    pub(crate) async fn permit(&self) -> Result<Permit<'_>, PluginFault> {
        let queue_max = self.identity.bounds.queue_max;
        let permit = self.host.permits.acquire(&self.share, queue_max).await;
        permit.map_err(|_| self.identity.saturated(queue_max))
    }

    /// A store with every limit set, and nothing in it.
    pub(crate) fn store(&self, budget: Budget) -> Store<State> {
        self.store_of(Arc::clone(&self.identity), budget)
    }

    /// The same, for somebody who is not this plugin alone.
    pub(crate) fn store_of(&self, identity: Arc<Identity>, budget: Budget) -> Store<State> {
        let mut store = Store::new(&self.host.engine, State::new(identity, budget));
        store.limiter(|state| &mut state.holdings);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(on_tick);
        store.set_hostcall_fuel(CROSSING_MAX_BYTES);
        store.set_max_component_handles(HANDLES_MAX);
        fuel(&mut store);
        store
    }

    /// An instance in a store. Its start functions run under the store's limits.
    pub(crate) async fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<Instance> {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        store.data_mut().holdings.is_born();
        Ok(instance)
    }

    /// How many instances of a hook wait at most. Absent: as many as there are.
    pub(crate) fn idle_max(&self) -> Option<u32> {
        match self.instances {
            Instances::Fresh => None,
            Instances::Warm { max, .. } => max,
        }
    }
}

/// Fills a store up with fuel where instructions are counted.
pub(crate) fn fuel(store: &mut Store<State>) {
    if store.data().identity.bounds.counts_instructions {
        // Fails only where the engine counts none.
        let _ = store.set_fuel(FUEL);
    }
}

/// Called when a tick has found the guest running.
fn on_tick(mut cx: StoreContextMut<'_, State>) -> wasmtime::Result<UpdateDeadline> {
    Ok(match cx.data_mut().budget.tick() {
        Tick::Spent => UpdateDeadline::Interrupt,
        Tick::GoOn => UpdateDeadline::Continue(1),
        Tick::LetOthersRun(others) => UpdateDeadline::YieldCustom(1, Box::pin(others)),
    })
}

/// Waits for a guest at most as long as a call of its plugin may take.
pub(crate) async fn within_wall<T>(
    bounds: &Bounds,
    guest: impl Future<Output = wasmtime::Result<T>>,
) -> Result<T, Stop> {
    let mut guest = std::pin::pin!(guest);
    // Most calls never wait, and need no timer.
    if let Poll::Ready(result) = poll_fn(|cx| Poll::Ready(guest.as_mut().poll(cx))).await {
        return result.map_err(Stop::Failed);
    }
    match tokio::time::timeout(bounds.wall_max, guest).await {
        Ok(result) => result.map_err(Stop::Failed),
        Err(_) => Err(Stop::Wall(bounds.wall_max)),
    }
}

/// Begins a call in a store, and gives the handle of its request where it has one. The epoch has moved since the call
/// before.
pub(crate) fn begin(store: &mut Store<State>, call: Call) -> Option<Resource<RequestHandle>> {
    store.set_epoch_deadline(1);
    fuel(store);
    store.data_mut().begin(call).map(Resource::new_own)
}
