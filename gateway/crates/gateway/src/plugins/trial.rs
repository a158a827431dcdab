//! The first calls of a new generation: when too many of them trap or run out of time, the generation before serves
//! again. One atomic number, so that a call pays one addition for it.

use std::sync::atomic::{AtomicU64, Ordering};

/// When a new generation is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// More than so many per cent of the calls must go wrong.
    pub percent: u32,
    /// Of so many first calls. 0: it is never taken back.
    pub calls: u32,
}

/// A generation's first calls.
#[derive(Debug)]
pub struct Trial {
    rule: Rule,
    /// Calls in the low half, those of them that went wrong in the high half.
    counts: AtomicU64,
}

/// One that went wrong, in the counts.
const FAULT: u64 = 1 << 32;

impl Trial {
    /// A trial that begins.
    pub fn new(rule: Rule) -> Self {
        Self { rule, counts: AtomicU64::new(0) }
    }

    /// Counts a call that ended. True, once at most: the trial has failed. As soon as the rest of the first calls can't
    /// change that, they are not waited for.
    pub fn count(&self, went_wrong: bool) -> bool {
        let most = u64::from(self.rule.calls);
        // A look first: after its first calls a generation pays no more than this.
        if self.counts.load(Ordering::Relaxed) % FAULT >= most {
            return false;
        }
        let step = if went_wrong { FAULT + 1 } else { 1 };
        let counts = self.counts.fetch_add(step, Ordering::Relaxed) + step;
        let (faults, calls) = (counts / FAULT, counts % FAULT);
        let allowed = most * u64::from(self.rule.percent) / 100;
        went_wrong && calls <= most && faults == allowed + 1
    }

    /// Calls that it is still about.
    pub fn left(&self) -> u32 {
        let calls = u32::try_from(self.counts.load(Ordering::Relaxed) % FAULT).unwrap_or(u32::MAX);
        self.rule.calls.saturating_sub(calls)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_fails_with_the_first_fault_over_the_share_and_only_once() {
        let trial = Trial::new(Rule { percent: 50, calls: 20 });
        let failed: Vec<bool> = (0..20).map(|_| trial.count(true)).collect();
        assert_eq!(failed.iter().position(|failed| *failed), Some(10));
        assert_eq!(failed.iter().filter(|failed| **failed).count(), 1);
        assert!(!trial.count(true), "the trial is over");
        let never = Trial::new(Rule { percent: 0, calls: 0 });
        assert!(!never.count(true));
        assert!(Trial::new(Rule { percent: 0, calls: 1 }).count(true));
    }

    proptest! {
        #[test]
        fn it_fails_exactly_when_too_many_of_the_first_calls_went_wrong(
            percent in 0u32..=100, calls in 0u32..40, outcomes in prop::collection::vec(any::<bool>(), 0..80)
        ) {
            let trial = Trial::new(Rule { percent, calls });
            let failed = outcomes.iter().filter(|wrong| trial.count(**wrong)).count();
            let faults = outcomes.iter().take(calls as usize).filter(|wrong| **wrong).count();
            prop_assert_eq!(failed == 1, faults * 100 > (percent * calls) as usize, "{} faults", faults);
            prop_assert!(failed <= 1);
        }
    }
}
