//! What one render may use. The gateway has limits of its own; these give a message instead of a trap.

/// Bytes that the templates of one response may print: the gateway's limit for a response body.
pub(crate) const OUTPUT_BYTES: usize = 16 << 20;

/// Characters of one `randomString`.
pub(crate) const RANDOM_STRING: usize = 1 << 20;

/// Arrays and objects in each other, in a body: as many as Jackson reads.
pub(crate) const JSON_DEPTH: usize = 1000;

/// Function calls in each other, and parentheses and predicates in each other in an XPath: reading and evaluating them
/// recurses, and a guest's stack is small.
pub(crate) const NESTING: usize = 24;

/// Values of one exchange that `put` keeps, in bytes with their names.
pub(crate) const VALUES_BYTES: usize = 1 << 20;
