//! Which threads stand back for which, as the kernel is told. A thread calls one of these once, when it starts; where the
//! system knows no such thing the thread stays as it is. The rules are Linux's (`sched(7)`).
//!
//! Those that answer requests are left alone ([`stand_with_others`]). Beside them, from the least to the most modest:
//!
//! | | a core that nobody else wants | a core that is contended | when it wakes |
//! |---|---|---|---|
//! | [`never_interrupt`] | takes it | its fair share | waits for who runs |
//! | [`give_way`] | takes it | a tenth | waits for who runs |
//! | [`run_when_idle`] | takes it | nothing to speak of | waits for who runs, and is put aside at once |
//!
//! What happens when it wakes matters as much as the share: a thread that takes a core from one that answers is gone again
//! in microseconds, but the kernel then chooses anew, and may let an idle thread have the rest of a tick, milliseconds.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(not(target_os = "linux"))]
use other as system;

/// How far a thread stands back that gives way: the kernel then gives it a tenth of a contended core.
const NICE: i32 = 10;

/// Makes this thread like those that answer requests, whichever thread made it: a new one takes after its maker.
pub fn stand_with_others() {
    system::usual();
}

/// Lets this thread have its share, and never the core of another that is at work.
pub fn never_interrupt() {
    system::batch(0);
}

/// Makes this thread give way to all others.
pub fn give_way() {
    system::batch(NICE);
}

/// Makes this thread run where nothing else would. Where the system does not let it, it gives way.
pub fn run_when_idle() {
    if !system::idle() {
        give_way();
    }
}
