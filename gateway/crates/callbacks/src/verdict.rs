//! What an attempt means for its callback, within the gateway's limits. No policy can make a callback immortal.

use std::time::Duration;

use ringback_model::{
    callback::{Attempt, Callback, CallbackState, Decision, Settlement},
    fault::{FaultKind, PluginFault},
    limits,
    time::Timestamp,
    unit::{Cause, Schedule, Unit, View},
};

use crate::policy::phrase;

/// The shortest time between two attempts: a policy that always says *now* must not hammer its target.
const RETRY_DELAY_MIN: Duration = Duration::from_millis(100);
/// A policy for which no instance became free is asked again after this long.
const SATURATED_DELAY: Duration = Duration::from_secs(1);

/// The settlement of an attempt that a policy has judged.
pub(crate) fn judged(callback: &Callback, attempt: Attempt, decision: Decision, now: Timestamp) -> Settlement {
    let number = attempt.number;
    let settlement = Settlement { attempt: Some(attempt), state: CallbackState::Delivered, due: now, follow: vec![] };
    match decision {
        Decision::Done => settlement,
        Decision::Then(schedules) => Settlement { follow: follow(callback, schedules, now), ..settlement },
        Decision::GiveUp(why) => Settlement { state: CallbackState::Failed(why), ..settlement },
        Decision::Retry(delay) => match exhausted(callback, number, now) {
            Some(why) => Settlement { state: CallbackState::Failed(why), ..settlement },
            None => {
                let due = now.after(delay.clamp(RETRY_DELAY_MIN, limits::CALLBACK_DELAY_MAX));
                Settlement { state: CallbackState::Pending, due, ..settlement }
            }
        },
    }
}

/// The settlement of an attempt that its policy failed to plan or to judge: an operator decides. What only came at a bad
/// time comes again.
pub(crate) fn faulted(attempt: Option<Attempt>, fault: &PluginFault, now: Timestamp) -> Settlement {
    let (state, due) = match (&attempt, fault.kind) {
        (None, FaultKind::Saturated) => (CallbackState::Pending, now.after(SATURATED_DELAY)),
        (None, _) => (CallbackState::Parked(fault.to_string()), now),
        (Some(attempt), _) => (CallbackState::Parked(format!("{}, and {fault}", phrase(&attempt.outcome))), now),
    };
    Settlement { attempt, state, due, follow: vec![] }
}

/// The settlement of a callback that can't be attempted, or whose followers find no room.
pub(crate) fn parked(attempt: Option<Attempt>, why: String, now: Timestamp) -> Settlement {
    Settlement { attempt, state: CallbackState::Parked(why), due: now, follow: vec![] }
}

/// Why there is no further attempt, if there is none.
fn exhausted(callback: &Callback, attempts: u32, now: Timestamp) -> Option<String> {
    if attempts >= limits::CALLBACK_ATTEMPTS_MAX {
        return Some(format!("given up after {attempts} attempts"));
    }
    let days = limits::CALLBACK_AGE_MAX.as_secs() / (24 * 3600);
    (now.since(callback.created) >= limits::CALLBACK_AGE_MAX).then(|| format!("given up after {days} days"))
}

/// The callbacks that a delivered one is followed by, with ids made from its own.
fn follow(callback: &Callback, schedules: Vec<Schedule>, now: Timestamp) -> Vec<Callback> {
    let cause = Cause::Callback(callback.id.clone());
    let mut unit = Unit::new(callback.scope.clone(), callback.route.clone(), cause, callback.depth, View::default());
    for schedule in schedules {
        if let Err(reason) = unit.schedule(schedule) {
            tracing::warn!(callback = %callback.id, %reason, "a callback does not follow");
        }
    }
    unit.finish(now).scheduled
}

#[cfg(test)]
mod tests;
