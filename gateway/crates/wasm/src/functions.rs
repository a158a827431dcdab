//! Functions that were compiled before. A version of a plugin that differs little from the one before compiles only what
//! differs, and one in Python or JavaScript, whose interpreter never does, next to nothing: 5 s become 2, 1.1 s become 0.3.
//!
//! Cranelift finds a function by the SHA-256 of its intermediate form, of the machine and of its settings. They are kept in memory
//! only, so nobody else can have written them.

use std::{borrow::Cow, fmt, sync::Arc};

use quick_cache::{Weighter, sync::Cache};
use wasmtime::CacheStore;

use crate::compile::offer_core;

/// What is kept at most, in bytes: Python's interpreter twice.
const BYTES_MAX: u64 = 64 << 20;
/// What one function takes beside its code.
const ENTRY_BYTES: u64 = 100;
/// How many there are to be expected: what one takes on average, in bytes.
const AVERAGE_BYTES: u64 = 2 << 10;

/// The functions that were used last.
pub(crate) struct Functions(Cache<Box<[u8]>, Arc<[u8]>, Bytes>);

#[derive(Clone)]
struct Bytes;

// === impl Functions ===

impl Functions {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter((BYTES_MAX / AVERAGE_BYTES) as usize, BYTES_MAX, Bytes))
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        offer_core();
        self.0.get(key).map(|code| Cow::Owned(code.to_vec()))
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        self.0.insert(key.into(), value.into());
        true
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Functions").field("count", &self.0.len()).field("bytes", &self.0.weight()).finish()
    }
}

impl Weighter<Box<[u8]>, Arc<[u8]>> for Bytes {
    fn weight(&self, key: &Box<[u8]>, code: &Arc<[u8]>) -> u64 {
        (key.len() + code.len()) as u64 + ENTRY_BYTES
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::{Config, Engine, Module};

    use super::*;

    const SAME: usize = 40;
    /// Now and then Cranelift does not know a function again, because of what a thread compiled before it.
    const ODD: usize = 8;

    fn module(answer: u32) -> Vec<u8> {
        let same = |n| {
            format!(r#"(func (export "same-{n}") (param i32) (result i32) (i32.mul (local.get 0) (i32.const {n})))"#)
        };
        let all: String = (0..SAME).map(same).collect();
        wat::parse_str(format!(r#"(module {all} (func (export "answer") (result i32) (i32.const {answer})))"#)).unwrap()
    }

    #[test]
    fn a_version_that_differs_in_one_function_compiles_little_else() {
        let functions = Arc::new(Functions::new());
        let mut config = Config::new();
        config.enable_incremental_compilation(functions.clone()).unwrap();
        // In the same order each time.
        config.parallel_compilation(false);
        let engine = Engine::new(&config).unwrap();
        let known_after = |answer| {
            Module::new(&engine, module(answer)).unwrap();
            functions.0.len()
        };
        let first = known_after(1_000);
        assert!(first > SAME, "{first}");
        let second = known_after(1_001);
        assert!((first + 1..first + ODD).contains(&second), "{first}, then {second}");
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        const LARGE: usize = 1 << 20;
        let functions = Functions::new();
        for number in 0..2 * BYTES_MAX / LARGE as u64 {
            functions.insert(&number.to_be_bytes(), vec![0; LARGE]);
            assert!(functions.0.weight() <= BYTES_MAX);
        }
        assert!(functions.0.weight() > BYTES_MAX / 4);
    }
}
