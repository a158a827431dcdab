//! The gateway's limits, each with its reason. All but those that protect the host's own structures can be configured.

use std::time::Duration;

/// A request's body. Large enough for an upload in a test, small enough that 64 of them fit in memory.
pub const REQUEST_BODY_MAX_BYTES: usize = 10 << 20;
/// A response's body, from wherever it comes.
pub const RESPONSE_BODY_MAX_BYTES: usize = 16 << 20;
/// A response's body that a plugin makes piece by piece, so that one that never ends does: what a test of a large download
/// needs. For how long it may take is the listener's affair.
pub const RESPONSE_BODY_STREAM_MAX_BYTES: u64 = 1 << 30;
/// All header fields of a request or response together: four times what nginx takes.
pub const HEADERS_MAX_BYTES: usize = 64 << 10;
/// Header fields of a request or response: hyper's own default.
pub const HEADERS_MAX_COUNT: usize = 100;
/// Requests being answered at once; more are told 503. Twice what a test suite opens, and what the instance pool holds.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 1_024;
/// Open connections of one listener; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 4_096;
/// A client that sends nothing for this long is closed: the head of a request, or the next part of its body.
pub const CLIENT_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// An answer that takes longer than this, its configured latency not counted, is an error.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Open requests get this long to finish after Ctrl-C or SIGTERM.
pub const DRAIN_GRACE: Duration = Duration::from_secs(10);

/// A plugin's file: three times a Python component.
pub const COMPONENT_MAX_BYTES: usize = 64 << 20;
/// Compiling a component. Python takes 13 s of a core, which a busy machine has to spare only now and then: the compiler gives
/// way to requests. Nothing can stop a compiler, so this only says when nobody waits for it any more.
pub const COMPILE_TIMEOUT: Duration = Duration::from_secs(300);
/// One instance's linear memories together.
pub const INSTANCE_MEMORY_MAX_BYTES: usize = 64 << 20;
/// What an operator may raise it to: languages with a heap of their own need it.
pub const INSTANCE_MEMORY_CEILING_BYTES: usize = 256 << 20;
/// Elements of an instance's tables together: Python and C# need more than 10,000.
pub const INSTANCE_TABLE_MAX_ELEMENTS: usize = 100_000;
/// A guest's stack.
pub const INSTANCE_STACK_MAX_BYTES: usize = 512 << 10;
/// Time that a call may keep a core busy.
pub const CALL_CPU_MAX: Duration = Duration::from_millis(100);
/// What an operator may raise it to: a fresh interpreter takes seconds to start.
pub const CALL_CPU_CEILING: Duration = Duration::from_secs(10);
/// Time that a call may take, waiting included.
pub const CALL_WALL_MAX: Duration = Duration::from_secs(5);
/// What an operator may raise it to: an answer that takes longer is an error anyway ([`REQUEST_TIMEOUT`]).
pub const CALL_WALL_CEILING: Duration = Duration::from_secs(30);
/// What an operator may lower either to: the shortest time that the host measures.
pub const CALL_TIME_FLOOR: Duration = Duration::from_millis(1);
/// Instances of one plugin that an operator may let there be: what the instance pool holds.
pub const INSTANCES_CEILING: u32 = 1_024;
/// What a plugin says about itself: a hundred routes with their answers.
pub const MANIFEST_MAX_BYTES: usize = 64 << 10;
/// Generations of a plugin that can be rolled back to, the one that serves included: a day of mistakes.
pub const PLUGIN_GENERATIONS_KEPT: usize = 5;
/// A generation is rolled back when more than this percentage of its first calls trap.
pub const ROLLBACK_PERCENT: u8 = 50;
/// How many calls of a generation are its first: enough to tell a broken one from an unlucky one.
pub const ROLLBACK_CALLS: u32 = 20;
/// One secret: four times a key of RSA-4096 in PEM.
pub const SECRET_MAX_BYTES: usize = 16 << 10;
/// Other servers that a call may ask, one after the other: as many as it may schedule callbacks.
pub const CALL_FETCHES_MAX: u32 = 100;
/// Host functions that a call may call.
pub const CALL_HOST_CALLS_MAX: u32 = 10_000;
/// Time that a call of a bundled plugin may keep a core busy: a template is the operator's own, and one that makes ten thousand
/// records takes seconds.
pub const BUNDLED_CPU_MAX: Duration = Duration::from_secs(5);
/// Time that it may take, waiting included; and time that it may wait for its turn, since many clients may ask for such templates
/// at once.
pub const BUNDLED_WALL_MAX: Duration = Duration::from_secs(15);
/// Host functions that it may call: each random number is one, and a record of a few fields draws a hundred of them. What they
/// take is bounded by its time.
pub const BUNDLED_HOST_CALLS_MAX: u32 = 10_000_000;
/// Log bytes that a call may write.
pub const CALL_LOG_MAX_BYTES: usize = 16 << 10;
/// Callbacks that a call may schedule.
pub const CALL_CALLBACKS_MAX: usize = 100;
/// Bytes that a call may stage in bucket changes.
pub const CALL_STAGED_MAX_BYTES: usize = 16 << 20;
/// How often a call whose bucket changed under it is run again before the client is told 503.
pub const UNIT_ATTEMPTS_MAX: u32 = 64;

/// One bucket's document.
pub const BUCKET_MAX_BYTES: usize = 64 << 20;
/// Nesting of a JSON document: serde_json's own limit, so that what was read can be read again.
pub const JSON_DEPTH_MAX: usize = 127;
/// Sessions with state of their own; a request that would open one more is refused.
pub const SESSIONS_MAX: usize = 1_000;
/// Callbacks that are not settled.
pub const CALLBACKS_PENDING_MAX: usize = 1_000_000;
/// Settled callbacks that are kept for the operator to see; the oldest go first.
pub const CALLBACKS_SETTLED_KEPT: usize = 10_000;
/// Links in a chain of callbacks that cause callbacks.
pub const CALLBACK_DEPTH_MAX: u32 = 16;
/// One callback's content.
pub const CALLBACK_BODY_MAX_BYTES: usize = 1 << 20;
/// One attempt, connecting included.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Attempts under way at once.
pub const ATTEMPTS_IN_FLIGHT_MAX: usize = 256;
/// What is kept of a target's answer.
pub const ATTEMPT_ANSWER_MAX_BYTES: usize = 64 << 10;
/// A claimed callback that is not settled within this time (an attempt and its decision) is claimed again.
pub const CALLBACK_LEASE: Duration = Duration::from_secs(60);
/// Latest a callback may be due: longer than any provider's retry ladder.
pub const CALLBACK_DELAY_MAX: Duration = Duration::from_secs(30 * 24 * 3600);
/// Attempts of one callback: four times a provider's longest retry ladder.
pub const CALLBACK_ATTEMPTS_MAX: u32 = 100;
/// A callback that is older than this is not tried again: twice the latest that it may first be due.
pub const CALLBACK_AGE_MAX: Duration = Duration::from_secs(60 * 24 * 3600);

/// Events that the journal keeps; the oldest go first.
pub const JOURNAL_EVENTS_MAX: usize = 1_000;
/// What the journal keeps of a body.
pub const JOURNAL_BODY_MAX_BYTES: usize = 16 << 10;
