//! Linux: the policy and the nice value are each thread's own.

use thread_priority::{
    NormalThreadSchedulePolicy as Policy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// What the crate takes for a nice value of 0.
const USUAL: u8 = 49;

/// Gives this thread the policy of those that compute (`SCHED_BATCH`), which interrupt nobody when they wake, and at least
/// this nice value: a gateway that was started with a higher one keeps it.
pub(super) fn batch(nice: i32) {
    nicely(Policy::Batch, nice);
}

/// Gives this thread the policy that threads have (`SCHED_OTHER`). Its nice value stays.
pub(super) fn usual() {
    nicely(Policy::Other, 0);
}

fn nicely(policy: Policy, nice: i32) {
    let nice = rustix::process::getpriority_process(None).map_or(nice, |own| own.max(nice));
    let usual = ThreadPriorityValue::try_from(USUAL).unwrap_or(ThreadPriorityValue::MIN);
    set(policy, ThreadPriority::Crossplatform(usual));
    // Setting a policy sets a nice value as well.
    if let Err(error) = rustix::process::setpriority_process(None, nice) {
        tracing::debug!(%error, "a thread has the priority of all others");
    }
}

/// Makes this thread one of the idle ones (`SCHED_IDLE`). Returns whether the system let it.
pub(super) fn idle() -> bool {
    set(Policy::Idle, ThreadPriority::Min)
}

fn set(policy: Policy, priority: ThreadPriority) -> bool {
    let outcome = set_thread_priority_and_policy(thread_native_id(), priority, ThreadSchedulePolicy::Normal(policy));
    outcome.inspect_err(|error| tracing::debug!(?error, ?policy, "a thread keeps its policy")).is_ok()
}

#[cfg(test)]
mod tests {
    use thread_priority::thread_schedule_policy;

    use super::*;

    /// What a new thread is after it was told.
    fn told(tell: fn()) -> (ThreadSchedulePolicy, i32) {
        let thread = std::thread::spawn(move || {
            tell();
            (thread_schedule_policy().unwrap(), rustix::process::getpriority_process(None).unwrap())
        });
        thread.join().unwrap()
    }

    #[test]
    fn a_thread_is_what_it_was_told_to_be_and_others_are_not() {
        let own = rustix::process::getpriority_process(None).unwrap();
        let is = |policy, nice: i32| (ThreadSchedulePolicy::Normal(policy), nice.max(own));
        assert_eq!(told(crate::never_interrupt), is(Policy::Batch, 0));
        assert_eq!(told(crate::give_way), is(Policy::Batch, crate::NICE));
        assert_eq!(told(crate::run_when_idle).0, is(Policy::Idle, 0).0);
        assert_eq!(told(|| ()), is(Policy::Other, own));
        let made_by_another = std::thread::spawn(|| {
            crate::never_interrupt();
            [told(|| ()), told(crate::stand_with_others)]
        });
        assert_eq!(made_by_another.join().unwrap(), [is(Policy::Batch, own), is(Policy::Other, own)]);
    }
}
