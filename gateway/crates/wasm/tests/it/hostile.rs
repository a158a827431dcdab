//! A hostile guest for each limit: it runs, it does its worst, and the limit that it aims at stops it, by name.
//!
//! | what it does | guests | where |
//! |---|---|---|
//! | spins: in a call, in `cabi_realloc`, in its start, at load, once it has returned, over bulk memory, in `configure`; waits for ever; keeps its permit | 9 | `time` |
//! | spins in `compile`, `plan`, `next`, or while it renders for another; asks servers without end, or one that never answers | 6 | `rendering`, `policy`, `streaming`, `templates`, `upstream` |
//! | recurses; grows memory, two memories, a table, two tables; stages without end; never drops a handle within a call | 7 | `space`, `wasi` |
//! | begins with a gigabyte, too large a table, five memories in two ways, seventeen tables, 65 instances, data or elements beyond the end | 8 | `space` |
//! | lies: pointers, lengths, alignment, discriminants, handles, UTF-8; calls out of `cabi_realloc`; traps once it has returned | 16 | `crossing` |
//! | storms: host calls, random numbers, random bytes, log lines, empty ones, callbacks | 6 | `crossing`, `wasi`, `logging`, `responding` |
//! | hands over too much: a list, a body, header fields by number and by size, a piece, pieces without end, empty ones | 7 | `crossing`, `answers`, `streaming` |
//! | breaks HTTP: statuses, header fields; files out of its folder; a stream that it does not have | 23 | `answers`, `answering`, `streaming` |
//! | looks for what another left, also after a trap; uses a `request` of an earlier call; never drops one | 4 | `traces` |
//! | is no plugin: threads, 64-bit memory, garbage collection, exceptions, nesting, sections and manifests that lie | 13 | `files` |
//! | together | 99 | |
//! | is cut off, or has a byte flipped | any of two plugins | `files` |

use ringback_model::fault::{FaultKind, PluginFault};

use super::support::Wat;

mod answers;
mod crossing;
mod files;
mod space;
mod time;
mod traces;

const SPIN: &str = "(loop $again (br $again)) (unreachable)";

/// The kind and the phrase of a fault.
fn told(fault: &PluginFault) -> (FaultKind, &str) {
    (fault.kind, &fault.message)
}

/// An answer whose fields are set by `stores`, at 1024.
fn answer(stores: &str) -> Vec<u8> {
    Wat { memory: "1024", respond: format!("{stores} (global.get $ok)"), ..Wat::default() }.build()
}

fn store(offset: u32, value: u32) -> String {
    format!("(i32.store offset={offset} (global.get $ok) (i32.const {value}))")
}
