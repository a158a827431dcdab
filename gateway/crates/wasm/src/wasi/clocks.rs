//! `wasi:clocks` and `wasi:random`: the call's time and the call's numbers. Time does not move during a call, so whoever
//! sleeps is woken at once; the monotonic clock then reads as if he had slept, or a runtime that looks at it before it goes
//! on, as Go's does, would sleep forever.

use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, LinkerInstance, Lower, Resource},
};

use crate::{
    state::State,
    wasi::{Handle, io::POLLABLE, resource},
};

/// `wasi:clocks/wall-clock.datetime`.
#[derive(ComponentType, Lift, Lower, Clone, Copy)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

/// Bytes that are given out at once: what a hash map or a uuid asks for is far below.
const RANDOM_MAX_BYTES: u64 = 64 << 10;
/// The gateway's time counts microseconds.
const RESOLUTION_NANOS: u32 = 1_000;
/// What the monotonic clock reads while there is no call yet, as in `configure`: Go's runtime takes 0 for a broken clock and
/// aborts.
const FIRST_INSTANT_NANOS: u64 = 1;

type Cx<'a> = StoreContextMut<'a, State>;
type Instance<'a> = LinkerInstance<'a, State>;

pub(super) fn wall(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("now", |mut cx: Cx<'_>, (): ()| {
        cx.data_mut().budget.host_call()?;
        let micros = cx.data().now.as_micros();
        let nanoseconds = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0);
        Ok((Datetime { seconds: micros / 1_000_000, nanoseconds },))
    })?;
    instance.func_wrap("resolution", |_: Cx<'_>, (): ()| Ok((Datetime { seconds: 0, nanoseconds: RESOLUTION_NANOS },)))
}

pub(super) fn monotonic(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("now", |mut cx: Cx<'_>, (): ()| {
        cx.data_mut().budget.host_call()?;
        Ok((cx.data().instant_nanos(),))
    })?;
    instance.func_wrap("resolution", |_: Cx<'_>, (): ()| Ok((u64::from(RESOLUTION_NANOS),)))?;
    resource(instance, "pollable")?;
    instance.func_wrap("subscribe-duration", |mut cx: Cx<'_>, (nanos,): (u64,)| sleep(cx.data_mut(), nanos))?;
    instance.func_wrap("subscribe-instant", |mut cx: Cx<'_>, (instant,): (u64,)| {
        let nanos = instant.saturating_sub(cx.data().instant_nanos());
        sleep(cx.data_mut(), nanos)
    })
}

/// Whoever asks to be woken has slept as soon as he has asked.
fn sleep(state: &mut State, nanos: u64) -> wasmtime::Result<(Resource<Handle>,)> {
    state.budget.host_call()?;
    state.slept_nanos = state.slept_nanos.saturating_add(nanos);
    Ok((Resource::new_own(POLLABLE),))
}

pub(super) fn random(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    numbers(instance, "get-random-bytes", "get-random-u64")
}

pub(super) fn insecure(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    numbers(instance, "get-insecure-random-bytes", "get-insecure-random-u64")
}

pub(super) fn insecure_seed(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("insecure-seed", |mut cx: Cx<'_>, (): ()| {
        let state = cx.data_mut();
        state.budget.host_call()?;
        Ok(((state.random.next_u64(), state.random.next_u64()),))
    })
}

fn numbers(instance: &mut Instance<'_>, bytes: &str, number: &str) -> wasmtime::Result<()> {
    instance.func_wrap(bytes, |mut cx: Cx<'_>, (count,): (u64,)| {
        let state = cx.data_mut();
        state.budget.host_call()?;
        if count > RANDOM_MAX_BYTES {
            wasmtime::bail!("{count} random bytes at once, {RANDOM_MAX_BYTES} are the most");
        }
        let count = usize::try_from(count)?;
        let drawn = std::iter::repeat_with(|| state.random.next_u64().to_le_bytes()).flatten();
        Ok((drawn.take(count).collect::<Vec<u8>>(),))
    })?;
    instance.func_wrap(number, |mut cx: Cx<'_>, (): ()| {
        cx.data_mut().budget.host_call()?;
        Ok((cx.data_mut().random.next_u64(),))
    })
}

// === impl State ===

impl State {
    /// What the monotonic clock reads.
    fn instant_nanos(&self) -> u64 {
        let now = self.now.as_micros().saturating_mul(1_000);
        now.saturating_add(self.slept_nanos).max(FIRST_INSTANT_NANOS)
    }
}
