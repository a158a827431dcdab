//! A hostile guest for each limit: it runs, it does its worst, and the limit that it aims at stops it, by name.
//!
//! | what it does | components | where |
//! |---|---|---|
//! | spins: in a call, in `cabi_realloc`, in its start, at load, after it returned, over bulk memory, in `configure`; waits for ever; keeps its permit | 9 | `time` |
//! | spins in `compile`, `plan`, `next`; rendering for another; asks servers without end | 6 | `rendering`, `policy`, `streaming`, `templates`, `upstream` |
//! | recurses, grows memory, two memories, tables, two tables, stages without end, never drops a handle within a call | 8 | `space`, `wasi` |
//! | begins with a gigabyte, too large a table, five memories in two ways, seventeen tables, 65 instances, data or elements beyond the end | 8 | `space` |
//! | lies: pointers, lengths, alignment, discriminants, handles, UTF-8; calls out of `cabi_realloc`; traps once it returned | 17 | `crossing` |
//! | storms of host calls, random bytes, log lines, callbacks, output | 5 | `crossing`, `wasi`, `logging`, `responding` |
//! | hands over too much: a list, a body, header fields by number and by size, an endless stream, empty pieces | 6 | `crossing`, `answers`, `streaming` |
//! | breaks HTTP: six statuses, six header fields; a file that it may not send; a stream that it does not have | 16 | `answers`, `answering` |
//! | looks for what another left, also after a trap; keeps a `request`; never drops one | 4 | `traces` |
//! | is no plugin: threads, 64-bit memory, garbage collection, exceptions, nesting, sections that lie, manifests | 12 | `files` |
//! | is cut off or has a byte flipped | any of two plugins | `files` |

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
