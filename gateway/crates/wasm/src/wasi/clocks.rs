//! `wasi:clocks` and `wasi:random`: the call's time and the call's numbers. Time does not move during a call, so whoever
//! sleeps is woken at once.

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
        Ok((cx.data().now.as_micros().saturating_mul(1_000),))
    })?;
    instance.func_wrap("resolution", |_: Cx<'_>, (): ()| Ok((u64::from(RESOLUTION_NANOS),)))?;
    resource(instance, "pollable")?;
    for subscribe in ["subscribe-instant", "subscribe-duration"] {
        instance.func_wrap(subscribe, |mut cx: Cx<'_>, (_,): (u64,)| {
            cx.data_mut().budget.host_call()?;
            Ok((Resource::<Handle>::new_own(POLLABLE),))
        })?;
    }
    Ok(())
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
