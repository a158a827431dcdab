//! How wasmtime is set up: what guests may be written in, where their memory comes from, how they are stopped.

use std::sync::Arc;

use ringback_model::limits;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmFeatures};

use crate::functions::Functions;

/// Core instances of one component: Python links a dozen libraries, each with adapters.
pub(crate) const CORE_INSTANCES_MAX: u32 = 64;
/// Memories of one component. Only composed components have more than one.
pub(crate) const MEMORIES_MAX: u32 = 4;
/// Tables of one component: its own, and one for each shim that the linker puts in front of the imports.
pub(crate) const TABLES_MAX: u32 = 16;
/// What wasmtime itself keeps for one core instance; large C# and Python modules need more than its own 1 MiB.
const INSTANCE_STRUCTURE_MAX_BYTES: usize = 10 << 20;
/// A fiber's stack: a guest's, and three times that for the host functions that it calls.
const FIBER_STACK_BYTES: usize = limits::INSTANCE_STACK_MAX_BYTES * 4;
/// Pages of a memory that are wiped by hand for the next instance instead of being given back to the kernel and faulted in
/// again: what a Rust plugin touches (30 us -> 17 us for a new instance).
const MEMORY_KEPT_BYTES: usize = 2 << 20;
/// The same for tables.
const TABLE_KEPT_BYTES: usize = 512 << 10;
/// Address space of one memory: all that a 32-bit guest can name, so that its loads and stores need no bounds check.
const MEMORY_RESERVATION_BYTES: u64 = 4 << 30;
/// Frames of a trap's backtrace that are logged.
const BACKTRACE_FRAMES_MAX: usize = 20;

/// What a component may be written in: what compilers of common languages put out. Everything else is refused, threads,
/// garbage collection and 64-bit memories among it: no limit counts them, and no plugin needs them.
pub(crate) const ACCEPTED: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::EXTENDED_CONST)
    // What wasmtime itself puts between two components that are composed into one copies from memory to memory.
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::COMPONENT_MODEL);

/// An engine, and how many instances its pool holds.
pub(crate) struct Pooled {
    /// The engine.
    pub(crate) engine: Engine,
    /// Absent: this machine has no room for a pool, each instance asks the kernel for memory.
    pub(crate) instances: Option<u32>,
}

/// An engine for so many calls at once. Each has room for three instances: one that runs, a renderer that it asks, and one
/// that is kept warm.
///
/// # Errors
/// When the machine can run no compiled wasm at all.
pub(crate) fn start(concurrency: usize, count_instructions: bool) -> wasmtime::Result<Pooled> {
    let instances = u32::try_from(concurrency.saturating_mul(3)).unwrap_or(u32::MAX);
    let mut config = config();
    config.enable_incremental_compilation(Arc::new(Functions::new()))?;
    config.consume_fuel(count_instructions);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(instances)));
    // A container that limits address space has no room for the reservation; there is no better way to know than to try.
    match Engine::new(&config) {
        Ok(engine) => Ok(Pooled { engine, instances: Some(instances) }),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), instances, "no room for the instance pool");
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            Ok(Pooled { engine: Engine::new(&config)?, instances: None })
        }
    }
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_features(ACCEPTED.complement(), false)
        .wasm_features(ACCEPTED, true)
        // Otherwise the same plugin gives other numbers on another machine.
        .relaxed_simd_deterministic(true)
        // Every plugin has the synchronous ABI; the machinery for the other makes calls twice as slow (wasmtime 11209).
        .concurrency_support(false)
        .epoch_interruption(true)
        .max_wasm_stack(limits::INSTANCE_STACK_MAX_BYTES)
        .async_stack_size(FIBER_STACK_BYTES)
        .memory_reservation(MEMORY_RESERVATION_BYTES)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(BACKTRACE_FRAMES_MAX));
    config
}

fn pool(instances: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        // A counter, no memory.
        .total_core_instances(instances.saturating_mul(CORE_INSTANCES_MAX))
        .total_memories(instances.saturating_mul(2))
        .total_tables(instances.saturating_mul(TABLES_MAX / 4))
        .total_stacks(instances)
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_memories_per_module(MEMORIES_MAX)
        .max_tables_per_module(TABLES_MAX)
        .max_core_instance_size(INSTANCE_STRUCTURE_MAX_BYTES)
        .max_component_instance_size(INSTANCE_STRUCTURE_MAX_BYTES)
        .max_memory_size(limits::INSTANCE_MEMORY_CEILING_BYTES)
        .table_elements(limits::INSTANCE_TABLE_MAX_ELEMENTS)
        .linear_memory_keep_resident(MEMORY_KEPT_BYTES)
        .table_keep_resident(TABLE_KEPT_BYTES);
    pool
}
