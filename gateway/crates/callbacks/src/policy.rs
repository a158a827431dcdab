//! A callback's policy: a plugin, or the gateway's own: one attempt, and any 2xx is success, or what the document expects.

use std::{borrow::Cow, sync::Arc};

use ringback_model::{
    callback::{Callback, Decision, Outcome, Outgoing},
    fault::PluginFault,
    ports::CallbackPolicy,
};

use crate::engine::Policies;

/// Who decides about a callback.
pub(crate) enum Policy {
    /// The gateway.
    Default,
    /// A plugin.
    Plugin(Arc<dyn CallbackPolicy>),
}

// === impl Policy ===

impl Policy {
    /// The policy of a callback.
    ///
    /// # Errors
    /// When the plugin is not loaded: says so.
    pub(crate) fn of(callback: &Callback, policies: &Policies) -> Result<Self, String> {
        let Some(used) = &callback.policy else { return Ok(Self::Default) };
        let name = &used.plugin;
        policies(name).map(Self::Plugin).ok_or_else(|| format!("policy `{name}` is not loaded"))
    }

    pub(crate) async fn plan<'a>(
        &self,
        callback: &'a Callback,
        attempt: u32,
    ) -> Result<Cow<'a, Outgoing>, PluginFault> {
        match self {
            Self::Default => Ok(Cow::Borrowed(&callback.outgoing)),
            Self::Plugin(policy) => policy.plan(callback, attempt).await.map(Cow::Owned),
        }
    }

    pub(crate) async fn decide(
        &self,
        callback: &Callback,
        attempt: u32,
        outcome: &Outcome,
    ) -> Result<Decision, PluginFault> {
        match (self, outcome) {
            (Self::Plugin(policy), _) => policy.decide(callback, attempt, outcome).await,
            (Self::Default, Outcome::Answered { status, .. }) if callback.takes(*status) => Ok(Decision::Done),
            (Self::Default, _) => Ok(Decision::GiveUp(unexpected(callback, outcome))),
        }
    }
}

/// An outcome that no policy of its own makes a success, in words: `answered 204, 200 was expected`.
fn unexpected(callback: &Callback, outcome: &Outcome) -> String {
    let expected: Vec<_> = callback.expects.iter().map(ToString::to_string).collect();
    match (outcome, expected.as_slice()) {
        (Outcome::Answered { .. }, [_, ..]) => format!("{}, {} was expected", phrase(outcome), expected.join(" or ")),
        _ => phrase(outcome),
    }
}

/// An outcome in words: `answered 503`.
pub(crate) fn phrase(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { status, .. } => format!("answered {}", status.as_u16()),
        Outcome::TimedOut => "timed out".into(),
        Outcome::Refused(why) => format!("refused: {why}"),
        Outcome::Failed(what) => format!("failed: {what}"),
    }
}
