//! What one render may use. The gateway has limits of its own; these give a message instead of a trap.

/// Bytes that the templates of one response may print: the gateway's limit for a response body.
pub(crate) const OUTPUT_BYTES: usize = 16 << 20;

/// Texts, tags and passes of loops that one call runs, whether they print or not: `{{#repeat 1000000000}}{{/repeat}}` prints
/// nothing, and a partial that calls itself twice doubles its work with each level.
pub(crate) const STEPS: usize = 2_000_000;

/// Programs in each other, inline partials that call themselves included. A level takes about 1 KiB of stack, and a
/// guest has 64.
pub(crate) const NESTING: u32 = 40;

/// Arrays and objects in each other, in a value that a template keeps: printing recurses.
pub(crate) const VALUE_DEPTH: usize = 64;
