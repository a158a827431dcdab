//! Systems on which every thread is like the others.

pub(super) fn usual() {}

pub(super) fn batch(_nice: i32) {}

pub(super) fn idle() -> bool {
    false
}
